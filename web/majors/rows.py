"""Rows of the register as its page and its files show them. Nothing here knows who reported."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext

from engine import majors
from engine.hazards.codes import SECTORS
from engine.majors import Dossier, Told
from web.exports import Column, Sheet
from web.labels import CATEGORIES, name_of
from web.language import say
from web.ledger_rows import Hazard
from web.majors import words


class Major(Hazard):
    """A row of the register."""

    @property
    def url(self) -> str:
        """Give the address of its page."""
        return url_for("majors.show", instance_id=self.row.id)

    @property
    def age(self) -> int:
        """Give for how many days it has been open, or was until it was closed."""
        return majors.age_of(self.row.registered_at, self.row.closed_at)

    @property
    def missing(self) -> Sequence[str]:
        """Give what the register misses: keys of `words.MISSING`."""
        return majors.missing_of(self.row)

    @property
    def is_closed_inside(self) -> bool:
        """Say whether it is closed and not struck off by the authority."""
        return majors.closed_inside(self.row)

    @property
    def state_text(self) -> str:
        """Give its state in words, with what the authority has not done yet."""
        if self.is_closed_inside:
            return say(words.STANDINGS["closed_inside"])
        return say(self.state_words)


@dataclass(frozen=True)
class Line:
    """A row with all that is known of it, for a file."""

    major: Major
    dossier: Dossier

    @property
    def told(self) -> Told:
        """Give what its history says."""
        return self.dossier.told


def sheet(rows: Any, *, notes: Sequence[str], is_district: bool, issuer: str) -> Sheet:
    """Give the register as a file with the columns of the data dictionary (C1 29–45)."""
    fields = [field for field in _fields() if is_district or field[0].heading != gettext("单位")]
    return Sheet(
        gettext("重大事故隐患台账"),
        "majors",
        [column for column, _value in fields],
        _cells(rows, [value for _column, value in fields]),
        notes,
        issuer=issuer,
        warning=rows.warning,
    )


def _cells(rows: Iterable[Line], values: Sequence[Callable[[Line], Any]]) -> Iterator[list[Any]]:
    for line in rows:
        yield [value(line) for value in values]


def _fields() -> list[tuple[Column, Callable[[Line], Any]]]:
    row: list[tuple[Column, Callable[[Line], Any]]] = [
        (Column(gettext("编号"), width=22), lambda one: one.major.number),
        (Column(gettext("单位"), width=24), lambda one: one.major.row.organisation_name),
        (
            Column(gettext("行业"), width=12),
            lambda one: say(name_of(SECTORS, one.major.row.sector)),
        ),
        (Column(gettext("隐患描述"), width=40), lambda one: one.major.row.description),
        (Column(gettext("地点、部位"), width=20), lambda one: one.major.where),
        (
            Column(gettext("类别"), width=8),
            lambda one: say(name_of(CATEGORIES, one.major.row.category)),
        ),
        (Column(gettext("状态"), width=16), lambda one: one.major.state_text),
        (Column(gettext("上账时间"), "moment", 17), lambda one: one.major.row.registered_at),
        (Column(gettext("账龄（天）"), "number", 10), lambda one: one.major.age),
        (Column(gettext("整改期限"), "date", 12), lambda one: one.major.row.due_on),
        (Column(gettext("延期次数"), "number", 10), lambda one: len(one.told.extensions)),
        (Column(gettext("判定依据"), width=30), _criterion),
        (Column(gettext("清单条目和版本"), width=18), _item),
        (Column(gettext("判定时间"), "moment", 17), lambda one: one.major.row.determined_at),
        (Column(gettext("临时防范措施"), width=30), _interim),
    ]
    row += [
        (Column(say(name), width=24), lambda one, key=key: one.told.plan.get(key, ""))  # type: ignore[misc]
        for key, name in words.PLAN.items()
    ]
    return [
        *row,
        (Column(gettext("报告监管部门日期"), "date", 12), lambda one: one.major.row.authority_on),
        (Column(gettext("报告给哪个部门"), width=20), lambda one: _to(one, "authority")),
        (Column(gettext("部门报告凭据"), width=20), lambda one: _proof(one, "authority")),
        (
            Column(gettext("报告职代会或工会日期"), "date", 12),
            lambda one: one.major.row.congress_on,
        ),
        (Column(gettext("职代会报告凭据"), width=20), lambda one: _proof(one, "congress")),
        (Column(gettext("挂牌督办"), width=30), _supervision),
        (Column(gettext("核销日期"), "date", 12), _struck_off),
        (Column(gettext("验收时间"), "moment", 17), lambda one: one.major.row.accepted_at),
        (Column(gettext("销号时间"), "moment", 17), lambda one: one.major.row.closed_at),
        (Column(gettext("销号编号"), width=22), lambda one: one.major.row.closure_number),
        (Column(gettext("缺什么"), width=30), _missing),
    ]


def _criterion(one: Line) -> str:
    made = one.told.determinations
    return made[-1].criterion if made else ""


def _item(one: Line) -> str:
    item = one.told.item or {}
    if not item.get("code"):
        return ""
    return str(
        gettext("%(code)s 第 %(version)s 版", code=item["code"], version=one.told.item_version)
    )


def _interim(one: Line) -> str:
    return "；".join(said.text for said in one.told.interim)


def _to(one: Line, addressee: str) -> str:
    return "；".join(said.name for said in one.dossier.to(addressee) if said.name)


def _proof(one: Line, addressee: str) -> str:
    return "；".join(said.proof for said in one.dossier.to(addressee) if said.proof)


def _supervision(one: Line) -> str:
    return "；".join(
        f"{said.authority} {said.case_number}".strip() for said in one.dossier.supervisions
    )


def _struck_off(one: Line) -> Any:
    days = [said.cancelled_on for said in one.dossier.supervisions]
    return max(days) if days and all(days) else None  # type: ignore[type-var]


def _missing(one: Line) -> str:
    return "；".join(say(words.MISSING[key]) for key in one.major.missing)
