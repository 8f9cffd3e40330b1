"""Printed sheets beside certificates: posters for places, and lists to sign and file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from engine.store import Place
from web import figures, print_words
from web.pdf import render

#: Paper → posters on one A4 page.
POSTER_SIZES: Final = {"A4": 1, "A6": 4}


def posters(
    places: Sequence[Place],
    *,
    issuer: str,
    base_url: str,
    anonymous: bool,
    created: datetime,
    size: str = "A4",
) -> bytes:
    """Lay out the posters of `places`: one a page, or four to cut apart.

    Args:
        issuer: the enterprise's name.
        anonymous: promise that no name is asked, as the enterprise allows.
        size: a key of `POSTER_SIZES`.
    """
    shown = [
        {
            "name": place.name,
            "part": place.part,
            "address": f"{base_url}/r/{place.code}",
            "picture": place.code,
        }
        for place in places
    ]
    # Correction H: the poster still works with a third of the code torn off or dirty.
    pictures = {one["picture"]: figures.qr(str(one["address"]), "h") for one in shown}
    a_page = POSTER_SIZES[size]
    return render(
        "print/poster/template.html",
        {
            "issuer": issuer,
            "size": size,
            "anonymous": anonymous,
            "sheets": [shown[at : at + a_page] for at in range(0, len(shown), a_page)],
        },
        styles=("print/base.css", "print/poster/style.css"),
        created=created,
        pictures={str(name): picture for name, picture in pictures.items()},
    )


def printed_list(
    title: str,
    columns: Sequence[tuple[str, bool]],
    rows: Sequence[Sequence[str]],
    *,
    issuer: str,
    created: datetime,
    note: str = "",
    foot: Sequence[str] | None = None,
    signers: Sequence[str] = (),
) -> bytes:
    """Lay out a list of any length, its heading again on every page.

    Args:
        columns: heading, and whether its cells are numbers.
        rows: one text a column. foot: the sums.
        note: what was chosen, as "2026年11月". signers: who signs below.
    """
    return render(
        "print/list/template.html",
        {
            "issuer": issuer,
            "title": title,
            "note": note,
            "columns": columns,
            "rows": rows,
            "foot": foot,
            "signers": signers,
            "made": print_words.moment(created.isoformat()),
        },
        styles=("print/base.css", "print/list/style.css"),
        created=created,
    )
