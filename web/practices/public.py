"""Published cases for everybody, signed in or not, and as a feed (R-20)."""

from __future__ import annotations

from email.utils import format_datetime
from typing import Any, Final

from flask import Response, current_app, render_template, request, url_for

from engine.practices import finding
from engine.values.signs import writable
from web import db
from web.access import public
from web.practices.reading import photo_of
from web.practices.room import blueprint, choices, filters, query, shown, shown_all
from web.queries import with_query

_IN_FEED: Final = 30
_RSS: Final = "application/rss+xml; charset=utf-8"


@blueprint.get("/public")
@public
def wall() -> str:
    """List the published cases."""
    chosen = filters()
    page = finding.published(db.session(), filters=chosen, after=request.args.get("after") or None)
    return render_template(
        "practices/public.html",
        cases=shown_all(page.items),
        filters=chosen,
        active=len(query(chosen)),
        choices=choices(),
        next_url=with_query(url_for("practices.wall"), {**query(chosen), "after": page.next})
        if page.next
        else "",
    )


@blueprint.get("/public/<slug>")
@public
def one(slug: str) -> str:
    """Show one published case."""
    return render_template("practices/one.html", case=shown(finding.by_slug(db.session(), slug)))


@blueprint.get("/public/<slug>/photos/<int:number>")
@public
def photo(slug: str, number: int) -> Response:
    """Give a photo of a published case that its enterprise agreed to show."""
    return photo_of(finding.by_slug(db.session(), slug), number)


@blueprint.get("/public.rss")
@public
def feed() -> Response:
    """Give the latest published cases as RSS 2.0."""
    rows = finding.published(db.session(), filters=finding.Filters(), limit=_IN_FEED).items
    base = current_app.extensions["base_url"]
    content = render_template(
        "practices/feed.xml",
        cases=[{**case, **_linked(case["row"], base)} for case in shown_all(rows)],
        address=base + url_for("practices.wall"),
        own_address=base + url_for("practices.feed"),
    )
    return Response(writable(content), content_type=_RSS)


def _linked(row: Any, base: str) -> dict[str, str]:
    return {
        "address": base + url_for("practices.one", slug=row.slug),
        "published": format_datetime(row.published_at),
    }
