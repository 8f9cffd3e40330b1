"""The particulars of each kind of event: one small function a tag."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from flask import url_for
from flask_babel import gettext

from engine.actors import ROLES
from engine.auditing.grounds import KINDS as GROUND_KINDS
from engine.auditing.looks import WAYS
from engine.discretion import MONEY_OUTPUTS
from engine.errors import Invalid, Message
from engine.hazards import deadlines, duties
from engine.notices import MEMBER_WORDS, REPORTER_WORDS
from web import certificates, report_events, vote_events  # noqa: F401 - they register
from web.answer_words import Change, Told
from web.event_particulars import TELLERS, Data, Detail, about
from web.event_words import COMMANDS, OUTPUTS
from web.given import of_facts
from web.labels import CATEGORIES, FINDINGS, FUNDING_LINES, LEVELS, METHODS, name_of
from web.language import drawn, say
from web.look import yuan

if TYPE_CHECKING:
    from web.timeline import Teller

_FACT: Final = re.compile(r"\{[a-z_]+\}")


def of(teller: Teller, event: Any, data: Data) -> Detail:
    """Give the particulars of an event."""
    tell = TELLERS.get(event.tag, _reason)
    return tell(teller, event, data)


def _reason(_teller: Teller, _event: Any, data: Data) -> Detail:
    return Detail(text=str(data.get("reason") or ""))


@about("identity:named")
def _named(_teller: Teller, _event: Any, data: Data) -> Detail:
    _, _, month = str(data.get("paper") or "").partition(" ")
    return Detail(text=gettext("%(month)s 的公示单", month=month))


@about("instance:migrated")
def _migrated(_teller: Teller, _event: Any, data: Data) -> Detail:
    owners = data.get("owners") or {}
    ends = {
        end: gettext("第 %(version)s 版", version=data[end]["version"])
        + (gettext("（%(owner)s）", owner=owners[end]) if end in owners else "")
        for end in ("from", "to")
    }
    reason = data.get("reason") or ""
    words = gettext(
        "从%(old)s到%(new)s。%(reason)s", old=ends["from"], new=ends["to"], reason=reason
    )
    return Detail(text=words)


@about("task:completed")
def _completed(teller: Teller, event: Any, data: Data) -> Detail:
    name = teller.step_name(event)
    if teller.is_hidden(event.element):
        return Detail(what=name, text=gettext("内容涉及奖励，只给经办奖励的人看。"))
    if event.task_id in teller.votes.untold:
        return Detail(what=name, text=gettext("已投票。怎么投的，表决有结果后公布。"))
    given = data.get("answers") or {}
    answers = teller.words.tell(teller.form_of(data.get("form")), given, data.get("before") or {})
    refused = (data.get("vote") or {}).get("choice") == "against"
    failed = refused or given.get("result") == "failed"
    return Detail(
        what=name,
        text=_verdict(teller, data),
        tone="late" if failed else "",
        icon="cross" if failed else "",
        answers=answers,
    )


def _verdict(teller: Teller, data: Data) -> str:
    """Give what the step decided: its first choice that has to be made, or on which others hang."""
    form = teller.form_of(data.get("form"))
    given = {k: v for k, v in (data.get("answers") or {}).items() if k not in teller.words.hidden}
    deciding = {one.show_field for one in form.fields} if form else set()
    for one in form.fields if form else ():
        decides = one.key in deciding or (one.type == "radio" and one.required)
        if decides and one.type in ("radio", "checkbox") and one.key in given:
            return f"{say(one.label)}{gettext('：')}{teller.words.say(one, given[one.key])}"
    return ""


@about("task:claimed", "task:released")
def _claimed(teller: Teller, event: Any, _data: Data) -> Detail:
    return Detail(text=teller.step_name(event))


@about("task:cancelled")
def _dropped(teller: Teller, _event: Any, data: Data) -> Detail:
    return Detail(text=teller.task_name(data.get("task")))


@about("separation:waived")
def _waived(teller: Teller, _event: Any, data: Data) -> Detail:
    """Which step is told only where it does not say that its doer was the reporter."""
    task = str(data.get("task") or "")
    if "report" in duties.RULES.get(task, ()):
        return Detail()
    return Detail(text=teller.task_title(task))


@about("checklist:cited")
def _cited(_teller: Teller, _event: Any, data: Data) -> Detail:
    item = data.get("item") or {}
    version = gettext("第 %(version)s 版", version=data.get("version"))
    return Detail(text=" · ".join((str(item.get("code")), version, str(item.get("hazard")))))


@about("decision:made")
def _decided(teller: Teller, _event: Any, data: Data) -> Detail:
    decision = teller.loaded.decisions.get(str(data.get("decision")))
    name = drawn(decision.name) if decision else str(data.get("decision"))
    outputs = data.get("outputs") or {}
    text = rule_words(data.get("version"), data.get("rules") or ())
    if not teller.sees_rewards and MONEY_OUTPUTS & outputs.keys():
        return Detail(what=name, text=gettext("内容涉及奖励，只给经办奖励的人看。"))
    labels = {column.name: column.label for column in decision.outputs} if decision else {}
    changes = [
        Change(key, output_label(key, labels.get(key) or ""), output_words(key, value))
        for key, value in outputs.items()
        if key not in teller.words.hidden
    ]
    return Detail(what=name, text=text, answers=Told(changes))


def rule_words(version: Any, rules: Any) -> str:
    """Say by which version of a table and by which of its rules something was decided."""
    said = gettext("决策表第 %(version)s 版", version=version)
    numbers = "、".join(map(str, rules))
    by = gettext("第 %(numbers)s 条规则", numbers=numbers)
    return f"{said}{gettext('，')}{by if rules else gettext('没有规则命中，取默认值')}"


def output_label(key: str, label: str) -> str:
    """Say what a column of a table is called; an amount is shown in yuan, not in fen."""
    return str(gettext("奖励金额")) if key == "amount_fen" else drawn(label) or key


def output_words(key: str, value: Any) -> str:
    """Say what a decision gave: money, a deadline, yes or no, a level, or as it is."""
    if value is None:
        return "—"
    if isinstance(value, bool):
        return str(gettext("是") if value else gettext("否"))
    if key == "amount_fen" and isinstance(value, int):
        return f"¥{yuan(value)}"
    if value in OUTPUTS:
        return say(OUTPUTS[value])
    return span_words(str(value))


def span_words(text: str) -> str:
    """Say a deadline such as "3wd" in words; anything else as it is."""
    try:
        span = deadlines.parse(text)
    except Invalid:
        return text
    words = {
        "working_days": gettext("%(count)s 个工作日", count=span.count),
        "days": gettext("%(count)s 天", count=span.count),
        "hours": gettext("%(count)s 小时", count=span.count),
        "minutes": gettext("%(count)s 分钟", count=span.count),
    }
    return str(words[span.unit])


@about("timer:fired", "delegate:recovered")
def _went_on(teller: Teller, _event: Any, data: Data) -> Detail:
    elements = teller.loaded.model.elements
    names = [elements[key].name for key in data.get("path") or () if key in elements]
    return Detail(text=" → ".join(drawn(name) for name in names if name))


@about("delegate:failed", "incident:opened")
def _failed(_teller: Teller, _event: Any, data: Data) -> Detail:
    return Detail(text=str(data.get("error") or ""))


@about("hazard:registered")
def _registered(_teller: Teller, _event: Any, data: Data) -> Detail:
    words = [
        str(data.get("number")),
        say(name_of(LEVELS, data.get("level"))),
        say(name_of(CATEGORIES, data.get("category"))),
    ]
    return Detail(text=" · ".join(word for word in words if word))


@about("hazard:closed")
def _closed(_teller: Teller, _event: Any, data: Data) -> Detail:
    return Detail(text=str(data.get("number")))


@about("report:dismissed")
def _dismissed(_teller: Teller, _event: Any, data: Data) -> Detail:
    return Detail(text=say(name_of(FINDINGS, data.get("finding"))))


@about("reward:proposed", "reward:approved", "reward:refused", "reward:paid", "reward:received")
def _rewarded(teller: Teller, event: Any, data: Data) -> Detail:
    if not teller.sees_rewards:
        return Detail()
    sums = [data.get(key) for key in ("computed_fen", "approved_fen")]
    amount = next((f"¥{yuan(fen)}" for fen in sums if isinstance(fen, int)), of_facts(data))
    automatic = gettext("在免审限额以内，自动批准") if data.get("automatic") else ""
    words = [
        str(data.get("number") or ""),
        amount,
        str(data.get("rule") or ""),
        automatic,
        str(data.get("paid_on") or ""),
        "" if "noncash_fen" in data else say(name_of(METHODS, data.get("method"))),
        say(name_of(FUNDING_LINES, data.get("funding_line"))),
        str(data.get("voucher") or ""),
        str(data.get("reason") or ""),
    ]
    return Detail(text=" · ".join(word for word in words if word))


@about("reporter:told")
def _told_reporter(_teller: Teller, _event: Any, data: Data) -> Detail:
    return Detail(text=_notice(REPORTER_WORDS.get(str(data.get("message")))))


@about("people:notified", "case:escalated")
def _told_people(teller: Teller, _event: Any, data: Data) -> Detail:
    names = [_addressee(role) for role in data.get("to") or ()]
    words = _notice(MEMBER_WORDS.get(str(data.get("message"))), teller.number)
    return Detail(text=f"{'、'.join(names)}{gettext('：')}{words}")


def _addressee(role: str) -> str:
    return gettext("行业主管部门") if role == "department" else say(ROLES[role])


def _notice(words: Message | None, number: str = "") -> str:
    """Say a notice again; what it was filled with then is not kept in the event."""
    if words is None:
        return ""
    return _FACT.sub("……", say(words).replace("{number}", number))


@about("certificate:issued", "certificate:ready", "certificate:revoked")
def _certificate(teller: Teller, _event: Any, data: Data) -> Detail:
    kind, number = str(data.get("kind")), str(data.get("number"))
    name = str(certificates.NAMES.get(kind, kind))
    if not teller.may(certificates.permission_for(kind)):
        return Detail(text=name)
    url = url_for("certificates.show", number=number)
    return Detail(text=str(data.get("reason") or ""), url=url, link_text=f"{name} {number}")


@about("message:sent")
def _message(_teller: Teller, _event: Any, _data: Data) -> Detail:
    return Detail()


@about("case:looked")
def _looked(_teller: Teller, _event: Any, data: Data) -> Detail:
    what = say(name_of(WAYS, data.get("what")))
    if "ground" not in data:
        return Detail(what=what)
    kind = say(name_of(GROUND_KINDS, data.get("ground")))
    return Detail(text=f"{what}{gettext('，依据')}{gettext('：')}{kind} {data.get('reference')}")


@about("command:denied")
def _denied(teller: Teller, event: Any, data: Data) -> Detail:
    """Who is refused their own report's check, or a second confirmation, is its reporter."""
    if event.role == "reporter" or teller.is_reporters_task(event.task_id):
        return Detail(is_secret=True)
    command = str(COMMANDS.get(str(data.get("command")), gettext("操作")))
    task = teller.task_name(event.task_id)
    zh = str(data.get("reason_zh") or data.get("reason") or "")
    reason = say(Message(zh, str(data.get("reason") or "")))
    what = f"{command}“{task}”" if task else command
    return Detail(text=f"{what}{gettext('：')}{reason}")
