"""What every answer tells the browser to refuse."""

from __future__ import annotations

from typing import Final

from flask import Flask, Response, request

from web.access import current_account
from web.config import Config

#: No inline script or style, no eval, nothing from elsewhere. Pictures may be data (QR codes)
#: and blobs (photos shrunk on the phone before they are sent).
CONTENT_POLICY: Final = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "worker-src 'self'",
        "object-src 'none'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "form-action 'self'",
    )
)
_FIXED: Final = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=(), payment=()",
}
_ONE_YEAR: Final = 365 * 24 * 3600


def set_up(app: Flask, config: Config) -> None:
    """Put the headers on every answer of `app`."""

    @app.after_request
    def protect(response: Response) -> Response:
        said = {name.lower() for name, _ in response.headers}
        response.headers.extend({k: v for k, v in _FIXED.items() if k.lower() not in said})
        if config.is_secure:
            response.headers["Strict-Transport-Security"] = f"max-age={_ONE_YEAR}"
        if request.endpoint != "static" and "cache-control" not in said:
            # A shared phone must not show one person's pages to the next with "back".
            private = current_account() is not None or request.method != "GET"
            response.headers["Cache-Control"] = "no-store" if private else "no-cache"
        return response
