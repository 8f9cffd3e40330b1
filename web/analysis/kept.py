"""Kept views of the analysis: keep the present filters, rename, share, begin with, delete."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from engine.analysis import Filters, views
from engine.errors import Invalid
from web import db
from web.access import current_actor, requires
from web.analysis.asking import PAGE
from web.language import say
from web.queries import with_query

blueprint = Blueprint("analysis_kept", __name__, url_prefix="/analysis/views")


@blueprint.post("")
@requires("analysis:read")
def keep() -> Response:
    """Keep the filters that the form carries under a name."""
    query = Filters.of(request.form).query()
    try:
        view = db.execute(
            views.keep,
            PAGE,
            request.form.get("name_of_view", ""),
            query,
            is_shared=request.form.get("is_shared") == "1",
        )
    except Invalid as error:
        flash(say(error.message), "error")
        return redirect(with_query(url_for("analysis.overview"), query or {"period": ""}), 303)
    flash(gettext("已保存视图“%(name)s”。", name=view.name), "success")
    return redirect(_address(view.id, query), 303)


@blueprint.post("/<uuid:view_id>")
@requires("analysis:read")
def change(view_id: UUID) -> Response:
    """Rename a view, share it, begin with it, or delete it."""
    does = request.form.get("do", "")
    views.get_own(db.session(), view_id, actor=current_actor())
    try:
        _do(view_id, does)
    except Invalid as error:
        flash(say(error.message), "error")
    else:
        flash(gettext("视图已更新。") if does != "delete" else gettext("视图已删除。"), "success")
    query = Filters.of(request.form).query()
    address = with_query(url_for("analysis.overview"), query)
    return redirect(address if does == "delete" else _address(view_id, query), 303)


def _do(view_id: UUID, does: str) -> None:
    match does:
        case "rename":
            db.execute(views.rename, view_id, request.form.get("name_of_view", ""))
        case "share" | "unshare":
            db.execute(views.share, view_id, is_shared=does == "share")
        case "start" | "unstart":
            db.execute(views.begin_with, view_id, on=does == "start")
        case "delete":
            db.execute(views.delete, view_id)
        case _:
            raise Invalid(
                "没有这项操作，请刷新页面再试。", "There is no such action; reload the page."
            )


def _address(view_id: UUID, query: dict[str, str]) -> str:
    return with_query(url_for("analysis.overview"), {**query, "view": view_id.hex})
