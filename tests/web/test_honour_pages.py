"""Honours on the pages: proposed, decided, agreed to, printed, checked by anybody."""

from __future__ import annotations

from io import BytesIO

import openpyxl
import pytest
from flask import Flask
from sqlalchemy.orm import Session

from engine import safety_record
from engine.commands import execute
from tests import readers
from tests.cast import Cast
from tests.web.told_cases import text_of
from tests.web.visits import Client

pytestmark = pytest.mark.usefixtures("clock")
WORDS = {"title": "安全之星", "reason": "巡检细，报告及时", "reward": "奖金 500 元"}


def as_(app: Flask, actor: object) -> Client:
    """Open a browser of somebody's."""
    client = Client(app)
    client.sign_in(actor)  # type: ignore[arg-type]
    return client


def given(app: Flask, cast: Cast) -> str:
    """Let 包晓 be proposed, decided on and agree; give the address of the honour."""
    union = as_(app, cast.union)
    fields = {**WORDS, "period": "2026-10", "person": str(cast.reporter.user_id)}
    address = union.submit("/honours/new", fields).location
    assert address is not None
    as_(app, cast.principal).submit(f"{address}/decide")
    as_(app, cast.reporter).submit(f"{address}/agree")
    return address


def test_from_the_proposal_to_the_wall(app: Flask, cast: Cast) -> None:
    union, boss = as_(app, cast.union), as_(app, cast.principal)
    person, worker = as_(app, cast.reporter), as_(app, cast.finance)
    assert "还没有公布的荣誉" in text_of(worker, "/honours")
    assert "推荐和决定" not in text_of(worker, "/honours")
    found = text_of(union, "/honours/candidates?period=2026-10&who=包")
    link = f"/honours/new?period=2026-10&amp;person={cast.reporter.user_id}"
    assert link in found
    page = text_of(union, link.replace("&amp;", "&"))
    assert "没有统计数字，只写事由" in page
    fields = {**WORDS, "period": "2026-10", "person": str(cast.reporter.user_id)}
    wrong = union.submit("/honours/new", {**fields, "reason": "报告了 YH-CN001-2026-00001"})
    assert wrong.status_code == 422
    assert "不要写报告、隐患或奖励的编号" in wrong.text
    assert "<title>错误：" in wrong.text
    address = union.submit("/honours/new", fields).location
    assert union.submit("/honours/new", fields).status_code == 422
    assert "/decide" not in text_of(union, address)
    assert "待决定" in text_of(boss, "/honours/work?state=proposed")
    assert "有人推荐授予“安全之星”" in text_of(boss, "/notifications")
    refused = boss.submit(f"{address}/decline", {"reason": " "})
    assert refused.status_code == 422
    boss.submit(f"{address}/decide")
    assert worker.get(address).status_code == 404
    assert "安全之星" not in text_of(worker, "/honours")
    assert "有 1 项荣誉等您同意" in text_of(person, "/honours")
    assert "同意公布" in text_of(person, address)
    person.submit(f"{address}/agree")
    assert "包晓" in text_of(worker, "/honours?period=2026-10")
    assert worker.get(f"{address}/certificate.pdf").status_code == 404
    for size in ("a3", "a4"):
        paper = readers.text(worker.get(f"/honours/list.pdf?period=2026-10&size={size}").data)
        assert "包晓" in paper
        assert "2026年10月" in paper
    person.submit(f"{address}/hide")
    assert "包晓" not in text_of(worker, "/honours")
    assert "包晓" not in readers.text(worker.get("/honours/list.pdf?period=2026-10").data)
    assert person.get(f"{address}/certificate.pdf").status_code == 200


def test_the_certificate_is_checked_by_anybody_and_tells_nothing(app: Flask, cast: Cast) -> None:
    address = given(app, cast)
    boss, anybody = as_(app, cast.principal), Client(app)
    first, second = (boss.get(f"{address}/certificate.pdf").data for _ in range(2))
    assert first == second
    said = readers.text(first)
    for words in ("荣誉证书", "包晓同志", "安全之星", "奖金500元", "RY-CN001-2026-00001"):
        assert words in said
    (code,) = readers.codes(first)
    path = code.removeprefix(app.extensions["base_url"])
    page = text_of(anybody, path)
    assert "有效，内容完好" in page
    assert "系统密钥的签名有效" in page
    assert "包晓" not in page
    assert "安全之星" not in page
    token = {"file": (BytesIO(first), "a.pdf")}
    assert "与系统签发的一致" in anybody.submit(path, token).text
    token = {"file": (BytesIO(first + b" "), "a.pdf")}
    assert "与系统签发的不一致" in anybody.submit(path, token).text
    # Looked for by the file, by the code, by number and digest.
    assert "与系统签发的一致" in anybody.submit("/verify", {"file": (BytesIO(first), "a.pdf")}).text
    assert anybody.submit("/verify", {"code": path[-16:]}).location == path
    digest = said.partition("（SHA-256）")[2][:16]
    by_number = {"number": "RY-CN001-2026-00001", "digest": digest}
    assert anybody.submit("/verify", by_number).location == path
    assert anybody.submit("/verify", {**by_number, "digest": "0" * 16}).status_code == 422
    assert anybody.get("/verify/0000000000000000").status_code == 404
    boss.submit(f"{address}/revoke", {"reason": "统计有误"})
    assert "已作废" in text_of(anybody, path)
    void = boss.get(f"{address}/certificate.pdf").data
    assert "本件已于2026年11月2日作废" in readers.text(void)
    for copy in (first, void):
        answer = anybody.submit(path, {"file": (BytesIO(copy), "a.pdf")})
        assert "与系统签发的一致" in answer.text
    assert "已撤销：统计有误" in text_of(as_(app, cast.reporter), "/notifications")


def test_what_is_no_honour_is_said_plainly(app: Flask, cast: Cast) -> None:
    union = as_(app, cast.union)
    for path in (
        "/honours/new?period=2026-99", "/honours/candidates?period=x",
        "/honours?after=x", "/honours/work?after=0-0",
    ):  # fmt: skip
        assert union.get(path).status_code == 422, path
    for path in (
        "/honours/new?person=x", f"/honours/new?person={cast.stranger.user_id}",
        f"/honours/{cast.reporter.user_id}", "/honours/list.pdf",
        "/honours/list.pdf?period=2026&size=a0",
    ):  # fmt: skip
        assert union.get(path).status_code == 404, path
    assert union.get(f"/honours/new?person={cast.union.user_id}").status_code == 403
    for path in (
        "/honours?period=x", "/honours/work?state=x", "/honours/candidates?who=%EF%BF%BE",
        "/honours/new?team=%EF%BF%BE", "/honours/candidates?who=%25",
    ):  # fmt: skip
        assert union.get(path).status_code == 200, path
    odd = {**WORDS, "period": "2026-10", "team": "\ufffe", "title": "x" * 100_000}
    assert union.submit("/honours/new", odd).status_code == 422
    assert union.submit("/honours/new", {"period": "2026-10"}).status_code == 422


def test_the_records_of_those_who_agreed_come_with_their_honours(
    app: Flask, session: Session, cast: Cast
) -> None:
    given(app, cast)
    execute(session, safety_record.consent, "counts", actor=cast.reporter)
    boss = as_(app, cast.principal)
    assert "安全之星（2026年10月）" in text_of(boss, "/safety-record/agreed")
    book = openpyxl.load_workbook(BytesIO(boss.get("/safety-record/agreed.xlsx").data))
    assert book.active is not None
    rows = [row for row in book.active.iter_rows(values_only=True) if row[0] == "包晓"]
    assert "安全之星（2026年10月）" in rows[0]
    own = as_(app, cast.reporter)
    assert "安全之星" in text_of(own, "/safety-record")
    assert "荣誉：安全之星" in readers.text(own.get("/safety-record/own.pdf").data)
    assert "包晓" in readers.text(boss.get("/safety-record/agreed.pdf").data)
