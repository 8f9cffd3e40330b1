"""Typical cases 典型案例: to read and use, to work on, and in public."""

from web.practices import book, press, public, reading, working
from web.practices.room import blueprint

__all__ = ["blueprint", "book", "press", "public", "reading", "working"]
