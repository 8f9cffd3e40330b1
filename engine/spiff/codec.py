"""A run as bytes: a version, then zstd over JSON rows in parent-before-child order.

A row is [id, row of the parent, spec, state, fields that differ from the parent's, fields the
parent has and it has not, internal data, is an instance]; trailing empty parts are left out. Only
plain data is stored, so nothing in it can name a type. The same state always gives the same bytes.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import Any, Final

import orjson
import zstandard
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent

from engine.errors import ExpressionError, IntegrityError
from engine.expressions import check_data
from engine.spiff.data import MISSING, Data, same
from engine.spiff.runs import Run, SubRun
from engine.spiff.task import WAITING, Task

VERSION: Final = 1
#: A blob never unpacks to more than this.
_MOST_BYTES: Final = 64_000_000
_EMPTY: Final[tuple[object, ...]] = (None, {}, [], False)


class _Local(threading.local):
    """zstd's (de)compressors belong to one thread each."""

    def __init__(self) -> None:
        self.compressor = zstandard.ZstdCompressor(level=3, write_checksum=True)
        self.decompressor = zstandard.ZstdDecompressor()


_local = _Local()


def pack(document: dict[str, Any]) -> bytes:
    """Give a document as bytes.

    Raises:
        ExpressionError: it holds what JSON cannot hold exactly.
    """
    try:
        plain = orjson.dumps(document)
    except orjson.JSONEncodeError as error:
        check_data(document)
        raise ExpressionError(
            "流程数据里有不能保存的内容。", "The process data holds what cannot be stored."
        ) from error
    return bytes([VERSION]) + _local.compressor.compress(plain)


def unpack(blob: bytes) -> dict[str, Any]:
    """Give the document in `blob`.

    Raises:
        IntegrityError: it is of another version of the format, or damaged.
    """
    if blob[:1] != bytes([VERSION]):
        found = blob[0] if blob else "-"
        raise IntegrityError(
            f"流程状态的格式是第 {found} 版，本程序只认第 {VERSION} 版。请用相应版本的程序打开。",
            f"The state is in format {found}, and this program reads format {VERSION}; "
            "open it with the matching release.",
        )
    try:
        plain = _local.decompressor.decompress(blob[1:], max_output_size=_MOST_BYTES)
        document = orjson.loads(plain)
    except (zstandard.ZstdError, ValueError) as error:
        raise damaged() from error
    if not isinstance(document, dict):
        raise damaged()
    return document


def damaged() -> IntegrityError:
    """The stored state contradicts itself or its model."""
    return IntegrityError(
        "流程状态已损坏，或与流程定义不符，无法打开。请从备份恢复。",
        "The stored state is damaged or does not fit its definition; restore it from a backup.",
    )


def document_of(run: Run) -> dict[str, Any]:
    """Give a run and the runs inside it as plain data.

    Raises:
        ExpressionError: its data is not plain.
    """
    document = {"n": run.last_id, "r": _rows(run), **_extras(run)}
    inner = [
        {"h": sub.parent_task_id, "r": _rows(sub), **_extras(sub)}
        for sub in sorted(run.subprocesses.values(), key=lambda s: (s.depth, s.parent_task_id))
    ]
    return {**document, "i": inner} if inner else document


def _extras(run: Any) -> dict[str, Any]:
    extras = {"d": run.data, "c": run.correlations}
    return {key: value for key, value in extras.items() if value}


def _rows(run: Any) -> list[list[Any]]:
    places: dict[int, int] = {}
    return [_row(task, places) for task in run.task_tree]


def _row(task: Task, places: dict[int, int]) -> list[Any]:
    places[task.id] = len(places)
    parent = task.workflow.tasks.get(task._parent)
    before: Data = {} if parent is None else parent.data
    changed = {k: v for k, v in task.data.items() if not same(before.get(k, MISSING), v)}
    row = [
        task.id,
        -1 if parent is None else places[parent.id],
        task.task_spec.name,
        task._state,
        changed,
        [key for key in before if key not in task.data],
        task.internal_data,
        task.triggered,
    ]
    while row[-1] in _EMPTY:
        row.pop()
    return row


def restore(run: Run, document: dict[str, Any]) -> None:
    """Fill a fresh run with what a document says.

    Raises:
        IntegrityError: the document does not fit the run's spec.
    """
    try:
        run.last_id = document["n"]
        _fill(run, run, document)
        for inner in document.get("i", ()):
            _restore_inner(run, inner)
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        raise damaged() from error


def _restore_inner(run: Run, document: dict[str, Any]) -> None:
    host = run.get_task_from_id(document["h"])
    if host is None:
        raise damaged()
    inner = SubRun(run.subprocess_specs[host.task_spec.spec], host.id, run)
    run.subprocesses[host.id] = inner
    _fill(run, inner, document)
    inner.completed_event.connect(host.task_spec._on_subworkflow_completed, host)


def _fill(top: Run, run: Any, document: dict[str, Any]) -> None:
    loaded: list[Task] = []
    for row in document["r"]:
        loaded.append(_task(run, loaded, *row))
    run.task_tree = loaded[0]
    run.data.update(document.get("d", {}))
    run.correlations = document.get("c", {})
    for task in sorted(_catching(loaded), key=lambda t: t.id):
        top.event_manager.add_task(task)


def _task(
    run: Any,
    loaded: list[Task],
    number: int,
    place: int,
    spec: str,
    state: int,
    changed: Data | None = None,
    removed: Iterable[str] = (),
    internal: Data | None = None,
    triggered: bool = False,
) -> Task:
    parent = loaded[place] if place >= 0 else None
    task = Task(run, run.spec.task_specs[spec], parent, state, number)
    task.data = {**parent.data, **(changed or {})} if parent else changed or {}
    for key in removed:
        del task.data[key]
    task.internal_data = internal or {}
    task.triggered = triggered
    task.inherited = True
    task.restored()
    return task


def _catching(tasks: Iterable[Task]) -> list[Task]:
    return [t for t in tasks if t._state == WAITING and isinstance(t.task_spec, CatchingEvent)]
