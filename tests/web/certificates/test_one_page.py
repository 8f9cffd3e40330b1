"""However long the texts are, a certificate is one page, and nothing runs over anything else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from jinja2 import DictLoader

from tests import papers, readers
from web import pdf

LayOut = Callable[..., bytes]
LONG_NAME = "上海市长宁区" + "某某" * 90 + "有限公司"
#: Texts as nobody writes them, but somebody once will.
ABSURD: dict[str, dict[str, Any]] = {
    "reward": {
        "recipients": ["欧阳" + "长" * 40 for _ in range(12)],
        "title": "水" * 500,
        "rule": "制度" * 100,
        "rule_version": "版" * 60,
        "clause": "第一百二十三条" * 20,
        "honour": "星" * 200,
        "amount_fen": 99_999_999_999_99,
    },
    "closure": dict.fromkeys(
        (
            "place",
            "part",
            "description",
            "measures",
            "contingency",
            "done_note",
            "acceptance_note",
            "rectifier",
            "acceptor",
            "principal",
            "supervised_by",
            "supervision_number",
            "process_name",
            "funds",
        ),
        "字" * 2000,
    )
    | {"basis": ["依据" * 100] * 20},
    "receipt": {"next_step": "核" * 500, "contact": "联系" * 300},
    "claim": {"claim_at": "地" * 500, "keeper": "某" * 300, "tax_note": "税" * 800},
}


@pytest.mark.parametrize("kind", papers.FACTS)
def test_absurd_lengths_stay_on_one_page(lay_out: LayOut, kind: str) -> None:
    made = lay_out(kind, issuer=LONG_NAME, **ABSURD[kind])
    assert readers.pages(made) == 1
    assert readers.codes(made) == ["http://127.0.0.1:8000/verify/01AB23CD45EF67GH"]
    assert "……（全文见系统记录）" in readers.text(made)


@pytest.mark.parametrize("kind", papers.FACTS)
def test_ordinary_lengths_are_not_cut(lay_out: LayOut, kind: str) -> None:
    assert "……" not in readers.text(lay_out(kind))


@pytest.mark.parametrize("word", ["A" * 3000, "1" * 3000, "，" * 2000])
def test_text_without_a_place_to_break_stays_inside(lay_out: LayOut, word: str) -> None:
    made = lay_out("closure", description=word, place=word[:300])
    assert readers.pages(made) == 1
    drawn = readers.image(made, 60)
    for left in (0, drawn.width - 30):
        margin = drawn.crop((left, 0, left + 30, drawn.height))
        assert margin.getcolors() == [(30 * drawn.height, (255, 255, 255))]


def test_a_description_of_five_hundred_characters_is_printed_whole(lay_out: LayOut) -> None:
    """domain.md C1 10: at most 500 characters."""
    made = lay_out(
        "closure", description="隐" * 499 + "终", measures="措" * 300, done_note="毕" * 200
    )
    assert readers.pages(made) == 1
    assert "隐终" in readers.text(made)


def test_what_can_never_fit_is_an_error_with_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    endless = DictLoader({"paper": "<p>{{ '长' * 20000 }}</p>"})
    environment = pdf.environment().overlay(loader=endless)
    monkeypatch.setattr(pdf, "environment", lambda: environment)
    with pytest.raises(pdf.DoesNotFitError) as caught:
        pdf.render(
            "paper",
            {},
            styles=["print/base.css"],
            created=papers.at("2026-11-20 10:00"),
            one_page=True,
        )
    assert "放不下" in caught.value.message.zh
