"""Migration 0020: what was given instead of money is no longer counted as if it had been paid."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from engine import statistics
from engine.store import earlier_rewards
from engine.store import tables as t
from tests.cast import Cast
from tests.histories import Pen

pytestmark = pytest.mark.usefixtures("clock")
EARLY = datetime(2026, 9, 2, 1, 0, tzinfo=UTC)
# In China it is the next month already.
LATE = datetime(2026, 9, 30, 17, 0, tzinfo=UTC)


@pytest.fixture
def before(session: Session, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Session:
    """Ledgers and months as version 0012 kept them, of rewards of every kind."""
    monkeypatch.setattr(earlier_rewards, "_CHUNK", 2)
    pen = Pen(session)
    for owner in (cast.enterprise_id, cast.one_person_firm_id):
        told = pen.case(owner, EARLY)
        given = [
            (EARLY, 500, None), (EARLY, 900, "goods"), (EARLY, 300, "points"),
            (EARLY, 400, "cash"), (LATE, 700, "points"), (LATE, 800, "honour"),
        ]  # fmt: skip
        for number, (at, fen, method) in enumerate(given):
            facts = {"number": f"JL-{owner.hex[-4:]}-{number}"}
            pen.tell(told, "reward:proposed", at=at, computed_fen=fen, **facts)
            pen.tell(told, "reward:approved", at=at, approved_fen=fen, **facts)
            pen.tell(told, "reward:paid", at=at, paid_fen=fen, method=method, **facts)
            if number % 2 or method == "honour":
                pen.tell(told, "reward:received", at=LATE, **facts)
        september, october = (500 + 900 + 300 + 400, 900), (700 + 800, 800)
        for month, (fen, most) in (("2026-09", september), ("2026-10", october)):
            kept = {"paid_fen": fen, "max_paid_fen": most}
            kept |= dict.fromkeys(("noncash_fen", "noncash_count", "max_noncash_fen"), 0)
            if month == "2026-10":
                kept["received_fen"] = 900 + 400 + 800
            session.execute(
                update(t.Month)
                .where(t.Month.organisation_id == owner, t.Month.month == month)
                .values(**kept)
            )
    session.execute(update(t.Reward).values(paid_fen=t.Reward.approved_fen, noncash_fen=None))
    session.commit()
    return session


def test_what_was_no_money_is_counted_apart_and_the_recount_agrees(
    before: Session, cast: Cast
) -> None:
    session = before
    assert statistics.recount(session).differences != []
    was = _all(session)
    for _again in range(2):
        earlier_rewards.count_apart(session.connection())
        session.commit()
        assert statistics.recount(session).differences == []
    month = session.get_one(t.Month, (cast.enterprise_id, "2026-09"))
    assert (month.paid_fen, month.max_paid_fen) == (900, 500)
    assert (month.noncash_fen, month.noncash_count, month.max_noncash_fen) == (1_200, 2, 900)
    later = session.get_one(t.Month, (cast.enterprise_id, "2026-10"))
    # An honour has no price; what was approved for it stays approved.
    assert (later.paid_fen, later.max_paid_fen, later.noncash_fen) == (0, 0, 700)
    assert (later.received_fen, later.approved_fen) == (900 + 400, 1_500)
    earlier_rewards.count_together(session.connection())
    session.commit()
    now = _all(session)
    assert now["2026-09"] == was["2026-09"]
    assert now["2026-10"] == (700, 700)


def _all(session: Session) -> dict[str, tuple[int, int]]:
    session.expire_all()
    rows = session.query(t.Month).all()
    return {row.month: (row.paid_fen, row.max_paid_fen) for row in rows}
