"""Finds peaks in a series of counts as they come: the score of a row depends on that row and earlier ones alone.

Peaks over threshold (Pickands, 1975; for streams Siffer et al., 2017): how improbable a row is under an exponential
tail fitted to the largest values of the last two weeks, averaged over several scales, widths and thresholds.
"""

import math
from datetime import UTC, datetime
from itertools import product

import numpy as np
import numpy.typing as npt
import polars as pl

from domain.documents import MendableError
from tasks.insights.rhythm import expected

Floats = npt.NDArray[np.float64]

FLAG_AT = 0.5
"""The score from which a row is called a peak; what follows in the same peak stays below, since it is no news."""
_JUST_BELOW = math.nextafter(FLAG_AT, 0)

_SURPRISE_AT_HALF = 6.0  # -log of the tail probability whose score is 0.5: about once in 400 rows, before averaging
_MEMORY_S = 14 * 86_400.0
_WIDTHS_S = (900.0, 1200.0, 1800.0)  # means over so long are judged; rows that are farther apart are judged alone
_TAILS = (0.90, 0.95, 0.98)
_REFIT_ROWS = 24
_MIN_HISTORY_S, _MIN_HISTORY_ROWS = 86_400.0, 100
_NARROWEST_TAIL = 0.05
_QUIET_AFTER_A_PEAK_S = 86_400.0
_STEP_UP, _STEP_FADES_IN_S = 1.0, 2 * 86_400.0  # each peak raises what the next must surprise, which fades


def detect(series: pl.DataFrame) -> pl.DataFrame:
    """timestamp (as given), score (0..1), flagged (0 | 1): one row for each row of `series`, in the same order.

    series: timestamp, as instants or as text in ISO 8601 or as Unix seconds, and value, a number or null. Raises
    MendableError naming the first row, from 1, whose timestamp cannot be read. Rows may come in any order and with gaps.
    """
    return trace(series).select("timestamp", "score", "flagged")


def trace(series: pl.DataFrame) -> pl.DataFrame:
    """Like `detect`, with `expected`: what the time of day made expect at that row, in the unit of value."""
    instants = np.array(_instants(series["timestamp"]), dtype=np.float64)
    values = series["value"].cast(pl.Float64, strict=False).fill_null(math.nan).to_numpy()
    usable = np.flatnonzero(np.isfinite(values))
    order = usable[np.argsort(instants[usable], kind="stable")]
    at_s, ordered = instants[order], values[order]
    surprise = _surprise(at_s, ordered)
    scores, flags, forecast = np.zeros(len(values)), np.zeros(len(values), dtype=np.int64), np.zeros(len(values))
    flags[order] = _flags(at_s, surprise)
    scores[order] = 1 - np.exp2(-np.maximum(surprise, 0) / _SURPRISE_AT_HALF)
    scores = np.where(flags == 1, np.maximum(scores, FLAG_AT), np.minimum(scores, _JUST_BELOW))
    forecast[order] = np.maximum(expected(at_s, _root(ordered)), 0) ** 2
    return series.select("timestamp").with_columns(
        score=pl.Series(scores), flagged=pl.Series(flags), expected=pl.Series(forecast)
    )


def _surprise(at_s: Floats, values: Floats) -> Floats:
    """-log of the probability of so large a value, averaged over scales, with and without the time of day, and widths."""
    if not len(values):
        return values
    residuals: list[Floats] = []
    for scaled in (_root(values), np.sign(values) * np.log1p(np.abs(values))):
        residuals += [scaled, scaled - expected(at_s, scaled)]
    step_s = float(np.median(np.diff(at_s))) if len(at_s) > 1 else 0.0
    widths = [width for width in _WIDTHS_S if width > step_s] or [0.0]
    judged = [_tail(at_s, _mean_over(at_s, each, width)) for each, width in product(residuals, widths)]
    return np.stack(judged).mean(axis=0)  # type: ignore[no-any-return]


def _mean_over(at_s: Floats, values: Floats, width_s: float) -> Floats:
    """Mean of each row and the rows less than `width_s` before it."""
    last = np.arange(1, len(values) + 1)
    first = np.minimum(np.searchsorted(at_s, at_s - width_s, side="right"), last - 1)
    sums = np.concatenate([[0.0], np.cumsum(values)])
    return (sums[last] - sums[first]) / (last - first)  # type: ignore[no-any-return]


def _tail(at_s: Floats, values: Floats) -> Floats:
    """-log of the tail probability of each value among those of the _MEMORY_S before, refitted every _REFIT_ROWS.

    0 for rows without enough history.
    """
    found = np.zeros(len(values))
    start = max(_MIN_HISTORY_ROWS, int(np.searchsorted(at_s, at_s[0] + _MIN_HISTORY_S)))
    while start < len(values):
        until = start + _REFIT_ROWS
        past = values[int(np.searchsorted(at_s, at_s[start] - _MEMORY_S)) : start]
        if len(past) >= _MIN_HISTORY_ROWS:
            found[start:until] = _beyond(past, values[start:until])
        start = until
    return found


def _beyond(past: Floats, values: Floats) -> Floats:
    """-log P(value) with the largest values of `past` as an exponential tail, averaged over the shares of _TAILS."""
    counts = [max(1, round(len(past) * (1 - share))) for share in _TAILS]
    largest = np.sort(np.partition(past, len(past) - counts[0] - 1)[-counts[0] - 1 :])
    surprise = np.zeros(len(values))
    for count in counts:
        threshold = largest[-count - 1]
        mean = max(float(largest[-count:].mean() - threshold), _NARROWEST_TAIL)
        surprise += (values - threshold) / mean + math.log(len(past) / count)
    return surprise / len(counts)


def _flags(at_s: Floats, surprise: Floats) -> npt.NDArray[np.int64]:
    """1 for the rows that begin a peak; for a day after one, and for less than a louder one soon after, 0."""
    flags = np.zeros(len(surprise), dtype=np.int64)
    last_s, step = -math.inf, 0.0
    for row in np.flatnonzero(surprise >= _SURPRISE_AT_HALF):
        since_s = at_s[row] - last_s
        remaining = step * math.exp(-since_s / _STEP_FADES_IN_S) if step else 0.0
        if since_s >= _QUIET_AFTER_A_PEAK_S and surprise[row] >= _SURPRISE_AT_HALF + remaining:
            flags[row], last_s, step = 1, at_s[row], remaining + _STEP_UP
    return flags


def _root(values: Floats) -> Floats:
    return np.sign(values) * np.sqrt(np.abs(values))


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
        raise MendableError(f"row {row}: {text!r} is not a timestamp such as 2026-11-23T14:05:00") from None
    return instant.replace(tzinfo=instant.tzinfo or UTC).timestamp()
