"""One answer: from whatever was sent to a plain, checked value."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final
from uuid import UUID

from engine import clock
from engine.errors import Invalid, Message
from engine.forms.model import Choice, Field
from engine.hazards import rewards

#: Characters kept of an answer whose definition sets no bound.
MAX_LINE: Final = 200
MAX_TEXT: Final = 2_000
#: Entries in a list of choices, and files in one answer.
MAX_ENTRIES: Final = 60
MAX_FILES: Final = 9
#: A quantity or an amount beyond this is a slip of the finger.
MAX_NUMBER: Final = 10**13
_YEARS: Final = range(2000, 2101)
_TRUE: Final = frozenset({"true", "on", "1", "yes"})
_FALSE: Final = frozenset({"false", "off", "0", "no", ""})


class WrongAnswer(Exception):
    """An answer cannot be kept; carries the sentence for the person who gave it."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.message = Message(zh, en)


def answer(field: Field, raw: object, choices: Mapping[str, Sequence[Choice]]) -> Any:
    """Give the plain value of one answer: None, bool, int, float, text or a list of texts.

    Args:
        choices: the choices the field may draw on, by the name of their list or by field key.

    Raises:
        WrongAnswer: it is not an answer to this question.
    """
    if field.type in ("select", "radio"):
        return _one_of(field, raw, choices)
    if field.type == "checklist":
        return _some_of(field, raw, choices)
    return _READERS[field.type](field, raw)


def is_empty(value: object) -> bool:
    """Say whether nothing was answered; an unticked box counts as nothing."""
    return value is None or value is False or value == "" or value == []


def _text(field: Field, raw: object) -> str | None:
    text = _clean_text(raw, keep_lines=field.type == "textarea")
    if text is None:
        return None
    most = field.max_length or (MAX_TEXT if field.type == "textarea" else MAX_LINE)
    if len(text) > most:
        raise WrongAnswer(
            f"太长，最多 {most} 个字，请缩短。", f"Too long; use at most {most} characters."
        )
    if field.min_length and len(text) < field.min_length:
        raise WrongAnswer(
            f"太短，请至少写 {field.min_length} 个字。",
            f"Too short; write at least {field.min_length} characters.",
        )
    if field.pattern and (len(text) > MAX_LINE or not re.fullmatch(field.pattern, text)):
        raise WrongAnswer("格式不对，请照提示填写。", "The format is wrong; follow the hint.")
    return text


def _clean_text(raw: object, *, keep_lines: bool = False) -> str | None:
    """Give `raw` trimmed and without odd spaces, or None when nothing is left."""
    if raw is None:
        return None
    if not isinstance(raw, str):
        raise WrongAnswer("这里要填文字。", "Text is needed here.")
    if len(raw) > 100_000:
        raise WrongAnswer("内容太长，请缩短。", "Far too long; shorten it.")
    lines = raw.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    text = ("\n" if keep_lines else " ").join([line.rstrip() for line in lines]).strip()
    text = unicodedata.normalize("NFC", text)
    # Most texts are printable, which is quickly said.
    if not text.isprintable() and any(_is_refused(sign) for sign in text):
        raise WrongAnswer(
            "含有不能保存的字符，请删掉后重新输入。",
            "It holds characters that cannot be stored; delete them and type again.",
        )
    return text or None


def _is_refused(sign: str) -> bool:
    return unicodedata.category(sign) in ("Cc", "Cs") and sign not in "\n\t"


def _number(field: Field, raw: object) -> int | float | None:
    value = _money(raw) if field.money else _plain_number(raw, field.digits)
    if value is not None:
        _check_bounds(field, value)
    return value


def _money(raw: object) -> int | None:
    """Give fen from yuan typed as text, or from an integer that is fen already."""
    if isinstance(raw, int) and not isinstance(raw, bool):
        return _in_range(raw)
    if not isinstance(raw, str | None):
        raise WrongAnswer(
            "金额请写成文字，例如 200.00（元）。",
            "Write the amount as text in yuan, such as '200.00', or as an integer in fen.",
        )
    text = _clean_text(raw)
    if text is None:
        return None
    try:
        return rewards.to_fen(text)
    except Invalid as error:
        raise WrongAnswer(error.message.zh, error.message.en) from None


def _plain_number(raw: object, digits: int) -> int | float | None:
    if isinstance(raw, bool) or not isinstance(raw, str | int | float | None):
        raise WrongAnswer("这里要填数字。", "A number is needed here.")
    if isinstance(raw, float) and not math.isfinite(raw):
        raise WrongAnswer("这里要填数字。", "A number is needed here.")
    if isinstance(raw, int):
        _in_range(raw)
    text = _clean_text(raw if isinstance(raw, str | None) else repr(raw))
    if text is None:
        return None
    value = _decimal(text)
    if value != round(value, digits):
        raise WrongAnswer(
            f"最多 {digits} 位小数。" if digits else "请填整数。",
            f"At most {digits} decimal places." if digits else "Give a whole number.",
        )
    _in_range(int(value))
    return float(value) if digits else int(value)


def _decimal(text: str) -> Decimal:
    plain = text.replace(",", "").replace("，", "").lstrip("¥￥").strip()
    try:
        value = Decimal(plain) if len(plain) <= 40 else None
    except InvalidOperation:
        value = None
    if value is None or not value.is_finite():
        raise WrongAnswer("这里要填数字，例如 200.00。", "A number is needed here, such as 200.00.")
    if value.adjusted() > 15:
        raise WrongAnswer("数字太大，请检查。", "The number is too large; check it.")
    return round(value, 20) if value.adjusted() < -20 else value


def _in_range(value: int) -> int:
    if abs(value) > MAX_NUMBER:
        raise WrongAnswer("数字太大，请检查。", "The number is too large; check it.")
    return value


def _check_bounds(field: Field, value: float) -> None:
    unit, scale = (("元", "yuan"), 100) if field.money else (("", ""), 1)
    if field.minimum is not None and value < field.minimum:
        least = f"{field.minimum / scale:g}"
        raise WrongAnswer(
            f"不能小于 {least}{unit[0]}。", f"At least {least} {unit[1]}".strip() + "."
        )
    if field.maximum is not None and value > field.maximum:
        most = f"{field.maximum / scale:g}"
        raise WrongAnswer(f"不能大于 {most}{unit[0]}。", f"At most {most} {unit[1]}".strip() + ".")


def _ticked(_field: Field, raw: object) -> bool:
    if isinstance(raw, bool):
        return raw
    word = raw.strip().lower() if isinstance(raw, str) else None
    if raw is None or word in _FALSE:
        return False
    if word in _TRUE:
        return True
    raise WrongAnswer("请选“是”或“否”。", "Answer yes or no (true or false).")


def _allowed(field: Field, choices: Mapping[str, Sequence[Choice]]) -> frozenset[str]:
    passed = choices.get(field.key) or choices.get(field.source or "") or ()
    return frozenset(choice.value for choice in (*field.choices, *passed))


def _one_of(field: Field, raw: object, choices: Mapping[str, Sequence[Choice]]) -> str | None:
    text = _clean_text(raw)
    if text is None or text in _allowed(field, choices):
        return text
    raise WrongAnswer("请从列出的选项里选一个。", "Choose one of the listed options.")


def _some_of(field: Field, raw: object, choices: Mapping[str, Sequence[Choice]]) -> list[str]:
    allowed = _allowed(field, choices)
    texts = _texts(raw, MAX_ENTRIES)
    if not allowed.issuperset(texts):
        raise WrongAnswer("请只从列出的选项里选。", "Choose among the listed options only.")
    return texts


def _texts(raw: object, most: int) -> list[str]:
    """Give the entries of a list, or one text as a list of one; repeats are dropped."""
    entries = [] if raw is None else [raw] if isinstance(raw, str) else raw
    if not isinstance(entries, list | tuple):
        raise WrongAnswer("这里要选一项或多项。", "A list of choices is needed here.")
    if len(entries) > most:
        raise WrongAnswer(f"最多 {most} 项。", f"At most {most} entries.")
    cleaned = [_clean_text(entry) for entry in entries]
    return list(dict.fromkeys(text for text in cleaned if text is not None))


def _files(field: Field, raw: object) -> list[str]:
    try:
        ids = list(dict.fromkeys(str(UUID(text)) for text in _texts(raw, MAX_FILES)))
    except ValueError:
        raise WrongAnswer(
            "附件没有传好，请重新选择文件上传。",
            "A file is missing; upload it again and give the id that the upload returned.",
        ) from None
    if len(ids) > 1 and not field.multiple:
        raise WrongAnswer("只能选一个文件。", "Choose one file only.")
    return ids


def _moment(field: Field, raw: object) -> str | None:
    text = _clean_text(raw)
    if text is None:
        return None
    try:
        return _date(text) if field.subtype == "date" else _datetime(text)
    except ValueError:
        shown = "2026-03-01" if field.subtype == "date" else "2026-03-01T08:30"
        raise WrongAnswer(f"请写成日期，例如 {shown}。", f"Write a date such as {shown}.") from None


def _date(text: str) -> str:
    day = date.fromisoformat(text)
    if day.year not in _YEARS:
        raise ValueError(text)
    return day.isoformat()


def _datetime(text: str) -> str:
    """A moment without an offset was typed in China."""
    moment = datetime.fromisoformat(text)
    if moment.year not in _YEARS:
        raise ValueError(text)
    aware = moment if moment.tzinfo else moment.replace(tzinfo=clock.LOCAL_ZONE)
    return aware.astimezone(clock.LOCAL_ZONE).isoformat(timespec="seconds")


_READERS: Final[Mapping[str, Callable[[Field, object], Any]]] = {
    "textfield": _text,
    "textarea": _text,
    "number": _number,
    "checkbox": _ticked,
    "filepicker": _files,
    "datetime": _moment,
}
