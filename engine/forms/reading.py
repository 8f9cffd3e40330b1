"""Reading a form definition: form-js JSON, checked against forms/schema.json."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import orjson
from jsonschema import Draft202012Validator

from engine.errors import Message, ModelError
from engine.forms.model import Choice, Field, Form

#: Bytes of one definition.
MAX_BYTES: Final = 200_000
_SCHEMA: Final = Path(__file__).parents[2] / "forms" / "schema.json"
#: A repeated group can take for ever on a short text; so can a back reference.
_SLOW_PATTERN: Final = re.compile(r"\)[*+?{]|\\[1-9]|\(\?")
#: What stands for itself, and the signs that let a part be of any length.
_LITERAL: Final = re.compile(r"\\.|\[\^?\]?[^\]]*\]")
_VARIABLE: Final = re.compile(r"[*+?]|\{[0-9]*,[0-9]*\}")
_MOST_VARIABLE: Final = 3


@dataclass(frozen=True, slots=True)
class _Group:
    """What a group component hands down to the fields in it."""

    label: Message | None = None
    folded: bool = False
    each: str | None = None
    show_field: str | None = None
    show_values: tuple[str, ...] = ()


def read(content: bytes | Mapping[str, Any]) -> Form:
    """Read a form definition.

    Args:
        content: the JSON as bytes, or as a mapping.

    Raises:
        ModelError: it is no form definition; the message says where and what to do.
    """
    definition = _parse(content) if isinstance(content, bytes) else dict(content)
    canonical = _canonical(definition)
    _check_format(definition)
    form = Form(
        key=definition["id"],
        title=_message(definition, "title") or Message(definition["id"], definition["id"]),
        fields=tuple(_fields(definition["components"], _Group())),
        version_digest=hashlib.sha256(canonical).hexdigest(),
    )
    _check_keys(form)
    _check_conditions(form)
    return form


def _parse(content: bytes) -> Any:
    if len(content) > MAX_BYTES:
        raise _wrong("", f"太大，最多 {MAX_BYTES // 1000} kB", f"is over {MAX_BYTES // 1000} kB")
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError as error:
        where = f"第 {error.lineno} 行"
        raise _wrong(where, "不是正确的 JSON", f"is not valid JSON: {error.msg[:100]}") from None


def _canonical(definition: Any) -> bytes:
    """Give the one spelling of a definition; refuse what JSON cannot hold."""
    try:
        return orjson.dumps(definition, option=orjson.OPT_SORT_KEYS)
    except orjson.JSONEncodeError as error:
        raise _wrong("", "含有 JSON 不能保存的内容", f"holds what JSON cannot: {error}") from None


def _check_format(definition: Any) -> None:
    try:
        error = next(_validator().iter_errors(definition), None)
    except RecursionError:
        raise _wrong("", "嵌套太深", "is nested too deeply") from None
    if error is not None:
        raise _wrong(
            _place(error.absolute_path),
            f"不符合表单格式：{error.message[:200]}",
            f"does not fit the form format: {error.message[:200]}",
        )


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(orjson.loads(_SCHEMA.read_bytes()))


def _place(path: Sequence[str | int]) -> str:
    return "/".join(str(step) for step in path)


def _wrong(where: str, zh: str, en: str) -> ModelError:
    return ModelError(
        f"表单定义{f'“{where}”' if where else ''}{zh}。请改正后再提交。",
        f"The form definition{f' at {where}' if where else ''} {en}. Mend it and try again.",
        where=where,
    )


def _message(component: Mapping[str, Any], name: str) -> Message | None:
    """Give the text `name` with its English twin, which stands beside it or in `properties`."""
    english = f"{name}_en"
    settings = component.get("properties", {})
    zh = component.get(name) or settings.get(name)
    return Message(zh, component.get(english) or settings.get(english) or zh) if zh else None


def _fields(components: Sequence[Mapping[str, Any]], group: _Group) -> Iterator[Field]:
    for component in components:
        if component["type"] == "group":
            yield from _fields(component["components"], _group(component))
        else:
            yield _field(component, group)


def _group(component: Mapping[str, Any]) -> _Group:
    settings = component.get("properties", {})
    return _Group(
        label=_message(component, "label"),
        folded=settings.get("folded") == "true",
        each=settings.get("each"),
        show_field=settings.get("showField"),
        show_values=_words(settings.get("showValues", "")),
    )


def _field(component: Mapping[str, Any], group: _Group) -> Field:
    settings, rules = component.get("properties", {}), component.get("validate", {})
    label = _message(component, "label") or _message(component, "text") or Message("", "")
    return Field(
        key=component.get("key", ""),
        type=component["type"],
        label=label,
        help=_message(component, "help"),
        required=rules.get("required", False),
        min_length=rules.get("minLength"),
        max_length=rules.get("maxLength"),
        minimum=rules.get("min"),
        maximum=rules.get("max"),
        pattern=_pattern(rules.get("pattern"), component.get("key", "")),
        choices=tuple(_choices(component)),
        options=settings.get("options"),
        people=settings.get("people"),
        show_field=settings.get("showField"),
        show_values=_words(settings.get("showValues", "")),
        money=settings.get("money") == "fen",
        digits=component.get("decimalDigits", 0),
        subtype=component.get("subtype", "date"),
        readonly=component.get("readonly", False) or settings.get("readonly") == "true",
        photo=settings.get("photo") == "true",
        multiple=component.get("multiple", False),
        accept=component.get("accept", ""),
        default=component.get("defaultValue"),
        fresh=settings.get("fresh") == "true",
        group=group.label,
        folded=group.folded,
        group_show_field=group.show_field,
        group_show_values=group.show_values,
        each=group.each,
    )


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(","))


def _choices(component: Mapping[str, Any]) -> Iterator[Choice]:
    values = component.get("values", [])
    english = component.get("properties", {}).get("values_en", "").split("|")
    for place, entry in enumerate(values):
        label = entry["label"]
        translated = english[place].strip() if place < len(english) else ""
        yield Choice(entry["value"], Message(label, translated or label))


def _pattern(pattern: str | None, key: str) -> str | None:
    """Give the pattern back if it is one, and one that cannot run for ever on a long answer."""
    if pattern is None:
        return None
    try:
        re.compile(pattern)
    except re.error:
        raise _wrong(key, "的格式规则写错了", "has a pattern that cannot be read") from None
    variable = len(_VARIABLE.findall(_LITERAL.sub("", pattern)))
    if _SLOW_PATTERN.search(pattern) or variable > _MOST_VARIABLE:
        raise _wrong(
            key,
            "的格式规则太复杂：括号后面不能写 * + ? {，不能用 (?…) 和 \\1，"
            f"* + ? 最多 {_MOST_VARIABLE} 个",
            "has too complex a pattern: no repeated groups, '(?…)' or back references, and at "
            f"most {_MOST_VARIABLE} of * + ?",
        )
    return pattern


def _check_keys(form: Form) -> None:
    keys = [field.key for field in form.fields if not field.is_static]
    for key in keys:
        if keys.count(key) > 1:
            raise _wrong(key, "的字段名重复了", "uses the same key twice")


def _check_conditions(form: Form) -> None:
    """A field may depend on what comes before it, or on process data; never on itself or later."""
    earlier: set[str] = set()
    keys = {field.key for field in form.fields}
    for field in form.fields:
        for later in {key for key, _values in field.conditions} & (keys - earlier):
            raise _wrong(
                field.key,
                f"的显示条件引用了后面的字段“{later}”，请把那个字段移到前面",
                f"depends on '{later}', which comes later; move that field up",
            )
        if field.key:
            earlier.add(field.key)
