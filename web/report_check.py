"""A report from a self-check: the place and the item are known, and who checks signs it (R-53)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from werkzeug.datastructures import MultiDict

from engine import forms, reporters, selfcheck
from engine.hazards.origins import Origin
from web.report_sheet import Desk, Sheet
from web.report_steps import Step


@dataclass(frozen=True)
class CheckDesk(Desk):
    """A desk at which somebody reports what their self-check found."""

    check_id: UUID = field(kw_only=True)
    entry: selfcheck.Entry = field(kw_only=True)

    @property
    def form(self) -> forms.Form:
        """Give the form with the item, and what was noted of it, filled in."""
        known = {"checklist_item": self.entry.code, "description": self.entry.note}
        form = super().form
        fields = tuple(
            replace(one, default=known[one.key]) if known.get(one.key) else one
            for one in form.fields
        )
        return replace(form, fields=fields)

    @property
    def quick_mode(self) -> str | None:
        """Nothing is asked about who reports, so nothing is skipped."""
        return None

    @property
    def business_key(self) -> str | None:
        """Give the name by which the round knows the case."""
        return selfcheck.business_key(self.check_id, self.entry.code)

    def sheet(self, sent: MultiDict[str, str], seen: Iterable[str]) -> Sheet:
        """Give the report as far as it is filled in."""
        return CheckSheet(self, sent, seen)


class CheckSheet(Sheet):
    """A report that comes of a self-check."""

    def make_steps(self) -> Sequence[Step]:
        """Give the pages of the form; who reports is not asked."""
        return super().make_steps()[:-1]

    def origin(self) -> Origin:
        """Give that it was found in a self-check."""
        return Origin(source="self_check", channel="web")

    def identity(self) -> reporters.Identity | None:
        """Give who checks: the record of the check says their name, so the report does."""
        return reporters.identity_of(self.desk.actor, mode="named")

    def signed(self) -> Mapping[str, Any]:
        """Give how it is signed."""
        return {"identity_mode": "named"}
