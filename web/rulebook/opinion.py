"""The paper on which the union says what it thinks of a version."""

from __future__ import annotations

from typing import Any

from engine import clock
from engine.actors import Actor
from engine.rulebook import commenting, finding, wording
from web import db
from web.rulebook.room import today
from web.rules_paper import opinion_paper


def paper(row: Any, conclusion: str, text: str, actor: Actor) -> bytes:
    """Lay out the record of the union's opinion, with its comments and what was answered."""
    said = wording.read(row.content)
    comments = []
    for one in finding.comments(db.session(), row, actor=actor):
        if one.unit_id != row.organisation_id:
            continue
        found = said.find(one.chapter, one.article)
        chapter, article = found if found else (None, None)
        outcome = commenting.OUTCOMES[one.outcome].zh if one.outcome else "还没有答复"
        comments.append(
            {
                "where": article.name if article else chapter.name if chapter else "",
                "text": one.text,
                "suggestion": one.suggestion or "",
                "answer": f"{outcome}。{one.answer}" if one.answer else outcome,
            }
        )
    return opinion_paper(
        {
            "issuer": said.issuer,
            "title": row.title,
            "number": row.number,
            "digest": row.sha256.hex(),
            "day": clock.local_date().isoformat(),
            "by": actor.name,
            "conclusion": commenting.CONCLUSIONS[conclusion].zh,
            "text": text,
            "comments": comments,
        },
        today(),
    )
