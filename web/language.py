"""Which language a request is answered in: chosen, else the account's, else the browser's."""

from __future__ import annotations

from typing import Final

from flask import Flask, has_request_context, request
from flask_babel import Babel, get_locale, pgettext

from engine.accounts import LANGUAGES
from engine.errors import Message
from web.access import current_account

COOKIE: Final = "language"
DEFAULT: Final = LANGUAGES[0]


def set_up(app: Flask) -> None:
    """Teach `app` Chinese (as written in the sources) and English (from the translations)."""
    app.config["BABEL_DEFAULT_LOCALE"] = DEFAULT
    app.config["BABEL_DEFAULT_TIMEZONE"] = "Asia/Shanghai"
    Babel(app, locale_selector=_select)


def current_language() -> str:
    """Give "zh_CN" or "en"."""
    return str(get_locale() or DEFAULT)


def say(message: Message) -> str:
    """Give the engine's sentence in the language of the request."""
    return message.in_language(current_language())


def drawn(name: str) -> str:
    """Give a name out of a diagram or table in the language of the request.

    Those that are shipped have an English; what an enterprise wrote stays as it was written.
    """
    return str(pgettext("diagram", name)) if name else ""


def _select() -> str:
    if not has_request_context():
        return DEFAULT
    chosen = request.cookies.get(COOKIE)
    if chosen in LANGUAGES:
        return chosen
    account = current_account()
    if account is not None and account.language in LANGUAGES:
        return account.language
    return request.accept_languages.best_match(LANGUAGES, DEFAULT)
