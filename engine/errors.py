"""Every error the engine raises, in one tree.

EngineError                    what is wrong, where and what to do, in Chinese and English
├── Refused                    the person may not, or not now; nothing was changed
│   ├── NotAllowed             403: the role or the organisation does not permit it
│   │   ├── SeparationOfDuties 403: nobody checks their own work
│   │   └── GroundNeeded       403: whoever looks on from above says on what ground, first
│   ├── NotFound               404: it does not exist, or not for this person
│   ├── Conflict               409: somebody else was first, or the state forbids it
│   │   ├── AlreadyDone        409: with who did it and when
│   │   └── Stale              the row moved on while we worked; the step is replayed
│   └── Invalid                422: the input is wrong
│       └── InvalidAnswers     422: field by field
├── ModelError                 the diagram, form or table is wrong
│   ├── DefinitionRefused      422: lint found problems; carries all of them
│   ├── ExpressionError        names the expression and the missing field
│   ├── DecisionError          names the decision and its rule
│   └── StepBudgetExceeded     the diagram goes round without ever waiting
├── DelegateError              a service task's function failed; becomes a job, then an incident
└── IntegrityError             what is stored contradicts itself; never repaired silently
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Message:
    """One sentence in both languages."""

    zh: str
    en: str

    def in_language(self, language: str) -> str:
        """Give the sentence in `language`: anything starting with "en" is English, else Chinese."""
        return self.en if language.startswith("en") else self.zh


class EngineError(Exception):
    """Base of all errors the engine raises on purpose.

    Args:
        zh, en: the sentence for a person: what is wrong, where, what to do.
        details: JSON-plain facts for a program (never a reporter's identity).
    """

    status = 500

    def __init__(self, zh: str, en: str, **details: Any) -> None:
        super().__init__(en)
        self.message = Message(zh, en)
        self.details: dict[str, Any] = details


class Refused(EngineError):
    """The person may not do this, or not now. Nothing was changed."""

    status = 400


class NotAllowed(Refused):
    """The actor's role or organisation does not permit it."""

    status = 403


class SeparationOfDuties(NotAllowed):
    """Nobody checks their own work (domain.md C1 44, F.2)."""


class GroundNeeded(NotAllowed):
    """Whoever looks into an enterprise's history from above states a ground first (R-41)."""

    def __init__(self, **details: Any) -> None:
        super().__init__(
            "查看企业的办理记录前，请先写明依据：检查计划、专项行动、投诉举报、事故调查或月度核对。"
            "在“查阅依据”页面登记；程序请调用 POST /api/v1/audit-grounds。",
            "State a ground before you look into an enterprise's history: an inspection plan, a "
            "campaign, a complaint, an accident or the check of a month. Do so on the page "
            "Grounds; a program calls POST /api/v1/audit-grounds.",
            **details,
        )


class NotFound(Refused):
    """It does not exist, or not for this person; the two are never told apart."""

    status = 404

    def __init__(
        self,
        zh: str = "没有找到，或您无权查看。请检查链接，或向管理员申请权限。",
        en: str = "Not found, or not yours to see. Check the link, or ask your administrator.",
        **details: Any,
    ) -> None:
        super().__init__(zh, en, **details)


class Conflict(Refused):
    """Somebody else was first, or the present state forbids it."""

    status = 409


class AlreadyDone(Conflict):
    """The same thing was already done; `by` is a display name or role, `at` a UTC moment."""

    def __init__(self, zh: str, en: str, *, by: str, at: datetime | None, **details: Any) -> None:
        super().__init__(zh, en, by=by, at=at.isoformat() if at else None, **details)
        self.by = by
        self.at = at


class Stale(Conflict):
    """The row moved on between reading and writing; `transact` replays the operation."""


class Invalid(Refused):
    """The input is wrong; nothing that was typed is lost."""

    status = 422


class InvalidAnswers(Invalid):
    """Answers to a form are wrong.

    Args:
        errors: field key → the sentences about it.
    """

    def __init__(self, errors: Mapping[str, Sequence[Message]]) -> None:
        super().__init__(
            "有些内容需要更正，请看每一项的提示。",
            "Some answers need correcting; see the note at each field.",
        )
        self.errors = {field: list(messages) for field, messages in errors.items()}

    @classmethod
    def at(cls, field: str, zh: str, en: str) -> InvalidAnswers:
        """Give the error of one sentence about one field."""
        return cls({field: [Message(zh, en)]})


class ModelError(EngineError):
    """A diagram, form or table is wrong; its author has to mend it."""

    status = 422


class DefinitionRefused(ModelError):
    """Lint found problems; `problems` holds every one of them."""

    def __init__(self, problems: Sequence[Any]) -> None:
        super().__init__(
            f"流程不能发布：有 {len(problems)} 处问题，请逐条修改。",
            f"The definition cannot be deployed: {len(problems)} problem(s) to mend.",
        )
        self.problems = list(problems)


class ExpressionError(ModelError):
    """An expression or script cannot be read or evaluated."""

    def __init__(
        self, zh: str, en: str, *, expression: str = "", element: str = "", field: str = ""
    ) -> None:
        super().__init__(zh, en, expression=expression[:200], element=element, field=field)
        self.expression = expression
        self.element = element
        self.field = field


class DecisionError(ModelError):
    """A decision table cannot be read or evaluated; `rule` counts from 1."""

    def __init__(self, zh: str, en: str, *, decision: str = "", rule: int | None = None) -> None:
        super().__init__(zh, en, decision=decision, rule=rule)
        self.decision = decision
        self.rule = rule


class StepBudgetExceeded(ModelError):
    """The diagram runs on and on without a wait state."""


class DelegateError(EngineError):
    """A service task's function failed; the step waits as a job."""


class IntegrityError(EngineError):
    """Stored facts contradict each other: a broken hash chain, a wrong derived row."""
