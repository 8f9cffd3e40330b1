"""Drawing up a major's papers: what the case says is filled in, the rest is asked."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, url_for
from flask_babel import gettext
from werkzeug.exceptions import NotFound

from engine import clock, majors
from web import db
from web.access import requires
from web.language import say
from web.look import yuan
from web.majors import forms, words
from web.majors.entries import Page, entry
from web.majors.file import MajorFile

blueprint = Blueprint("major_papers", __name__, url_prefix="/majors")


@blueprint.route(
    "/<uuid:instance_id>/papers/<any(authority,congress):addressee>", methods=["GET", "POST"]
)
@requires("major:draw_up")
def report(instance_id: UUID, addressee: str) -> Page:
    """Draw up the report for the authority or the workers' congress."""
    file = _own(instance_id)
    form = forms.DrawReportForm(data=_report_known(file, addressee))
    whom = say(words.ADDRESSEES[addressee])

    return entry(
        file,
        form,
        title=gettext("重大事故隐患报告单：%(whom)s", whom=whom),
        lead=gettext(
            "判定、治理方案、防范措施从办理记录里取；开出后不能改，有新情况再开一份续报。"
        ),
        action=gettext("开具报告单"),
        done=gettext("已开具，正在生成 PDF。"),
        to=_to_paper,
        run=lambda: db.execute(
            majors.draw_up_report,
            instance_id,
            addressee=addressee,
            addressed_to=form.addressed_to.data or "",
            state_and_cause=form.state_and_cause.data or "",
            harm_and_difficulty=form.harm_and_difficulty.data or "",
            contact=form.contact.data or "",
        ),
    )


@blueprint.route("/<uuid:instance_id>/papers/acceptance", methods=["GET", "POST"])
@requires("major:draw_up")
def acceptance(instance_id: UUID) -> Page:
    """Draw up the acceptance of its treatment."""
    file = _own(instance_id)
    form = forms.DrawAcceptanceForm(data=_acceptance_known(file))
    forms.label_actuals(form, file.dossier.told.plan)
    return entry(
        file,
        form,
        title=gettext("重大事故隐患治理验收单"),
        lead=gettext("治理方案的六项内容逐项对照完成情况。本单是内部记录，不代替督办部门核销。"),
        action=gettext("开具验收单"),
        done=gettext("已开具，正在生成 PDF。"),
        to=_to_paper,
        run=lambda: db.execute(
            majors.draw_up_acceptance,
            instance_id,
            actual={key: form[name].data or "" for key, name in majors.ACCEPTANCE_ACTUALS.items()},
            evaluation=form.evaluation.data or "",
            evaluated_by=form.evaluated_by.data or "",
            conclusion=form.conclusion.data or "",
            resumption_on=form.resumption_on.day,
        ),
    )


def _to_paper(made: Any) -> str:
    return url_for("certificates.show", number=made.number)


def _own(instance_id: UUID) -> MajorFile:
    file = MajorFile.open(instance_id)
    if not file.is_own:
        raise NotFound()
    return file


def _report_known(file: MajorFile, addressee: str) -> dict[str, str]:
    told = file.dossier.told
    names = [one.name for one in file.dossier.to(addressee) if one.name]
    usual = gettext("职工代表大会、工会委员会") if addressee == "congress" else ""
    return {
        "addressed_to": names[-1] if names else usual,
        "state_and_cause": told.text("hazard_state") or file.row.description or "",
        "harm_and_difficulty": told.text("hazard_harm"),
    }


def _acceptance_known(file: MajorFile) -> dict[str, str]:
    """Say how each element came out, as far as the steps have told it."""
    told, row = file.dossier.told, file.row
    spent = told.answers.get("fund_actual")
    done_on = clock.local_date(row.rectified_at).isoformat() if row.rectified_at else ""
    who = row.rectifier_name or file.name(told.who("done_note"))
    known = {
        "plan_goal": told.text("done_note"),
        "plan_methods": told.text("done_note"),
        "plan_resources": gettext("实际花费 %(sum)s 元", sum=yuan(spent))
        if isinstance(spent, int)
        else "",
        "plan_people": gettext("整改责任人：%(name)s", name=who) if who else "",
        "plan_schedule": gettext("%(day)s 整改完成", day=done_on) if done_on else "",
        "plan_safety": "；".join(one.text for one in told.interim),
    }
    return {majors.ACCEPTANCE_ACTUALS[key]: text for key, text in known.items()}
