"""What lies beside a report that is verified: what it may repeat, its items, how good it is."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from engine import lookalikes
from engine.hazards.quality import quality_of
from engine.store import Instance
from tests.cast import Cast
from tests.engine import stories
from tests.engine.accounts.photos import photo
from tests.processes.player import CONFIRMED, REPORT
from tests.web.reporting import Report, deploy, poster
from tests.web.visits import Client

pytestmark = pytest.mark.usefixtures("clock")
WORDS = {**REPORT, "kind": "hazard", "photos_before": [], "place": "二号车间"}


def report(session: Session, cast: Cast, **more: Any) -> UUID:
    """Report something and take it on."""
    answers = {**WORDS, **more}
    case = stories.begin(session, cast.reporter, "hazard_report", answers=answers)
    stories.do(session, cast.verifier, case, "acknowledge")
    return case


def page_of(client: Client, session: Session, cast: Cast, case: UUID) -> str:
    """Open the task of verifying as the verifier."""
    client.sign_in(cast.verifier)
    return client.get(f"/tasks/{stories.open_task(session, case, 'verify')}").text


def number_of(session: Session, case: UUID) -> str:
    """Give the number of a case's report."""
    session.rollback()
    found = session.query(Instance).filter(Instance.id == case).one()
    return found.number


def test_what_may_be_the_same_is_listed_and_offered_as_a_choice(
    client: Client, session: Session, cast: Cast
) -> None:
    deploy(session, cast.enterprise_id)
    same = report(session, cast, description="配电柜进水，柜门坏了")
    elsewhere = report(session, cast, place="仓库", description="配电柜进水")
    item = report(session, cast, place="门口", checklist_item="GEN-04", description="门锁住了")
    closed = report(session, cast, description="早就处理过")
    stories.do(session, cast.verifier, closed, "verify", finding="unfounded", finding_note="没有")
    case = report(session, cast, checklist_item="GEN-04", description="配电柜里有水")
    page = page_of(client, session, cast, case)
    listed = page[page.index("可能重复的隐患") :]
    numbers = {name: number_of(session, one) for name, one in locals().copy().items()
               if isinstance(one, UUID)}  # fmt: skip
    assert f'<option value="{numbers["same"]}">' in page
    assert f'href="/cases/{same}"' in listed
    assert f'href="/cases/{item}"' in listed
    for other in (elsewhere, closed, case):
        assert f'<a class="code" href="/cases/{other}"' not in page
    # The choice is what is kept.
    stories.do(
        session, cast.verifier, case, "verify", finding="duplicate", duplicate_of=numbers["same"]
    )


def test_the_likeliest_comes_first_and_one_statement_finds_it(session: Session, cast: Cast) -> None:
    deploy(session, cast.enterprise_id)
    for words in ("灯坏了", "配电柜进水", "地面有油"):
        report(session, cast, description=words)
    both = report(session, cast, checklist_item="GEN-04", description="门锁住了")
    case = report(session, cast, checklist_item="GEN-04", description="配电柜进水了")
    row = session.query(Instance).filter(Instance.id == case).one()
    known = {"place": "二号车间", "checklist_item": "GEN-04", "description": "配电柜进水了"}
    found = lookalikes.open_like(session, known, row)
    assert found[0].instance_id == both
    assert found[1].description == "配电柜进水"
    assert len(found) == 4
    assert lookalikes.open_like(session, {"description": "配电柜进水了"}, row) == []


def test_items_that_resemble_it_are_listed_until_one_is_cited(
    client: Client, session: Session, cast: Cast
) -> None:
    deploy(session, cast.enterprise_id)
    case = report(session, cast, description="安全出口堆了纸箱")
    page = page_of(client, session, cast, case)
    assert "清单里相近的条目" in page
    cited = report(session, cast, description="安全出口堆了纸箱", checklist_item="GEN-04")
    page = page_of(client, session, cast, cited)
    assert "清单里相近的条目" not in page
    # Class and basis of the item it cites stand in the form already.
    basis = page[page.index('name="basis"') :][:400]
    assert "安全生产法" in basis


def test_quality_is_proposed_with_its_reasons_and_decided_by_the_verifier(
    client: Client, session: Session, cast: Cast
) -> None:
    deploy(session, cast.enterprise_id)
    place = poster(session, cast)
    good = Report(client, f"/r/{place.code}")
    good.take(photo()).write(description="门坏了", suggestion="换一扇门").press("quick")
    session.rollback()
    case = session.query(Instance).one().id
    stories.do(session, cast.verifier, case, "acknowledge")
    page = page_of(client, session, cast, case)
    assert "报告质量建议" in page
    assert "建议：好" in page
    # It is a proposal: the form still says what it said.
    assert 'value="normal" selected' in page or 'selected value="normal"' in page
    stories.do(session, cast.verifier, case, "verify", **{**CONFIRMED, "report_quality": "normal"})


def test_facts_make_the_quality() -> None:
    assert quality_of({}).proposed == "normal"
    assert quality_of({"photos_before": ["x"], "part": "东侧"}).score == 2
    assert quality_of({"photos_before": ["x"], "part": "东侧", "suggestion": " "}).score == 2
    whole = quality_of({"photos_before": ["x"], "equipment": "3 号", "checklist_item": "GEN-04"})
    assert (whole.score, whole.proposed) == (3, "good")
