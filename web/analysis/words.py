"""How the pages of the analysis say durations, moments, roles and kinds; for their templates."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, url_for

from engine.analysis import place_key, views
from web.analysis import figures
from web.analysis.asking import choices, role_name_of
from web.board import taken
from web.labels import CATEGORIES
from web.language import say
from web.look import moment
from web.queries import with_query


def set_up(blueprint: Blueprint) -> None:
    """Give the templates what they say things with."""
    for name, words in (
        ("analysis_taken", taken),
        ("analysis_moment", moment_of),
        ("analysis_role", role_name_of),
        ("analysis_category", category_of),
    ):
        blueprint.add_app_template_filter(words, name)
    for name, gives in (
        ("analysis_choices", choices),
        ("analysis_view_url", view_url),
        ("analysis_is_start", views.is_start),
        ("analysis_opens", figures.opens),
        ("analysis_fault", figures.fault_words),
        ("analysis_place", place_key),
    ):
        blueprint.add_app_template_global(gives, name)


def moment_of(seconds: int) -> str:
    """Say a moment that is given as seconds since 1970."""
    return moment(datetime.fromtimestamp(seconds, UTC))


def category_of(key: str) -> str:
    """Say a category; a checklist item stands for itself."""
    return say(CATEGORIES[key]) if key in CATEGORIES else key


def view_url(view: Any) -> str:
    """Give the address of a kept view."""
    query = {**views.query_of(view), "view": view.id.hex}
    return with_query(url_for("analysis.overview"), query)
