"""How long members wait for a first response: by platform, and by the hour of the local day at which they wrote."""

import polars as pl

from domain.insights import Period

RESPONSE_SCHEMA: dict[str, pl.DataType] = {
    "platform": pl.String(),
    "hour": pl.Int64(),  # 0..23 on the CM's clock; null: the whole day
    "answered": pl.Int64(),  # comments that got their first response in the period
    "median_minutes": pl.Float64(),
    "p90_minutes": pl.Float64(),
}


def response_times(waited: pl.DataFrame, period: Period) -> pl.DataFrame:
    """RESPONSE_SCHEMA: a row for each platform, then one for each of its hours in which somebody who wrote was answered.

    waited: platform, asked_at (UTC), minutes: as `kpis.waits` finds them, whose median and 90th percentile are those of
    the figures `first_response_minutes` and `first_response_p90_minutes`.
    """
    local = pl.col("asked_at").dt.convert_time_zone(period.timezone).dt.hour().cast(pl.Int64)
    measured = {
        "answered": pl.len().cast(pl.Int64),
        "median_minutes": pl.col("minutes").quantile(0.5, "linear"),
        "p90_minutes": pl.col("minutes").quantile(0.9, "linear"),
    }
    whole = waited.group_by("platform").agg(**measured).with_columns(hour=pl.lit(None, pl.Int64))
    hours = waited.group_by("platform", hour=local).agg(**measured)
    found = pl.concat([each.select(list(RESPONSE_SCHEMA)) for each in (whole, hours)])
    return found.sort("platform", "hour", nulls_last=False)
