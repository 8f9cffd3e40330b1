"""What the pages of the monthly returns share."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from engine import returns
from engine.errors import Invalid, Refused
from web import db
from web.access import current_actor
from web.language import say

blueprint = Blueprint("returns", __name__, url_prefix="/returns")

Page = str | tuple[str, int] | Response


def unit_asked() -> UUID | None:
    """Give the unit the address names; None for the visitor's own.

    Raises:
        Invalid: it is no id.
    """
    text = request.args.get("unit")
    if not text:
        return None
    try:
        return UUID(text)
    except ValueError as error:
        raise Invalid(
            "单位不对，请回到月报列表重新选择。",
            "The unit is wrong; choose again from the list of returns.",
            field="unit",
        ) from error


def shown_month(month: str) -> returns.View:
    """Give the month that the address names, of the unit that it names."""
    return returns.view(db.session(), month, actor=current_actor(), unit_id=unit_asked())


def month_url(month: str, unit_id: UUID | None = None, **more: Any) -> str:
    """Give the address of a month's page, of another unit where one is named."""
    return address("returns.month", month, unit_id, **more)


def address(endpoint: str, month: str, unit_id: UUID | None = None, **more: Any) -> str:
    """Give the address of a page about a month."""
    if unit_id is not None and unit_id != current_actor().organisation_id:
        more["unit"] = unit_id
    return url_for(endpoint, month=month, **more)


def back_with(error: Refused, url: str) -> Response:
    """Go back to a page that then says why nothing was done."""
    flash(say(error.message), "danger")
    return redirect(url)
