"""What a visitor asked for: filters from the address, the answer, and the words it is told in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Final
from uuid import UUID

from flask import request, url_for
from flask_babel import gettext

from engine import analysis, definitions
from engine.actors import ROLES
from engine.analysis import Analysis, Figure, Filters, Question, verdicts, views
from engine.analysis.answers import Answers, Change, share
from engine.analysis.computing import ordering_of
from engine.hazards.codes import SECTORS
from engine.spiff import Model
from engine.statistics import LEVELS, Page, months_back
from web import db
from web.access import current_actor
from web.labels import LEVELS as LEVEL_NAMES
from web.labels import SOURCES
from web.language import drawn, say
from web.ledgers import is_district
from web.queries import with_query

#: Under this name the filters of all pages of the analysis are kept.
PAGE: Final = "analysis"
#: So many versions can be chosen from, those with most cases first.
_MOST_VERSIONS: Final = 30


@dataclass(frozen=True)
class Asked:
    """A question with its answer, for the pages of the analysis."""

    found: Analysis
    view: UUID | None

    @property
    def filters(self) -> Filters:
        """Give what was chosen."""
        return self.found.question.filters

    @property
    def question(self) -> Question:
        """Give what that means today."""
        return self.found.question

    @property
    def at(self) -> datetime | None:
        """Give the moment the figures are as at."""
        return self.found.computed_at

    @cached_property
    def answers(self) -> Answers | None:
        """Give the answer; None while it is computed for the first time."""
        if self.found.content is None:
            return None
        return Answers(self.found.content, ordering_of(db.session(), self.question))

    @cached_property
    def model(self) -> Model | None:
        """Give the model that cases are held against."""
        loaded = self.against
        return loaded.model if loaded else None

    @cached_property
    def against(self) -> definitions.Loaded | None:
        """Give the version that cases are held against."""
        if self.question.against is None:
            return None
        return definitions.load(db.session(), self.question.against)

    def url(self, endpoint: str, **more: Any) -> str:
        """Give the address of a page for the same filters."""
        known = {key: value for key, value in more.items() if value is not None}
        values = {key: known.pop(key) for key in ("digest", "kind") if key in known}
        view = {"view": self.view.hex} if self.view else {}
        return with_query(url_for(endpoint, **values), {**self.filters.query(), **view, **known})

    def behind(self, answers: Answers, figure: Figure) -> Page[analysis.Counted]:
        """Give the page of cases behind a figure that the address asks for."""
        after = request.args.get("after") or None
        return analysis.behind(db.session(), self.question, answers, figure, after=after)

    def step_name(self, key: str) -> str:
        """Give a step's name: the chosen version's, else as its cases last had it.

        Args:
            key: its key, or that of its task alone, in whichever process it is.
        """
        return self._step_names.get(key) or self._step_names.get(verdicts.task_of(key)) or key

    @cached_property
    def _step_names(self) -> Mapping[str, str]:
        found: dict[str, str] = {}
        for key, sums in self.answers.now.steps.items() if self.answers else ():
            if sums.name:
                found[key] = found[verdicts.task_of(key)] = drawn(sums.name)
        for element in self.model.elements.values() if self.model else ():
            if element.name:
                found[element.key] = found[element.id] = drawn(element.name)
        return found

    def way_name(self, steps: Sequence[str]) -> str:
        """Give the names of steps one after the other."""
        return " → ".join(map(self.step_name, steps)) or str(gettext("没有人工步骤"))

    @staticmethod
    def change(before: int | None, now: int | None) -> Change:
        """Give a figure beside that of the period before."""
        return Change(before, now)

    @staticmethod
    def change_of_shares(before: int, of_before: int, now: int, of_now: int) -> Change:
        """Give a share beside that of the period before, both in parts of a million."""
        shares = (share(before, of_before), share(now, of_now))
        return Change(*(None if one is None else round(1_000_000 * one) for one in shares))

    def unit_name(self, key: str) -> str:
        """Give an enterprise's name by its id."""
        return self.units.get(key) or key[:8]

    @cached_property
    def units(self) -> Mapping[str, str]:
        """Give id → name of the enterprises whose cases do not fit most."""
        ids = [line.id for line in self.answers.units] if self.answers else []
        return analysis.units_named(db.session(), ids, actor=self.question.actor)

    @cached_property
    def versions(self) -> Mapping[str, Any]:
        """Give id → name, version, owner of the versions that ran, most cases first."""
        counted = self.answers.now.versions.most_common(_MOST_VERSIONS) if self.answers else []
        wanted = [key for key, _ in counted]
        wanted += [one for one in (self.filters.version, self.filters.against) if one]
        wanted += [self.question.against.hex] if self.question.against else []
        lines = self.answers.targets[:_MOST_VERSIONS] if self.answers else []
        wanted += [line.id for line in lines]
        return analysis.versions_named(db.session(), dict.fromkeys(UUID(one) for one in wanted))

    def version_name(self, key: str) -> str:
        """Give a version in words."""
        row = self.versions.get(UUID(key).hex)
        if row is None:
            return key[:8]
        return (
            f"{drawn(row.name)} {gettext('第 %(version)s 版', version=row.version)} · {row.owner}"
        )

    @cached_property
    def views(self) -> Sequence[Any]:
        """Give the visitor's kept views."""
        return views.views(db.session(), PAGE, actor=current_actor())

    @property
    def active(self) -> int:
        """Count the filters that narrow."""
        return len(self.filters.query())


def ask() -> Asked:
    """Read the filters out of the address and find the answer; what takes long is begun."""
    filters, actor = Filters.of(request.args), current_actor()
    found = analysis.analyse(db.session(), filters, actor=actor)
    if found.is_stale and found.done is None:
        db.execute(analysis.order, filters)
        found = analysis.analyse(db.session(), filters, actor=actor)
    return Asked(found, _view())


def choices(asked: Asked) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Give the filters to choose from: name, label, (value, text) pairs."""
    session, actor = db.session(), current_actor()
    months = [("", "—")] + [(one, one) for one in months_back(_present(), 36)[::-1]]
    every = ("", gettext("全部"))
    versions = [(key, asked.version_name(key)) for key in asked.versions]
    found = [
        ("period", gettext("期间"), [(key, text) for key, text in periods().items()]),
        ("first", gettext("起始月份"), months),
        ("last", gettext("结束月份"), months),
        (
            "key",
            gettext("流程"),
            [("", gettext("事故隐患报告"))]
            + [
                (key, drawn(name))
                for key, name in analysis.keys_of(session, actor=actor).items()
                if key != "hazard_report"
            ],
        ),
        ("version", gettext("版本"), [every, *versions]),
        ("level", gettext("等级"), [every, *((key, say(LEVEL_NAMES[key])) for key in LEVELS)]),
        ("source", gettext("来源"), [every, *((key, say(SOURCES[key])) for key in SOURCES)]),
        ("against", gettext("对照版本"), [("", gettext("各单位现行版本")), *versions]),
    ]
    if is_district():
        units = analysis.units_of(session, actor=actor)
        found.insert(4, ("sector", gettext("行业"), [every, *_named(SECTORS)]))
        found.insert(5, ("unit", gettext("归口"), [every, *((u.hex, n) for u, _, n in units)]))
    return found


def periods() -> dict[str, str]:
    """Give the periods in words."""
    return {
        "this_month": gettext("本月"),
        "last_month": gettext("上月"),
        "last_3_months": gettext("近 3 个月"),
        "this_quarter": gettext("本季度"),
        "last_quarter": gettext("上季度"),
        "last_12_months": gettext("近 12 个月"),
        "this_year": gettext("今年以来"),
        "months": gettext("按月份选"),
    }


def role_name_of(role: str) -> str:
    """Give a role in words; one that nobody knows stands for itself."""
    return say(ROLES[role]) if role in ROLES else role


def _named(words: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(key, say(message)) for key, message in words.items()]


def _present() -> str:
    return analysis.period_of("this_month").span.last


def _view() -> UUID | None:
    try:
        return UUID(request.args.get("view", ""))
    except ValueError:
        return None
