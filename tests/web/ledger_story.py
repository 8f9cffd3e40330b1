"""Two months of three enterprises, told for the pages and files that list and count them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from lxml import html
from sqlalchemy.orm import Session

from engine.clock import LOCAL_ZONE
from engine.coverage import evidence
from engine.store import writing
from tests.cast import Cast
from tests.histories import Pen, Told
from tests.web.visits import Client

OCTOBER = datetime(2026, 10, 12, 9, 0, tzinfo=LOCAL_ZONE)
NOVEMBER = datetime(2026, 11, 2, 8, 0, tzinfo=LOCAL_ZONE)
FORMULA = '=HYPERLINK("http://evil.example","奖金")'


def tell(session: Session, cast: Cast) -> dict[str, Told]:
    """Tell six hazards and a suggestion of 甲, one hazard of 丙 and one of the stranger's 乙."""
    # A server beside the test may write meanwhile: who reads first could not write any more.
    session.commit()
    with writing(session):
        told = _told(session, cast)
        session.commit()
    return told


def _told(session: Session, cast: Cast) -> dict[str, Told]:
    pen, own = Pen(session), cast.enterprise_id
    told = {
        "new": pen.case(own, NOVEMBER, description=FORMULA, place="二号仓库"),
        "late": pen.case(own, OCTOBER, description="护栏松动", place="屋顶", imminent=True),
        "waiting": pen.case(own, OCTOBER, description="地面油污", place="一号车间"),
        "closed": pen.case(own, OCTOBER, description="配电柜进水", place="一号车间"),
        "refused": pen.case(own, OCTOBER, description="看错了", place="门卫"),
        "sensed": pen.case(own, OCTOBER, description="烟感报警", source="iot"),
        "idea": pen.case(own, OCTOBER, kind="suggestion", description="加装镜子"),
        "small": pen.case(cast.one_person_firm_id, NOVEMBER, description="油烟管积油"),
        "strange": pen.case(cast.strange_enterprise_id, NOVEMBER, description="别家的"),
    }
    for name in ("late", "waiting", "closed", "sensed"):
        pen.register(told[name], OCTOBER, level="major" if name == "late" else "general")
    for name in ("small", "strange"):
        pen.register(told[name], NOVEMBER)
    pen.complete(told["late"], "plan", at=OCTOBER, due_on="2026-10-28")
    pen.complete(told["waiting"], "plan", at=OCTOBER, due_on="2026-11-06")
    pen.complete(told["waiting"], "rectify", at=NOVEMBER, category="environment")
    pen.close(told["closed"], NOVEMBER)
    paid = {"funding_line": "safety_expense", "rule_version": "reward_amount v3"}
    pen.reward(told["closed"], NOVEMBER, 20_050, until="paid", **paid)
    pen.reward(told["late"], OCTOBER, 30_000, until="received", method="cash")
    pen.reward(told["waiting"], OCTOBER, 10_000, until="proposed")
    pen.reward(told["strange"], NOVEMBER, 99_900)
    pen.tell(told["refused"], "report:dismissed", at=OCTOBER, finding="unfounded")
    pen.complete(told["idea"], "consider", at=NOVEMBER, adopted=True)
    _establish(session, cast)
    return told


def _establish(session: Session, cast: Cast) -> None:
    stated = {"established": date(2026, 10, 1), "implemented": date(2026, 10, 12)}
    for stage, on in stated.items():
        given = evidence.Given(kind="stated", on=on, title="此前填报", details={"stage": stage})
        evidence.add(session, cast.enterprise_id, given, by=None)


class Reading:
    """A page as somebody reads it."""

    def __init__(self, client: Client, path: str) -> None:
        answer = client.get(path)
        assert answer.status_code == 200, answer.text
        self.text = answer.text
        self.tree = html.fromstring(answer.text)

    def rows(self) -> list[list[str]]:
        """Give the texts of the first table's body, row by row."""
        table = self.tree.xpath("//main//table")[:1]
        found = table[0].xpath("./tbody/tr") if table else []
        return [[_said(cell) for cell in row] for row in found]

    def links(self, within: str = "//main") -> dict[str, str]:
        """Give address → what is said there."""
        return {a.get("href"): _said(a) for a in self.tree.xpath(f"{within}//a[@href]")}

    def equation(self) -> list[str]:
        """Give the terms of the balance as they are read."""
        return [_said(term) for term in self.tree.xpath("//ol[contains(@class, 'equation')]/li")]


def all_rows(client: Client, path: str) -> list[list[str]]:
    """Give the rows of a list, turning its pages to the end."""
    found: list[list[str]] = []
    while path:
        page = Reading(client, path)
        found += page.rows()
        path = next(iter(page.tree.xpath("//a[@rel='next']/@href")), "")
    return found


def _said(element: Any) -> str:
    return " ".join(" ".join(element.itertext()).split())
