"""Organisations are scored by schemes that are data, from figures nobody typed."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event, insert
from sqlalchemy.orm import Session

from engine import clock
from engine.commands import execute
from engine.definitions.scoring_files import scoring_files
from engine.errors import Conflict, Invalid, InvalidAnswers, NotAllowed, NotFound
from engine.scoring import rules, schemes, sheets
from engine.scoring.writing import to_text
from engine.store import new_id
from engine.store import tables as t
from tests.cast import Cast

YEAR = clock.local_date().year
SCHEME = """
key = "district"
name = { zh = "自定办法", en = "Ours" }
kinds = ["department"]
[bonus]
most = 2.5
name = { zh = "创新", en = "New" }
[[indicators]]
key = "closed"
value = "closed_rate"
weight = 60
rule = "share"
full = 80
name = { zh = "销号率", en = "Closed" }
[[indicators]]
key = "overdue"
value = "overdue_count"
weight = 40
rule = "deduct"
each = 10
name = { zh = "逾期", en = "Overdue" }
"""
ROOT = Path(__file__).parents[2]

#: The others say nothing that a database could say otherwise.
on_sqlite = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


def month(session: Session, enterprise: UUID, **counters: int) -> None:
    """Let an enterprise have counted so much this year."""
    row = {"organisation_id": enterprise, "month": f"{YEAR}-01", **counters}
    session.execute(insert(t.Month), [row])
    session.commit()


def district(session: Session, cast: Cast) -> UUID:
    """Adopt the district's scheme for departments and change it to SCHEME."""
    first = execute(session, schemes.adopt, "district", "department", YEAR, actor=cast.office)
    second = execute(session, schemes.change, first.id, SCHEME, actor=cast.office)
    assert (first.version, second.version) == (1, 2)
    return UUID(str(second.id))


def test_what_is_shipped_can_be_read_and_adds_up_to_a_hundred() -> None:
    found = {one.key: one for one in schemes.shipped()}
    assert set(found) == {"district", "inspection", "city", "enterprise"}
    for scheme in found.values():
        assert scheme.most == 100_00, scheme.key
        assert all(one.name.en != one.name.zh for one in scheme.indicators)
    assert "indicators" not in scoring_files()["cases"]


@given(
    value=st.none() | st.integers(0, 10**6),
    rule=st.sampled_from(rules.RULES),
    weight=st.integers(1, 10_000),
)
def test_points_lie_between_nothing_and_the_weight(
    value: int | None, rule: str, weight: int
) -> None:
    name = rules.Message("指标", "Indicator")
    one = rules.Indicator(
        "a", name, "closed_rate", weight, rule, steps=((9_000, weight), (100, weight // 2)), each=50
    )
    assert 0 <= rules.points(one, value) <= weight
    if rule != "deduct" and value is not None:
        assert rules.points(one, value) <= rules.points(one, value + 1)


def test_a_department_is_scored_from_its_enterprises(session: Session, cast: Cast) -> None:
    month(session, cast.enterprise_id, verified=10, closed=6)
    month(session, cast.strange_enterprise_id, verified=10, closed=0)
    scheme = district(session, cast)
    assert execute(session, sheets.compute, scheme, actor=cast.office) == 1
    (sheet,) = sheets.ranking(session, scheme, actor=cast.office)
    assert sheet.name == "区应急管理局"
    closed = sheet.items["indicators"]["closed"]
    # Six of ten is 60 %, three quarters of the 80 % asked for.
    assert (closed["part"], closed["whole"], closed["value"]) == (6, 10, 6_000)
    assert closed["points"] == 45_00
    assert sheet.total == 85_00


@on_sqlite
def test_a_bonus_has_a_reason_and_a_bound(session: Session, cast: Cast) -> None:
    scheme = district(session, cast)
    execute(session, sheets.compute, scheme, actor=cast.office)
    total = sheets.ranking(session, scheme, actor=cast.office)[0].total
    scored = cast.department_id
    for points, reason in (("3", "全市推广"), ("0", "全市推广"), ("1", ""), ("一", "全市推广")):
        with pytest.raises(InvalidAnswers):
            execute(
                session, sheets.add_bonus, scheme, scored, points=points, reason=reason,
                actor=cast.office,
            )  # fmt: skip
    execute(
        session, sheets.add_bonus, scheme, scored, points="2", reason="全市推广的做法",
        actor=cast.office,
    )  # fmt: skip
    # Computing anew keeps what a person added.
    execute(session, sheets.compute, scheme, actor=cast.office)
    (sheet,) = sheets.ranking(session, scheme, actor=cast.office)
    assert sheet.total == total + 2_00
    assert sheet.items["bonus"][0]["name"] == "安主"
    execute(session, sheets.take_bonus, scheme, scored, 0, actor=cast.office)
    assert sheets.ranking(session, scheme, actor=cast.office)[0].total == total


@on_sqlite
def test_a_signed_sheet_stays_and_is_shown_to_whom_it_scores(session: Session, cast: Cast) -> None:
    scheme = district(session, cast)
    execute(session, sheets.compute, scheme, actor=cast.office)
    scored = cast.department_id
    with pytest.raises(NotFound):
        sheets.get(session, scheme, scored, actor=cast.officer)
    execute(session, sheets.sign, scheme, scored, actor=cast.office)
    before = sheets.get(session, scheme, scored, actor=cast.officer)
    month(session, cast.enterprise_id, verified=10, closed=0)
    assert execute(session, sheets.compute, scheme, actor=cast.office) == 0
    after = sheets.get(session, scheme, scored, actor=cast.officer)
    assert (after.items, after.total) == (before.items, before.total)
    assert [one.scheme_id for one in sheets.of_own(session, actor=cast.officer)] == [scheme]
    for again in (sheets.sign,):
        with pytest.raises(Conflict):
            execute(session, again, scheme, scored, actor=cast.office)
    with pytest.raises(NotFound):
        sheets.get(session, scheme, scored, actor=cast.town)


@on_sqlite
def test_who_may_score(session: Session, cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        execute(session, schemes.adopt, "district", "department", YEAR, actor=cast.officer)
    with pytest.raises(NotFound):
        execute(session, schemes.adopt, "cases", "department", YEAR, actor=cast.office)
    with pytest.raises(NotFound):
        execute(session, schemes.adopt, "enterprise", "department", YEAR, actor=cast.office)
    scheme = district(session, cast)
    with pytest.raises(Conflict):
        execute(session, schemes.adopt, "district", "department", YEAR, actor=cast.office)
    with pytest.raises(NotFound):
        execute(session, sheets.compute, scheme, actor=cast.officer)
    for wrong in ("key = 1 =", SCHEME.replace("closed_rate", "guessed"), "key = 'district'"):
        with pytest.raises(Invalid):
            execute(session, schemes.change, scheme, wrong, actor=cast.office)


def test_an_enterprise_is_scored_when_it_is_named(session: Session, cast: Cast) -> None:
    month(session, cast.enterprise_id, verified=4, closed=4, reported=6)
    made = execute(session, schemes.adopt, "enterprise", "enterprise", YEAR, actor=cast.office)
    with pytest.raises(Invalid):
        execute(session, sheets.compute, made.id, actor=cast.office)
    named = [cast.enterprise_id, cast.strange_enterprise_id]
    count = execute(session, sheets.compute, made.id, actor=cast.office, scored_ids=named)
    assert count == 1
    (sheet,) = sheets.ranking(session, made.id, actor=cast.office)
    indicators = sheet.items["indicators"]
    assert indicators["closed"]["points"] == 20_00
    assert (indicators["established"]["value"], indicators["established"]["points"]) == (0, 0)


def test_computing_asks_as_much_for_many_as_for_one(session: Session, cast: Cast) -> None:
    scheme = district(session, cast)
    counts = []
    for round_ in range(2):
        asked: list[str] = []
        listener = lambda *args: asked.append(args[2])  # noqa: E731, B023
        bind = session.get_bind()
        event.listen(bind, "before_cursor_execute", listener)
        execute(session, sheets.compute, scheme, actor=cast.office)
        event.remove(bind, "before_cursor_execute", listener)
        counts.append(len(asked))
        for number in range(5 if round_ == 0 else 0):
            session.add(
                t.Organisation(
                    id=new_id(),
                    kind="department",
                    name=f"第{number}局",
                    code=f"DD{number}",
                    created_at=clock.now(),
                    sector="general",
                    parent_id=cast.office_id,
                )
            )
        session.commit()
    assert counts[1] == counts[0]


@pytest.mark.parametrize("key", ["district", "inspection", "city", "enterprise"])
def test_a_scheme_is_written_as_it_is_read(key: str) -> None:
    content = scoring_files()[key]
    assert rules.read(rules.parse(to_text(content))) == rules.read(content)


@pytest.mark.parametrize(
    "change",
    [
        ("most = 2.5", "most = 2.5\nsince = 2026-01-01\nlimit = nan"),
        ('[bonus]\nmost = 2.5\nname = { zh = "创新", en = "New" }\n', "[bonus]\n"),
        ('"Closed"', '"Clo\\u0000sed"'),
        ('zh = "逾期"', "zh = 7"),
        ('["department"]', '["department", 7]'),
    ],
)
def test_what_a_scheme_does_not_need_is_not_kept(change: tuple[str, str]) -> None:
    """Whatever is kept can be stored, and be written out to be changed again."""
    content = rules.parse(SCHEME.replace(*change))
    assert rules.parse(to_text(content)) == content
    assert "\0" not in repr(content)


@pytest.mark.parametrize("text", ["x = " + "[" * 9000, "x = 1" + "0" * 9000])
def test_a_scheme_without_end_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        rules.parse(text)
