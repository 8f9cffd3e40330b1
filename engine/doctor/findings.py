"""What the doctor finds."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One contradiction."""

    organisation_id: UUID
    instance_id: UUID | None
    #: history | seals | state | tasks | votes | timer | services | jobs | ledger | certificates |
    #: files | numbers | vault | returns | campaigns | visits | scores | self-checks | practices
    subject: str
    text: str
