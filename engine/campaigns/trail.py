"""What was done in a campaign, step by step; only ever added to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from engine import clock
from engine.actors import Actor
from engine.errors import Message
from engine.store import new_id
from engine.store import tables as t

STEPS: Final = {
    "drafted": Message("起草", "drafted it"),
    "changed": Message("修改", "changed it"),
    "opened": Message("发布征集", "opened it"),
    "extended": Message("延长截止", "extended it"),
    "reminded": Message("提醒未报单位", "reminded those who sent nothing"),
    "entered": Message("报送案例", "entered a case"),
    "recommended": Message("推荐案例", "recommended a case"),
    "taken_back": Message("撤回案例", "took a case back"),
    "refused": Message("不予受理", "refused a case"),
    "judging": Message("开始评审", "began the judging"),
    "panel": Message("调整评审人", "changed the reviewers"),
    "assigned": Message("分派评审", "assigned reviewers"),
    "unassigned": Message("取消分派", "took a reviewer off"),
    "given": Message("提交评分", "gave points"),
    "stepped_back": Message("回避", "stepped back"),
    "decided": Message("决定结果", "decided"),
    "reopened": Message("退回评审", "went back to judging"),
    "published": Message("公布结果", "published the result"),
    "revoked": Message("撤销奖项", "revoked an award"),
    "cancelled": Message("取消", "cancelled it"),
}
_SHOWN: Final = 200


def note(
    session: Session,
    campaign: t.Campaign,
    what: str,
    actor: Actor,
    *,
    entry_id: UUID | None = None,
    **data: Any,
) -> None:
    """Write down one step; an unknown one is a KeyError.

    Args:
        data: JSON-plain facts; of sheets never the points, which others may not see yet.
    """
    session.add(
        t.CampaignStep(
            organisation_id=campaign.organisation_id,
            id=new_id(),
            campaign_id=campaign.id,
            entry_id=entry_id,
            at=clock.now(),
            by=actor.user_id,
            unit_id=actor.organisation_id,
            what=_known(what),
            data=data,
        )
    )
    session.flush()


def _known(what: str) -> str:
    if what not in STEPS:
        raise KeyError(what)
    return what


def steps(session: Session, campaign: t.Campaign) -> Sequence[Any]:
    """Give the steps of a campaign, the newest first.

    Columns: at, what, data, entry_id, person, unit, title (of the entry's case as it reads now).
    """
    step, entry = t.CampaignStep, t.CampaignEntry
    return session.execute(
        select(
            step.at,
            step.what,
            step.data,
            step.entry_id,
            t.User.name.label("person"),
            t.Organisation.name.label("unit"),
            t.Practice.title,
        )
        .outerjoin(t.User, t.User.id == step.by)
        .outerjoin(t.Organisation, t.Organisation.id == step.unit_id)
        .outerjoin(
            entry, and_(entry.organisation_id == step.organisation_id, entry.id == step.entry_id)
        )
        .outerjoin(
            t.Practice,
            and_(
                t.Practice.organisation_id == entry.practice_owner_id,
                t.Practice.id == entry.practice_id,
            ),
        )
        .where(step.organisation_id == campaign.organisation_id, step.campaign_id == campaign.id)
        .order_by(step.id.desc())
        .limit(_SHOWN)
    ).all()
