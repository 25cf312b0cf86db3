"""Takes from a series of counts what the time of day makes expected, row by row, forgetting slowly."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

_HOUR_S = 3600.0
_HOURS = 24
_DAILY_GAIN = 0.1  # of the newest day in an hour's level: a memory of about ten days
_FARTHEST = 3.0  # usual deviations; what is farther out moves the level no more than this
_ROWS_BEFORE_BOUNDS = 12


def expected(at_s: Floats, values: Floats) -> Floats:
    """What each row was expected to be, from earlier rows alone: the level of its hour of the day, in UTC.

    at_s: seconds since 1970, ascending. An hour that was never seen is expected at the mean of those that were.
    """
    levels, seen = np.zeros(_HOURS), np.zeros(_HOURS)
    forecast = np.empty(len(values))
    deviation, before_s = 1.0, 0.0
    for row, (now_s, value) in enumerate(zip(at_s.tolist(), values.tolist(), strict=True)):
        hour = int(now_s // _HOUR_S) % _HOURS
        if seen[hour]:
            forecast[row] = levels[hour]
        else:
            forecast[row] = levels[seen > 0].mean() if row else value
        error = value - forecast[row]
        if seen[hour] > _ROWS_BEFORE_BOUNDS:
            error = max(-_FARTHEST * deviation, min(_FARTHEST * deviation, error))
        seen[hour] += 1
        if seen[hour] == 1:
            levels[hour] = forecast[row]
        share_of_hour = min(1.0, (now_s - before_s) / _HOUR_S)
        levels[hour] += error * max(1 / seen[hour], _DAILY_GAIN * share_of_hour)
        deviation += (abs(error) - deviation) * max(1 / (row + 2), 0.002)
        before_s = now_s
    return forecast
