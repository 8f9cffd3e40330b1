"""What is entered into the register: reports, measures, an authority's supervision and its end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from engine import clock, majors
from engine.errors import Conflict, Invalid
from engine.law import cite
from engine.majors.asked import printed_numbers
from web import db
from web.access import current_account, requires
from web.form_errors import put
from web.language import say
from web.majors import forms, words
from web.majors.file import MajorFile

blueprint = Blueprint("major_entries", __name__, url_prefix="/majors")

Page = str | tuple[str, int] | Response


@blueprint.route(
    "/<uuid:instance_id>/report/<any(authority,congress):addressee>", methods=["GET", "POST"]
)
@requires("major:report")
def report(instance_id: UUID, addressee: str) -> Page:
    """Enter a report that no step of the process asked for."""
    file = _own(instance_id)
    form = forms.ReportForm(data={"reported_on": clock.local_date().isoformat()})
    form.offer(addressee, printed_numbers(db.session(), file.row))
    whom = say(words.ADDRESSEES[addressee])
    return entry(
        file,
        form,
        title=gettext("登记报告：%(whom)s", whom=whom),
        lead=gettext("流程里已经填过的不用再登记；续报、当面补报等在这里登记。"),
        action=gettext("登记"),
        done=gettext("已登记，并记入办理记录。"),
        run=lambda: db.execute(
            majors.report,
            instance_id,
            addressee=addressee,
            name=form.name.data or "",
            method=form.method.data or "",
            reported_on=form.reported_on.day,
            note=form.note.data or "",
            files=form.files.data,
            certificate_number=form.certificate_number.data or "",
        ),
    )


@blueprint.route("/<uuid:instance_id>/guard", methods=["GET", "POST"])
@requires("major:guard")
def guard(instance_id: UUID) -> Page:
    """Enter measures that keep people safe until it is fixed."""
    form = forms.GuardForm()
    return entry(
        _own(instance_id),
        form,
        title=gettext("临时防范措施"),
        lead=gettext("整改完成之前，怎样保证不出事。"),
        action=gettext("保存"),
        done=gettext("已保存，并记入办理记录。"),
        run=lambda: db.execute(majors.guard, instance_id, text=form.text.data or ""),
    )


@blueprint.route("/<uuid:instance_id>/supervision", methods=["GET", "POST"])
@requires("major:supervise")
def supervise(instance_id: UUID) -> Page:
    """Enter that an authority supervises it."""
    file = MajorFile.open(instance_id)
    if not file.may("major:supervise"):
        raise NotFound()
    form = forms.SupervisionForm(data=_known(file))
    return entry(
        file,
        form,
        title=gettext("登记挂牌督办"),
        lead=gettext("挂牌督办与销号分开：企业销号后，督办部门没有核销的，仍留在台账上。"),
        action=gettext("登记"),
        done=gettext("已登记挂牌督办。"),
        run=lambda: db.execute(
            majors.put_under_supervision,
            instance_id,
            authority=form.authority.data or "",
            case_number=form.case_number.data or "",
            listed_on=form.listed_on.day,
            due_on=form.due_on.day,
            note=form.note.data or "",
            files=form.files.data,
        ),
    )


@blueprint.route(
    "/<uuid:instance_id>/supervision/<uuid:supervision_id>/apply", methods=["GET", "POST"]
)
@requires("major:supervise")
def apply(instance_id: UUID, supervision_id: UUID) -> Page:
    """Enter that the enterprise asked for the check."""
    file = _own(instance_id)
    _supervision(file, supervision_id)
    form = forms.ApplyForm(data={"applied_on": clock.local_date().isoformat()})
    return entry(
        file,
        form,
        title=gettext("申请核销"),
        lead=gettext(
            "治理完成后向督办部门书面申请现场审查（%(law)s）。", law=say(cite("order16-18"))
        ),
        action=gettext("登记"),
        done=gettext("已登记申请。"),
        run=lambda: db.execute(
            majors.apply_for_check,
            instance_id,
            supervision_id,
            applied_on=form.applied_on.day,
            files=form.files.data,
        ),
    )


@blueprint.route(
    "/<uuid:instance_id>/supervision/<uuid:supervision_id>/strike-off", methods=["GET", "POST"]
)
@requires("major:supervise")
def strike_off(instance_id: UUID, supervision_id: UUID) -> Page:
    """Enter that the authority struck it off."""
    file = MajorFile.open(instance_id)
    if not file.may("major:supervise"):
        raise NotFound()
    _supervision(file, supervision_id)
    majors.require_authority(db.session(), file.row, supervision_id, actor=file.actor)
    form = forms.StrikeOffForm(data={"cancelled_on": clock.local_date().isoformat()})
    return entry(
        file,
        form,
        title=gettext("登记核销"),
        lead=gettext("只有督办部门能核销；企业登记的要上传决定书。核销不等于销号。"),
        action=gettext("登记核销"),
        done=gettext("已登记核销。"),
        run=lambda: db.execute(
            majors.strike_off,
            instance_id,
            supervision_id,
            cancelled_on=form.cancelled_on.day,
            cancelled_by=form.cancelled_by.data or "",
            files=form.files.data,
        ),
    )


def entry(file: MajorFile, form: Any, *, run: Callable[[], Any], **said: Any) -> Page:
    """Show a form, or take what it says; what is refused is said at its fields."""
    sent = form.is_submitted()
    form.receive()
    if sent and form.validate() and not any(field.errors for field in form):
        try:
            made = run()
        except (Invalid, Conflict) as error:
            put(form, error)
        else:
            flash(said["done"], "success")
            to = said.get("to") or (lambda _made: url_for("majors.show", instance_id=file.row.id))
            return redirect(to(made), 303)
    page = render_template("majors/entry.html", file=file, form=form, **said)
    return page, 422 if sent else 200


def _own(instance_id: UUID) -> MajorFile:
    """Open a major of one's own enterprise; of another's there is nothing to enter."""
    file = MajorFile.open(instance_id)
    if not file.is_own:
        raise NotFound()
    return file


def _supervision(file: MajorFile, supervision_id: UUID) -> None:
    if all(one.id != supervision_id for one in file.dossier.supervisions):
        raise NotFound()


def _known(file: MajorFile) -> dict[str, str]:
    """Fill in what the process's report says of a supervision, or who the reader is."""
    today = clock.local_date().isoformat()
    for one in file.dossier.supervisions:
        if one.id is None:
            listed = one.listed_on.isoformat() if one.listed_on else today
            return {
                "authority": one.authority,
                "case_number": one.case_number,
                "listed_on": listed,
            }
    account = current_account()
    own = account.organisation_name if account and not file.is_own else ""
    return {"listed_on": today, "authority": own}
