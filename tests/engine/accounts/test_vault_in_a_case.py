"""A whole case by the shipped process, in confidence: afterwards nothing says who reported it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import MetaData, select
from sqlalchemy.orm import Session

from engine import (
    attachments,
    commands,
    definitions,
    inbox,
    messages,
    reporters,
    starting,
    task_forms,
    tasks,
)
from engine.actors import SYSTEM
from engine.errors import SeparationOfDuties
from engine.filestore import FileStore
from engine.reporters import identity_of
from tests.cast import Cast
from tests.engine import stories
from tests.engine.accounts.photos import photo
from tests.processes.player import CONFIRMED, DONE, PAID, PLAN, REPORT

ROOT = Path(__file__).parents[3]
NAME, CONTACT = "欧阳䶮鑫", "13812345678"
#: Tables about people as such; they know no case.
PEOPLE = {"user_account", "membership", "organisation"}


@pytest.fixture
def deployed(session: Session, cast: Cast) -> None:
    """The shipped processes, run by 甲."""
    commands.execute(
        session,
        definitions.deploy,
        definitions.read_folder(ROOT),
        organisation_id=cast.enterprise_id,
        actor=SYSTEM,
    )


def report(session: Session, cast: Cast, mode: str) -> starting.Started:
    answers: dict[str, Any] = {**REPORT, "kind": "hazard", "identity_mode": mode}
    answers["photos_before"] = [send_photo(session, cast)]
    return commands.execute(
        session,
        starting.start,
        definition_key="hazard_report",
        answers=answers,
        actor=cast.reporter,
        idempotency_key="the-phone-sends-this-key",
        identity=identity_of(cast.reporter, mode=mode, name=NAME, contact=CONTACT),
    )


def send_photo(session: Session, cast: Cast) -> str:
    files = FileStore(session.info["secrets"].private_key_file.parent)
    kept = attachments.receive(files, photo(), "包晓.jpg", only_photos=True)
    return str(commands.execute(session, attachments.add, kept, actor=cast.rectifier).id)


def assert_nothing_says_who(session: Session, cast: Cast, *codes: str) -> None:
    """Search every row of every table for the reporter's names, contact, id and code."""
    user_id = cast.reporter.user_id
    assert user_id is not None
    traces = [NAME, CONTACT, cast.reporter.name, str(user_id), user_id.hex, *codes]
    metadata = MetaData()
    metadata.reflect(session.connection())
    found = {
        (table.name, trace)
        for table in metadata.sorted_tables
        if table.name not in PEOPLE
        for row in session.execute(select(table))
        for trace in traces
        if any(trace in _text(value) for value in row)
    }
    assert found == set()


def work(session: Session, cast: Cast, case: UUID, *, until: str = "") -> None:
    """Go round the whole loop; the reporter writes, is answered and confirms the reward."""
    rectifier = str(cast.rectifier.user_id)
    steps: tuple[tuple[str, str, dict[str, Any]], ...] = (
        ("verifier", "acknowledge", {}),
        ("verifier", "verify", CONFIRMED),
        ("rectifier", "plan", {**PLAN, "rectifier": rectifier, "due_on": "2027-12-01"}),
        ("rectifier", "rectify", {**DONE, "photos_after": [send_photo(session, cast)]}),
        ("acceptor", "accept", {"result": "passed"}),
        ("approver", "approve_reward", {"approved": True}),
        ("finance", "pay_reward", PAID),
    )
    for part, key, answers in steps:
        stories.do(session, cast.everybody()[part], case, key, **answers)
        if key == until:
            return
    commands.execute(session, messages.say, case, "谢谢", actor=cast.reporter)
    task = stories.open_task(session, case, "confirm_reward")
    commands.execute(session, tasks.claim, task, actor=cast.reporter)
    commands.execute(session, task_forms.save_draft, task, {}, actor=cast.reporter)
    assert_nothing_says_who(session, cast)
    commands.execute(session, tasks.complete, task, {"received": "yes"}, actor=cast.reporter)


@pytest.mark.usefixtures("deployed")
@pytest.mark.parametrize("mode", ["named", "confidential", "anonymous"])
def test_no_table_says_who_it_was(session: Session, cast: Cast, mode: str) -> None:
    started = report(session, cast, mode)
    work(session, cast, started.instance_id)
    assert stories.state_of(session, started.instance_id) == "completed"
    assert started.receipt_code
    assert_nothing_says_who(session, cast, started.receipt_code)


@pytest.mark.usefixtures("deployed")
def test_a_reporters_task_is_in_no_other_reporters_inbox(session: Session, cast: Cast) -> None:
    started = report(session, cast, "named")
    work(session, cast, started.instance_id, until="pay_reward")
    other = replace(cast.finance, roles=frozenset({"reporter"}))
    assert len(inbox.list_tasks(session, actor=cast.reporter)) == 1
    assert inbox.list_tasks(session, actor=other) == []
    assert inbox.count(session, actor=other).group == 0


@pytest.mark.usefixtures("deployed")
def test_the_reporter_may_not_verify_and_the_refusal_does_not_name_them(
    session: Session, cast: Cast
) -> None:
    """The history of a refusal must not give away what it protects."""
    answers = {**REPORT, "kind": "hazard", "identity_mode": "anonymous", "photos_before": []}
    case = stories.begin(session, cast.verifier, "hazard_report", mode="anonymous", answers=answers)
    stories.do(session, cast.verifier, case, "acknowledge")
    with pytest.raises(SeparationOfDuties):
        stories.do(session, cast.verifier, case, "verify", **CONFIRMED)
    assert reporters.is_reporter(
        session,
        cast.enterprise_id,
        case,
        cast.verifier.user_id,  # type: ignore[arg-type]
    )


def _text(value: object) -> str:
    if isinstance(value, bytes):
        return value.hex() + " " + value.decode("utf-8", "replace")
    return str(value)
