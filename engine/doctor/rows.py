"""Rows that belong to no case's state: do they fit to each other, and to the files?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from engine import certificates, migrations
from engine.doctor.findings import Finding
from engine.filestore import FileStore
from engine.hazards.origins import NOBODY
from engine.store import tables as t

#: Copied from the case when a ledger row begins; departments, towns and groups count by them.
_COPIED: Final = ("department_id", "town_id", "group_id")
#: A guidance visit is an instance, too, with a series of numbers of its own.
_IS_VISIT: Final = (
    select(t.Visit.id)
    .where(t.Visit.organisation_id == t.Instance.organisation_id, t.Visit.id == t.Instance.id)
    .exists()
)
#: So is a complaint, in the room of a union.
_IS_COMPLAINT: Final = (
    select(t.Complaint.id)
    .where(
        t.Complaint.organisation_id == t.Instance.organisation_id, t.Complaint.id == t.Instance.id
    )
    .exists()
)
#: Series of numbers, and where the numbers given from it stand.
_SERIES: Final = {
    "report": t.Instance.number,
    "visit": t.Visit.number,
    "complaint": t.Complaint.number,
    "hazard": t.Hazard.number,
    "closure": t.Hazard.closure_number,
    "reward": t.Reward.number,
}
#: The end of a number: of which day or year, and which of it.
_COUNTED: Final = re.compile(r"-(\d{4}|\d{8})-(\d+)$")


def examine_rows(session: Session, organisation_id: UUID | None) -> Iterator[Finding]:
    """Check what is kept beside the states: vault, ledgers' copies, jobs, certificates, files."""
    for look in (_vault, _copies, _failed_jobs, _moves, _certificates, _files, _numbers):
        yield from look(session, organisation_id)


def _vault(session: Session, organisation_id: UUID | None) -> Iterator[Finding]:
    """A case without its vault row has lost its reporter; nobody reports a visit or an alarm."""
    statement = select(t.Instance).outerjoin(t.Reporter, _of_case(t.Reporter))
    is_lost = (t.Reporter.instance_id.is_(None), t.Instance.identity_mode != NOBODY)
    statement = statement.where(*is_lost, ~_IS_VISIT)
    for case in session.scalars(_only(statement, t.Instance, organisation_id)):
        yield _finding(case, "vault", "the case has no row in the vault", case.id)


def _copies(session: Session, organisation_id: UUID | None) -> Iterator[Finding]:
    for table, key in ((t.Hazard, t.Hazard.id), (t.Reward, t.Reward.instance_id)):
        differs = [
            getattr(table, name).is_distinct_from(getattr(t.Instance, name)) for name in _COPIED
        ]
        statement = select(table).join(
            t.Instance,
            and_(t.Instance.organisation_id == table.organisation_id, t.Instance.id == key),
        )
        for row in session.scalars(_only(statement.where(or_(*differs)), table, organisation_id)):
            text = f"{table.__tablename__} {row.id} counts for others than its case"
            yield _finding(row, "ledger", text, getattr(row, key.key))


def _failed_jobs(session: Session, organisation_id: UUID | None) -> Iterator[Finding]:
    """A job that was given up and of which nobody is told."""
    told = select(t.Incident.job_id).where(
        t.Incident.organisation_id == t.Job.organisation_id,
        t.Incident.job_id == t.Job.id,
        t.Incident.resolved_at.is_(None),
    )
    statement = select(t.Job).where(t.Job.state == "failed", ~told.exists())
    for job in session.scalars(_only(statement, t.Job, organisation_id)):
        text = f"{job.id}: a {job.kind} has failed and there is no incident"
        yield _finding(job, "jobs", text, job.instance_id)


def _moves(session: Session, organisation_id: UUID | None) -> Iterator[Finding]:
    """A batch that moves cases and that no job works on, or one that ended before its time."""
    payloads = session.scalars(select(t.Job.payload).where(t.Job.kind == migrations.JOB))
    worked_on = {UUID(payload["migration"]) for payload in payloads}
    waits = (
        select(t.MigrationItem.instance_id)
        .where(
            t.MigrationItem.organisation_id == t.Migration.organisation_id,
            t.MigrationItem.migration_id == t.Migration.id,
            t.MigrationItem.state == "waiting",
        )
        .exists()
    )
    statement = _only(select(t.Migration, waits), t.Migration, organisation_id)
    for row, has_waiting in session.execute(statement):
        if row.state == "running" and row.id not in worked_on:
            text = f"{row.id}: cases are to be moved, and no job does it"
            yield _finding(row, "jobs", text, None)
        if row.state == "done" and has_waiting:
            yield _finding(row, "jobs", f"{row.id}: it is done, and cases still wait", None)


def _certificates(session: Session, organisation_id: UUID | None) -> Iterator[Finding]:
    files: FileStore | None = session.info.get("files")
    jobs = set(session.scalars(select(t.Job.id).where(t.Job.kind == certificates.JOB)))
    statement = _only(select(t.Certificate), t.Certificate, organisation_id)
    for row in session.scalars(statement.execution_options(yield_per=200)):
        found = partial(_finding, row, "certificates", instance_id=row.instance_id)
        if row.state == "pending" and row.id not in jobs:
            yield found(f"{row.number} waits for its PDF, and no job makes it")
        pdf = _content(files, row.pdf_digest) if files and row.pdf_digest else None
        sound = certificates.check(session, row, pdf)
        # A paper that is lost is printed again, and must then be the same.
        if not (sound.statement and sound.history and (pdf is None or sound.pdf)):
            yield found(f"{row.number} is not as it was issued")


def _files(session: Session, organisation_id: UUID | None) -> Iterator[Finding]:
    statement = select(t.Attachment, t.Instance.id).outerjoin(t.Instance, _of_case(t.Attachment))
    held = t.Attachment.held_by.is_not(None)
    statement = statement.where(t.Attachment.instance_id.is_not(None) | held)
    files: FileStore | None = session.info.get("files")
    for row, case in session.execute(_only(statement, t.Attachment, organisation_id)):
        found = partial(_finding, row, "files", instance_id=row.instance_id)
        if case is None and row.instance_id is not None:
            yield found(f"{row.id} belongs to a case that is not there")
        if files is not None and not files.path(row.sha256).exists():
            yield found(f"{row.id}: its content {row.sha256.hex()} is not in the data folder")


def _numbers(session: Session, organisation_id: UUID | None) -> Iterator[Finding]:
    """A series must not begin again below a number it has given."""
    statement = _only(select(t.Counter), t.Counter, organisation_id)
    values = {(row.organisation_id, row.name): row.value for row in session.scalars(statement)}
    highest: dict[tuple[UUID, str], int] = {}
    for series, column in _SERIES.items():
        table = column.class_
        numbers = select(table.organisation_id, column).where(column.is_not(None))
        if table is t.Instance:
            numbers = numbers.where(~_IS_VISIT, ~_IS_COMPLAINT)
        for owner, number in session.execute(_only(numbers, table, organisation_id)):
            if counted := _COUNTED.search(number):
                key = (owner, f"{series}-{counted[1]}")
                highest[key] = max(highest.get(key, 0), int(counted[2]))
    for (owner, name), count in sorted(highest.items(), key=str):
        value = values.get((owner, name), 0)
        if value < count:
            text = f"the series {name} stands at {value}, and {count} is given already"
            yield Finding(organisation_id=owner, instance_id=None, subject="numbers", text=text)


def _content(files: FileStore, digest: bytes) -> bytes | None:
    path = files.path(digest)
    return path.read_bytes() if path.exists() else None


def _of_case(table: Any) -> ColumnElement[bool]:
    return and_(
        table.organisation_id == t.Instance.organisation_id, table.instance_id == t.Instance.id
    )


def _only(statement: Any, table: Any, organisation_id: UUID | None) -> Any:
    if organisation_id is None:
        return statement
    return statement.where(table.organisation_id == organisation_id)


def _finding(row: Any, subject: str, text: str, instance_id: UUID | None) -> Finding:
    return Finding(
        organisation_id=row.organisation_id, instance_id=instance_id, subject=subject, text=text
    )
