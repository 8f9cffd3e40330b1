"""The doctor counts visits, sheets, self-checks and typical cases again from their sources."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import Executable, delete, insert, select, text, update
from sqlalchemy.orm import Session

from engine import clock, doctor, selfcheck
from engine.commands import execute
from engine.doctor.advice import ADVICE
from engine.filestore import FileStore
from engine.guidance import answering
from engine.scoring import schemes, sheets
from engine.store import Base
from engine.store import tables as t
from tests.cast import Cast
from tests.engine.guidance_story import Visiting
from tests.engine.test_practices import Telling


def examined(session: Session) -> list[doctor.Finding]:
    """Give what the doctor finds now."""
    session.rollback()
    session.expire_all()
    return list(doctor.examine(session))


def write(session: Session, statement: Executable, rows: Any = None) -> None:
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


def finds(
    session: Session, subtests: pytest.Subtests, subject: str, breaks: dict[str, Executable]
) -> None:
    """Break one thing after the other, see it named as `subject` alone, and mend it."""
    assert [one for one in examined(session) if one.subject == subject] == []
    for name, statement in breaks.items():
        with subtests.test(name):
            table = Base.metadata.tables[statement.table.name]  # type: ignore[attr-defined]
            session.rollback()
            kept = [dict(row) for row in session.execute(select(table)).mappings()]
            write(session, statement)
            found = [one.text for one in examined(session) if one.subject == subject]
            if session.execute(select(table)).first():
                write(session, delete(table))
            write(session, insert(table), kept)
            assert found
    assert [one for one in examined(session) if one.subject == subject] == []


@pytest.fixture
def visiting(session: Session, cast: Cast, tmp_path: Any) -> Visiting:
    """A visit that found two things wanting; one was done, one is asked once more."""
    session.info["files"] = FileStore(tmp_path)
    told = Visiting(session, cast)
    told.goes(staff_know="no", rules_issued="partly")
    told.advises(staff_know="请培训全员", rules_issued="请印发制度")
    rows = session.scalars(select(t.FollowUp)).all()
    for row in rows:
        execute(session, answering.answer, row.id, text="已经整改到位", actor=cast.principal)
    told.does(
        told.officer,
        "recheck",
        check_staff_know="passed",
        check_rules_issued="failed",
        ask_rules_issued="请印发制度并公示",
        recheck_note="制度仍未印发",
        answer_by=clock.local_date().isoformat(),
    )
    return told


def test_a_visit_is_what_its_history_says(
    session: Session, visiting: Visiting, subtests: pytest.Subtests
) -> None:
    session.rollback()
    states = sorted(session.scalars(select(t.FollowUp.state)))
    assert states == ["failed", "open", "passed"]
    one = t.FollowUp.state == "open"
    done = t.FollowUp.state == "passed"
    extra = session.scalars(select(t.FollowUp).where(one)).one()
    copied = {column.key: getattr(extra, column.key) for column in t.FollowUp.__table__.columns}
    copied["id"] = visiting.id
    finds(
        session,
        subtests,
        "visits",
        {
            "another state": update(t.Visit).values(state="planned"),
            "another day": update(t.Visit).values(visited_on=None),
            "other findings": update(t.Visit).values(findings={}),
            "another opinion": update(t.Visit).values(opinion="都好"),
            "another letter": update(t.Visit).values(opinion_number="1"),
            "closed early": update(t.Visit).values(closed_at=clock.now()),
            "a visit elsewhere": update(t.Visit).values(
                enterprise_id=visiting.cast.one_person_firm_id
            ),
            "a lost visit": delete(t.Visit),
            "a lost follow-up": delete(t.FollowUp).where(one),
            "a follow-up nobody asked": insert(t.FollowUp).values(copied),
            "said to be passed": update(t.FollowUp).where(one).values(state="passed"),
            "other words": update(t.FollowUp).where(one).values(text="随便"),
            "more time": update(t.FollowUp).where(one).values(due_on=date(2031, 1, 1)),
            "another answer": update(t.FollowUp).where(done).values(answer="没有"),
            "checked by nobody": update(t.FollowUp).where(done).values(checked_by=None),
            "another enterprise": update(t.FollowUp)
            .where(one)
            .values(organisation_id=visiting.cast.one_person_firm_id),
        },
    )


def test_a_visit_called_off_is_right(session: Session, cast: Cast, tmp_path: Any) -> None:
    from engine.guidance import planning

    session.info["files"] = FileStore(tmp_path)
    told = Visiting(session, cast)
    execute(session, planning.cancel, told.id, reason="企业停产", actor=told.officer)
    assert [one for one in examined(session) if one.subject == "visits"] == []


def test_totals_of_score_sheets_are_those_of_their_items(
    session: Session, cast: Cast, subtests: pytest.Subtests
) -> None:
    scheme = execute(
        session, schemes.adopt, "district", "department", clock.local_date().year, actor=cast.office
    )
    execute(session, sheets.compute, scheme.id, actor=cast.office)
    session.rollback()
    assert session.scalars(select(t.ScoreSheet)).first() is not None
    finds(
        session,
        subtests,
        "scores",
        {
            "another total": update(t.ScoreSheet).values(total=1),
            "other items": update(t.ScoreSheet).values(items={"indicators": {}, "bonus": [
                {"points": 7}]}),
            "signed by nobody": update(t.ScoreSheet).values(state="signed"),
        },
    )  # fmt: skip


def test_self_checks_count_what_they_found(
    session: Session, cast: Cast, subtests: pytest.Subtests
) -> None:
    item = {"hazard": "通道堵塞", "version": 1}
    codes = ("A1", "A2", "A3")
    row = t.SelfCheck(
        organisation_id=cast.enterprise_id, id=cast.department_id, place="一号车间",
        items=[{"code": code, **item} for code in codes], results={},
        begun_at=clock.now(), begun_by=cast.verifier.user_id,
    )  # fmt: skip
    session.add(row)
    session.commit()
    said = {"A1": "ok", "A2": "hazard", "A3": "not_here"}
    results = {code: {"found": found, "note": "当场清走了"} for code, found in said.items()}
    check = cast.department_id
    execute(session, selfcheck.fill, check, results, actor=cast.verifier)
    assert [one for one in examined(session) if one.subject == "self-checks"] == []
    execute(session, selfcheck.sign, check, actor=cast.verifier)
    finds(
        session,
        subtests,
        "self-checks",
        {
            "fewer looked at": update(t.SelfCheck).values(looked_at=1),
            "no hazard": update(t.SelfCheck).values(hazards=0),
            "counted before it is signed": update(t.SelfCheck).values(signed_at=None),
            "another result": update(t.SelfCheck).values(
                results={**results, "A2": {"found": "ok", "note": ""}}
            ),
            "a result nobody asked": update(t.SelfCheck).values(
                results={**results, "B9": {"found": "ok", "note": ""}}
            ),
        },
    )


def test_a_typical_case_stands_where_its_history_says(
    session: Session, cast: Cast, subtests: pytest.Subtests, tmp_path: Any
) -> None:
    session.info["files"] = FileStore(tmp_path)
    Telling(session, cast).published()
    finds(
        session,
        subtests,
        "practices",
        {
            "another state": update(t.Practice).values(state="vetted", slug=None),
            "withdrawn, and still public": update(t.Practice).values(state="withdrawn"),
            "no address": update(t.Practice).values(slug=None),
            "words nobody agreed to": update(t.Practice).values(version=2),
            "a name nobody agreed to": update(t.Practice).values(is_named=True),
            "other points": update(t.Practice).values(scores={"total": 100}),
            "another level": update(t.Practice).values(level="nation"),
            "another hazard's": update(t.Practice).values(instance_id=cast.department_id),
        },
    )


def test_every_kind_of_finding_says_what_to_do() -> None:
    kinds = {
        "history", "seals", "state", "tasks", "votes", "timer", "services", "jobs", "ledger",
        "certificates", "files", "numbers", "vault", "returns", "campaigns", "visits", "scores",
        "self-checks", "practices", "complaints", "teams",
    }  # fmt: skip
    assert set(ADVICE) == kinds
    assert all(text.endswith(".") for text in ADVICE.values())
    assert doctor.advice_on("something new") == ""
