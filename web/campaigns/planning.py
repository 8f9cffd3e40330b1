"""Planning a campaign and leading it from step to step."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from engine.campaigns import finding, plan, running, telling
from engine.campaigns.plan import Award, Criterion, Plan, Question
from engine.errors import NotFound, Refused
from engine.hazards.codes import SECTORS
from web import db
from web.access import current_actor, requires
from web.campaigns.listing import page
from web.campaigns.room import ExtendForm, ReasonForm, blueprint
from web.form_controls import MultiCheckboxField
from web.form_errors import put
from web.language import say
from web.majors.forms import Asked, DayField

Page = str | tuple[str, int] | Response
#: Empty rows that are offered beside those filled in.
_SPARE: Final = 3


class PlanForm(FlaskForm):  # type: ignore[misc]
    """What a campaign is; its questions, criteria and awards are rows of the page."""

    kind = RadioField(
        lazy_gettext("方式"),
        [Asked()],
        choices=[SelectChoice(key, key) for key in plan.KINDS],
        default="selection",
        validate_choice=False,
        description=lazy_gettext("评选有评分表和奖项；征集只收录，不评分。"),
    )
    title = StringField(lazy_gettext("名称"), [Asked(), Length(max=100)])
    basis = StringField(
        lazy_gettext("文件依据"),
        [Asked(), Length(max=300)],
        description=lazy_gettext("例如：长安委〔2025〕1号 三（一）。"),
    )
    call = TextAreaField(
        lazy_gettext("要求"),
        [Length(max=2000)],
        description=lazy_gettext("要什么样的案例，写给报送单位看。"),
        render_kw={"rows": 4},
    )
    opens_on = DayField(lazy_gettext("开始日期"), [Asked()], render_kw={"short": True})
    closes_on = DayField(
        lazy_gettext("截止日期"),
        [Asked()],
        description=lazy_gettext("当天 24 时截止。"),
        render_kw={"short": True},
    )
    kinds = MultiCheckboxField(
        lazy_gettext("向谁征集"), [Asked()], choices=[], validate_choice=False
    )
    sectors = MultiCheckboxField(
        lazy_gettext("行业"),
        choices=[],
        validate_choice=False,
        description=lazy_gettext("都不选就是全部行业。"),
    )
    contact = StringField(
        lazy_gettext("联系人和电话"),
        [Asked(), Length(max=100)],
        description=lazy_gettext("咨询和公示期内反映意见都找他，印在公示上。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = [SelectChoice(key, say(one)) for key, one in plan.KINDS.items()]
        self.kinds.choices = [SelectChoice(key, say(one)) for key, one in plan.ASKED.items()]
        self.sectors.choices = [SelectChoice(key, say(one)) for key, one in SECTORS.items()]

    def plan(self) -> Plan:
        """Give what was filled in, as the engine takes it."""
        return Plan(
            kind=self.kind.data or "",
            title=self.title.data or "",
            basis=self.basis.data or "",
            call=self.call.data or "",
            contact=self.contact.data or "",
            opens_on=self.opens_on.day,
            closes_on=self.closes_on.day,
            kinds=tuple(self.kinds.data or ()),
            sectors=tuple(self.sectors.data or ()),
            questions=tuple(
                Question("", one["label"], one["required"] == "y", _whole(one["most"] or "500"))
                for one in rows("questions")
            ),
            criteria=tuple(
                Criterion("", one["name"], _whole(one["most"])) for one in rows("criteria")
            ),
            awards=tuple(Award("", one["name"], _whole(one["count"])) for one in rows("awards")),
        )


#: List of the page → the fields of a row.
ROWS: Final[Mapping[str, tuple[str, ...]]] = {
    "questions": ("label", "most", "required"),
    "criteria": ("name", "most"),
    "awards": ("name", "count"),
}
_MOST: Final = {
    "questions": plan.MOST_QUESTIONS,
    "criteria": plan.MOST_CRITERIA,
    "awards": plan.MOST_AWARDS,
}


@blueprint.route("/new", methods=["GET", "POST"])
@requires("campaign:manage")
def create() -> Page:
    """Plan a new campaign."""
    if current_actor().organisation_kind != "office":
        raise NotFound()
    return _edit(None, {})


@blueprint.route("/<uuid:campaign_id>/edit", methods=["GET", "POST"])
@requires("campaign:manage")
def change(campaign_id: UUID) -> Page:
    """Change a draft."""
    row = finding.get_own(db.session(), campaign_id, actor=current_actor())
    if row.state != "draft":
        flash(gettext("已经发布，不能再改；可以延长截止日期或者取消。"), "warning")
        return _back(campaign_id)
    known = {name: getattr(row, name) for name in ("kind", "title", "basis", "call", "contact")}
    known |= {"kinds": row.kinds, "sectors": row.sectors}
    known |= {name: getattr(row, name).isoformat() for name in ("opens_on", "closes_on")}
    return _edit(row, known)


@blueprint.post("/<uuid:campaign_id>/<any(open,judge,publish,remind,cancel,reopen,extend):step>")
@requires("campaign:manage")
def step(campaign_id: UUID, step: str) -> Page:
    """Lead a campaign on."""
    if step in ("cancel", "reopen"):
        operation = running.cancel if step == "cancel" else running.reopen
        form = ReasonForm()
        return _do(campaign_id, operation, {"reason": form}, reason=form.reason.data or "")
    if step == "extend":
        asked = ExtendForm()
        said = {"closes_on": asked.closes_on.day, "reason": asked.reason.data or ""}
        return _do(campaign_id, running.extend, {"extend": asked}, **said)
    operations: Mapping[str, Callable[..., Any]] = {
        "open": running.open_it,
        "judge": running.judge,
        "publish": running.publish,
        "remind": telling.remind,
    }
    return _do(campaign_id, operations[step], {})


def rows(name: str) -> list[dict[str, str]]:
    """Give the rows of a list as they were posted, in order; empty ones as well."""
    found = []
    for number in range(_MOST[name] + _SPARE):
        one = {key: request.form.get(f"{name}-{number}-{key}", "")[:3000] for key in ROWS[name]}
        found.append(one)
    return [one for one in found if any(value.strip() for value in one.values())]


def _do(
    campaign_id: UUID, operation: Callable[..., Any], forms: dict[str, Any], **said: Any
) -> Page:
    try:
        db.execute(operation, campaign_id, **said)
    except Refused as refusal:
        if refusal.status == 404:
            raise
        for form in forms.values():
            put(form, refusal)
        message = "" if forms else say(refusal.message)
        return page(campaign_id, refused=message, **forms), refusal.status
    flash(gettext("已记录。"), "success")
    return _back(campaign_id)


def _edit(row: Any, known: dict[str, Any]) -> Page:
    sent = request.method == "POST"
    form = PlanForm(data=known)
    if sent and form.validate():
        try:
            if row is None:
                made = db.execute(running.draft, form.plan()).id
            else:
                db.execute(running.change, row.id, form.plan())
                made = row.id
        except Refused as refusal:
            if refusal.status == 404:
                raise
            put(form, refusal)
        else:
            flash(gettext("已保存草稿。看过没有问题，再发布征集。"), "success")
            return _back(made)
    shown = render_template(
        "campaigns/edit.html",
        form=form,
        row=row,
        lists={name: _offered(row, name, sent=sent) for name in ROWS},
        wrong=getattr(form, "form_errors", []),
    )
    return shown, 422 if sent else 200


def _offered(row: Any, name: str, *, sent: bool) -> list[dict[str, str]]:
    """Give the rows of a list to fill in, with some empty ones at the end."""
    known = rows(name) if sent else [_written(one) for one in (getattr(row, name) if row else ())]
    if not known and not sent and row is None:
        known = _usual(name)
    spare = min(_SPARE, _MOST[name] - len(known))
    return [*known, *(dict.fromkeys(ROWS[name], "") for _ in range(max(spare, 0)))]


def _usual(name: str) -> list[dict[str, str]]:
    """Give what a new selection begins with."""
    match name:
        case "criteria":
            names = (gettext("创新性"), "30"), (gettext("成效"), "40"), (gettext("可推广"), "30")
            return [{"name": text, "most": most} for text, most in names]
        case "awards":
            places = (gettext("一等奖"), "1"), (gettext("二等奖"), "2"), (gettext("三等奖"), "3")
            return [{"name": text, "count": count} for text, count in places]
        case _:
            return []


def _written(one: Mapping[str, Any]) -> dict[str, str]:
    found = {key: str(value) for key, value in one.items() if key != "key"}
    return {**found, "required": "y" if one.get("required") else ""}


def _whole(text: str) -> int:
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 0


def _back(campaign_id: UUID) -> Response:
    return redirect(url_for("campaigns.show", campaign_id=campaign_id))
