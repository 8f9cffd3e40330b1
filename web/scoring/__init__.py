"""Scoring organisations, and the evidence an enterprise hands in for standardization."""

from web.scoring import behind, evidence, sheets, working
from web.scoring.room import blueprint

__all__ = ["behind", "blueprint", "evidence", "sheets", "working"]
