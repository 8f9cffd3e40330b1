"""Pages of standards that end and of monitoring: figures, their enterprises, files, the entry."""

from __future__ import annotations

import csv
from io import StringIO

import pytest
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.commands import execute
from engine.registry import correct
from engine.store import Organisation
from tests.cast import Cast
from tests.web.ledger_story import Reading
from tests.web.visits import Client

pytestmark = [
    pytest.mark.usefixtures("clock"),
]

SAID = {
    "name": "=甲机械", "sector": "工贸", "standard_sector": "化工", "standard_grade": "二级",
    "standard_until": "2026-11-01", "hazard_source": "四级", "oil_storage": "有",
    "oil_note": "柴油 2 立方米", "monitoring": "部分接入", "monitored_since": "2026-01-05",
    "monitored_by": "市监测平台", "safety_name": "何安", "safety_phone": "021-62520000",
    "legal_type": "self_employed",
}  # fmt: skip


@pytest.fixture
def office(client: Client, cast: Cast, session: Session) -> Client:
    """The browser of the district's office, after it said all of an enterprise."""
    execute(session, correct, cast.enterprise_id, SAID, actor=cast.office)
    client.sign_in(cast.office)
    return client


def rows_of(client: Client, path: str) -> list[list[str]]:
    return list(csv.reader(StringIO(client.get(path).data.decode("utf-8-sig"))))


def test_numbers_open_their_enterprises_with_stage_score_and_contact(office: Client) -> None:
    for what, count, words in (
        ("standards", "expired", ("已过期", "化工（含石油化工）", "二级", "何安", "021-62520000")),
        ("monitoring", "partly", ("部分接入", "四级", "柴油 2 立方米", "2026-01-05", "市监测平台")),
    ):
        board = Reading(office, f"/registry/{what}")
        links = [one for one in board.links() if f"count={count}" in one and "key=" in one]
        assert links, what
        listed = Reading(office, links[0])
        assert "=甲机械" in listed.text
        for word in words:
            assert word in listed.text, word
    assert f"/registry/{'monitoring'}" in Reading(office, "/coverage").text
    assert office.get("/registry/standards?by=owner").status_code == 404
    assert office.get("/registry/standards/units?count=x").status_code == 404
    for odd in ("key=x", "after=x", "sector=x", "count=soon&after=x.y"):
        assert office.get(f"/registry/standards/units?{odd}").status_code in (200, 422), odd


def test_files_say_the_same_and_run_no_formula(office: Client, cast: Cast) -> None:
    (head, *_, foot) = rows_of(office, "/registry/monitoring.csv?by=source")
    assert head[:3] == ["名称", "应监测", "已接入"]
    assert foot == ["合计", "1", "0", "1", "0", "0", "0.0"]
    (head, one) = rows_of(office, "/registry/standards/units.csv?count=expired")
    told = dict(zip(head, one, strict=True))
    assert told["单位名称"] == "'=甲机械"
    assert (told["标准化行业"], told["有效期至"]) == ("化工（含石油化工）", "2026-11-01")
    assert (told["机制阶段"], told["机制得分"], told["联系人"]) == ("未建", "", "何安")
    for path in ("standards.xlsx", "monitoring/units.xlsx?count=partly"):
        assert office.get(f"/registry/{path}").data.startswith(b"PK")
    assert office.get("/registry/standards.pdf").status_code in (200, 404)
    assert office.get("/registry/standards.exe").status_code == 404


def test_an_enterprise_sees_its_own_and_who_reads_figures_sees_no_contact(
    office: Client, cast: Cast, session: Session, observer: Actor
) -> None:
    assert "2026-11-01（已过期）" in office.get(f"/registry/{cast.enterprise_id}").text
    office.sign_in(cast.principal)
    own = Reading(office, office.get("/registry/standards").headers["Location"])
    assert "已过期" in own.text
    assert len(own.rows()) == 1
    assert len(rows_of(office, "/registry/standards/units.csv")) == 2
    office.sign_in(observer)
    assert "何安" not in office.get("/registry/standards/units").text
    assert "联系人" not in rows_of(office, "/registry/standards/units.csv")[0]
    kept = session.get_one(Organisation, cast.enterprise_id)
    assert kept.standard_sector == "chemical"
