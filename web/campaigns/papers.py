"""The list of what was handed in 报送表 as a file, and the notice of the result 公示 on paper."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from flask import Response, request

from engine import clock
from engine.campaigns import finding
from engine.errors import NotFound
from engine.practices import rules
from web import db, downloads, exports
from web.access import current_account, current_actor, requires
from web.campaigns.room import blueprint, shown, shown_entry
from web.pdf import render

_STYLES: Final = ("print/base.css", "print/campaign/style.css")
_HEADS: Final = (
    ("报送单位", 22), ("案例名称", 36), ("企业", 24), ("可否署名", 10), ("行业", 12), ("方面", 16),
    ("背景", 40), ("做法", 40), ("成效", 40), ("数据", 30), ("可复制的做法", 36),
    ("推荐意见", 36),
)  # fmt: skip


@blueprint.get("/<uuid:campaign_id>/entries.<any(xlsx,csv):kind>")
@requires("campaign:read")
def entries_file(campaign_id: UUID, kind: str) -> Response:
    """Give what was handed in; to a unit, what it handed in itself."""
    session, actor = db.session(), current_actor()
    campaign = finding.get(session, campaign_id, actor=actor)
    whole = campaign.organisation_id == actor.organisation_id
    rows = exports.Rows(
        lambda after: finding.entries(
            session,
            campaign,
            actor=actor,
            unit_id=None if whole else actor.organisation_id,
            after=after,
            limit=200,
        ),
        kind,
    )
    account = current_account()
    issuer = account.organisation_name if account else ""
    columns = [exports.Column(name, width=width) for name, width in _HEADS]
    columns += [exports.Column(one["label"], width=30) for one in campaign.questions]
    columns.append(exports.Column("报送时间", "moment", 16))
    sheet = exports.Sheet(
        title=f"{campaign.title}报送表【{issuer}】",
        name=f"campaign-{campaign.opens_on:%Y-%m}",
        columns=columns,
        rows=(_cells(campaign, row) for row in rows),
        notes=[f"【报送单位】{issuer}", f"{campaign.office}　{campaign.basis}"],
        issuer=issuer,
        warning=rows.warning,
    )
    return exports.answer(sheet, kind)


@blueprint.get("/<uuid:campaign_id>/result.pdf")
@requires("campaign:read")
def notice(campaign_id: UUID) -> Response:
    """Give the notice of the result on A4, to hang up; before it is published, as a proof."""
    session, actor = db.session(), current_actor()
    campaign = finding.get(session, campaign_id, actor=actor)
    is_public = campaign.state == "published"
    if not is_public and not (finding.runs(campaign, actor) and campaign.state == "decided"):
        raise NotFound()
    rows = [one for one in finding.result(session, campaign) if one.award]
    entries = [shown_entry(campaign, one, inside=False) for one in rows]
    moment = campaign.published_at or campaign.decided_at
    # A paper that hangs stays as it is; the next one says what happened since.
    notes = [note for one in entries for note in one["notes"]]
    content = render(
        "print/campaign/template.html",
        {
            "issuer": campaign.office,
            "campaign": campaign,
            "kind": shown(campaign)["kind"],
            "groups": _groups(campaign.awards, entries),
            "count": len(entries),
            "published_on": clock.local_date(campaign.published_at).isoformat()
            if is_public
            else "",
            "heard_until": campaign.heard_until.isoformat() if campaign.heard_until else "",
        },
        styles=_STYLES,
        created=moment,
        identifier=hashlib.sha256(
            " ".join(map(str, (campaign.id, moment, *notes))).encode()
        ).digest(),
    )
    download = "download" in request.args
    return downloads.pdf(content, "campaign-result.pdf", download=download)


def _groups(
    awards: Sequence[Any], entries: Sequence[dict[str, Any]]
) -> list[tuple[str, list[dict[str, Any]]]]:
    found = [
        (one["name"], [row for row in entries if row["row"].award == one["key"]]) for one in awards
    ]
    return [(name, rows) for name, rows in found if rows]


def _cells(campaign: Any, row: Any) -> list[Any]:
    entry = shown_entry(campaign, row, inside=False)
    return [
        entry["sender"],
        row.title,
        entry["owner"],
        "可以" if row.is_named else "不署名",
        entry["sector"],
        "、".join(entry["dimensions"]),
        *(row.story.get(key) or "" for key in rules.STORY),
        row.recommendation or "",
        *(answer for _label, answer in entry["answers"]),
        row.entered_at,
    ]
