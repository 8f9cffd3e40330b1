"""What the service tasks of a complaint do; registered beside those of a hazard's process."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from engine.clock import local_date
from engine.delegates import Step, day_in, delegate, text_in
from engine.errors import DelegateError
from engine.hazards import numbers
from engine.hazards.deadlines import add_working_days

#: Jobs that tell the union, and the enterprise's principal.
TELL_UNION: Final = "tell_union"
TELL_EMPLOYER: Final = "tell_employer"
#: How complaints end.
OUTCOMES: Final = ("not_taken", "unfounded", "settled", "not_settled", "passed")
#: What a union may demand; 其他 is said in words.
DEMANDS: Final = ("stop", "restore_pay", "restore_post", "apology", "discipline")
#: To whom a complaint that is not settled may be passed on, so that it is handled there.
DISTRICT: Final = "district_union"
#: How long the union may take to judge after the reply was due.
_TO_JUDGE: Final = 5

Data = Mapping[str, Any]


@delegate
def enter_complaint(step: Step, params: Data, data: Data) -> dict[str, Any]:
    """Enter a complaint: which union handles it, which enterprise it is about (R-70)."""
    step.record(
        "complaint:filed",
        number=step.case.number,
        handler=data.get("handler"),
        enterprise=data.get("enterprise"),
        report=data.get("report"),
        accused=data.get("accused") or "",
        barred=list(data.get("barred") or ()),
    )
    return {"complaint_no": step.case.number, "round": 0}


@delegate
def move_complaint(step: Step, params: Data, data: Data) -> dict[str, Any]:
    """Note how far a complaint is, and tell the complainant."""
    step.record("complaint:moved", state=text_in(params, "state"))
    _tell(step, params, data)
    return {}


@delegate
def issue_union_letter(step: Step, params: Data, data: Data) -> dict[str, Any]:
    """Number the union's letter to the principal, have it made, and send it (安法 54, 55)."""
    turn = int(data.get("round") or 0) + 1
    number = data.get("letter_no")
    if not isinstance(number, str):
        year = local_date(step.at).year
        count = step.next_number(f"letter-{year}")
        number = numbers.letter_number(str(data.get("handler_code") or "GH"), year, count)
    reply_by = day_in(data, "reply_by")
    judge_by = add_working_days(reply_by, _TO_JUDGE, step.case.organisation.calendar)
    step.record(
        "complaint:advised",
        number=number if turn == 1 else f"{number}-{turn}",
        round=turn,
        text=text_in(data, "opinion"),
        demands=[key for key in data.get("demands") or () if key in DEMANDS],
        demand_other=data.get("demand_other"),
        reply_by=reply_by.isoformat(),
    )
    step.queue("issue_certificate", kind="union_letter", again=turn > 1)
    _tell(step, params, data)
    return {"letter_no": number, "round": turn, "judge_by": judge_by.isoformat()}


@delegate
def pass_complaint(step: Step, params: Data, data: Data) -> dict[str, Any]:
    """Pass a complaint that is not settled on, with a letter (R-74)."""
    to = text_in(data, "pass_to")
    year = local_date(step.at).year
    count = step.next_number(f"referral-{year}")
    number = numbers.referral_number(str(data.get("handler_code") or "GH"), year, count)
    district = data.get("district") if to == DISTRICT else None
    step.record("complaint:passed", to=to, number=number, district=district)
    step.queue("issue_certificate", kind="union_referral")
    if district:
        step.queue(TELL_UNION, message="complaint_passed_here")
    _tell(step, params, {**data, "referral_no": number})
    return {"referral_no": number}


@delegate
def close_complaint(step: Step, params: Data, data: Data) -> dict[str, Any]:
    """Note how a complaint ended, and tell the complainant."""
    outcome = text_in(params, "outcome")
    if outcome not in OUTCOMES:
        raise DelegateError(
            f"没有这种结果：{outcome}。", f"A complaint does not end as '{outcome}'."
        )
    step.record("complaint:closed", outcome=outcome)
    _tell(step, params, data)
    return {}


@delegate
def tell_union(step: Step, params: Data, data: Data) -> dict[str, Any]:
    """Tell those of the union who may handle this complaint the words of `message`."""
    key = text_in(params, "message")
    step.queue(TELL_UNION, message=key)
    return {}


@delegate
def tell_employer(step: Step, params: Data, data: Data) -> dict[str, Any]:
    """Tell the enterprise's principal of the union's letter, and nobody of anything else."""
    key = text_in(params, "message")
    step.queue(TELL_EMPLOYER, message=key)
    return {}


def _tell(step: Step, params: Data, data: Data) -> None:
    """Leave the complainant the words of `message`, where there is one."""
    key = params.get("message")
    if isinstance(key, str) and key:
        step.tell_reporter(key, data)
        step.record("reporter:told", by_system=True, message=key)
