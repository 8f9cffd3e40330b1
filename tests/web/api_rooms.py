"""What the examples of docs/api.md find in the rooms above an enterprise."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from sqlalchemy.orm import Session

from engine import places
from tests.cast import Cast
from tests.web.house_majors import major_under_supervision


def _majors(session: Session, cast: Cast) -> dict[str, Any]:
    found = major_under_supervision(session, cast)
    return {
        "major_id": str(found["GET /majors/<uuid:instance_id> instance_id"]),
        "supervision_id": str(found["supervision_id"]),
    }


def _signals(session: Session, cast: Cast) -> dict[str, Any]:
    row = places.create_place(
        session, cast.enterprise_id, name="二号车间", part="配电间", actor=cast.administrator
    )
    session.commit()
    return {"place_code": row.code}


#: How a room's addresses begin → what is there, and the names that examples call it by. It is told
#: when the first of them is sent, so that examples before find what they found without it.
ROOMS: Final[Mapping[str, Callable[[Session, Cast], dict[str, Any]]]] = {
    "/majors": _majors,
    "/signals": _signals,
}
