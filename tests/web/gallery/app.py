"""The gallery: the real templates, filters and headers, with sample content and no database."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from flask import Flask, jsonify, render_template, request
from flask_babel import Babel
from jinja2 import ChoiceLoader, FileSystemLoader

from engine.clock import now
from tests.web.gallery.forms import VerifyForm, WrongForm
from web import assets, law, look, pages
from web.headers import CONTENT_POLICY

ROOT = Path(__file__).parents[3]
HERE = Path(__file__).parent
PLACES = (
    ("待办", "/inbox", 7, "work"),
    ("报告隐患", "/report", 0, "work"),
    ("我的报告", "/report/mine", 0, "work"),
    ("隐患台账", "/hazards", 0, "ledgers"),
    ("奖励台账", "/rewards", 2, "ledgers"),
    ("统计", "/statistics", 0, "oversight"),
    ("流程", "/definitions", 0, "design"),
    ("设计", "/studio", 0, "design"),
    ("异常", "/incidents", 1, "settings"),
    ("人员", "/people", 0, "settings"),
    ("张贴点", "/places", 0, "settings"),
    ("单位设置", "/organisation", 0, "settings"),
)
LAST: list[bytes] = []
ERRORS = (400, 403, 404, 409, 413, 422, 429, 500)


def create_gallery() -> Flask:
    """Give the gallery application."""
    app = Flask("gallery", static_folder=str(ROOT / "web/static"), static_url_path="/static")
    app.config.update(SECRET_KEY="gallery", WTF_CSRF_ENABLED=False)
    folders = (ROOT / "web/templates", HERE / "templates")
    app.jinja_loader = ChoiceLoader([FileSystemLoader(folder) for folder in folders])
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    Babel(app, locale_selector=lambda: "en" if request.args.get("lang") == "en" else "zh_CN")
    assets.set_up(app)
    look.set_up(app)
    app.jinja_env.globals |= {"asset": assets.asset, "csrf_token": lambda: "token"}
    app.context_processor(_everywhere)
    app.after_request(_protect)
    # The foot of every page leads there.
    app.register_blueprint(law.blueprint)
    _add_pages(app)
    return app


def _everywhere() -> dict[str, Any]:
    entries = [] if request.args.get("nobody") else _navigation(request.path)
    return {
        "actor": None if request.args.get("nobody") else SimpleNamespace(user_id=1, name="陈志远"),
        "account": SimpleNamespace(organisation_name="上海虹桥精密机械制造有限公司"),
        "nav": entries,
        "nav_groups": pages.grouped(entries),
        "unread": 3,
        "language": "en" if request.args.get("lang") == "en" else "zh_CN",
        "today": now(),
        "days": timedelta,
    }


def _navigation(here: str) -> list[pages.Entry]:
    return [
        pages.Entry(label, url, here.startswith(url), str(badge or ""), group)
        for label, url, badge, group in PLACES
    ]


def _protect(response: Any) -> Any:
    response.headers["Content-Security-Policy"] = CONTENT_POLICY
    return response


def _add_pages(app: Flask) -> None:
    def page(name: str) -> Any:
        def show() -> Any:
            if name == "done" and request.headers.get("HX-Request"):
                return "", 204, {"HX-Redirect": "/done"}
            return render_template(f"{name}.html", **_content(name))

        return show

    addresses = {
        "/inbox": "inbox",
        "/hazards": "ledger",
        "/statistics": "numbers",
        "/cases/1": "case",
        "/tasks/1": "task",
        "/tasks/2": "task_wrong",
        "/report": "report",
        "/done": "done",
        "/empty": "empty",
        "/states": "states",
        "/names": "names",
    }
    for address, name in addresses.items():
        app.add_url_rule(address, name, page(name), methods=["GET", "POST"])
    for status in ERRORS:
        app.add_url_rule(f"/errors/{status}", f"error_{status}", _error_page(status))
    app.add_url_rule("/attachments", "attachments", _keep, methods=["POST"])
    app.add_url_rule("/attachments/last", "last", lambda: LAST[-1])
    app.add_url_rule("/draft", "draft", lambda: ("", 204), methods=["POST"])
    app.add_url_rule("/cases/1/diagram", "diagram", _diagram)


def _content(name: str) -> dict[str, Any]:
    forms = {"task": VerifyForm, "report": VerifyForm, "task_wrong": WrongForm}
    if name not in forms:
        return {"places": "三号仓库", "person": "李秀英", "waiting": "等待中"}
    form = forms[name](request.form, due_on=date(2026, 12, 4))
    if name == "task_wrong":
        form.validate()
    return {"form": form}


def _error_page(status: int) -> Any:
    facts = {"sentence": "这一步已由王建国（验收人）在 14:05 完成。", "incident": "9F3A21C0"}
    return lambda: (render_template(f"errors/{status}.html", status=status, **facts), status)


def _keep() -> Any:
    file = request.files["file"]
    LAST.append(file.read())
    return jsonify(id=f"id-{file.filename}")


def _diagram() -> Any:
    passed = dict.fromkeys(("start", "verify", "decide", "plan"), 1)
    passed |= {"rectify": 3, "accept": 2, "again": 2}
    xml = (HERE / "loop.bpmn").read_text("utf-8")
    return jsonify(xml=xml, passed=passed, current=["accept", "approve"])
