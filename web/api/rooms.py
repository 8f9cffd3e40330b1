"""The API of what people do in rooms where programs only looked before."""

from __future__ import annotations

from typing import Final

from web.api import (
    attendance,
    campaign_entries,
    campaign_judging,
    campaigns,
    checks,
    honours,
    lessons,
    library,
    mechanisms,
    practice_steps,
    practices,
    register,
    relations,
    scores,
    targets,
    visits,
)

PARTS: Final = (
    mechanisms, targets, register, visits, lessons, attendance, practices, practice_steps,
    campaigns, campaign_entries, campaign_judging, scores, checks,
    honours, library, relations,
)  # fmt: skip
