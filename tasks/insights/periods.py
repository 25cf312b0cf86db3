"""Periods in the days of a CM: whole days of their time zone, however long daylight saving makes them."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from domain.insights import Period


def days(first: date, last: date, timezone: str) -> Period:
    """From the first instant of `first` to the end of `last`. Raises ValueError when they are the wrong way round."""
    if last < first:
        raise ValueError(f"the last day, {last}, is before the first, {first}")
    zone = ZoneInfo(timezone)
    start, end = (datetime.combine(day, time(), zone).astimezone(UTC) for day in (first, last + timedelta(days=1)))
    return Period(start, end, timezone)


def last_month(timezone: str, now: datetime) -> Period:
    """The whole calendar month before this one."""
    last = now.astimezone(ZoneInfo(timezone)).date().replace(day=1) - timedelta(days=1)
    return days(last.replace(day=1), last, timezone)


def last_days(count: int, timezone: str, now: datetime) -> Period:
    """The last `count` whole days before today."""
    today = now.astimezone(ZoneInfo(timezone)).date()
    return days(today - timedelta(days=count), today - timedelta(days=1), timezone)
