"""How long something took, and until when a ground holds, in words."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask_babel import gettext

from web.look import day, moment


def span(value: timedelta | None) -> str:
    """Say how long: 3 天 4 小时, 2 小时 5 分, 8 分; less than a minute is said so; "" for None."""
    if value is None:
        return ""
    minutes = int(value.total_seconds() // 60)
    days, rest = divmod(minutes, 24 * 60)
    hours, minutes = divmod(rest, 60)
    if days:
        return str(gettext("%(days)s 天 %(hours)s 小时", days=days, hours=hours))
    if hours:
        return str(gettext("%(hours)s 小时 %(minutes)s 分", hours=hours, minutes=minutes))
    if minutes:
        return str(gettext("%(minutes)s 分", minutes=minutes))
    return str(gettext("不到 1 分"))


def until(expires_at: datetime) -> str:
    """Say until when a ground holds: its last day, or the moment at which it was ended."""
    last = expires_at - timedelta(microseconds=1)
    is_end_of_day = day(last) != day(expires_at)
    return day(last) if is_end_of_day else moment(expires_at)
