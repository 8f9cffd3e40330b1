"""What comes out the same in every test is worked out once a process, and no disk is waited for.

Every test has a database and an application of its own. Making the functions that build an
application's addresses took 80 ms each time; an engine that has compiled nothing yet compiles
every statement anew; and what a test wrote need not survive a power cut.
"""

from __future__ import annotations

import logging
import os
from typing import Any, Final

import pytest
from flask.templating import Environment
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import Engine
from sqlalchemy.engine.default import DefaultDialect
from werkzeug.routing import Rule

from engine.store import connection

#: What SQLite is told outside of tests.
SHIPPED: Final = connection.PRAGMAS
#: So many statements are kept; the application's limit is that of one engine.
_STATEMENTS = 3000


def work_once(patch: pytest.MonkeyPatch) -> None:
    """Let applications share what builds addresses, and engines what they compiled."""
    _share_builders(patch)
    _share_statements(patch)
    unsafe = ("PRAGMA synchronous=OFF" if "synchronous" in one else one for one in SHIPPED)
    patch.setattr(connection, "PRAGMAS", tuple(unsafe))
    patch.setattr(os, "fsync", lambda file: None)
    # It tells a log that is read at its finest of every table of every font.
    logging.getLogger("fontTools").setLevel(logging.WARNING)
    _share_templates(patch)


def _share_builders(patch: pytest.MonkeyPatch) -> None:
    """A builder follows from the rule's parts and defaults; it is given the rule when called."""
    build, known = Rule._compile_builder, dict[Any, Any]()

    def once(self: Rule, append_unknown: bool = True) -> Any:
        key = (tuple(self._trace), tuple((self.defaults or {}).items()), append_unknown)
        if key not in known:
            known[key] = build(self, append_unknown)
        return known[key]

    patch.setattr(Rule, "_compile_builder", once)


def _share_templates(patch: pytest.MonkeyPatch) -> None:
    """Let every application have its templates compiled by the first of this process."""
    init, known = Environment.__init__, _Compiled()

    def begin(self: Environment, app: Any, **options: Any) -> None:
        init(self, app, **options)
        self.bytecode_cache = known

    patch.setattr(Environment, "__init__", begin)


class _Compiled(BytecodeCache):
    """Templates compiled once a process: every test makes an application of its own."""

    def __init__(self) -> None:
        self._known: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._known:
            bucket.bytecode_from_string(self._known[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._known[bucket.key] = bucket.bytecode_to_string()


def _share_statements(patch: pytest.MonkeyPatch) -> None:
    """Let all engines of a driver speak with the dialect and the memory of the first in use."""
    first: dict[str, Any] = {}

    def created(_dialect: type[DefaultDialect], engine: Engine) -> None:
        made: Any = engine
        # One that commits by itself, to make databases, would teach the others to do so.
        if made.dialect._on_connect_isolation_level is not None:
            return
        known = first.get(engine.driver)
        # One that was never connected knows nothing of its server yet.
        if known is None or known.dialect.server_version_info is None:
            made._compiled_cache.capacity = _STATEMENTS
            first[engine.driver] = engine
        else:
            made.dialect, made._compiled_cache = known.dialect, known._compiled_cache

    patch.setattr(DefaultDialect, "engine_created", classmethod(created))
