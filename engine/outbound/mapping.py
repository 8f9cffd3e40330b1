"""A platform's mapping files: which columns a drop has, and how a cell is written (R-44)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

from engine import clock
from engine.errors import InvalidAnswers
from engine.outbound.rows import Row
from engine.returns.profiles import OUTBOUND, Profile, ProfileColumn, read_profile

#: The mapping files that come with the product.
SHIPPED: Final = Path(__file__).parents[2] / "processes" / "exports" / "platform"
_SHAPES: Final = {
    "YYYY-MM-DD HH:mm:ss": "%Y-%m-%d %H:%M:%S",
    "YYYY-MM-DD": "%Y-%m-%d",
    "YYYYMMDD": "%Y%m%d",
    "YYYY/MM/DD": "%Y/%m/%d",
    "YYYY年MM月DD日": "%Y年%m月%d日",
}


def read_folder(folder: Path) -> dict[str, Profile]:
    """Read the mapping files of a folder; gives what a row is in each → the file as it was read.

    Raises:
        InvalidAnswers: what is wrong, by the name of the file; or there is none, or two of a kind.
    """
    found: dict[str, Profile] = {}
    for path in sorted(folder.glob("*.toml")):
        try:
            profile = read_profile(path.read_bytes(), rows=tuple(OUTBOUND))
        except InvalidAnswers as error:
            raise InvalidAnswers({path.name: error.errors["file"]}) from error
        if profile.rows in found:
            raise InvalidAnswers.at(
                path.name,
                f"文件夹里已有一份每行一项 {profile.rows} 的映射文件。",
                f"The folder has another mapping file whose rows are {profile.rows}.",
            )
        found[profile.rows] = profile
    if not found:
        raise InvalidAnswers.at(
            folder.name,
            "文件夹里没有映射文件（*.toml）。",
            "The folder has no mapping file (*.toml).",
        )
    return found


def cells(profile: Profile, row: Row) -> list[str]:
    """Give a row as a mapping file has it."""
    return [_cell(column, row[column.field]) for column in profile.columns]


def headings(profile: Profile) -> Sequence[str]:
    """Give the headings of a mapping file."""
    return [column.heading for column in profile.columns]


def _cell(column: ProfileColumn, value: Any) -> str:
    if isinstance(value, bool):
        words = {"yes_no": ("no", "yes"), "1_0": ("0", "1")}
        value = words[column.format][value]
    elif isinstance(value, datetime):
        value = _moment(value, column.format)
    elif isinstance(value, date):
        value = value.strftime(_SHAPES[column.format])
    if value is None:
        return ""
    text = str(value)
    return text if column.codes is None else column.codes.get(text, column.codes.get("*", text))


def _moment(value: datetime, shape: str) -> str:
    if shape == "ISO8601":
        return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return value.astimezone(clock.LOCAL_ZONE).strftime(_SHAPES[shape])
