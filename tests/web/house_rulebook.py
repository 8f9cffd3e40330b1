"""The rules of 甲, put before its union and its department, with a comment that waits."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from engine import commands
from engine.rulebook import commenting
from engine.rulebook.commenting import Said
from tests.cast import Cast
from tests.engine.rulebook_story import put_forward
from tests.web.access_table import ROUTES


def rulebook(session: Session, cast: Cast) -> dict[str, Any]:
    """Let the union and the department be asked, and the department comment."""
    row = put_forward(session, cast)
    said = Said(chapter="rewards", article="table", text="重大隐患奖得太少")
    comment = commands.execute(session, commenting.comment, row.id, said, actor=cast.officer)
    routes = [route for route in ROUTES if "/rulebook" in route]
    return {
        "version_id": row.id,
        "comment_id": comment.id,
        **{f"{route} step": "rewards" for route in routes},
        **{f"{route} kind": "docx" for route in routes},
    }
