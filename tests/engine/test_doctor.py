"""The doctor names whatever does not say what states and history say, and finds nothing else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import time_machine
from sqlalchemy import Executable, delete, insert, select, text, update
from sqlalchemy.orm import Session

from engine import attachments, certificates, clock, definitions, delegates, doctor, jobs
from engine.actors import SYSTEM
from engine.commands import execute
from engine.errors import DelegateError
from engine.filestore import FileStore
from engine.store import Base
from engine.store import tables as t
from tests.cast import Cast
from tests.engine.accounts.photos import photo
from tests.engine.stories import begin, do, open_keys
from tests.faults import case as example

REWARDED, WAITING, SUSPENDED = "rewarded", "waiting", "suspended"
Cases = dict[str, UUID]


def _telephone(broken: bool) -> delegates.Delegate:
    def telephone(step: delegates.Step, params: object, data: object) -> dict[str, Any]:
        if broken:
            raise DelegateError("线路不通", "the line is dead")
        return {}

    return telephone


def _mark_ready(session: Session, job: jobs.Job) -> None:
    row = session.get_one(t.Certificate, (job.organisation_id, job.id))
    certificates.mark_ready(session, row, sha256(b"a paper").digest())


@pytest.fixture
def cases(
    clock: time_machine.Traveller,
    session: Session,
    cast: Cast,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Cases:
    """A case that is done and paid, one that waits at everything there is, a suspended one."""
    session.info["files"] = FileStore(tmp_path)
    home = cast.enterprise_id
    execute(session, definitions.deploy, example.bundle(), organisation_id=home, actor=SYSTEM)
    monkeypatch.setitem(delegates._registry, "telephone", _telephone(False))
    monkeypatch.setitem(jobs._HANDLERS, certificates.JOB, _mark_ready)
    monkeypatch.delitem(jobs._PREPARERS, certificates.JOB, raising=False)
    found = {REWARDED: begin(session, cast.reporter, example.KEY)}
    for role, key in example.TASKS:
        do(session, getattr(cast, role), found[REWARDED], key, result="passed")
    _cite_photo(session, cast, found[REWARDED])
    while jobs.run_due(session):
        pass
    monkeypatch.setitem(delegates._registry, "telephone", _telephone(True))
    for name in (WAITING, SUSPENDED):
        found[name] = begin(session, cast.reporter, example.KEY)
    _suspend(session, cast, found[SUSPENDED])
    assert open_keys(session, found[WAITING]) == ["verify"]
    return found


def _cite_photo(session: Session, cast: Cast, instance: UUID) -> None:
    files: FileStore = session.info["files"]
    upload = attachments.receive(files, photo(), "p.jpg", only_photos=True)
    row = execute(session, attachments.add, upload, actor=cast.reporter)
    execute(session, attachments.cite, cast.enterprise_id, instance, [row.id])


def _suspend(session: Session, cast: Cast, instance: UUID) -> None:
    from engine import instances

    execute(session, instances.suspend, instance, actor=cast.principal, reason="停产检修")


def _examined(session: Session) -> list[doctor.Finding]:
    session.rollback()
    session.expire_all()
    return list(doctor.examine(session))


def test_what_is_well_is_left_in_peace(session: Session, cast: Cast, cases: Cases) -> None:
    assert _examined(session) == []
    assert list(doctor.examine(session, organisation_id=cast.enterprise_id)) == []


Break = Callable[[Cases], Any]


def _set(table: Any, which: Callable[[Cases], Any], **values: Any) -> Break:
    return lambda cases: update(table).where(which(cases)).values(values)


def _drop(table: Any, which: Callable[[Cases], Any]) -> Break:
    return lambda cases: delete(table).where(which(cases))


def _of(table: Any, name: str, **values: Any) -> Callable[[Cases], Any]:
    """Choose the rows of a case with these values."""

    def chosen(cases: Cases) -> Any:
        found = table.instance_id == cases[name]
        for column, value in values.items():
            found = found & (getattr(table, column) == value)
        return found

    return chosen


def _case(name: str) -> Callable[[Cases], Any]:
    return lambda cases: t.Instance.id == cases[name]


def _hazard(cases: Cases) -> Any:
    return t.Hazard.id == cases[REWARDED]


def _everywhere(_cases: Cases) -> Any:
    return text("1 = 1")


BREAKS: dict[str, tuple[str, Break]] = {
    "an altered event": ("history", _set(t.Event, _of(t.Event, REWARDED, sequence=2), role="x")),
    "a removed event": ("history", _drop(t.Event, _of(t.Event, REWARDED, sequence=2))),
    "a state of another kind": ("state", _set(t.Instance, _case(WAITING), blob=b"nonsense")),
    "an end too early": ("state", _set(t.Instance, _case(WAITING), state="completed")),
    "an end that is none": ("state", _set(t.Instance, _case(REWARDED), state="active")),
    "an end without a moment": ("state", _set(t.Instance, _case(REWARDED), ended_at=None)),
    "a lost task": ("tasks", _drop(t.Task, _of(t.Task, WAITING, key="verify"))),
    "a task done behind the state": (
        "tasks",
        _set(t.Task, _of(t.Task, WAITING, key="verify"), state="completed"),
    ),
    "a task open again": ("tasks", _set(t.Task, _of(t.Task, REWARDED, key="pay"), state="open")),
    "a task that was done and is gone": ("tasks", _drop(t.Task, _of(t.Task, REWARDED, key="pay"))),
    "a task cancelled that was done": (
        "tasks",
        _set(t.Task, _of(t.Task, REWARDED, key="pay"), state="cancelled"),
    ),
    **{
        f"a task with another {column}": (
            "tasks",
            _set(t.Task, _of(t.Task, WAITING, key="verify"), **{column: "x"}),
        )
        for column in ("element", "name", "candidate_group", "form_key")
    },
    "a task with another key": (
        "tasks",
        _set(t.Task, _of(t.Task, WAITING, key="verify"), key="x"),
    ),
    "a lost timer": ("timer", _drop(t.Job, _of(t.Job, WAITING, kind="timer"))),
    "a timer of another moment": (
        "timer",
        lambda cases: (
            update(t.Job)
            .where(_of(t.Job, WAITING, kind="timer")(cases))
            .values(due_at=clock.now() + timedelta(days=9))
        ),
    ),
    "a case due at another moment": ("timer", _set(t.Instance, _case(WAITING), due_at=None)),
    "a timer that fires in a suspended case": (
        "jobs",
        _set(t.Job, _of(t.Job, SUSPENDED, kind="timer"), state="waiting"),
    ),
    "a timer that is held for nothing": (
        "jobs",
        _set(t.Job, _of(t.Job, WAITING, kind="timer"), state="held"),
    ),
    "a lost service": ("services", _drop(t.Job, _of(t.Job, WAITING, kind="delegate"))),
    "a service nobody waits for": (
        "services",
        _set(t.Job, _of(t.Job, WAITING, kind="delegate"), instance_id=UUID(int=0)),
    ),
    "a failure nobody is told of": (
        "jobs",
        _set(t.Job, _of(t.Job, WAITING, kind="delegate"), state="failed"),
    ),
    "a lost hazard": ("ledger", _drop(t.Hazard, _hazard)),
    "another level": ("ledger", _set(t.Hazard, _hazard, level="major")),
    "another department": ("ledger", _set(t.Hazard, _hazard, department_id=None)),
    "a lost reward": ("ledger", _drop(t.Reward, _everywhere)),
    "another amount": ("ledger", _set(t.Reward, _everywhere, paid_fen=1)),
    "another town's reward": ("ledger", _set(t.Reward, _everywhere, town_id=None)),
    "a lost month": ("ledger", _drop(t.Month, _everywhere)),
    "another sum": ("ledger", _set(t.Month, _everywhere, closed=7)),
    "persons not counted": ("ledger", _drop(t.MonthPerson, _everywhere)),
    "a lost reporter": ("vault", _drop(t.Reporter, _of(t.Reporter, REWARDED))),
    "another statement": (
        "certificates",
        _set(t.Certificate, _everywhere, statement="{}"),
    ),
    "a paper nobody prints": ("certificates", _set(t.Certificate, _everywhere, state="pending")),
    "a paper never said to be made": (
        "certificates",
        _set(t.Certificate, _everywhere, pdf_digest=bytes(32)),
    ),
    "a photo of no case": ("files", _set(t.Attachment, _everywhere, instance_id=UUID(int=0))),
    "a photo without content": ("files", _set(t.Attachment, _everywhere, sha256=bytes(32))),
    "a series set back": ("numbers", _set(t.Counter, _everywhere, value=0)),
    "a lost series": ("numbers", _drop(t.Counter, _everywhere)),
}


def test_what_is_broken_is_named(session: Session, cases: Cases, subtests: pytest.Subtests) -> None:
    """Each thing is broken in a story that is told once, and mended again."""
    for name, (subject, broken) in BREAKS.items():
        with subtests.test(name):
            statement = broken(cases)
            table = Base.metadata.tables[statement.table.name]
            session.rollback()
            kept = [dict(row) for row in session.execute(select(table)).mappings()]
            _write(session, statement)
            found = _examined(session)
            if session.execute(select(table)).first():
                _write(session, delete(table))
            _write(session, insert(table), kept)
            assert subject in {finding.subject for finding in found}, found
            assert all(finding.text for finding in found)
    assert _examined(session) == []


def test_a_task_done_twice_is_named(session: Session, cases: Cases) -> None:
    rows = select(t.Event).where(t.Event.instance_id == cases[REWARDED])
    done = session.scalars(rows.where(t.Event.tag == "task:completed")).first()
    assert done is not None
    columns = {c.key: getattr(done, c.key) for c in t.Event.__table__.columns}
    _write(session, insert(t.Event).values(columns | {"sequence": 99}))
    assert {"history", "tasks"} <= {finding.subject for finding in _examined(session)}


def test_a_file_that_is_gone_or_a_paper_that_was_changed_is_named(
    session: Session, cases: Cases
) -> None:
    files: FileStore = session.info["files"]
    session.rollback()
    photo_kept = session.scalars(select(t.Attachment.sha256)).one()
    files.path(photo_kept).unlink()
    assert [finding.subject for finding in _examined(session)] == ["files"]
    paper = files.path(sha256(b"a paper").digest())
    paper.parent.mkdir(parents=True, exist_ok=True)
    paper.write_bytes(b"another paper")
    assert {finding.subject for finding in _examined(session)} == {"files", "certificates"}


def test_only_the_organisation_asked_for_is_looked_at(
    session: Session, cast: Cast, cases: Cases
) -> None:
    _write(session, delete(t.Task).where(t.Task.instance_id == cases[WAITING]))
    assert list(doctor.examine(session, organisation_id=cast.one_person_firm_id)) == []
    (finding,) = doctor.examine(session, organisation_id=cast.enterprise_id)
    assert (finding.organisation_id, finding.instance_id) == (cast.enterprise_id, cases[WAITING])


def _write(session: Session, statement: Executable, rows: Any = None) -> None:
    """Write behind the program's back."""
    session.rollback()
    session.expire_all()
    with session.get_bind().connect() as connection:  # type: ignore[union-attr]
        if connection.dialect.name == "sqlite":
            connection.connection.cursor().execute("PRAGMA foreign_keys=OFF")
        else:
            connection.execute(text("SET session_replication_role = replica"))
        assert connection.execute(statement, rows).rowcount != 0
        connection.commit()
        connection.invalidate()


def test_the_story_has_everything(session: Session, cases: Cases) -> None:
    """The breaks above break something: all kinds of rows are there."""
    session.rollback()
    for table in (t.Hazard, t.Reward, t.Month, t.MonthPerson, t.Certificate, t.Attachment):
        assert session.scalars(select(table)).first() is not None
    held = select(t.Job.kind).where(t.Job.state == "held", t.Job.instance_id == cases[SUSPENDED])
    assert set(session.scalars(held)) == {"timer", "delegate"}
