"""Pages about looking into histories from above: grounds, grants, who looked, one case whole."""

from flask import Blueprint

blueprint = Blueprint("auditing", __name__)

from web.auditing import grants, grounds, looks  # noqa: E402, F401 - they put their routes on it
