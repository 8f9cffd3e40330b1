"""Pages about looking into histories from above: grounds, grants, who looked, one case whole."""

from flask import Blueprint

blueprint = Blueprint("auditing", __name__)

from web.auditing import case, granted, grants, grounds, looks  # noqa: E402, F401 - they have the routes
