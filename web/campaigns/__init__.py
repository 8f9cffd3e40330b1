"""Campaigns 征集评选: run by an office, entered by those it asks, judged by reviewers."""

from web.campaigns import entering, judging, listing, papers, planning, reviewing
from web.campaigns.room import blueprint

__all__ = ["blueprint", "entering", "judging", "listing", "papers", "planning", "reviewing"]
