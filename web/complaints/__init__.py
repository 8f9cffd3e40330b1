"""Complaints of retaliation: those who complain, and those of a union who handle it."""

from web.complaints import filing, handling, own, sums  # noqa: F401 - they add their pages
from web.complaints.room import blueprint

__all__ = ["blueprint"]
