"""The rules of an enterprise: five steps, the text as PDF and Word, comments, issuing."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
import time_machine
from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import commands, organisations
from engine.store import tables as t
from tests import readers
from tests.cast import Cast
from tests.engine.studio_story import notices
from tests.web.reporting import deploy
from tests.web.told_cases import text_of
from tests.web.visits import Client

CHANNELS = {
    "receiver": "何核、调度室", "talker": "朱任", "phone": "021-5555 0100", "email": "safe@jia.cn",
    "box": "一号门门卫室外墙", "meeting": "y", "anonymous": "y",
}  # fmt: skip
REWARDS = {
    "reward_limit": "300", "budget": "30000", "budget_year": "2026", "fund": "safety_expense",
    "forms": ["honour", "goods"], "team": "y", "pickup": "凭凭证码到财务领取",
}  # fmt: skip
STEPS = "/rulebook/steps/"


@pytest.fixture(autouse=True)
def runs(clock: time_machine.Traveller, session: Session, cast: Cast) -> None:
    """The general flow runs in 甲, where posters hang at one gate."""
    deploy(session, cast.enterprise_id)
    commands.execute(
        session, organisations.create_place, cast.enterprise_id, name="一号门",
        actor=cast.administrator,
    )  # fmt: skip


def save(client: Client, step: str, **said: Any) -> Any:
    """Send a step as the page does that shows it."""
    page = client.get(STEPS + step).text
    seen = page.partition('name="seen" type="hidden" value="')[2].partition('"')[0]
    return client.submit(STEPS + step, {**said, "seen": seen})


def version(session: Session) -> t.RulebookVersion:
    session.rollback()
    own = t.RulebookVersion
    found = session.scalars(select(own).order_by(own.number.desc()).limit(1)).first()
    assert found is not None
    session.refresh(found)
    return found


def put_forward(client: Client, session: Session, cast: Cast) -> str:
    client.sign_in(cast.principal)
    units = [str(cast.enterprise_id), str(cast.department_id)]
    asked = client.submit("/rulebook/ask", {"units": units, "days": "5", "note": "请看奖励"})
    assert asked.status_code == 303, asked.text
    return str(asked.location)


def test_answers_are_kept_and_flow_into_rules_board_and_handbook(
    client: Client, session: Session, cast: Cast
) -> None:
    client.sign_in(cast.administrator)
    page = text_of(client, STEPS + "channels")
    assert "何核" in page, "who verifies is proposed as who takes reports up"
    wrong = save(client, "channels", **{**CHANNELS, "email": "nowhere", "receiver": ""})
    assert wrong.status_code == 422
    for words in ("邮箱写成 a@b.com 的样子", "请填写这一项", "021-5555 0100", "一号门门卫室外墙"):
        assert words in wrong.text
    assert save(client, "channels", **CHANNELS).location == STEPS + "handling"
    assert save(client, "rewards", **REWARDS).location == STEPS + "results"
    session.expire_all()
    kept = session.get_one(t.Organisation, cast.enterprise_id).settings
    assert kept == {"reward_limit_fen": 30_000}, "the very setting, and none that was not changed"
    text = text_of(client, "/rulebook/text")
    for words in (
        "隐患向何核、调度室报告", "（四）发邮件到 safe@jia.cn；", "投入意见箱（一号门门卫室外墙）",
        "2026 年度预算为 ¥30,000.00", "财资〔2022〕136号第五条第（四）项", "¥300.00（含）以下",
        "可以给予荣誉、表彰、实物", "每年 12 月评估",
    ):  # fmt: skip
        assert words in text, words
    notice = readers.text(client.get("/packs/general/notice.pdf").data)
    handbook = readers.text(client.get("/packs/general/handbook.pdf").data)
    for paper in (notice, handbook):
        assert "021-55550100" in paper
        assert "一号门门卫室外墙" in paper
    client.sign_in(cast.principal)
    page = text_of(client, STEPS + "rewards")
    assert "“免审批限额”是单位设置，由管理员修改" in page
    save(client, "rewards", **{**REWARDS, "reward_limit": "9"})
    session.expire_all()
    settings = session.get_one(t.Organisation, cast.enterprise_id).settings
    assert settings["reward_limit_fen"] == 30_000, "the principal may not change a setting"
    page = text_of(client, "/rulebook")
    assert "第 1 次：报告途径" in page
    assert "关理 · 2026-11-02 09:00" in page


def test_two_who_answer_the_same_step_do_not_overwrite_each_other(
    client: Client, session: Session, cast: Cast
) -> None:
    client.sign_in(cast.administrator)
    save(client, "channels", **CHANNELS)
    stale = {**CHANNELS, "phone": "110", "seen": "0"}
    refused = client.submit(STEPS + "channels", stale)
    assert refused.status_code == 422
    assert "关理 在 09:00 保存过这一步" in refused.text
    assert 'value="110"' in refused.text, "what was typed stands there still"
    assert "021-5555 0100" in text_of(client, "/rulebook/text")
    once_more = refused.text.partition('name="seen" type="hidden" value="')[2].partition('"')[0]
    assert client.submit(STEPS + "channels", {**stale, "seen": once_more}).status_code == 303
    assert "打电话 110" in text_of(client, "/rulebook/text")


def test_word_holds_the_same_articles_as_the_pdf(client: Client, cast: Cast) -> None:
    client.sign_in(cast.administrator)
    save(client, "channels", **{**CHANNELS, "box": "a\x0b<b>&箱"})
    answer = client.get("/rulebook/rules.docx")
    assert answer.status_code == 200
    document = Document(BytesIO(answer.data))
    section = document.sections[0]
    assert (round(section.page_width.cm, 1), round(section.page_height.cm, 1)) == (21, 29.7)
    fields = [one.text for one in section.footer._element.iter(qn("w:instrText"))]
    assert fields == ["PAGE", "NUMPAGES"]
    said = [(one.style.name, one.text) for one in document.paragraphs]
    heads = [text for style, text in said if style == "Heading 1"]
    assert heads[:7] == [
        "第一章　总则", "第二章　报告内容", "第三章　报告途径", "第四章　核查整改",
        "第五章　及时奖励", "第六章　结果应用", "第七章　附则",
    ]  # fmt: skip
    articles = [text for style, text in said if style == "Article"]
    assert [text.partition("　")[0] for text in articles[:3]] == ["第一条", "第二条", "第三条"]
    assert any(text.startswith("第二十") for text in articles)
    assert "（单位公章）" in [text for _, text in said]
    assert "（五）把纸条投入意见箱（a<b>&箱）；" in [text for _, text in said]
    for style in ("Normal", "Title", "Heading 1", "Article", "Cell"):
        fonts = document.styles[style].element.rPr.rFonts
        assert fonts.get(qn("w:eastAsia")) in ("仿宋", "黑体", "宋体"), style
    for one in document.paragraphs:
        align = one.alignment or one.style.paragraph_format.alignment
        assert align is not WD_ALIGN_PARAGRAPH.JUSTIFY
    rows = [[cell.text for cell in row.cells] for row in document.tables[0].rows]
    assert rows[0] == ["步骤", "谁办", "多久办完", "到时没办"]
    assert rows[1][0].startswith("1. 受理报告")
    pdf = readers.text(client.get("/rulebook/rules.pdf").data)
    for text in (*heads[:7], *articles):
        assert "".join(text.split())[:14] in pdf, text


def test_other_amounts_become_a_draft_and_are_paid_once_it_is_published(
    client: Client, session: Session, cast: Cast, clock: time_machine.Traveller
) -> None:
    client.sign_in(cast.administrator)
    page = client.get(STEPS + "rewards").text
    known = {
        part.partition('"')[0]: part.partition('value="')[2].partition('"')[0]
        for part in page.split('name="amount-')[1:]
    }
    rule = next(key for key, yuan in known.items() if yuan == "100")
    said = {f"amount-{key}": yuan for key, yuan in known.items()}
    refused = client.submit("/rulebook/amounts", {**said, f"amount-{rule}": "much"})
    assert (refused.status_code, 'value="much"' in refused.text) == (422, True)
    assert "没有要改的" in follow(client, client.submit("/rulebook/amounts", said))
    for _click in range(2):
        assert client.submit("/rulebook/amounts", {**said, f"amount-{rule}": "130.50"}).location
    session.rollback()
    draft = session.scalars(select(t.DefinitionDraft)).one()
    assert (draft.state, draft.title) == ("editing", "奖励标准（制度向导）")
    assert "¥130.50" in text_of(client, "/rulebook/text")
    assert "1 个金额是草稿里的" in text_of(client, "/rulebook/text")
    assert "¥130.50" not in readers.text(client.get("/packs/general/rules.pdf").data)
    put_forward(client, session, cast)
    page = text_of(client, f"/rulebook/versions/{version(session).id}")
    assert "条与现行的流程、奖励标准或设置不一致" in page
    client.sign_in(cast.administrator)
    clock.shift(timedelta(minutes=5))
    told = {"reason": "提高奖励", "revision": str(draft.revision), "when": "now"}
    published = client.submit(f"/studio/drafts/{draft.id}/publish", told)
    assert published.status_code == 303, "scenarios expect the new amount, too"
    assert "¥130.50" in readers.text(client.get("/packs/general/rules.pdf").data)
    client.sign_in(cast.principal)
    page = text_of(client, f"/rulebook/versions/{version(session).id}")
    assert "不一致" not in page


def follow(client: Client, answer: Any) -> str:
    assert answer.status_code == 303
    return text_of(client, answer.location)


def test_a_draft_is_heard_answered_and_issued(
    client: Client, session: Session, cast: Cast, clock: time_machine.Traveller
) -> None:
    address = put_forward(client, session, cast)
    assert client.submit(address + "/comments").status_code == 403
    assert "还没有听取工会意见" in text_of(client, address)
    assert "第 1 稿征求意见，请在 2026-11-09 前提出" in notices(session, cast.officer)[0]
    client.sign_in(cast.town)
    assert client.get(address).status_code == 404, "the street was not asked"
    client.sign_in(cast.officer)
    assert "请看奖励" in text_of(client, address)
    wrong = client.submit(address + "/comments", {"where": "rewards/table", "suggestion": "改"})
    assert (wrong.status_code, "请写明意见" in wrong.text) == (422, True)
    said = {"where": "rewards/table", "text": "重大隐患奖得太少", "suggestion": "不少于 2000 元"}
    for _click in range(2):
        assert client.submit(address + "/comments", said).status_code == 303
    client.submit(address + "/comments", {"where": "channels", "text": "请写夜班怎么报"})
    assert [one for one in notices(session, cast.principal) if "区应急管理局" in one] == [
        "区应急管理局对“事故隐患内部报告奖励制度”第 1 稿提了意见，请逐条答复。"
    ]
    client.sign_in(cast.union)
    client.submit(address + "/comments", {"where": "results/uses", "text": "不要和考核扣分挂钩"})
    client.sign_in(cast.officer)
    assert "考核扣分" not in text_of(client, address), "what the union says stays in the house"
    client.sign_in(cast.principal)
    client.submit("/language", {"language": "en", "next": address})
    english = client.get(address).text
    assert ("; process " in english, "; process “" in english) == (True, False)
    client.submit("/language", {"language": "zh_CN", "next": address})
    session.rollback()
    comments = session.scalars(select(t.RulebookComment).order_by(t.RulebookComment.id)).all()
    assert len(comments) == 3
    answers = [f"/rulebook/comments/{one.id}/answer" for one in comments]
    no_reason = client.submit(answers[0], {f"{comments[0].id}-outcome": "declined"})
    assert (no_reason.status_code, "不采纳的，请说明理由" in no_reason.text) == (422, True)
    for one, path, outcome in zip(comments, answers, ("declined", "taken", "taken"), strict=True):
        given = {f"{one.id}-outcome": outcome, f"{one.id}-answer": "已研究"}
        assert client.submit(path, given).status_code == 303
    assert client.submit(answers[0], given).status_code in (409, 422)
    signed = {"adopt-number": "甲安〔2026〕3号", "adopt-on": "2026-11-02"}
    early = client.submit(address + "/adopt", signed)
    assert (early.status_code, "还没有听取工会意见" in early.text) == (409, True)
    assert 'value="甲安〔2026〕3号"' in early.text
    client.sign_in(cast.union)
    heard = {"opinion-conclusion": "with_changes", "opinion-text": "职代会讨论过，同意修改后试行"}
    assert client.submit(address + "/opinion").status_code == 422
    assert client.submit(address + "/opinion", heard).status_code == 303
    assert client.submit(address + "/opinion", heard).status_code == 409
    clock.shift(timedelta(days=1))
    client.sign_in(cast.principal)
    assert client.submit(address + "/adopt", {"adopt-on": "2026-11-30"}).status_code == 422
    assert client.submit(address + "/adopt", signed).status_code == 303
    assert client.submit(address + "/adopt", signed).status_code == 409
    assert client.submit(address + "/comments", said).status_code in (403, 409)
    session.rollback()
    rows = {row.kind: row for row in session.scalars(select(t.Evidence))}
    rules = rows["rules"]
    assert (rules.number, rules.details["signer"]) == ("甲安〔2026〕3号", "朱任")
    assert rules.details["chapters"]["rewards"].startswith("第十")
    pdf = readers.text(client.get(f"/files/{rules.files[0]}").data)
    for words in ("甲安〔2026〕3号", "发布日期：2026年11月2日", "主要负责人：朱任"):
        assert words in pdf
    assert "征求意见稿" not in pdf
    opinion = readers.text(client.get(f"/files/{rows['union_opinion'].files[0]}").data)
    for words in ("有修改意见", "职代会讨论过", "不要和考核扣分挂钩", "采纳。已研究"):
        assert words in opinion
    assert "还缺 5 项材料" in text_of(client, "/mechanism")
    client.sign_in(cast.town)
    assert "甲安〔2026〕3号" in text_of(client, address), "what is issued is read by all above"


def test_a_new_draft_shows_what_changed_and_the_old_one_stays(
    client: Client, session: Session, cast: Cast
) -> None:
    first = put_forward(client, session, cast)
    assert put_forward(client, session, cast) == first, "the same text is the same draft"
    before = client.get(first + "/rules.pdf").data
    save(client, "content", title="隐患报告奖励办法", department="安环部", contractors="")
    assert "<ins>环</ins>" in client.get("/rulebook/ask").text
    second = put_forward(client, session, cast)
    assert second != first
    assert "<ins>环</ins>" in client.get(second).text
    assert client.get(first + "/rules.pdf").data == before
    assert "生成时的回答" in client.get(second).text
    assert "安环部" in "".join(
        one.text for one in Document(BytesIO(client.get(second + "/rules.docx").data)).paragraphs
    )
    client.sign_in(cast.officer)
    late = client.submit(first + "/comments", {"where": "final", "text": "晚了一步"})
    assert (late.status_code, "已有新稿" in late.text) == (409, True)


@pytest.mark.parametrize(
    "path",
    ["/rulebook/steps/moon", "/rulebook/rules.exe", "/rulebook?after=%00", "/rulebook/ask?x=%ff"],
)
def test_nonsense_is_answered_politely(client: Client, cast: Cast, path: str) -> None:
    client.sign_in(cast.principal)
    assert client.get(path).status_code in (200, 400, 404, 422)
    assert client.submit("/rulebook/ask", {"units": ["x"], "days": "٣"}).status_code == 422
    huge = {"units": [str(cast.enterprise_id)], "days": "9" * 400, "note": "长" * 5000}
    assert client.submit("/rulebook/ask", huge).status_code == 422
