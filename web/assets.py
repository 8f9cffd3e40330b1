"""Addresses of the built browser files, with the hash of their content in the name."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import orjson
from flask import Flask, Response, current_app, request, url_for

_FOLDER: Final = "dist"
_FOR_EVER: Final = 365 * 24 * 3600


def set_up(app: Flask) -> None:
    """Read the manifest of the bundle; without a bundle the pages still work, bare."""
    manifest = Path(app.static_folder or "", _FOLDER, "manifest.json")
    built = orjson.loads(manifest.read_bytes()) if manifest.exists() else {}
    app.extensions["assets"] = built
    names = frozenset(f"{_FOLDER}/{name}" for name in built.values())

    @app.after_request
    def cache(response: Response) -> Response:
        if request.endpoint == "static" and (request.view_args or {}).get("filename") in names:
            response.cache_control.clear()
            response.cache_control.public = True
            response.cache_control.max_age = _FOR_EVER
            response.cache_control.immutable = True
        return response


def asset(name: str) -> str:
    """Give the address of a browser file by its plain name, such as ``app.js``."""
    built: dict[str, str] = current_app.extensions["assets"]
    return url_for("static", filename=f"{_FOLDER}/{built.get(name, name)}")
