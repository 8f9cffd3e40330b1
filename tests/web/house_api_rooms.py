"""What is sent to the calls with which programs do what people do on pages."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from engine.clock import local_date
from tests.web.access_api_rooms import API_ROOMS

_API: Final = "/api/v1"
_NO_FILE: Final = "00000000-0000-0000-0000-000000000000"
_HONOUR: Final = "/honours/<uuid:honour_id>"
_SAY: Final = f"{_HONOUR}/<any(agree,hide):action>"
_REPORT: Final = "/checks/<uuid:check_id>/items/<code>/report"
_CAMPAIGN: Final = "/campaigns/<uuid:campaign_id>"
_LEAD: Final = f"{_CAMPAIGN}/<any(open,judge,publish,remind):action>"


def doings(things: dict[str, Any]) -> dict[str, Any]:
    """Give what stands in the addresses and bodies of these calls.

    Args:
        things: what stands in those of the pages.
    """
    of_enterprises = [route for route in API_ROOMS if "<uuid:organisation_id>" in route]
    bodies = {
        **_mechanism(things),
        **_register(things),
        **_visits(things),
        **_practices(things),
        **_campaigns(things),
        **_scores(),
        **_checks(),
        **_honours(),
    }
    return {
        **{f"{route} organisation_id": things["enterprise_id"] for route in of_enterprises},
        f"POST {_API}/organisations/nodes/<uuid:organisation_id>/correct organisation_id": things[
            "GET /registry/nodes/<uuid:organisation_id> organisation_id"
        ],
        f"POST {_API}{_LEAD} action": "remind",
        f"POST {_API}{_SAY} action": "agree",
        f"POST {_API}{_SAY} honour_id": things["POST /honours/<uuid:honour_id>/agree honour_id"],
        f"GET {_API}/honours/people query": "?name=包",
        f"POST {_API}{_REPORT} code": things[f"POST {_REPORT} code"],
        f"GET {_API}/practices/<uuid:practice_id>/photos/<int:number> number": 1,
        f"POST {_API}/coverage/offers/<kind> kind": "checklist",
        f"POST {_API}/coverage/quarters/<key>/sign key": things[
            "POST /principal/quarters/<key> key"
        ],
        **{f"POST {_API}{path} body": body for path, body in bodies.items()},
    }


def _mechanism(things: dict[str, Any]) -> dict[str, Any]:
    today = local_date()
    return {
        "/coverage/evidence": {"kind": "union_opinion", "on": today.isoformat()},
        "/coverage/evidence/<uuid:evidence_id>/withdraw": {"reason": "重复"},
        "/coverage/zero-statements": {"month": "2026-01", "note": "排查过"},
        "/coverage/records/<uuid:organisation_id>/obstacle": {"obstacle": "drafting"},
        "/coverage/targets": {
            "title": "重点行业", "basis": "通知", "due_on": (today + timedelta(30)).isoformat(),
        },
        "/coverage/reminders": {"target_id": str(things["target_id"])},
    }  # fmt: skip


def _register(things: dict[str, Any]) -> dict[str, Any]:
    today, entry = local_date().isoformat(), "/organisations/<uuid:organisation_id>"
    when = {"effective_on": today, "reason": "行业主管调整"}
    return {
        "/organisations": {"particulars": {"name": "江湾机修店", "sector": "general"}},
        f"{entry}/correct": {"particulars": {"staff_count": 81}},
        "/organisations/assign": {
            "organisation_ids": [str(things["enterprise_id"])],
            "town_id": str(things["enterprise_id"]),
        },
        f"{entry}/move": {**when, "group_id": None},
        f"{entry}/supervisors": {"co_supervisors": []},
        f"{entry}/<any(suspend,close,reopen):action>": when,
        f"{entry}/merge": {**when, "into_id": str(things["enterprise_id"])},
        "/organisations/nodes": {"kind": "town", "name": "曲阳街道", "code": "QY"},
        "/organisations/nodes/<uuid:organisation_id>/correct": {
            "contact_name": "管科", "contact_phone": None,
        },
    }  # fmt: skip


def _visits(things: dict[str, Any]) -> dict[str, Any]:
    today, lesson = local_date().isoformat(), "/training-sessions/<uuid:session_id>"
    facts = {"topic": "专题", "audience": "principal", "held_on": today, "minutes": 60}
    enterprise = str(things["enterprise_id"])
    return {
        "/guidance-visits": {"enterprise_id": enterprise, "answers": {}},
        "/guidance-visits/<uuid:visit_id>/cancel": {"reason": "改期"},
        "/training-sessions": facts,
        f"{lesson}/sheet": {"open": True},
        f"{lesson}/attendees": {"people": [{"enterprise": "甲机械有限公司", "name": "朱任"}]},
    }


def _practices(things: dict[str, Any]) -> dict[str, Any]:
    one, reason = "/practices/<uuid:practice_id>", {"reason": "另有安排"}
    story = {"background": "柜内进水", "action": "加罩", "effect": "不再进水"}
    words = {"title": "配电柜加防水罩", "dimensions": ["machine"], "story": story}
    return {
        "/practices": {"instance_id": str(things["instance_id"]), **words},
        f"{one}/consent": {"is_named": False, "version": 1},
        f"{one}/withdraw": reason,
        f"{one}/check": words,
        f"{one}/vet": {"scores": {}},
        f"{one}/publish": {"level": "district"},
        f"{one}/decline": reason,
    }


def _campaigns(things: dict[str, Any]) -> dict[str, Any]:
    entry, review = "/campaigns/entries/<uuid:entry_id>", "/campaigns/reviews/<uuid:entry_id>"
    reason, person = {"reason": "另有安排"}, str(things["user_id"])
    return {
        **{f"{_CAMPAIGN}/{step}": reason for step in ("cancel", "reopen")},
        f"{_CAMPAIGN}/reviewers": {"people": [{"user_id": person, "unit_id": person}]},
        f"{_CAMPAIGN}/assign": {"each": 2},
        f"{_CAMPAIGN}/decide": {"awards": []},
        f"{_CAMPAIGN}/entries": {"practice_id": str(things["practice_id"]), "answers": {}},
        f"{entry}/recommend": {"recommendation": "值得推广"},
        f"{entry}/take-back": reason,
        f"{entry}/refuse": reason,
        f"{entry}/revoke": reason,
        f"{entry}/reviewers": {"user_id": person},
        review: {"version": 1, "scores": {}},
        f"{review}/step-back": reason,
    }


def _scores() -> dict[str, Any]:
    sheet = "/scoring/schemes/<uuid:scheme_id>/sheets/<uuid:scored_id>"
    return {
        "/scoring/schemes": {"key": "district", "kind": "department", "year": local_date().year},
        f"{sheet}/bonus": {"points": 1, "reason": "宣传月工作突出"},
        f"{sheet}/bonus/take-back": {"at": "2026-01-01"},
    }


def _checks() -> dict[str, Any]:
    return {
        "/checks": {"place": "一号车间", "codes": ["X"]},
        "/checks/<uuid:check_id>/fill": {"results": {}},
        _REPORT: {"definition_key": "hazard_report", "answers": {}},
    }


def _honours() -> dict[str, Any]:
    today = local_date()
    named = {"title": "安全之星", "reason": "报告及时", "team": "二号车间"}
    return {
        "/honours": {"period": str(today.year), **named},
        **{f"{_HONOUR}/{end}": {"reason": "另行表彰"} for end in ("decline", "revoke")},
        "/documents": {
            "kind": "guide", "title": "报告指引", "issuer": "区应急管理局",
            "issued_on": today.isoformat(), "files": [_NO_FILE],
        },
        "/documents/<uuid:document_id>/withdraw": {"reason": "已有新版"},
    }  # fmt: skip
