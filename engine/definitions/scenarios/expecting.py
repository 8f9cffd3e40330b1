"""What a scenario expects of its end, and what differs from it, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from engine.definitions.load import Loaded
from engine.definitions.trials import Played, Stopped
from engine.definitions.trials.steps import Step
from engine.errors import Invalid, InvalidAnswers, Message
from engine.forms import Field

_MOST: Final = 200
_LONGEST_SHOWN: Final = 60
_PLAIN: Final = (str, int, float, bool, type(None), list)
#: What says how a case came out, if the case has it.
_TELLING: Final = ("finding", "level", "adopted", "amount", "result")


@dataclass(frozen=True, kw_only=True)
class Expected:
    """What is to hold at the end of a trial. What is not said is not asked.

    ends: id of the end event that is reached last, with which the process ends; "" when it may be
        anywhere.
    fields: what the data says.
    passes, avoids: keys of elements that are passed, and that are not.
    """

    ends: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict)
    passes: Sequence[str] = ()
    avoids: Sequence[str] = ()

    def plain(self) -> dict[str, Any]:
        """Give it as plain data."""
        found: dict[str, Any] = {}
        if self.ends:
            found["ends"] = self.ends
        if self.fields:
            found["fields"] = dict(self.fields)
        for name, keys in (("passes", self.passes), ("avoids", self.avoids)):
            if keys:
                found[name] = list(keys)
        return found


def read_expected(raw: object) -> Expected:
    """Read what a scenario expects; Invalid in words."""
    said = raw if isinstance(raw, Mapping) else None
    ends = said.get("ends", "") if said is not None else ""
    fields = said.get("fields", {}) if said is not None else {}
    if said is None or not isinstance(ends, str) or not isinstance(fields, Mapping):
        raise _wrong(
            "expect 应写明 ends、fields、passes", "'expect' has 'ends', 'fields', 'passes'"
        )
    if len(fields) > _MOST or not all(isinstance(value, _PLAIN) for value in fields.values()):
        raise _wrong("期望的字段值应是简单的值", "the expected fields have plain values")
    return Expected(
        ends=ends,
        fields={str(name): value for name, value in fields.items()},
        passes=_keys(said.get("passes", [])),
        avoids=_keys(said.get("avoids", [])),
    )


def proposed(played: Played) -> Expected:
    """Give what may be expected of a trial that came out as this one did."""
    fields = {name: played.data[name] for name in _TELLING if played.data.get(name) is not None}
    ends = played.ends[-1].id if played.completed and played.ends else ""
    return Expected(ends=ends, fields=fields, passes=_tasks(played))


def differences(played: Played, expected: Expected) -> list[Message]:
    """Give what differs from what is expected, what happened first before what it led to."""
    if played.stopped is not None:
        computed = _computed(played, expected.fields)
        return [*_values(played, computed), _not_taken(played, played.stopped)]
    return [
        *_services(played),
        *_end(played, expected.ends),
        *_values(played, expected.fields),
        *_path(played, expected),
    ]


def _tasks(played: Played) -> list[str]:
    """Give the tasks of people that were done, once each."""
    kinds = ("userTask", "manualTask")
    keys = [p.element.key for p in played.passed if p.element.kind in kinds]
    return list(dict.fromkeys(keys))


def _computed(played: Played, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Give what is expected of fields that are known by now and that nobody has answered.

    An amount that came out otherwise is why the case went another way; an answer may change yet.
    """
    answered = {name for step in played.steps for name in step.answers}
    known = {name for name, value in played.data.items() if value is not None}
    return {name: value for name, value in wanted.items() if name in known - answered}


def _not_taken(played: Played, stopped: Stopped) -> Message:
    zh, en = _words(stopped.error)
    place, name = stopped.place + 1, _name(played.loaded, stopped.step)
    return Message(
        f"第 {place} 步“{name}”走不了：{zh}", f"Step {place}, '{name}', cannot be taken: {en}"
    )


def _words(error: Any) -> tuple[str, str]:
    if isinstance(error, InvalidAnswers):
        key, messages = next(iter(error.errors.items()))
        return f"“{key}”：{messages[0].zh}", f"'{key}': {messages[0].en}"
    return error.message.zh, error.message.en


def _name(loaded: Loaded, step: Step) -> str:
    if step.do != "complete":
        return {"start": "开始", "timer": "定时器", "travel": "时间"}[step.do]
    return name_of(loaded, step.task)


def name_of(loaded: Loaded, key: str) -> str:
    """Give what an element is called, else its key."""
    found = loaded.model.elements.get(key)
    return (found.name if found is not None and found.name else key)[:_LONGEST_SHOWN]


def _services(played: Played) -> Iterator[Message]:
    for element in played.failed:
        said = [h.data["error"] for h in played.happened if h.tag == "delegate:failed"]
        why = said[-1][:200] if said else ""
        yield Message(
            f"服务“{element.name or element.key}”失败了：{why}。",
            f"The service '{element.name or element.key}' failed: {why}.",
        )


def _end(played: Played, wanted: str) -> Iterator[Message]:
    reached = played.ends[-1].id if played.completed and played.ends else ""
    if not wanted or wanted == reached:
        return
    name = name_of(played.loaded, wanted)
    if reached:
        other = name_of(played.loaded, reached)
        yield Message(
            f"应到达“{name}”，实际到达“{other}”。",
            f"It should end at '{name}' but ended at '{other}'.",
        )
    else:
        waits = "、".join(step.element.name or step.element.key for step in played.open) or "—"
        yield Message(
            f"应到达“{name}”，实际还没有结束，停在：{waits}。",
            f"It should end at '{name}' but has not ended; it waits at: {waits}.",
        )


def _values(played: Played, wanted: Mapping[str, Any]) -> Iterator[Message]:
    for name, value in wanted.items():
        found = played.data.get(name)
        if found != value or isinstance(found, bool) != isinstance(value, bool):
            asked = _field(played.loaded, name)
            label = asked.label if asked is not None else Message(name, name)
            (zh, en), (other_zh, other_en) = _shown(asked, value), _shown(asked, found)
            yield Message(
                f"“{label.zh}”（{name}）应为 {zh}，实际为 {other_zh}。",
                f"'{label.en}' ({name}) should be {en} but is {other_en}.",
            )


def _path(played: Played, expected: Expected) -> Iterator[Message]:
    passed = {each.element.key for each in played.passed}
    for key in expected.passes:
        if key not in passed:
            name = name_of(played.loaded, key)
            yield Message(
                f"应经过“{name}”，实际没有经过。", f"It should pass '{name}' but did not."
            )
    for key in expected.avoids:
        if key in passed:
            name = name_of(played.loaded, key)
            yield Message(
                f"不应经过“{name}”，实际经过了。", f"It should not pass '{name}' but did."
            )


def _field(loaded: Loaded, name: str) -> Field | None:
    """Give the field that asks for `name`, one that shows money as money before others."""
    found = [asked for form in loaded.forms.values() if (asked := form.find(name)) is not None]
    return min(found, key=lambda each: not each.money, default=None)


def _shown(asked: Field | None, value: Any) -> tuple[str, str]:
    """Give a value as people read it, in both languages."""
    if value is None:
        return "空", "empty"
    if isinstance(value, bool):
        return ("是", "yes") if value else ("否", "no")
    if asked is not None and asked.money and isinstance(value, int):
        return f"{value / 100:,.2f} 元", f"{value / 100:,.2f} yuan"
    if asked is not None:
        for choice in asked.choices:
            if choice.value == value:
                return f"“{choice.label.zh}”", f"'{choice.label.en}'"
    text = str(value)[:_LONGEST_SHOWN]
    return (f"“{text}”", f"'{text}'") if isinstance(value, str) else (text, text)


def _keys(raw: object) -> list[str]:
    if not isinstance(raw, list) or len(raw) > _MOST or not all(isinstance(k, str) for k in raw):
        raise _wrong("passes、avoids 应是元素编号的列表", "'passes' and 'avoids' list element ids")
    return list(raw)


def _wrong(zh: str, en: str) -> Invalid:
    return Invalid(f"{zh}。", f"{en}.")
