"""Scenarios 试运行场景: a flow's own tests, kept with it and run whenever it is published.

{"id": "rewarded", "title": "一般隐患，整改并奖励", "process": "hazard_report",
 "given": {"at": "2026-03-02", "reward_limit_fen": 20000},
 "steps": [{"do": "start", "answers": {…}}, …],
 "expect": {"ends": "finished", "fields": {"amount": 10000}, "passes": ["register"]}}
"""

from __future__ import annotations

import math
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import orjson

from engine.definitions.bundle import Bundle
from engine.definitions.load import Loaded, loaded_from
from engine.definitions.scenarios.expecting import Expected, differences, read_expected
from engine.definitions.trials import Played, play
from engine.definitions.trials.steps import Given, Step, read_given, read_steps
from engine.errors import EngineError, Invalid, Message, ModelError
from engine.spiff import Problem, trial

MAX_BYTES: Final = 200_000
#: Scenarios that one process may have.
MOST: Final = 50
#: Seconds of the processor that the scenarios of a bundle may take together.
LONGEST_SECONDS: Final = 10.0
_KEY: Final = re.compile(r"[A-Za-z0-9_.-]{1,64}")
_LONGEST_TITLE: Final = 120
_LONGEST_KEY: Final = 64


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """A trial with what is expected of it."""

    id: str
    title: Message
    #: Key of the process it starts.
    process: str
    given: Given
    steps: Sequence[Step]
    expect: Expected

    def content(self) -> bytes:
        """Give it as the file that `read` reads."""
        found: dict[str, Any] = {"id": self.id, "title": self.title.zh}
        if self.title.en != self.title.zh:
            found["title_en"] = self.title.en
        found |= {
            "process": self.process,
            "given": self.given.plain(),
            "steps": [step.plain() for step in self.steps],
            "expect": self.expect.plain(),
        }
        return orjson.dumps(found, option=orjson.OPT_INDENT_2) + b"\n"


@dataclass(frozen=True, kw_only=True)
class Result:
    """What came of a scenario."""

    scenario: Scenario
    #: What differs from what is expected, in words; empty when it passed.
    differences: Sequence[Message]
    #: How far it came; None when the definition cannot be read.
    played: Played | None = field(default=None, compare=False)

    @property
    def passed(self) -> bool:
        """Whether all came as expected."""
        return not self.differences


def read(content: bytes) -> Scenario:
    """Read a scenario.

    Raises:
        ModelError: it is none; says what is wrong.
    """
    if len(content) > MAX_BYTES:
        raise _wrong("", f"太大，最多 {MAX_BYTES // 1000} kB", f"is larger than {MAX_BYTES} bytes")
    try:
        document = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise _wrong("", f"第 {error.lineno} 行不是正确的 JSON", "is not valid JSON") from None
    if not isinstance(document, Mapping):
        raise _wrong("", "应是一组“名称: 值”", "is no record of names and values")
    key, process = _id(document), _text(document, "process", _LONGEST_KEY)
    title = _text(document, "title", _LONGEST_TITLE)
    try:
        return Scenario(
            id=key,
            title=Message(title, _text(document, "title_en", _LONGEST_TITLE, or_else=title)),
            process=process,
            given=read_given(document.get("given")),
            steps=read_steps(document.get("steps")) or _refuse(key, "没有步骤", "has no steps"),
            expect=read_expected(document.get("expect")),
        )
    except Invalid as error:
        raise _wrong(key, error.message.zh.rstrip("。"), error.message.en.rstrip(".")) from None


def process_of(content: bytes) -> str | None:
    """Give the key of the process a scenario starts; None for what cannot be read."""
    try:
        document = orjson.loads(content)
    except orjson.JSONDecodeError:
        return None
    found = document.get("process") if isinstance(document, dict) else None
    return found if isinstance(found, str) else None


def run(loaded: Loaded, scenario: Scenario, *, ends_by: float = math.inf) -> Result:
    """Play a scenario and compare what came with what is expected.

    Args:
        ends_by: when, by the thread's processor time, it has taken too long, if not earlier.
    """
    is_late = ends_by < time.thread_time() + trial.LONGEST_SECONDS
    played = play(loaded, scenario.given, scenario.steps, ends_by=ends_by if is_late else None)
    return Result(
        scenario=scenario, differences=differences(played, scenario.expect), played=played
    )


def run_in(bundle: Bundle, scenario: Scenario) -> Result:
    """Play a scenario with the definitions of a bundle, as `run`."""
    return next(run_all(bundle, [scenario]))


def run_all(
    bundle: Bundle, scenarios: Sequence[Scenario], *, is_checked: bool = False
) -> Iterator[Result]:
    """Play scenarios with the definitions of a bundle; what cannot be read is a difference.

    Args:
        is_checked: nothing else is wrong with the bundle.
    """
    known: dict[str, Loaded | EngineError] = {}
    ends_by = time.thread_time() + LONGEST_SECONDS
    for scenario in scenarios:
        key = scenario.process
        if key not in known:
            known[key] = _loaded(bundle, key, is_checked)
        loaded = known[key]
        if isinstance(loaded, EngineError):
            yield Result(scenario=scenario, differences=[loaded.message])
        else:
            yield run(loaded, scenario, ends_by=ends_by)


def scenarios_of(bundle: Bundle) -> dict[str, Scenario]:
    """Give the scenarios of a bundle by the key of their file; ModelError as `read`."""
    return {key: read(content) for key, content in bundle.of("scenario").items()}


def check_scenarios(bundle: Bundle, *, is_checked: bool = False) -> list[Problem]:
    """Give a problem for each scenario that is not readable or does not pass.

    Args:
        is_checked: nothing else is wrong with the bundle.
    """
    found, readable = [], {}
    for key, content in bundle.of("scenario").items():
        try:
            readable[key] = read(content)
        except ModelError as error:
            found.append(_problem("scenario-unreadable", key, error.message))
    if len(readable) > MOST:
        words = Message(
            f"场景太多，最多 {MOST} 个，请删去一些。", f"At most {MOST} scenarios; remove some."
        )
        return [*found, _problem("scenario-many", "", words)]
    results = zip(
        readable, run_all(bundle, list(readable.values()), is_checked=is_checked), strict=True
    )
    failed = [(key, result) for key, result in results if not result.passed]
    return [*found, *(_problem("scenario-fails", key, _failure(one)) for key, one in failed)]


def _failure(result: Result) -> Message:
    title, first = result.scenario.title, result.differences[0]
    return Message(
        f"场景“{title.zh}”没有通过：{first.zh}请改流程，或改场景里的期望。",
        f"The scenario '{title.en}' does not pass: {first.en} Mend the definition, or what the "
        "scenario expects.",
    )


def _loaded(bundle: Bundle, key: str, is_checked: bool) -> Loaded | EngineError:
    try:
        if key not in bundle.processes():
            return _no_process(key)
        return loaded_from(bundle, key, is_checked=is_checked)
    except EngineError as error:
        return error


def _no_process(key: str) -> EngineError:
    return Invalid(f"这里没有流程“{key}”。", f"There is no process '{key}' here.")


def _id(document: Mapping[str, Any]) -> str:
    value = document.get("id")
    if not isinstance(value, str) or not _KEY.fullmatch(value):
        raise _wrong(
            "",
            "的 id 应是 1 至 64 个字母、数字、点、横线或下划线",
            "needs an 'id' of 1 to 64 letters, digits, dots, dashes or underscores",
        )
    return value


def _text(document: Mapping[str, Any], name: str, longest: int, *, or_else: str = "") -> str:
    value = document.get(name, or_else)
    text = " ".join(value.split()) if isinstance(value, str) else ""
    if not text or len(text) > longest or not text.isprintable():
        raise _wrong(
            str(document["id"]),
            f"的 {name} 应是 1 至 {longest} 个字",
            f"needs '{name}' of 1 to {longest} characters",
        )
    return text


def _refuse(key: str, zh: str, en: str) -> Any:
    raise _wrong(key, zh, en)


def _wrong(key: str, zh: str, en: str) -> ModelError:
    return ModelError(f"场景“{key}”读不了：{zh}。", f"The scenario '{key}' cannot be read: {en}.")


def _problem(rule: str, element: str, words: Message) -> Problem:
    return Problem(
        rule=rule,
        family="deployment",
        element=element,
        severity="error",
        zh=words.zh,
        en=words.en,
    )
