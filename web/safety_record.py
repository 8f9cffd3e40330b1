"""One's own safety record, and the records of people who agreed that they are seen (R-30)."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice

from engine import appraisal, clock, safety_record, thanks
from engine.errors import InvalidAnswers
from engine.honours import finding
from engine.honours.rules import period_words
from engine.permissions import allows
from engine.statistics import Page as Part
from web import db, exports
from web.access import current_account, current_actor, requires
from web.form_errors import put
from web.honours.room import shown
from web.language import say
from web.look import yuan
from web.queries import chosen, with_query

blueprint = Blueprint("safety_record", __name__, url_prefix="/safety-record")

Page = str | tuple[str, int] | AnyResponse

#: How many records a file reads at once.
_IN_FILE: Final = 500
_INDENT: Final = "\u3000"
_AMOUNTS: Final = (
    exports.Column("奖励（元）", "money"),
    exports.Column("非现金奖励折值（元）", "money"),
)
_COUNTS: Final = (
    ("reported", "报告隐患"), ("verified", "查实上账"), ("major", "其中重大"), ("closed", "已销号"),
    ("suggestions", "合理化建议"), ("adopted", "其中采纳"), ("rewards", "获奖次数"),
)  # fmt: skip


class ConsentForm(FlaskForm):  # type: ignore[misc]
    """How much others may see."""

    scope = RadioField(
        lazy_gettext("给看多少"),
        choices=[SelectChoice(key, key) for key in safety_record.SCOPES],
        validate_choice=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.scope.choices = [
            SelectChoice(key, say(one)) for key, one in safety_record.SCOPES.items()
        ]


@blueprint.get("")
@requires("safety_record:own")
def own() -> Page:
    """Show what the visitor's own reports brought about, and who may see it."""
    return _own()


@blueprint.post("/consent")
@requires("safety_record:own")
def consent() -> Page:
    """Agree that those who appraise see it."""
    form = ConsentForm()
    try:
        db.execute(safety_record.consent, form.scope.data or "")
    except InvalidAnswers as wrong:
        put(form, wrong)
        return _own(form), wrong.status
    flash(gettext("已记录您的同意，随时可以撤回。"), "success")
    return redirect(url_for("safety_record.own"))


@blueprint.post("/withdraw")
@requires("safety_record:own")
def withdraw() -> Page:
    """Take the consent back."""
    db.execute(safety_record.withdraw)
    flash(gettext("已撤回，别人不再能看到您的记录。"), "success")
    return redirect(url_for("safety_record.own"))


@blueprint.get("/own.<kind>")
@requires("safety_record:own")
def own_file(kind: str) -> Response:
    """Give one's own record as a file, to keep or to hand in oneself."""
    records = safety_record.own(db.session(), actor=current_actor())
    account = current_account()
    name = account.actor.name if account else ""
    columns = [exports.Column("年度"), *_columns(), *_AMOUNTS]
    rows = [
        [_year(one.year), *(getattr(one, key) for key, _name in _COUNTS), *_amounts(one)]
        for one in records
    ]
    sheet = exports.Sheet(
        title=f"个人安全贡献记录　{name}",
        name="safety-record",
        columns=columns,
        rows=rows,
        notes=["含实名和保密报告；匿名报告不与任何人关联，不在其中。", *_own_honours()],
        signers=["本人", "主要负责人"],
        issuer=account.organisation_name if account else "",
    )
    return exports.answer(sheet, kind)


@blueprint.get("/thanks")
@requires("report:create")
def everybodys() -> Page:
    """Show all who work here what their reports have brought about (R-21)."""
    session, actor = db.session(), current_actor()
    after, team = request.args.get("after") or None, request.args.get("team", "")
    try:
        team_id = UUID(team) if team else None
    except ValueError as error:
        raise NotFound() from error
    found = thanks.read(session, actor=actor, after=after, team_id=team_id)
    fixed = thanks.by_team(session, actor=actor)
    query = {**({"team": team} if team else {}), "after": found.gone.next or ""}
    here = url_for("safety_record.everybodys")
    return render_template(
        "safety_record/thanks.html",
        found=found,
        fixed=[(one, with_query(here, {"team": str(one.team_id)})) for one in fixed],
        team=next((one for one in fixed if one.team_id == team_id), None),
        indent=_INDENT,
        is_first=after is None and team_id is None,
        next_url=with_query(here, query) if found.gone.next else "",
    )


@blueprint.get("/agreed")
@requires("safety_record:appraise")
def agreed() -> Page:
    """Show the records of those who agreed to it, for appraisal and honours."""
    year = _asked_year()
    page = appraisal.agreed(
        db.session(), actor=current_actor(), year=year, after=request.args.get("after") or None
    )
    now = clock.local_date().year
    more = {**chosen(("year",)), "after": page.next} if page.next else {}
    return render_template(
        "safety_record/agreed.html",
        people=page.items,
        honours=_honours,
        next_url=with_query(url_for("safety_record.agreed"), more) if more else "",
        scopes={key: say(one) for key, one in safety_record.SCOPES.items()},
        year=str(year or ""),
        years=[
            ("", gettext("全部年度")),
            *((str(one), str(one)) for one in range(now, now - 5, -1)),
        ],
        yuan=yuan,
    )


@blueprint.get("/agreed.<kind>")
@requires("safety_record:appraise")
def agreed_file(kind: str) -> Response:
    """Give the records of those who agreed as a file for personnel."""
    year = _asked_year()
    session, actor = db.session(), current_actor()

    def page_after(after: str | None) -> Part[appraisal.Shown]:
        return appraisal.agreed(session, actor=actor, year=year, after=after, limit=_IN_FILE)

    everybody = exports.Rows(page_after, kind)
    account = current_account()
    columns = [exports.Column("姓名", width=12), *_columns()]
    columns += [*_AMOUNTS, exports.Column("荣誉", width=26)]
    columns.append(exports.Column("本人同意的范围", width=26))
    rows = (
        [
            one.name,
            *(getattr(one.total, key) for key, _name in _COUNTS),
            *_amounts(one.total),
            "；".join(f"{row.title}（{period_words(row.period).zh}）" for row in one.honours),
            safety_record.SCOPES[one.scope].zh,
        ]
        for one in everybody
    )
    sheet = exports.Sheet(
        title=f"个人安全贡献记录（{_year(year)}）",
        name="safety-records",
        columns=columns,
        rows=rows,
        notes=["只含本人同意的职工；没有列入的，不代表没有报告。"],
        warning=everybody.warning,
        signers=["制表", "主要负责人"],
        issuer=account.organisation_name if account else "",
    )
    return exports.answer(sheet, kind)


def _own(form: ConsentForm | None = None) -> str:
    actor = current_actor()
    records = safety_record.own(db.session(), actor=actor)
    given = safety_record.consent_of(db.session(), actor=actor)
    return render_template(
        "safety_record/own.html",
        total=records[0],
        years=records[1:],
        counts=[(key, name) for key, name in _labels()],
        given=given,
        form=form or ConsentForm(formdata=None, scope=given.scope if given else None),
        honours=[shown(row) for row in finding.own(db.session(), actor=actor)],
        may_appraise=allows(actor, "safety_record:appraise"),
        yuan=yuan,
    )


def _own_honours() -> list[str]:
    """Say one's own honours in a line of a file; nothing when there are none."""
    rows = finding.own(db.session(), actor=current_actor())
    said = [
        f"{row.title}（{period_words(row.period).zh}）" for row in rows if row.state == "awarded"
    ]
    return ["荣誉：" + "；".join(said)] if said else []


def _honours(person: appraisal.Shown) -> str:
    """Say what somebody was honoured with."""
    said = (f"{row.title}（{say(period_words(row.period))}）" for row in person.honours)
    return str(gettext("；")).join(said)


def _labels() -> list[tuple[str, str]]:
    return [
        ("reported", gettext("报告隐患")),
        ("verified", gettext("查实上账")),
        ("major", gettext("其中重大")),
        ("closed", gettext("已销号")),
        ("suggestions", gettext("合理化建议")),
        ("adopted", gettext("其中采纳")),
        ("rewards", gettext("获奖次数")),
    ]


def _columns() -> list[exports.Column]:
    return [exports.Column(name, "number", 10) for _key, name in _COUNTS]


def _amounts(one: safety_record.Record) -> tuple[int | None, int | None]:
    return one.paid_fen, one.noncash_fen


def _year(year: int | None) -> str:
    return "全部年度" if year is None else f"{year} 年"


def _asked_year() -> int | None:
    text = request.args.get("year", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) == 4 else None
