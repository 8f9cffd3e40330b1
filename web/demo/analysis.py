"""Views of the analysis that people of the demonstration have kept."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.orm import Session

from engine.analysis import views
from engine.commands import execute
from web.demo.people import MAIN, OFFICE, Crew


def keep_views(session: Session, crews: Mapping[str, Crew]) -> None:
    """Let the district's director and a principal keep what they look at every month."""
    director = crews[OFFICE].who("director")
    last_month = {"period": "last_month"}
    execute(session, views.keep, "analysis", "上月全区", last_month, is_shared=True, actor=director)
    execute(
        session,
        views.keep,
        "analysis",
        "近一年重大隐患",
        {"period": "last_12_months", "level": "major"},
        is_shared=True,
        actor=director,
    )
    principal = crews[MAIN].who("principal")
    execute(session, views.keep, "analysis", "本厂上月", last_month, actor=principal)
