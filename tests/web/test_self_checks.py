"""Self-checks: a round through the list; what is found goes the way of every report (R-53)."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import doctor, instances, selfcheck
from engine.actors import Actor
from engine.commands import execute
from engine.errors import Conflict, InvalidAnswers, NotAllowed, NotFound
from engine.hazards.counts import HUMAN_SOURCES
from engine.store import Hazard, Instance
from engine.store import tables as t
from tests.cast import Cast
from tests.engine.accounts.photos import photo
from tests.processes.player import REPORT
from tests.web.reporting import Report, deploy
from tests.web.test_api import Client as Api
from tests.web.visits import Client

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def codes(session: Session, cast: Cast) -> list[str]:
    """The first items of the list that 甲 has."""
    deploy(session, cast.enterprise_id)
    found = sorted(selfcheck.items(session, actor=cast.rectifier))[:3]
    session.rollback()
    return found


def begun(session: Session, codes: list[str], actor: Actor) -> Any:
    return execute(session, selfcheck.begin, " 一号  车间 ", codes, actor=actor)


def test_all_clear_is_a_record(session: Session, cast: Cast, codes: list[str]) -> None:
    check = begun(session, codes, cast.reporter)
    results = {code: {"found": "ok", "note": ""} for code in codes[:2]}
    execute(session, selfcheck.fill, check, results, actor=cast.reporter)
    with pytest.raises(InvalidAnswers) as refused:
        execute(session, selfcheck.sign, check, actor=cast.reporter)
    assert set(refused.value.errors) == {codes[2]}
    last = {codes[2]: {"found": "not_here", "note": "没有这种设备"}}
    execute(session, selfcheck.fill, check, last, actor=cast.reporter)
    execute(session, selfcheck.sign, check, actor=cast.reporter)
    row, entries = selfcheck.show(session, check, actor=cast.verifier)
    assert (row.place, row.looked_at, row.hazards) == ("一号 车间", 2, 0)
    assert [one.found for one in entries] == ["ok", "ok", "not_here"]
    for step in (selfcheck.sign, lambda *a, **k: selfcheck.fill(a[0], a[1], {}, **k)):
        with pytest.raises(Conflict):
            execute(session, step, check, actor=cast.reporter)


def test_a_hazard_is_reported_or_accounted_for(
    session: Session, cast: Cast, codes: list[str]
) -> None:
    check = begun(session, codes[:1], cast.rectifier)
    said = {codes[0]: {"found": "hazard", "note": ""}}
    execute(session, selfcheck.fill, check, said, actor=cast.rectifier)
    with pytest.raises(InvalidAnswers):
        execute(session, selfcheck.sign, check, actor=cast.rectifier)
    said = {codes[0]: {"found": "hazard", "note": "当场消除：把杂物搬走了"}}
    execute(session, selfcheck.fill, check, said, actor=cast.rectifier)
    execute(session, selfcheck.sign, check, actor=cast.rectifier)
    row, _ = selfcheck.show(session, check, actor=cast.rectifier)
    assert (row.signed_at is not None, row.hazards) == (True, 1)


def test_what_is_wrong_is_said_where_it_is(session: Session, cast: Cast, codes: list[str]) -> None:
    for place, chosen, field in (
        ("", codes, "place"), ("车间", [], "codes"), ("车间", ["NIX-1"], "codes"),
        ("车间", [f"X-{n}" for n in range(99)], "codes"),
    ):  # fmt: skip
        with pytest.raises(InvalidAnswers) as refused:
            execute(session, selfcheck.begin, place, chosen, actor=cast.reporter)
        assert field in refused.value.errors
    check = begun(session, codes, cast.reporter)
    for wrong in ({"found": "maybe", "note": ""}, {"found": "ok", "note": "长" * 301}):
        with pytest.raises(InvalidAnswers):
            execute(session, selfcheck.fill, check, {codes[0]: wrong}, actor=cast.reporter)


def test_only_who_checks_fills_and_only_handlers_see_others(
    session: Session, cast: Cast, codes: list[str]
) -> None:
    check = begun(session, codes, cast.reporter)
    with pytest.raises(NotFound):
        execute(session, selfcheck.fill, check, {}, actor=cast.verifier)
    assert selfcheck.show(session, check, actor=cast.verifier)
    theirs = begun(session, codes, cast.verifier)
    with pytest.raises(NotFound):
        selfcheck.show(session, theirs, actor=cast.reporter)
    assert [row.id for row in selfcheck.listed(session, actor=cast.reporter).items] == [check]
    assert len(selfcheck.listed(session, actor=cast.verifier).items) == 2
    for stranger in (cast.stranger, cast.officer, cast.administrator):
        with pytest.raises((NotFound, NotAllowed)):
            selfcheck.show(session, check, actor=stranger)


def test_an_item_is_reported_from_its_round_once(
    session: Session, client: Client, cast: Cast, codes: list[str]
) -> None:
    client.sign_in(cast.reporter)
    answer = client.submit("/checks/new", {"place": "一号车间", "code": codes[:2]})
    round_page = answer.headers["Location"]
    note = {f"note-{codes[0]}": "护栏松了", "go": f"report:{codes[0]}"}
    there = client.submit(round_page, note).headers["Location"]
    report = Report(client, there)
    assert "您想怎样署名" not in report.answer.text
    report.take(photo()).write(description="护栏松了，一推就晃").press("next")
    while not report.answer.location:
        report.press("send" if "report-go" in report.answer.text and "发送" in report.answer.text
                     else "next")  # fmt: skip
    session.rollback()
    (case,) = session.scalars(select(Instance)).all()
    known = instances.read_data(session, case)
    assert (known["place"], known["checklist_item"]) == ("一号车间", codes[0])
    hazard = session.scalars(select(Hazard)).one()
    assert (hazard.source, hazard.source in HUMAN_SOURCES) == ("self_check", True)
    assert client.get(there).status_code == 409
    page = client.get(round_page).get_data(as_text=True)
    assert case.number in page
    assert client.get(f"/reports/{case.id}").status_code == 200
    done = client.submit(round_page, {f"found-{codes[1]}": "ok", "go": "sign"})
    assert done.status_code == 303
    session.rollback()
    session.expire_all()
    row = session.scalars(select(t.SelfCheck)).one()
    assert (row.looked_at, row.hazards) == (2, 1)
    assert list(doctor.examine(session)) == []


def test_no_program_puts_a_case_into_a_signed_round(
    session: Session, client: Client, cast: Cast, codes: list[str]
) -> None:
    check = begun(session, codes[:1], cast.reporter)
    said = {codes[0]: {"found": "ok", "note": ""}}
    execute(session, selfcheck.fill, check, said, actor=cast.reporter)
    execute(session, selfcheck.sign, check, actor=cast.reporter)
    key = selfcheck.business_key(check, codes[0])
    asked = {"definition_key": "hazard_report", "answers": REPORT, "business_key": key}
    refused = Api(client, session, cast.verifier).post("/instances", asked)
    assert (refused.status_code, set(refused.get_json()["errors"])) == (422, {"business_key"})
    session.rollback()
    _row, (entry,) = selfcheck.show(session, check, actor=cast.verifier)
    assert (entry.found, entry.instance_id) == ("ok", None)


def test_nothing_typed_is_lost(client: Client, cast: Cast, codes: list[str]) -> None:
    client.sign_in(cast.reporter)
    refused = client.submit("/checks/new", {"place": "", "code": codes[:2]})
    assert refused.status_code == 422
    assert refused.get_data(as_text=True).count(" checked") == 2
    page = client.submit("/checks/new", {"place": "车间", "code": codes[:2]}).headers["Location"]
    said = {f"found-{codes[0]}": "ok", f"note-{codes[1]}": "灯不亮", "go": "sign"}
    refused = client.submit(page, said)
    assert refused.status_code == 422
    assert "灯不亮" in refused.get_data(as_text=True)
    assert "还没有检查" in refused.get_data(as_text=True)
    assert client.get("/checks/items").status_code == 200
