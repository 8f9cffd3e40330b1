"""The application for a WSGI server: `gunicorn bihuan.wsgi:application`."""

from __future__ import annotations

import web.server

application = web.server.application()
