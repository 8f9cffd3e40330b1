"""Checking one file of any kind the engine reads, whatever is in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from engine import checklists, decisions, forms
from engine.errors import EngineError, Message
from engine.spiff.lint import Problem, lint
from web.cli.context import say


@dataclass(frozen=True)
class Finding:
    """What is wrong with one file."""

    file: Path
    problems: Sequence[Problem]

    @property
    def ok(self) -> bool:
        """Say whether the engine would take the file: warnings do not count."""
        return not any(problem.severity == "error" for problem in self.problems)

    def as_json(self) -> dict[str, Any]:
        """Give the finding as one object for a program."""
        problems = [asdict(problem) for problem in self.problems]
        return {"file": str(self.file), "ok": self.ok, "problems": problems}

    def as_text(self) -> str:
        """Give the finding as lines for a person: one for the file, one for each problem."""
        lines = [f"{self.file}: {'ok' if self.ok else '✗'}"]
        for one in self.problems:
            place = ":".join(str(part) for part in (one.line, one.element) if part)
            lines.append(f"  {place} {one.severity} {one.rule}: {say(Message(one.zh, one.en))}")
        return "\n".join(lines)


def check(path: Path) -> Finding:
    """Read a decision table, form, checklist or else diagram, and give what is wrong with it."""
    read = _READERS.get(path.suffix.lower(), lint)
    try:
        return Finding(path, read(path.read_bytes()))
    except OSError as error:
        zh, en = (
            f"文件读不出来（{error.strerror}）。",
            f"The file cannot be read ({error.strerror}).",
        )
    except EngineError as error:
        zh, en = error.message.zh, error.message.en
    return Finding(path, [Problem(rule="file-refused", zh=zh, en=en)])


def _table(content: bytes) -> list[Problem]:
    decisions.parse(content)
    return []


def _form_or_checklist(content: bytes) -> list[Problem]:
    """Tell the two kinds apart by what only forms have."""
    if b'"components"' in content:
        forms.read(content)
    else:
        checklists.read_items(content)
    return []


_READERS: Final[dict[str, Callable[[bytes], list[Problem]]]] = {
    ".dmn": _table,
    ".json": _form_or_checklist,
}
