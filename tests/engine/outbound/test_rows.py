"""What leaves for a platform: stable ids, codes and moments, what changed, and no person."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy.orm import Session

from engine import registry
from engine.clock import LOCAL_ZONE
from engine.errors import Invalid, InvalidAnswers, NotAllowed
from engine.outbound import mapping, rows
from engine.returns.profiles import read_profile
from engine.statistics import Page
from engine.store import Hazard, new_id
from tests.cast import Cast
from tests.engine.registry.district import firm, officer
from tests.histories import Pen

OCTOBER = datetime(2026, 10, 12, 9, 0, tzinfo=LOCAL_ZONE)
SECRETS = ("何安", "62520000", "张三", "配电箱", "柴油", "江湾路", "二号车间")
SAID = {
    "safety_name": "何安", "safety_phone": "021-62520000", "address": "江湾路 1 号",
    "oil_storage": "有", "oil_note": "柴油", "monitoring": "已接入",
    "monitored_since": "2026-01-05", "industry": "2614", "hazard_source": "四级",
    "monitored_by": "张三的平台",
}  # fmt: skip


@pytest.fixture
def told(session: Session, cast: Cast, clock: time_machine.Traveller) -> list[Any]:
    """Three hazards on the ledger, one of them closed; a report that is none yet; a suggestion."""
    registry.correct(session, cast.enterprise_id, SAID, actor=cast.office)
    registry.set_node(session, cast.town_id, {"region_code": "310105001"}, actor=cast.office)
    session.flush()
    pen = Pen(session)
    cases = [pen.case(cast.enterprise_id, OCTOBER, description="张三没关配电箱", place="二号车间")
             for _ in range(4)]  # fmt: skip
    for at, case in enumerate(cases[:3]):
        pen.register(case, OCTOBER + timedelta(hours=at), level="major" if at == 0 else "general")
    pen.close(cases[2], OCTOBER + timedelta(days=2))
    pen.case(cast.enterprise_id, OCTOBER, kind="suggestion")
    session.get_one(Hazard, (cast.enterprise_id, cases[0].id)).due_on = date(2026, 10, 20)
    session.flush()
    return cases


def everything(ask: Any, session: Session, actor: Any, **more: Any) -> list[Any]:
    def page(after: str | None) -> Page[Any]:
        found: Page[Any] = ask(session, actor=actor, after=after, limit=1, **more)
        return found

    return list(rows.every(page))


def test_open_hazards_leave_with_codes_and_without_words(
    session: Session, cast: Cast, told: list[Any]
) -> None:
    found = everything(rows.hazards, session, cast.office)
    assert {row["id"] for row in found} == {case.id for case in told[:2]}
    first = next(row for row in found if row["id"] == told[0].id)
    assert set(first) == set(rows.HAZARD_FIELDS)
    assert (first["enterprise_id"], first["level"]) == (cast.enterprise_id, "major")
    assert (first["region_code"], first["industry"]) == ("310105001", "C2614")
    assert (first["is_overdue"], first["registered_at"]) == (True, OCTOBER)
    firms = everything(rows.enterprises, session, cast.office)
    own = next(row for row in firms if row["id"] == cast.enterprise_id)
    assert set(own) == set(rows.ENTERPRISE_FIELDS)
    assert (own["monitoring"], own["monitored_since"]) == ("yes", date(2026, 1, 5))
    for what, all_rows in (("hazard", found), ("register", firms)):
        profile = mapping.read_folder(mapping.SHIPPED)[what]
        assert {column.field for column in profile.columns} <= set(all_rows[0])
        text = str([mapping.cells(profile, row) for row in all_rows]) + str(all_rows)
        assert [word for word in SECRETS if word in text] == []


def test_what_changed_since_is_told_with_what_was_closed(
    session: Session, cast: Cast, told: list[Any], clock: time_machine.Traveller
) -> None:
    since = OCTOBER + timedelta(days=1)
    (closed,) = everything(rows.hazards, session, cast.office, since=since)
    assert (closed["id"], closed["state"]) == (told[2].id, "closed")
    assert closed["updated_at"] == OCTOBER + timedelta(days=2)
    assert len(everything(rows.hazards, session, cast.office, since=OCTOBER)) == 3
    # Supervision ends without a moment of its own.
    Pen(session).tell(told[0], "major:struck_off", at=OCTOBER + timedelta(days=20))
    later = OCTOBER + timedelta(days=19)
    (major,) = everything(rows.hazards, session, cast.office, since=later)
    assert major["id"] == told[0].id
    # A general one that was rectified is sent back.
    pen, sent_back = Pen(session), OCTOBER + timedelta(days=24)
    pen.complete(told[1], "rectify", at=OCTOBER + timedelta(days=22))
    pen.complete(told[1], "accept", at=sent_back, result="failed")
    session.flush()
    (again,) = everything(rows.hazards, session, cast.office, since=OCTOBER + timedelta(days=23))
    assert (again["id"], again["state"], again["updated_at"]) == (told[1].id, "verified", sent_back)
    clock.move_to(datetime(2028, 1, 3, 9, tzinfo=LOCAL_ZONE))
    later = rows.next_since() + rows.MARGIN
    assert everything(rows.enterprises, session, cast.office, since=later) == []
    clock.shift(timedelta(minutes=1))
    # Who inherits the region of a node has changed with it.
    registry.set_node(session, cast.town_id, {"region_code": "310105002"}, actor=cast.office)
    session.flush()
    changed = everything(rows.enterprises, session, cast.office, since=later)
    assert {row["region_code"] for row in changed} == {"310105002"}
    assert cast.enterprise_id in {row["id"] for row in changed}


def test_only_those_above_fetch_and_only_what_they_see(
    session: Session, cast: Cast, told: list[Any]
) -> None:
    single = firm(session, "张三面馆", officer(cast.department_id, "department"))
    single.profile = {"legal_type": "self_employed"}
    session.flush()
    mine = everything(rows.enterprises, session, cast.office)
    assert next(row["name"] for row in mine if row["id"] == single.id) is None
    for actor in (cast.principal, cast.administrator, cast.reporter):
        with pytest.raises(NotAllowed):
            rows.hazards(session, actor=actor)
    strange = officer(new_id(), "department")
    assert everything(rows.hazards, session, strange) == []
    for wrong in ("x", f"{cast.enterprise_id.hex}", "a.b.c"):
        with pytest.raises(Invalid):
            rows.hazards(session, actor=cast.office, after=wrong)
    for wrong in ("", "gestern", "2026-11-02T01:00:00", "0001-01-01", "9" * 40):
        with pytest.raises(Invalid):
            rows.read_since(wrong)
    assert rows.read_since("2026-11-02T01:00:00 08:00").utcoffset() == timedelta(hours=8)
    assert rows.read_since("2026-11-02") == datetime(2026, 11, 2, tzinfo=LOCAL_ZONE)


def test_a_mapping_file_is_judged_by_what_its_rows_are(tmp_path: Any) -> None:
    column = '[[columns]]\nheading = "h"\nfield = "{}"\nformat = "{}"\n'
    head = 'key = "own"\nname = "自己的"\nrows = "hazard"\n'
    file = tmp_path / "own.toml"
    for content, fits in (
        (head + column.format("updated_at", "YYYY-MM-DD HH:mm:ss"), True),
        (head + column.format("description", "text"), False),
        (head + column.format("updated_at", "number"), False),
        (head.replace("hazard", "unit") + column.format("month", "YYYY-MM"), False),
    ):
        file.write_text(content, "utf-8")
        if fits:
            assert list(mapping.read_folder(tmp_path)) == ["hazard"]
            continue
        with pytest.raises(InvalidAnswers) as refused:
            mapping.read_folder(tmp_path)
        assert list(refused.value.errors) == ["own.toml"]
    # A return cannot be exported so.
    with pytest.raises(InvalidAnswers):
        read_profile((head + column.format("id", "text")).encode())
    file.unlink()
    with pytest.raises(InvalidAnswers):
        mapping.read_folder(tmp_path)
