"""The monthly returns 月报 on screen: months, one month, its cases, corrections and exports."""

from web.returns import corrections, enterprises, files, month, profiles, steps
from web.returns.room import blueprint

__all__ = ["blueprint", "corrections", "enterprises", "files", "month", "profiles", "steps"]
