"""What calls of the API need in the furnished house, beside what pages need."""

from __future__ import annotations

from typing import Any, Final

from engine.clock import local_date
from tests.web.access_api import API_ABOVE
from tests.web.access_api_rooms import API_ROOMS
from tests.web.house_api_rooms import doings

_OF_ENTERPRISES: Final = [route for route in API_ABOVE if "<uuid:organisation_id>" in route]
_CASE: Final = "POST /api/v1/instances/<uuid:instance_id>"
_CASE_STEPS: Final = ("suspend", "resume", "cancel")
_EVENTS: Final = "GET /api/v1/analysis/events.<any(xes,csv,xlsx):kind>"
_EXPORT: Final = "GET /api/v1/returns/<month>/export/<key>.<any(csv,xlsx):kind>"


def calls(things: dict[str, Any]) -> dict[str, Any]:
    """Give what stands in the addresses and bodies of the API's calls.

    Args:
        things: what stands in those of the pages.
    """
    newest = things["GET /definitions/<key>/<int:version>/move query"].removeprefix("?to=")
    major = things["GET /majors/<uuid:instance_id> instance_id"]
    return {
        **{f"{route} instance_id": major for route in API_ABOVE if "/majors/" in route},
        **{f"{route} organisation_id": things["enterprise_id"] for route in _OF_ENTERPRISES},
        **_bodies(),
        "GET /api/v1/moves query": "?definition_key=hazard_report&version=1",
        "POST /api/v1/moves body": {
            "definition_key": "hazard_report",
            "version": 1,
            "to": newest,
            "dry_run": True,
        },
        "GET /api/v1/returns/<month>/cases query": "?figure=reported",
        f"{_EVENTS} kind": "csv",
        f"{_EVENTS} query": things["GET /analysis/events.<kind> query"],
        f"{_EXPORT} key": "three_indicators",
        f"{_EXPORT} kind": "csv",
        **_as_on_pages(things),
        **doings(things),
    }


def _bodies() -> dict[str, Any]:
    """Give what is sent; where nothing is said it is an empty object."""
    today, major = local_date().isoformat(), "POST /api/v1/majors/<uuid:instance_id>"
    supervision = f"{major}/supervisions/<uuid:supervision_id>"
    return {
        f"{major}/reports body": {
            "addressee": "authority", "name": "区应急管理局", "method": "phone",
            "reported_on": today, "note": "接报 7",
        },
        f"{major}/measures body": {"text": "拉警戒线"},
        f"{major}/supervisions body": {
            "authority": "市应急管理局", "case_number": "督4", "listed_on": today,
        },
        **{f"{_CASE}/{step} body": {"reason": "停产检修"} for step in _CASE_STEPS},
        "POST /api/v1/follow-ups/<uuid:follow_up_id>/answer body": {"text": "已补发奖励"},
        "POST /api/v1/rulebooks/<uuid:version_id>/comments body": {
            "chapter": "rewards", "text": "请写明谁来发",
        },
        f"{supervision}/apply body": {"applied_on": today},
        f"{supervision}/strike-off body": {"cancelled_on": today, "cancelled_by": "督核1"},
    }  # fmt: skip


def _as_on_pages(things: dict[str, Any]) -> dict[str, Any]:
    """Give for a call what stands in the page of the same address."""
    found: dict[str, Any] = {}
    for route in (*API_ABOVE, *API_ROOMS):
        method, path = route.split(" ", 1)
        page = f"{method} {path.removeprefix('/api/v1')} "
        found |= {
            f"{route} {key.removeprefix(page)}": value
            for key, value in things.items()
            if key.startswith(page)
        }
    return found
