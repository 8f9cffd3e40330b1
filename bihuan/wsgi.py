"""The application for a WSGI server: `gunicorn bihuan.wsgi:application`."""

from __future__ import annotations

from web import create_app

application = create_app()
