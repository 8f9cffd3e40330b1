"""Logs: one JSON object a line, about requests and failures, never about persons.

Neither addresses on the network nor the query of a request are written: together with the time
they would tell who sent an anonymous report.
"""

from __future__ import annotations

import logging
import sys
from time import perf_counter
from typing import Any, Final

import orjson
from flask import Flask, Response, g, request

from engine import clock

LOGGER: Final = logging.getLogger("bihuan")
_FACTS: Final = ("method", "endpoint", "status", "ms", "incident", "instance_id", "job_id")


class JsonLines(logging.Formatter):
    """Writes a record as one JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        """Give time, level, message, the named facts, and the traceback if there is one."""
        line: dict[str, Any] = {
            "at": clock.now().isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "message": record.getMessage(),
        }
        line |= {name: getattr(record, name) for name in _FACTS if hasattr(record, name)}
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return orjson.dumps(line, default=str).decode()


def set_up(app: Flask) -> None:
    """Log every request of `app`, and everything the engine and the web layer report."""
    if not LOGGER.handlers:
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(JsonLines())
        LOGGER.addHandler(handler)
        LOGGER.setLevel(logging.INFO)
    app.before_request(_start)
    app.after_request(_finish)


def _start() -> None:
    g.started = perf_counter()


def _finish(response: Response) -> Response:
    if request.endpoint not in ("static", "home.healthz"):
        took = (perf_counter() - g.started) * 1000 if "started" in g else 0.0
        LOGGER.info(
            "request",
            extra={
                "method": request.method,
                "endpoint": request.endpoint,
                "status": response.status_code,
                "ms": round(took, 1),
            },
        )
    return response
