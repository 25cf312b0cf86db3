"""How finely a chart tells time: by day, and over a long period by week or month, so that bars stay readable."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Literal

import polars as pl

from tasks.publishing.wording import Wording

Grain = Literal["day", "week", "month"]

MOST_DAYS, MOST_DAYS_IN_WEEKS = 62, 400


def grain_of(days: pl.Series) -> Grain:
    """The finest grain that gives no more than about sixty bars; months are kept beyond that."""
    first, last = days.min(), days.max()
    if not isinstance(first, date) or not isinstance(last, date):
        return "day"
    span = (last - first).days + 1
    return "day" if span <= MOST_DAYS else "week" if span <= MOST_DAYS_IN_WEEKS else "month"


_EVERY = {"day": "1d", "week": "1w", "month": "1mo"}


def buckets(first: date, last: date, grain: Grain) -> list[date]:
    """The first day of each day, week or month from that of `first` to that of `last`."""
    return pl.date_range(bucket(first, grain), bucket(last, grain), _EVERY[grain], eager=True).to_list()


def coarsened(counts: pl.DataFrame, grain: Grain, by: Sequence[str] = ()) -> pl.DataFrame:
    """The sums of `counts` for each day, week or month (named by its first day) and each of the columns `by`."""
    truncated = counts.with_columns(pl.col("date").dt.truncate(_EVERY[grain]))
    return truncated.group_by("date", *by).agg(pl.exclude("date", *by).sum()).sort("date", *by)


def bucket(day: date, grain: Grain) -> date:
    """The first day of the day, week (from Monday) or month of `day`."""
    if grain == "month":
        return day.replace(day=1)
    return day - timedelta(days=day.weekday()) if grain == "week" else day


def short_name(day: date, grain: Grain, words: Wording) -> str:
    """`3 nov.` or `nov. 2013`; unique within a chart of that grain."""
    return words.short_month(day) if grain == "month" else words.short_day(day)


def long_name(day: date, grain: Grain, words: Wording) -> str:
    """`mardi 3 novembre`, `semaine du 2 novembre 2026`, `novembre 2026`."""
    if grain == "month":
        return words.month(day)
    if grain == "week":
        return words.say("week_of", day=words.day(day, year=True, weekday=False))
    return words.day(day)
