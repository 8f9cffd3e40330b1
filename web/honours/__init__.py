"""Honours 荣誉榜 and names by consent: to read, to propose and decide, to print and to check."""

from web.honours import consent, deciding, papers, proposing, reading
from web.honours.room import blueprint

__all__ = ["blueprint", "consent", "deciding", "papers", "proposing", "reading"]
