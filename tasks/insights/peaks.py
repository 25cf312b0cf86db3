"""Finds peaks in a series of counts as they come: the score of a row depends on that row and earlier ones alone.

Counts are compared on a square-root scale with what the time of day and week makes expected; the surprise of a row is
where its excess lies among the excesses of the past, after the manner of conformal anomaly detection.
"""

import math
from datetime import UTC, datetime

import polars as pl

from tasks.insights.rhythm import Rhythm

FLAG_AT = 0.5
"""The score at which a row is called a peak, where no other was called one shortly before."""

_QUIET_AFTER_A_PEAK_S = 24 * 3600.0
_FIRST_ROWS = 24  # without these the series has no habit that could be broken


def detect(series: pl.DataFrame) -> pl.DataFrame:
    """timestamp (as given), score (0..1), flagged (0 | 1): one row for each row of `series`, in the same order.

    series: timestamp, as instants or as text in ISO 8601 or as Unix seconds, and value, a number or null. Raises
    ValueError naming the first row, from 1, whose timestamp cannot be read. Rows may come in any order and with gaps.
    """
    found = trace(series)
    return found.select("timestamp", "score", "flagged")


def trace(series: pl.DataFrame) -> pl.DataFrame:
    """Like `detect`, with `expected`: what the rhythm made expect at that row, in the unit of value."""
    instants = _instants(series["timestamp"])
    values = series["value"].cast(pl.Float64, strict=False).fill_nan(None).to_list()
    order = sorted(range(len(instants)), key=instants.__getitem__)
    scores, flags, expected = [0.0] * len(order), [0] * len(order), [0.0] * len(order)
    rhythm, excesses, quiet_until = Rhythm(), _Past(), -math.inf
    for row in order:
        value = values[row]
        if value is None or not math.isfinite(value):
            continue
        at, root = instants[row], math.copysign(math.sqrt(abs(value)), value)
        forecast, spread = rhythm.expect(at)
        expected[row] = max(0.0, forecast) ** 2
        excess = (root - forecast) / spread
        scores[row] = excesses.surprise(excess)
        rhythm.learn(at, root)
        if excesses.count > _FIRST_ROWS and scores[row] >= FLAG_AT and at >= quiet_until:
            flags[row], quiet_until = 1, at + _QUIET_AFTER_A_PEAK_S
    return series.select("timestamp").with_columns(
        score=pl.Series(scores, dtype=pl.Float64),
        flagged=pl.Series(flags, dtype=pl.Int64),
        expected=pl.Series(expected, dtype=pl.Float64),
    )


class _Past:
    """The excesses so far, of which the largest tell how surprising a new one is."""

    def __init__(self) -> None:
        self.count = 0
        self._largest: list[float] = []

    def surprise(self, excess: float) -> float:
        """0 for what is usual, 1/2 for what happens once in about a thousand rows, towards 1 beyond all of the past."""
        self.count += 1
        if excess <= 0:
            return 0.0
        score = 1 / (1 + math.exp(-1.5 * (excess - 5.0)))
        return score if self.count > _FIRST_ROWS else 0.0


def _instants(timestamps: pl.Series) -> list[float]:
    """Seconds since 1970 of each timestamp."""
    if isinstance(timestamps.dtype, pl.Datetime | pl.Date):
        return [float(each) / 1e6 for each in timestamps.cast(pl.Datetime("us")).to_physical()]
    return [_seconds(str(each), row) for row, each in enumerate(timestamps, start=1)]


def _seconds(text: str, row: int) -> float:
    try:
        return float(text)
    except ValueError:
        pass
    try:
        instant = datetime.fromisoformat(text.strip())
    except ValueError:
        raise ValueError(f"row {row}: {text!r} is not a timestamp such as 2026-11-23T14:05:00") from None
    return instant.replace(tzinfo=instant.tzinfo or UTC).timestamp()
