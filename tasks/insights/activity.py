"""Counts when and where a community speaks, in the days and hours that its CM lives."""

from datetime import datetime, timedelta

import polars as pl

BY_DAY_SCHEMA: dict[str, pl.DataType] = {"date": pl.Date(), "platform": pl.String(), "comments": pl.Int64()}
BY_HOUR_SCHEMA: dict[str, pl.DataType] = {"weekday": pl.Int64(), "hour": pl.Int64(), "comments": pl.Int64()}
BY_PLATFORM_SCHEMA: dict[str, pl.DataType] = {
    "platform": pl.String(),
    "comments": pl.Int64(),
    "members": pl.Int64(),
    "negative": pl.Float64(),
}
MOOD_BY_DAY_SCHEMA: dict[str, pl.DataType] = {
    "date": pl.Date(),
    "negative": pl.Int64(),
    "neutral": pl.Int64(),
    "positive": pl.Int64(),
}


def by_day(comments: pl.DataFrame, start: datetime, end: datetime, timezone: str) -> pl.DataFrame:
    """BY_DAY_SCHEMA: every local date that [start, end) touches with every platform of the comments, zeros included."""
    local = comments.select(date=_local(timezone).dt.date(), platform="platform")
    counted = local.group_by("date", "platform").agg(comments=pl.len())
    grid = _dates(start, end, timezone).join(comments.select("platform").unique(), how="cross")
    return _conform(grid.join(counted, on=["date", "platform"], how="left"), BY_DAY_SCHEMA).sort("date", "platform")


def by_hour(comments: pl.DataFrame, timezone: str) -> pl.DataFrame:
    """BY_HOUR_SCHEMA: all 168 hours of a week as clocks show them there, Monday 0:00 first, zeros included.

    An hour that summer time skips or repeats counts under what the clock showed.
    """
    local = comments.select(weekday=_local(timezone).dt.weekday(), hour=_local(timezone).dt.hour())
    counted = local.cast(pl.Int64).group_by("weekday", "hour").agg(comments=pl.len())
    weekdays, hours = (pl.DataFrame({name: range(a, b)}) for name, a, b in (("weekday", 1, 8), ("hour", 0, 24)))
    grid = weekdays.join(hours, how="cross").cast(pl.Int64)
    return _conform(grid.join(counted, on=["weekday", "hour"], how="left"), BY_HOUR_SCHEMA).sort("weekday", "hour")


def by_platform(comments: pl.DataFrame) -> pl.DataFrame:
    """BY_PLATFORM_SCHEMA, loudest first. comments: COMMENT_SCHEMA + mood. negative: share of 0..1."""
    counted = (
        comments.select("platform", "author_id", "mood")
        .group_by("platform")
        .agg(
            comments=pl.len(),
            members=pl.col("author_id").drop_nulls().n_unique(),
            negative=(pl.col("mood") == "negative").mean(),
        )
    )
    return _conform(counted, BY_PLATFORM_SCHEMA).sort(["comments", "platform"], descending=[True, False])


def mood_by_day(comments: pl.DataFrame, start: datetime, end: datetime, timezone: str) -> pl.DataFrame:
    """MOOD_BY_DAY_SCHEMA: every local date that [start, end) touches. comments: COMMENT_SCHEMA + mood."""
    moods = ("negative", "neutral", "positive")
    told = comments.select("mood", date=_local(timezone).dt.date())
    counted = told.group_by("date").agg(**{each: (pl.col("mood") == each).sum() for each in moods})
    grid = _dates(start, end, timezone)
    return _conform(grid.join(counted, on="date", how="left"), MOOD_BY_DAY_SCHEMA).sort("date")


def hourly(comments: pl.DataFrame, start: datetime, end: datetime) -> pl.DataFrame:
    """timestamp (UTC instant), value: comments of every full hour of [start, end), zeros included."""
    first = start.replace(minute=0, second=0, microsecond=0)
    hours = pl.datetime_range(first, end, "1h", closed="left", time_unit="us", time_zone="UTC", eager=True)
    counted = (
        comments.select(timestamp=pl.col("created_at").dt.truncate("1h")).group_by("timestamp").agg(value=pl.len())
    )
    filled = pl.DataFrame({"timestamp": hours}).join(counted, on="timestamp", how="left").sort("timestamp")
    return filled.with_columns(pl.col("value").fill_null(0).cast(pl.Float64))


def _local(timezone: str) -> pl.Expr:
    return pl.col("created_at").dt.convert_time_zone(timezone)


def _dates(start: datetime, end: datetime, timezone: str) -> pl.DataFrame:
    edges = pl.Series([start, max(start, end - timedelta(microseconds=1))], dtype=pl.Datetime("us", "UTC"))
    first, last = edges.dt.convert_time_zone(timezone).dt.date()
    return pl.DataFrame({"date": pl.date_range(first, last, "1d", eager=True)})


def _conform(table: pl.DataFrame, schema: dict[str, pl.DataType]) -> pl.DataFrame:
    """The columns of the schema; counts that a join left empty are zero."""
    counts = [name for name, kind in schema.items() if kind == pl.Int64()]
    return table.select(list(schema)).cast(pl.Schema(schema)).with_columns(pl.col(counts).fill_null(0))
