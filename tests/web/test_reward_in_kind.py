"""Finance gives points or goods instead of money: asked for, kept, shown and certified as such."""

from __future__ import annotations

import csv
import io

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import jobs
from engine.store import Certificate
from tests import readers
from tests.cast import Cast
from tests.engine.stories import open_task
from tests.loop import Loop
from tests.web.doing import Doer
from tests.web.told_cases import begun, planned, text_of
from tests.web.visits import Client
from web import db, papers
from web.config import Config

pytestmark = pytest.mark.usefixtures("clock")
ENTRY = {"paid_on": "2026-11-05", "voucher": "分-12"}


@pytest.fixture
def approved(session: Session, cast: Cast, config: Config) -> Loop:
    """A reward of 200 yuan waits for finance."""
    loop = planned(begun(session, cast, config))
    loop.does("approver", "approve_reward", approved=True, amount="200.50")
    return loop


def test_points_are_worked_out_kept_apart_and_certified(
    app: Flask, session: Session, cast: Cast, approved: Loop
) -> None:
    finance = Doer(Client(app), cast.finance).open(open_task(session, approved.id, "pay_reward"))
    # What is asked depends on how it is given; what was typed stays.
    answer = finance.send(**ENTRY, method="goods", gift=" ")
    assert answer.status_code == 422
    assert finance.value("voucher") == "分-12"
    assert finance.send(**ENTRY, method="points", points_rate="0").status_code == 422
    assert finance.send(**ENTRY, method="points", points_rate="25").status_code == 302

    reader = Client(app)
    reader.sign_in(cast.principal)
    said = "积分 5,013 分（25 分折 1 元，折 ¥200.50）"
    for path in ("/rewards", f"/cases/{approved.id}"):
        assert said in text_of(reader, path), path
    assert "非现金 1 件，折 ¥200.50" in text_of(reader, "/statistics")
    row = next(csv.DictReader(io.StringIO(reader.get("/rewards.csv").text.lstrip("\ufeff"))))
    names = ("发放金额（元）", "发放方式", "非现金折值（元）", "积分", "每元折积分")
    assert [row[name] for name in names] == ["0.00", "积分", "200.50", "5013", "25"]

    reporter = Client(app)
    reporter.sign_in(cast.reporter)
    page = text_of(reporter, f"/reports/{approved.id}")
    assert "您的报告奖励（积分 5,013 分）已发放" in page
    assert said in page

    certificate = _certificate(app)
    assert "决定给予奖励积分5013分" in certificate
    for money in ("人民币", "¥", "元整", "200.50"):
        assert money not in certificate


def test_goods_stand_on_the_certificate_by_their_name(
    app: Flask, session: Session, approved: Loop
) -> None:
    # Nothing was paid, so nothing is charged anywhere.
    approved.does("finance", "pay_reward", **ENTRY, method="leave", gift="调休一天")
    assert "决定给予休假奖励「调休一天」" in _certificate(app)


def _certificate(app: Flask) -> str:
    with app.app_context():
        while jobs.run_due(db.session()):
            pass
        row = db.session().scalars(select(Certificate).where(Certificate.kind == "reward")).one()
        return readers.text(papers.paper(db.session(), row) or b"")
