"""The rules in words: chapters, numbered articles, tables. The one source of PDF, Word and page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from difflib import SequenceMatcher
from typing import Any, Final

from engine.values import compared

_DIGITS: Final = "零一二三四五六七八九"
#: Texts that differ in more than this are shown one after the other, not mixed.
_ALIKE: Final = 0.35
#: Together longer than so many signs, they are compared line by line: sign by sign takes minutes.
_BY_SIGNS: Final = 6_000


@dataclass(frozen=True)
class Table:
    """A table of an article or an appendix; widths in hundredths of the line."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...]


@dataclass(frozen=True)
class Article:
    """One article 条, numbered through all chapters, with its items （一）（二）."""

    key: str
    number: int
    text: str
    items: tuple[str, ...] = ()
    table: Table | None = None
    #: It says what the program does: adopted only while the program still does so.
    binding: bool = False

    @property
    def name(self) -> str:
        """第十条."""
        return f"第{numeral(self.number)}条"

    @property
    def lines(self) -> tuple[str, ...]:
        """The article line by line, without its number."""
        items = (f"（{numeral(at)}）{one}" for at, one in enumerate(self.items, start=1))
        rows = ("｜".join(row) for row in (self.table.rows if self.table else ()))
        return (self.text, *items, *rows)


@dataclass(frozen=True)
class Chapter:
    """A chapter: one of the five, or what stands before and after them."""

    key: str
    number: int
    name: str
    articles: tuple[Article, ...]

    @property
    def title(self) -> str:
        """第五章　及时奖励."""
        return f"第{numeral(self.number)}章　{self.name}"

    @property
    def span(self) -> str:
        """Where it stands: 第四条至第六条."""
        first, last = self.articles[0].name, self.articles[-1].name
        return first if first == last else f"{first}至{last}"


@dataclass(frozen=True)
class Appendix:
    """What is appended: the checklist, the legal basis."""

    key: str
    name: str
    table: Table
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Wording:
    """The rules as they read."""

    title: str
    issuer: str
    chapters: tuple[Chapter, ...]
    appendices: tuple[Appendix, ...]
    #: Which process and settings it was made from, in a sentence.
    source: str

    def articles(self) -> Iterator[tuple[Chapter, Article]]:
        """Yield every article with its chapter."""
        for chapter in self.chapters:
            for article in chapter.articles:
                yield chapter, article

    def find(self, chapter: str, article: str = "") -> tuple[Chapter, Article | None] | None:
        """Give a chapter, and an article of it; None when there is no such one."""
        for one in self.chapters:
            if one.key == chapter:
                within = next((each for each in one.articles if each.key == article), None)
                return None if article and within is None else (one, within)
        return None


@dataclass(frozen=True)
class Difference:
    """An article that two versions tell differently; pieces are (same | gone | new, words)."""

    chapter: str
    #: Its number now, or as it was when it is gone.
    name: str
    #: added | removed | changed
    state: str
    pieces: tuple[tuple[str, str], ...]


def plain(wording: Wording) -> dict[str, Any]:
    """Give it as JSON keeps it, with lists for tuples."""
    found: dict[str, Any] = _listed(asdict(wording))
    return found


def read(kept: Mapping[str, Any]) -> Wording:
    """Give back what was kept by `plain`."""
    return Wording(
        title=kept["title"],
        issuer=kept["issuer"],
        chapters=tuple(
            Chapter(one["key"], one["number"], one["name"], tuple(map(_article, one["articles"])))
            for one in kept["chapters"]
        ),
        appendices=tuple(
            Appendix(one["key"], one["name"], _table(one["table"]), one["note"])
            for one in kept["appendices"]
        ),
        source=kept["source"],
    )


def differences(before: Wording, after: Wording) -> list[Difference]:
    """Give the articles that differ, in the order of `after`, then those that are gone."""
    old = {article.key: (chapter, article) for chapter, article in before.articles()}
    new = {article.key: (chapter, article) for chapter, article in after.articles()}
    texts = ({key: one[1].lines for key, one in side.items()} for side in (old, new))
    found = []
    for key, was, now in compared.aspects(*texts):
        chapter, article = (new if now is not None else old)[key]
        state = compared.ADDED if was is None else compared.REMOVED if now is None else (
            compared.CHANGED
        )  # fmt: skip
        pieces = tuple(_pieces("\n".join(was or ()), "\n".join(now or ())))
        found.append(Difference(chapter.name, article.name, state, pieces))
    return found


def outdated(frozen: Wording, now: Wording) -> list[str]:
    """Give the numbers of frozen articles that say of the program what it does not do any more."""
    lines = {article.key: article.lines for _, article in now.articles()}
    return [
        article.name
        for _, article in frozen.articles()
        if article.binding and lines.get(article.key) != article.lines
    ]


def numeral(number: int) -> str:
    """Give 1 to 199 in Chinese: 二十三, 一百零四."""
    if number >= 100:
        rest = number - 100
        return "一百" if not rest else f"一百零{_DIGITS[rest]}" if rest < 10 else (
            f"一百{_DIGITS[rest // 10]}十{_DIGITS[rest % 10] if rest % 10 else ''}"
        )  # fmt: skip
    tens, ones = divmod(number, 10)
    lead = "" if tens == 0 else "十" if tens == 1 else f"{_DIGITS[tens]}十"
    return lead + (_DIGITS[ones] if ones or not tens else "")


def _listed(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _listed(one) for key, one in value.items()}
    return [_listed(one) for one in value] if isinstance(value, list | tuple) else value


def _pieces(before: str, after: str) -> Iterator[tuple[str, str]]:
    is_long = len(before) + len(after) > _BY_SIGNS
    old, new = (one.splitlines(keepends=True) if is_long else one for one in (before, after))
    matcher: SequenceMatcher[str] = SequenceMatcher(None, old, new, autojunk=False)
    if not before or not after or matcher.ratio() < _ALIKE:
        yield from (piece for piece in (("gone", before), ("new", after)) if piece[1])
        return
    for what, a, b, c, d in matcher.get_opcodes():
        if what == "equal":
            yield "same", "".join(old[a:b])
            continue
        if a < b:
            yield "gone", "".join(old[a:b])
        if c < d:
            yield "new", "".join(new[c:d])


def _article(kept: Mapping[str, Any]) -> Article:
    return Article(
        key=kept["key"],
        number=kept["number"],
        text=kept["text"],
        items=tuple(kept["items"]),
        table=_table(kept["table"]) if kept["table"] else None,
        binding=kept["binding"],
    )


def _table(kept: Mapping[str, Any]) -> Table:
    rows: Sequence[Sequence[str]] = kept["rows"]
    return Table(tuple(kept["head"]), tuple(map(tuple, rows)), tuple(kept["widths"]))
