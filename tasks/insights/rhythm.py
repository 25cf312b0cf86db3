"""Learns what a community's time of day and week makes expected, row by row, forgetting slowly."""

import math

_DAY_S = 24 * 3600.0
_BINS_PER_DAY = 24
_LEVEL_MEMORY_S = 6 * 3600.0
_SPREAD_MEMORY_ROWS = 500.0
_PRIOR_ROWS = 12.0
_SEASON_GAIN = 0.1


class Rhythm:
    """Level, daily shape and spread of a series on its square-root scale, all exponentially forgotten."""

    def __init__(self) -> None:
        self._rows = 0
        self._level = 0.0
        self._spread = 1.0
        self._shape = [0.0] * _BINS_PER_DAY
        self._last_at: float | None = None

    def expect(self, at: float) -> tuple[float, float]:
        """Forecast and spread, both on the square-root scale, of a row at that instant (seconds since 1970)."""
        return self._level + self._shape[_bin(at)], max(0.5, self._spread)

    def learn(self, at: float, root: float) -> None:
        """Take in the row at that instant. What is far out changes the rhythm no more than what is barely unusual."""
        forecast, spread = self.expect(at)
        step_s = at - self._last_at if self._last_at is not None else 0.0
        self._last_at, self._rows = at, self._rows + 1
        error = root - forecast
        bounded = max(-2.5 * spread, min(2.5 * spread, error)) if self._rows > _PRIOR_ROWS else error
        gain = max(1 - math.exp(-max(0.0, step_s) / _LEVEL_MEMORY_S), 1 / min(self._rows, _PRIOR_ROWS * 8))
        self._level += gain * bounded
        self._shape[_bin(at)] += _SEASON_GAIN * (bounded - gain * bounded) * (1 if self._rows > _PRIOR_ROWS else 0)
        forget = max(1 / _SPREAD_MEMORY_ROWS, 1 / (self._rows + _PRIOR_ROWS))
        self._spread += forget * (1.25 * min(abs(error), 3 * spread) - self._spread)


def _bin(at: float) -> int:
    return int(at % _DAY_S // (_DAY_S / _BINS_PER_DAY))
