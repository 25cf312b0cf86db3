"""When what is published finds the community awake: the two hours that hold most comments, by platform and topic."""

from collections.abc import Iterable, Sequence

import polars as pl

from domain.insights import BestHour, Topic
from tasks.insights.crisis import wilson_lower

MAX_TOPICS = 5
_MIN_COMMENTS = 40
_BETTER = 1.2  # times an even spread, that the lower end of the share's interval must reach
_HOURS = 24


def best_hours(voices: pl.DataFrame, topics: Iterable[Topic], timezone: str) -> tuple[BestHour, ...]:
    """The best hour of each platform, busiest first, and of the largest topics, where one stands out.

    voices: COMMENT_SCHEMA, members' comments of the weeks that are known. Hours are those of `timezone`.
    """
    local = voices.select("platform", hour=pl.col("created_at").dt.convert_time_zone(timezone).dt.hour())
    counted = local.group_by("platform", "hour").len()
    found: list[BestHour] = []
    for platform in local["platform"].value_counts(sort=True)["platform"]:
        by_hour = dict(counted.filter(pl.col("platform") == platform).select("hour", "len").iter_rows())
        found += _best([by_hour.get(hour, 0) for hour in range(_HOURS)], platform=platform)
    of_topics = [each for topic in topics if topic.hours for each in _best(topic.hours, topic=topic.label)]
    return (*found, *of_topics[:MAX_TOPICS])


def _best(by_hour: Sequence[int], platform: str = "", topic: str = "") -> list[BestHour]:
    """The hour with which the two busiest hours begin; nothing where none stands out."""
    total = sum(by_hour)
    if total < _MIN_COMMENTS:
        return []
    pairs = [by_hour[hour] + by_hour[(hour + 1) % _HOURS] for hour in range(_HOURS)]
    hour = max(range(_HOURS), key=lambda each: (pairs[each], -each))
    if wilson_lower(pairs[hour], total) < _BETTER * 2 / _HOURS:
        return []
    return [BestHour(platform, topic, hour, pairs[hour] / total, total)]
