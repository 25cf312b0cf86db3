"""Words how long members of a platform waited for a first response, and at which hour they waited longest."""

import polars as pl

from tasks.publishing.reading import Reading

FEWEST_ANSWERS = 3  # below, an hour tells nothing


def response_facts(reading: Reading, platform: str) -> list[str]:
    """Median and 90th percentile of the platform, then its slowest hour where several can be compared."""
    words, found = reading.words, reading.insights.responses
    if found.is_empty():
        return []
    own = found.filter(pl.col("platform") == platform)
    told = [
        words.say("response_fact", median=words.duration(median), p90=words.duration(p90))
        for median, p90 in own.filter(pl.col("hour").is_null()).select("median_minutes", "p90_minutes").iter_rows()
    ]
    hours = own.filter(pl.col("hour").is_not_null(), pl.col("answered") >= FEWEST_ANSWERS)
    if hours.height > 1:
        slowest = hours.sort(["median_minutes", "hour"], descending=[True, False]).row(0, named=True)
        time = words.duration(slowest["median_minutes"])
        told.append(words.say("response_slowest", hour=words.hour(slowest["hour"]), time=time))
    return told
