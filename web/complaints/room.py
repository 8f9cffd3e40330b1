"""What the pages of complaints share."""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, Response
from flask_babel import gettext

from engine import attachments, filestore, pictures
from web import db
from web.files import as_file

blueprint = Blueprint("complaints", __name__, url_prefix="/complaints")

#: Sent with every page that speaks of a complaint.
_PRIVATE: Final = "no-store"


def private(page: str, status: int = 200) -> Response:
    """Answer with a page that no browser keeps."""
    response = Response(page, status, mimetype="text/html")
    response.headers["Cache-Control"] = _PRIVATE
    return response


def shown(rows: Any, address: Any) -> list[dict[str, Any]]:
    """Give what a page shows of files. `address` gives the address of one."""
    found = []
    for number, row in enumerate(rows, start=1):
        picture = row.media_type == pictures.MEDIA_TYPE
        found.append(
            {
                "id": str(row.id),
                "full": address(row.id),
                "url": address(row.id, size="small") if picture else address(row.id),
                "name": gettext("照片 %(number)s", number=number) if picture else row.name,
                "picture": picture,
            }
        )
    return found


def answer_file(row: Any, *, small: bool) -> Response:
    """Answer with a file of a complaint."""
    kept = filestore.of(db.session())
    is_small = small and row.media_type == pictures.MEDIA_TYPE
    content = attachments.thumbnail(kept, row) if is_small else kept.get(row.sha256)
    response = as_file(row, content)
    response.headers["Cache-Control"] = _PRIVATE
    return response
