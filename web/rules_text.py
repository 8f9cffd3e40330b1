"""The rules of an enterprise in words: what runs and what was answered, put into the articles.

`processes/rulebook/rules.toml` is the one source; PDF, Word, pages and comparisons read what is
made here.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any, Final

from jinja2 import Environment, StrictUndefined, Template
from sqlalchemy.orm import Session

from engine import clock, law, organisations
from engine.coverage.kinds import FUNDS
from engine.definitions.in_force import begins_at
from engine.definitions.packs import ROOT
from engine.mechanism import Mechanism
from engine.rulebook import amounts
from engine.rulebook.answers import Answers
from engine.rulebook.questions import FORMS, USES
from engine.rulebook.wording import Appendix, Article, Chapter, Table, Wording
from web import mechanism_words, print_words
from web.mechanism_words import RewardTold

_FILE: Final = ROOT / "processes" / "rulebook" / "rules.toml"
_NO_REWARDS: Final = ("—", "现行流程没有奖励表。", "—")
_CHECK: Final = "（待核对）"
#: More items than these are in the system, not on paper.
_MOST_ITEMS: Final = 300


def compose(
    session: Session,
    found: Mechanism,
    given: Answers,
    *,
    base_url: str,
    proposed: bool = True,
) -> Wording:
    """Give the rules as they read with these answers and what runs now.

    Args:
        proposed: with the amounts that are proposed; otherwise with those that are paid.
    """
    told = _told(session, found, given, base_url, proposed)
    return Wording(
        title=str(told["a"]["title"]),
        issuer=found.organisation.name,
        chapters=tuple(_chapters(told, tables(found, told["rewards"]))),
        appendices=tuple(_appendices(found)),
        source=_source(found),
    )


def rewards(session: Session, found: Mechanism, *, proposed: bool = True) -> list[RewardTold]:
    """Give the reward table, with the amounts that are proposed where they differ."""
    rows = mechanism_words.rewards(found.loaded)
    changed = amounts.proposed(session, found) if proposed else {}
    return [
        replace(row, amount=_amount(changed[row.rule]), fen=changed[row.rule])
        if row.rule in changed
        else row
        for row in rows
    ]


def tables(found: Mechanism, rows: Sequence[RewardTold]) -> dict[str, Table]:
    """Give the tables that articles may hold."""
    steps = mechanism_words.steps(found.loaded)
    return {
        "steps": Table(
            ("步骤", "谁办", "多久办完", "到时没办"),
            tuple(
                (
                    f"{at}. {one.name}" + (f"：{_clip(one.about, 160)}" if one.about else ""),
                    one.who,
                    one.due,
                    one.late or "—",
                )
                for at, one in enumerate(steps, start=1)
            ),
            (40, 13, 25, 22),
        ),
        "rewards": Table(
            ("规则", "情形（从上往下，第一条符合的算数）", "奖励"),
            tuple((one.rule, _clip(one.case, 200), one.amount) for one in rows) or (_NO_REWARDS,),
            (12, 66, 22),
        ),
    }


def _chapters(told: Mapping[str, Any], tables: Mapping[str, Table]) -> Iterator[Chapter]:
    number = 0
    for at, chapter in enumerate(_templates(), start=1):
        articles = []
        for one in chapter["articles"]:
            if "when" in one and not one["when"].render(told).strip():
                continue
            number += 1
            articles.append(
                Article(
                    key=one["key"],
                    number=number,
                    text=one["text"].render(told).strip(),
                    items=tuple(_items(one["items"], told)),
                    table=tables[one["table"]] if one["table"] else None,
                    binding=one["binding"],
                )
            )
        yield Chapter(chapter["key"], at, chapter["name"], tuple(articles))


def _items(templates: Sequence[Template], told: Mapping[str, Any]) -> Iterator[str]:
    said = [text for one in templates if (text := one.render(told).strip())]
    for at, text in enumerate(said, start=1):
        yield f"{text}{'。' if at == len(said) else '；'}"


def _appendices(found: Mechanism) -> Iterator[Appendix]:
    items = mechanism_words.items(found)
    if items:
        more = len(items) - _MOST_ITEMS
        yield Appendix(
            "items", "附件：报告清单",
            Table(
                ("编号", "隐患", "类", "主要防范措施", "依据", "等级"),
                tuple(
                    (
                        one.code,
                        _clip(one.hazard, 240)
                        + (f"（可能导致：{_clip(one.risks, 80)}）" if one.risks else ""),
                        one.category,
                        _clip(one.precaution, 200),
                        _clip(one.basis, 240) + (_CHECK if one.is_to_be_checked else ""),
                        one.level,
                    )
                    for one in items[:_MOST_ITEMS]
                ),
                (11, 31, 6, 20, 20, 12),
            ),
            f"另有 {more} 条，在系统的报告清单里查看。" if more > 0 else "",
        )  # fmt: skip
    yield Appendix(
        "basis",
        "附件：依据",
        Table(
            ("文件", "用在哪里"),
            tuple(
                (
                    one.name
                    + (f"（{one.number}）" if one.number else "")
                    + (_CHECK if one.confidence == "B" else ""),
                    one.use,
                )
                for one in found.pack.basis
            ),
            (48, 52),
        ),
        "标“待核对”的，编写时只见到转载文本或未核实文号，使用前请对照官方原文。",
    )


def _told(
    session: Session, found: Mechanism, given: Answers, base_url: str, proposed: bool
) -> dict[str, Any]:
    values, loaded = given.values, found.loaded
    is_enterprise = found.organisation.kind == "enterprise"
    return {
        "a": values,
        "categories": mechanism_words.categories(),
        "takes_suggestions": found.suggestion is not None,
        "asked": [label for label, need, _ in mechanism_words.asked(loaded) if need == "必填"],
        "items_count": len(found.items),
        "places": place_names(found),
        "web_address": f"{base_url}/report",
        "anonymous": found.setting("anonymous_reports"),
        "is_alone": is_enterprise
        and len(organisations.active_members(session, found.organisation.id)) == 1,
        "free_limit": print_words.yuan(found.setting("reward_limit_fen")),
        "due": {
            task: mechanism_words.due_of(loaded, task) for task in ("approve_reward", "pay_reward")
        },
        "fund": FUNDS[values["fund"]].zh if values["fund"] != "other" else "本单位确定的资金",
        "this_year": clock.local_date().year,
        "forms": "、".join(FORMS[key].zh for key in values["forms"]),
        "uses": "、".join(USES[key].zh for key in values["uses"]),
        "rewards": rewards(session, found, proposed=proposed),
    }


def place_names(found: Mechanism) -> list[str]:
    """Give where posters hang."""
    return [f"{one.name}{f'（{one.part}）' if one.part else ''}" for one in found.places]


def _source(found: Mechanism) -> str:
    runs = found.definition
    since = print_words.day(begins_at(runs).isoformat())
    return (
        f"本件按现行流程生成：{runs.name} 第 {runs.version} 版（{found.owner}，{since}起），"
        f"数字摘要 {runs.digest.hex()[:16]}。流程、时限或奖励表改动后请重新生成。"
    )


def _amount(fen: int) -> str:
    return print_words.yuan(fen) if fen else mechanism_words.NO_MONEY


def _clip(text: str, limit: int) -> str:
    return print_words.clip(text, limit)


@cache
def _templates() -> tuple[dict[str, Any], ...]:
    """Read the articles once a process."""
    made = Environment(undefined=StrictUndefined)  # noqa: S701 - plain text; escaped where shown
    made.filters.update(print_words.FILTERS)
    made.globals["cite"] = law.cite
    said = tomllib.loads(_FILE.read_text("utf-8"))
    return tuple(
        {
            "key": chapter["key"],
            "name": chapter["name"],
            "articles": [_article(made, one) for one in chapter["articles"]],
        }
        for chapter in said["chapters"]
    )


def _article(made: Environment, said: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "key": said["key"],
        "text": made.from_string(said["text"]),
        "items": [made.from_string(one) for one in said.get("items", ())],
        "table": said.get("table", ""),
        "binding": said.get("binding", False),
    }
    return found | ({"when": made.from_string(said["when"])} if "when" in said else {})
