"""The web: thin pages and an API over the engine's operations."""

from __future__ import annotations

from importlib import import_module
from typing import Any, Final

import orjson
from flask import Flask
from flask.json.provider import DefaultJSONProvider
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter

from web import access, assets, auth, db, errors, headers, language, logs, look, pages
from web.config import Config
from web.limits import limiter

#: Modules with a `blueprint`; one file a room.
BLUEPRINTS: Final = (
    "auth",
    "home",
    "accounts",
    "notices",
    "people",
    "teams",
    "people_sheets",
    "participation",
    "places",
    "tasks",
    "organisations",
    "files",
    "certificates",
    "posters",
    "reports",
    "selfcheck",
    "ledgers",
    "statistics",
    "returns",
    "registry",
    "coverage",
    "coverage.managing",
    "coverage.mechanism",
    "coverage.principal",
    "analysis",
    "analysis.files",
    "analysis.kept",
    "board",
    "majors",
    "majors.entries",
    "majors.papers",
    "majors.publicity",
    "training",
    "training.sheets",
    "cases",
    "auditing",
    "case_actions",
    "definitions",
    "deployment",
    "packs",
    "versions",
    "moves",
    "studio",
    "studio.lint",
    "packing",
    "publishing",
    "studio.preview",
    "trials",
    "trials.scenarios",
    "guidance",
    "complaints",
    "letters",
    "practices",
    "campaigns",
    "scoring",
    "honours",
    "documents",
    "relations",
    "relations.public",
    "borrowing",
    "rulebook",
    "law",
    "safety_record",
    "admin",
    "api",
)
#: Bytes of one request: an upload and its surroundings.
_LARGEST_REQUEST: Final = 12 * 1024 * 1024


def create_app(config: Config | None = None) -> Flask:
    """Make the application from `config`, by default from the environment.

    Raises:
        Invalid: a setting is wrong; the sentence names it.
    """
    config = config or Config.from_environ()
    app = Flask(__name__)
    app.json = Json(app)
    app.url_map.converters["int"] = WholeNumber
    # An address with // would be sent on to whatever host the request names.
    app.url_map.merge_slashes = False
    app.config.from_mapping(_flask_settings(config))
    app.extensions["config"] = config
    if config.proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, config.proxies, config.proxies, config.proxies
        )
    logs.set_up(app)
    db.set_up(app, config)
    errors.set_up(app)
    language.set_up(app)
    auth.set_up(app)
    limiter.init_app(app)
    access.set_up(app)
    _protect_forms(app)
    headers.set_up(app, config)
    assets.set_up(app)
    pages.set_up(app)
    look.set_up(app)
    for name in BLUEPRINTS:
        app.register_blueprint(import_module(f"web.{name}").blueprint)
    return app


class WholeNumber(IntegerConverter):
    """A number in an address; one that no database holds leads nowhere."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"max": 2**31 - 1, **kwargs})


class Json(DefaultJSONProvider):
    """Reads JSON strictly: neither endless nesting nor half characters get in."""

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        """Read `s`; ValueError when it is not JSON."""
        return orjson.loads(s)


def _protect_forms(app: Flask) -> None:
    """Ask every form for its token. The API takes no cookies, so nobody can misuse them there."""
    csrf = CSRFProtect(app)

    @app.before_request
    def protect() -> None:
        if not access.is_api():
            csrf.protect()


def _flask_settings(config: Config) -> dict[str, object]:
    return {
        "SECRET_KEY": config.secret_key,
        "TESTING": config.testing,
        # A test sees the answers that people see.
        "PROPAGATE_EXCEPTIONS": False,
        "MAX_CONTENT_LENGTH": _LARGEST_REQUEST,
        "SESSION_COOKIE_NAME": "bihuan",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": config.is_secure,
        "PERMANENT_SESSION_LIFETIME": auth.LIFETIME_SECONDS,
        "SESSION_REFRESH_EACH_REQUEST": False,
        "WTF_CSRF_CHECK_DEFAULT": False,
        "WTF_CSRF_TIME_LIMIT": auth.LIFETIME_SECONDS,
        "PREFERRED_URL_SCHEME": "https" if config.is_secure else "http",
    }
