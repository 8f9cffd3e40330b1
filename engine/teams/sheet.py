"""What a sheet of people says, row by row: who, with which login, as what, in which team."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from engine.accounts import clean_login
from engine.actors import ENTERPRISE_ROLES
from engine.errors import Invalid, InvalidAnswers, Message
from engine.membership import clean_name
from engine.registry.workbook import rows as workbook_rows
from engine.teams.keeping import DEEPEST
from engine.teams.keeping import clean_name as clean_team
from engine.training.reading import cells_of

#: So many people are taken in with one sheet.
MOST_ROWS: Final = 2_000
#: Column → what it is called, the Chinese name first.
COLUMNS: Final[Mapping[str, Message]] = {
    "name": Message("姓名", "Name"),
    "login": Message("登录名", "Login"),
    "roles": Message("岗位", "Roles"),
    "team": Message("车间班组", "Team"),
}
_ALSO: Final = {"login": ("工号", "账号"), "team": ("班组", "车间", "部门", "车间、班组")}
_NEEDED: Final = ("name", "login")
#: The headings stand in one of the first rows; above them may be a title and hints.
_HEADINGS_WITHIN: Final = 10
_LONGEST: Final = 200
#: What parts roles, and the teams of a path.
_ROLE_MARKS: Final = "、，,;；/"
_PATH_MARKS: Final = "／>＞\\"
_WORKBOOK: Final = b"PK\x03\x04"


@dataclass
class Line:
    """One row of the sheet."""

    number: int
    name: str = ""
    login: str = ""
    #: Keys of roles; empty where the sheet says none.
    roles: list[str] = field(default_factory=list)
    #: The names of a team and of those above it; empty where the sheet says none.
    team: list[str] = field(default_factory=list)
    #: (column, Chinese, English, what stood there)
    faults: list[tuple[str, str, str, str]] = field(default_factory=list)

    def wrong(self, key: str, message: Message, value: str = "") -> None:
        """Note a fault."""
        self.faults.append((key, message.zh, message.en, value[:60]))


def read(content: bytes) -> Iterator[Line]:
    """Yield the rows of a workbook or a CSV file below its headings.

    Raises:
        Invalid: it can be read as neither, has no headings, or too many rows.
    """
    headings: dict[int, str] | None = None
    count = 0
    for seen, (number, cells) in enumerate(_rows(content)):
        texts = {column: text for column, value in cells.items() if (text := _text(value))}
        if headings is None:
            headings = _headings(texts)
            if headings is None and seen + 1 >= _HEADINGS_WITHIN:
                raise _no_headings()
            continue
        found = {key: texts[column] for column, key in headings.items() if column in texts}
        if not found:
            continue
        count += 1
        if count > MOST_ROWS:
            raise Invalid(
                f"一次最多 {MOST_ROWS} 人，请分几次导入。", f"At most {MOST_ROWS} people at once."
            )
        yield _line(number, found)
    if headings is None:
        raise _no_headings()


def _line(number: int, found: Mapping[str, str]) -> Line:
    line = Line(number)
    for key, clean in (("name", clean_name), ("login", clean_login)):
        try:
            setattr(line, key, clean(found.get(key, "")))
        except InvalidAnswers as error:
            line.wrong(key, error.errors[key][0], found.get(key, ""))
    _roles(line, found.get("roles", ""))
    _team(line, found.get("team", ""))
    return line


def _roles(line: Line, said: str) -> None:
    names = {
        name.lower(): key
        for key, words in ENTERPRISE_ROLES.items() for name in (key, words.zh, words.en)
    }  # fmt: skip
    for mark in _ROLE_MARKS:
        said = said.replace(mark, "、")
    for part in filter(None, (part.strip() for part in said.split("、"))):
        key = names.get(part.lower())
        if key is None:
            known = "、".join(words.zh for words in ENTERPRISE_ROLES.values())
            english = ", ".join(words.en for words in ENTERPRISE_ROLES.values())
            line.wrong("roles", Message(f"没有这个岗位，可写：{known}。", f"Use {english}."), part)
        elif key not in line.roles:
            line.roles.append(key)


def _team(line: Line, said: str) -> None:
    plain = said
    for mark in _PATH_MARKS:
        plain = plain.replace(mark, "/")
    names = [part.strip() for part in plain.split("/") if part.strip()]
    if len(names) > DEEPEST:
        deep = Message(
            f"最多 {DEEPEST} 级，用“/”隔开。", f"At most {DEEPEST} levels, parted by a slash."
        )
        line.wrong("team", deep, said)
        return
    for name in names:
        try:
            line.team.append(clean_team(name))
        except InvalidAnswers as error:
            line.wrong("team", error.errors["name"][0], name)


def _rows(content: bytes) -> Iterator[tuple[int, Mapping[int, Any]]]:
    if content.startswith(_WORKBOOK):
        yield from workbook_rows(content)
        return
    for number, cells in enumerate(cells_of(_decoded(content)), start=1):
        yield number, dict(enumerate(cells))


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise Invalid(
        "读不出这个文件。请用 XLSX，或 UTF-8、GB18030 编码的 CSV。",
        "This file cannot be read. Use XLSX, or CSV in UTF-8 or GB18030.",
    )


def _headings(texts: Mapping[int, str]) -> dict[int, str] | None:
    names = {
        name.lower(): key
        for key, words in COLUMNS.items()
        for name in (key, words.zh, words.en, *_ALSO.get(key, ()))
    }
    found: dict[int, str] = {}
    for column, text in texts.items():
        key = names.get(text.replace("*", "").replace("（选填）", "").strip().lower())
        if key is not None and key not in found.values():
            found[column] = key
    return found if set(found.values()).issuperset(_NEEDED) else None


def _text(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    shown = "".join(sign if sign.isprintable() else " " for sign in str(value))
    return " ".join(shown.split())[:_LONGEST]


def _no_headings() -> Invalid:
    return Invalid(
        "没有找到表头：需要“姓名”和“登录名”两列。请用下载的模板填写。",
        "The headings were not found: “Name” and “Login” are needed. Fill in the template.",
    )
