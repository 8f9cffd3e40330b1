"""What stands on the paper, read back from the PDF."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from engine.errors import DelegateError
from engine.filestore import FileStore
from tests import papers, readers
from tests.pictures import photo

LayOut = Callable[..., bytes]
RARE = "䶮禤骉鱻烎㛃"


def test_a_reward_says_whom_for_what_and_how_much(lay_out: LayOut) -> None:
    text = readers.text(lay_out("reward"))
    for words in (
        "奖励证书",
        "编号：JL-CN001-2026-00012",
        "张禤骉同志：",
        "您于2026年11月8日报告「二号车间配电柜进水」",
        "隐患编号YH-CN001-2026-00031，等级：一般",
        "第十二条",
        "人民币贰佰元伍角整（¥200.50）",
        "特发此证，以资鼓励。",
        "主要负责人（签字）",
        "甲机械有限公司",
        "（单位公章）",
        "2026年11月20日",
    ):
        assert words in text


def test_an_unnamed_reward_says_neither_who_nor_where(lay_out: LayOut) -> None:
    text = readers.text(lay_out("reward", identity_mode="confidential"))
    assert "报告人（姓名保密）：您于2026年11月报告事故隐患一起，" in text
    for trace in ("张禤骉", "配电柜", "YH-", "11月8日", "个人安全贡献"):
        assert trace not in text


def test_the_copy_for_the_wall_hides_the_sum(lay_out: LayOut) -> None:
    text = readers.text(lay_out("reward", {"hide_amount": True}))
    assert "展示副本（金额从略）" in text
    for trace in ("200.50", "贰佰", "¥"):
        assert trace not in text


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"given": "goods", "gift": "防护手套一副"}, "决定给予实物奖励「防护手套一副」，并记入"),
        ({"given": "honour", "gift": "安全之星"}, "决定授予荣誉「安全之星」，并记入"),
        ({"given": "points", "points": 2500}, "决定给予奖励积分2500分，并记入"),
        ({"given": "points"}, "决定给予奖励积分，并记入"),
    ],
)
def test_what_is_given_instead_of_money_is_named(
    lay_out: LayOut, given: dict[str, Any], said: str
) -> None:
    text = readers.text(lay_out("reward", amount_fen=None, **given))
    assert said in text
    for trace in ("¥", "人民币", "元"):
        assert trace not in text
    copy = readers.text(lay_out("reward", {"hide_amount": True}, amount_fen=None, **given))
    assert "展示副本（数量从略）" in copy
    assert "2500" not in copy


def test_a_long_gift_stays_on_one_page(lay_out: LayOut) -> None:
    made = lay_out("reward", amount_fen=None, given="goods", gift="礼" * 200, title="水" * 500)
    assert readers.pages(made) == 1


def test_an_amount_and_something_else_are_not_certified_together(lay_out: LayOut) -> None:
    for wrong in ({"given": "goods"}, {"amount_fen": None}):
        with pytest.raises(DelegateError):
            lay_out("reward", **wrong)


def test_a_suggestion_is_thanked_as_one(lay_out: LayOut) -> None:
    text = readers.text(lay_out("reward", kind="suggestion", title="加装护栏", level=None))
    assert "提出的合理化建议「加装护栏」，经评审予以采纳" in text
    assert "隐患编号" not in text


def test_a_closure_says_what_was_done_and_who_accepted(lay_out: LayOut) -> None:
    text = readers.text(lay_out("closure"))
    for words in (
        "事故隐患闭环销号证明",
        "YH-CN001-2026-00031",
        "重大",
        "物的因素",
        "二号车间",
        "郑改",
        "断电；移改水管",
        "¥1,800.00",
        "2026年11月16日前",
        "停用三号线",
        "工程技术",
        "共整改2次",
        "严收（验收人）",
        "验收人与整改责任人非同一人",
        "事故隐患报告处理流程第3版",
        "BG-CN001-20261108-0003",
        "于2026年11月16日08:40销号",
        "不替代负有安全生产监督管理职责部门对挂牌督办事项的审查与核销",
        "安全管理部门（章）",
        "主要负责人（签字）",
        "朱任已于2026年11月16日08:40在系统内签批",
    ):
        assert words in text


def test_only_majors_are_signed_by_the_principal(lay_out: LayOut) -> None:
    text = readers.text(lay_out("closure", level="general", principal=None))
    assert "主要负责人（签字）" not in text


def test_a_one_person_firm_says_that_the_principal_accepted(lay_out: LayOut) -> None:
    text = readers.text(lay_out("closure", principal_accepted=True))
    assert "由主要负责人验收" in text
    assert "非同一人" not in text


def test_a_closure_shows_photos_of_before_and_after(lay_out: LayOut, files: FileStore) -> None:
    before, after = files.put(photo("brown")), files.put(photo("green"))
    pdf = lay_out("closure", photos_before=[before.hex()], photos_after=[after.hex()])
    shown = readers.image(pdf, 40).getcolors(1_000_000)
    assert shown is not None
    for wanted in ((150, 75, 0), (0, 128, 0)):
        assert any(
            count > 500 and all(abs(a - b) < 12 for a, b in zip(colour, wanted, strict=True))
            for count, colour in shown
        )
    assert "未附照片" not in readers.text(pdf)
    assert "未附照片" in readers.text(lay_out("closure"))


def test_a_receipt_says_what_happens_and_what_to_do_if_it_does_not(lay_out: LayOut) -> None:
    text = readers.text(lay_out("receipt"))
    for words in (
        "受理回执",
        "BG-CN001-20261108-0003",
        "2026年11月8日14:05",
        "受理，最迟2026年11月9日14:05前",
        "凭证码只在提交成功的页面显示一次",
        "主要负责人",
        "12350",
    ):
        assert words in text


def test_a_claim_slip_asks_nobody_for_a_name(lay_out: LayOut) -> None:
    text = readers.text(lay_out("claim"))
    for words in (
        "匿名奖励领取凭证",
        "人民币伍佰元整",
        "于2026年12月31日前到一号楼财务窗口",
        "不登记身份",
        "见证人二",
    ):
        assert words in text
    assert "仅由工会主席一人登记" in readers.text(lay_out("claim", keeper="工会主席"))


@pytest.mark.parametrize("kind", papers.FACTS)
def test_every_paper_can_be_checked_by_a_phone(lay_out: LayOut, kind: str) -> None:
    pdf = lay_out(kind)
    row = papers.loose(kind)
    assert readers.codes(pdf) == [f"http://127.0.0.1:8000/verify/{row.code}"]
    text = readers.text(pdf)
    assert (
        f"本件由闭环Bihuan生成，数字摘要（SHA-256）{row.statement_digest.hex()}，可扫码核验。"
        in text
    )


@pytest.mark.parametrize("kind", papers.FACTS)
def test_a_revoked_paper_says_so_across_the_page(lay_out: LayOut, kind: str) -> None:
    assert "作废" not in readers.text(lay_out(kind))
    text = readers.text(lay_out(kind, {"revoked_at": papers.at("2026-11-25 09:00")}))
    assert "本件已于2026年11月25日作废，不再有效。" in text
    assert text.count("作") >= 2
    assert readers.codes(lay_out(kind, {"revoked_at": papers.at("2026-11-25 09:00")}))


def test_rare_characters_of_names_are_printed(lay_out: LayOut) -> None:
    pdf = lay_out("reward", recipients=[RARE])
    assert RARE in readers.text(pdf)
    assert "〓" not in readers.text(pdf)


def test_a_character_without_a_type_is_the_printers_sign(lay_out: LayOut) -> None:
    assert "张〓同志" in readers.text(lay_out("reward", recipients=["张\U0002a6a5"]))


def test_markup_and_control_characters_in_answers_stay_text(lay_out: LayOut) -> None:
    text = readers.text(lay_out("closure", description="<b>渗漏</b>&amp;\x00\x07\u202e{{ s }}"))
    assert "<b>渗漏</b>&amp;{{s}}" in text
