"""The papers of a mechanism: handbook 创建指引手册, rules 制度 and notice 公示, laid out as PDF."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

from markupsafe import Markup
from sqlalchemy.orm import Session

from engine.actors import ENTERPRISE_ROLES
from engine.definitions.in_force import begins_at
from engine.mechanism import Mechanism
from engine.rulebook.answers import Answers
from engine.spiff.drawing import read_drawing
from web import figures, mechanism_words, print_words, rules_paper, rules_text
from web.diagram_svg import strips
from web.pdf import render

#: Room for a drawing on A4 across, in the drawing's own units at full size.
_PAGE: Final = (1020.0, 600.0)
#: Larger drawings are looked at on a screen; printing them would take minutes.
_MOST_DRAWN: Final = 2_000
_MOST_STRIPS: Final = 12
#: So many items of the checklist stand on the notice as examples.
_EXAMPLES: Final = 6


def handbook(mechanism: Mechanism, answers: Answers, *, base_url: str, created: datetime) -> bytes:
    """Lay out the handbook in the five chapters of R-26, with the flow as it is drawn."""
    return _render("handbook", mechanism, answers, base_url, created, flows=_flows(mechanism))


def notice(
    mechanism: Mechanism, answers: Answers, *, base_url: str, created: datetime, code: str = ""
) -> bytes:
    """Lay out the notice board on A3: to whom, how, what, how much.

    Args:
        code: of the place where it hangs: the report then has the place filled in.
    """
    address = f"{base_url}/r/{code}" if code else f"{base_url}/report"
    return _render(
        "notice",
        mechanism,
        answers,
        base_url,
        created,
        one_page=True,
        address=address,
        examples=mechanism_words.items(mechanism)[:_EXAMPLES],
        pictures={"qr": figures.qr(address, "h")},
    )


def rules(
    session: Session, mechanism: Mechanism, answers: Answers, *, base_url: str, created: datetime
) -> bytes:
    """Lay out the enterprise's own rules, to be discussed, signed and published.

    What is proposed and not yet paid is not printed as if it were.
    """
    text = rules_text.compose(session, mechanism, answers, base_url=base_url, proposed=False)
    issue = rules_paper.Issue(number=answers.values["number"])
    return rules_paper.rules_paper(text, issue, created)


PAPERS: Final[Mapping[str, Callable[..., bytes]]] = {"handbook": handbook, "notice": notice}


def _render(
    name: str,
    mechanism: Mechanism,
    answers: Answers,
    base_url: str,
    created: datetime,
    *,
    one_page: bool = False,
    pictures: Mapping[str, Any] | None = None,
    **more: Any,
) -> bytes:
    definition = mechanism.definition
    # Drawn again the same day from the same versions, a paper is the same to the byte.
    made_of = (name.encode(), definition.digest, answers.version)
    identifier = sha256(b"%s %s %d" % made_of).digest()
    return render(
        f"print/{name}/template.html",
        {**_told(mechanism, base_url, created), "a": answers.values, **more},
        styles=("print/base.css", "print/mechanism.css", f"print/{name}/style.css"),
        created=created,
        identifier=identifier,
        pictures=pictures,
        one_page=one_page,
    )


def _told(mechanism: Mechanism, base_url: str, created: datetime) -> dict[str, Any]:
    loaded, definition = mechanism.loaded, mechanism.definition
    return {
        "issuer": mechanism.organisation.name,
        "is_enterprise": mechanism.organisation.kind == "enterprise",
        "sector": mechanism.pack.name.zh,
        "made": print_words.day(created.isoformat()),
        "definition": {
            "name": definition.name,
            "version": definition.version,
            "owner": mechanism.owner,
            "since": print_words.day(begins_at(definition).isoformat()),
            "digest": definition.digest.hex()[:16],
        },
        "categories": mechanism_words.categories(),
        "asked": mechanism_words.asked(loaded),
        "takes_suggestions": mechanism.suggestion is not None,
        "items": mechanism_words.items(mechanism),
        "places": rules_text.place_names(mechanism),
        "web_address": f"{base_url}/report",
        "suggested": [message.zh for message in mechanism.pack.channels],
        "anonymous": mechanism.setting("anonymous_reports"),
        "people": {role: mechanism.people.get(role, ()) for role in ENTERPRISE_ROLES},
        "steps": mechanism_words.steps(loaded),
        "due": {
            task: mechanism_words.due_of(loaded, task)
            for task in ("acknowledge", "verify", "approve_reward", "pay_reward", "confirm_reward")
        },
        "rewards": mechanism_words.rewards(loaded),
        "free_limit": print_words.yuan(mechanism.setting("reward_limit_fen")),
        "basis": mechanism.pack.basis,
        "differs": mechanism.pack.differs,
    }


def _flows(mechanism: Mechanism) -> list[dict[str, Any]]:
    """Draw the process and those it calls, each cut to the pages it needs."""
    names = mechanism.loaded.model.names()
    return [
        {"name": names.get(key, key), "strips": _strips(content, names.get(key, key))}
        for key, content in mechanism.diagrams.items()
    ]


def _strips(content: bytes, name: str) -> list[Markup]:
    """Give the pieces of one drawing; none when nothing is drawn or it is too large for paper."""
    drawing = read_drawing(content)
    if not 0 < len(drawing.shapes) + len(drawing.lines) <= _MOST_DRAWN:
        return []
    width, height = _PAGE
    made = strips(drawing, title=name, width=width, height=height)
    if len(made) > _MOST_STRIPS:
        return []
    return [Markup(strip) for strip in made]  # noqa: S704 - our own drawing; names are escaped
