"""Checking one file of any kind the engine reads, whatever is in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from engine import checklists, decisions, forms
from engine.errors import EngineError, Message
from engine.spiff.lint import FAMILIES, RULES, Problem, lint
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


def check(path: Path, others: Sequence[Path] = ()) -> Finding:
    """Read a decision table, form, checklist or else diagram, and give what is wrong with it.

    Args:
        others: files checked with it; a diagram is seen together with the diagrams among them.
    """
    read = _READERS.get(path.suffix.lower())
    try:
        if read is None:
            return Finding(path, lint(path.read_bytes(), others=_diagrams(path, others)))
        return Finding(path, read(path.read_bytes()))
    except OSError as error:
        zh, en = (
            f"文件读不出来（{error.strerror}）。",
            f"The file cannot be read ({error.strerror}).",
        )
    except EngineError as error:
        zh, en = error.message.zh, error.message.en
    return Finding(path, [Problem(rule="file-refused", zh=zh, en=en)])


def _diagrams(path: Path, others: Sequence[Path]) -> list[bytes]:
    wanted = [o for o in others if o.suffix.lower() not in _READERS and o != path and o.is_file()]
    return [other.read_bytes() for other in wanted]


def rules() -> Iterator[str]:
    """Give a line for every rule: id, family, severity and what it asks, in both languages."""
    for rule in sorted(RULES, key=lambda each: (list(FAMILIES).index(each.family), each.id)):
        yield f"{rule.id}\t{rule.family}\t{rule.severity}\t{rule.zh}\t{rule.en}"


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
