"""Gives topics the identity of those of earlier reports that say the same, so that a subject has a curve over time.

Topics are compared by the weights of their keys, which French and English share; each earlier topic goes on once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from math import sqrt
from zoneinfo import ZoneInfo

from domain.insights import KnownTopic, Period, Topic

_SAME = 0.4  # cosine of two topics' words
_MEMORY = 0.5  # of what a topic said before in what it is known by
_MOST_KEYS = 24


def recognised(topics: Sequence[Topic], known: Sequence[KnownTopic], period: Period) -> tuple[Topic, ...]:
    """The topics with the id, first day and earlier days of the known one that each goes on; a new one is named by its day."""
    first_day = period.start.astimezone(ZoneInfo(period.timezone)).date()
    same = _pairs(topics, known)
    taken = {each.id for each in known}
    return tuple(
        _going_on(topic, known[same[at]], first_day) if at in same else _new(topic, taken, first_day)
        for at, topic in enumerate(topics)
    )


def merged(topics: Sequence[Topic], known: Sequence[KnownTopic]) -> tuple[KnownTopic, ...]:
    """What is to be kept of these topics. A report that runs again on the same days changes nothing."""
    earlier = {each.id: each for each in known}
    return tuple(_kept(topic, earlier.get(topic.id)) for topic in topics if topic.by_day)


def _pairs(topics: Sequence[Topic], known: Sequence[KnownTopic]) -> dict[int, int]:
    """Place of each topic -> place of the known one that it goes on, the surest pairs first."""
    closeness = [
        (_cosine(topic.keys, earlier.keys), at, which)
        for at, topic in enumerate(topics)
        for which, earlier in enumerate(known)
    ]
    found: dict[int, int] = {}
    for _, at, which in sorted((each for each in closeness if each[0] >= _SAME), key=lambda e: (-e[0], e[1], e[2])):
        if at not in found and which not in found.values():
            found[at] = which
    return found


def _cosine(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    product = sum(weight * other.get(key, 0.0) for key, weight in one.items())
    return product / (_length(one) * _length(other) or 1.0)


def _length(keys: Mapping[str, float]) -> float:
    return sqrt(sum(weight * weight for weight in keys.values()))


def _going_on(topic: Topic, earlier: KnownTopic, first_day: date) -> Topic:
    since = earlier.first_day if earlier.first_day < first_day else None
    return replace(
        topic,
        id=earlier.id,
        since=since,
        by_day=_before(earlier.by_day, first_day) | dict(topic.by_day),
        negative_by_day=_before(earlier.negative_by_day, first_day) | dict(topic.negative_by_day),
    )


def _before(counts: Mapping[date, int], first_day: date) -> dict[date, int]:
    return {day: n for day, n in sorted(counts.items()) if day < first_day}


def _new(topic: Topic, taken: set[str], first_day: date) -> Topic:
    """A name that no known topic has, and that the next run of the same report finds again."""
    return replace(topic, id=f"{topic.id}-{first_day:%Y%m%d}") if topic.id in taken else topic


def _kept(topic: Topic, earlier: KnownTopic | None) -> KnownTopic:
    first, last = min(topic.by_day), max(topic.by_day)
    if earlier is None:
        return KnownTopic(topic.id, topic.keys, first, last, topic.by_day, topic.negative_by_day)
    if last <= earlier.last_day:  # these days are known: only their counts may be better now
        return replace(
            earlier,
            first_day=min(first, earlier.first_day),
            by_day=topic.by_day,
            negative_by_day=topic.negative_by_day,
        )
    keys = {
        key: _MEMORY * earlier.keys.get(key, 0.0) + (1 - _MEMORY) * topic.keys.get(key, 0.0)
        for key in {*earlier.keys, *topic.keys}
    }
    strongest = sorted(keys.items(), key=lambda item: (-item[1], item[0]))[:_MOST_KEYS]
    return KnownTopic(
        topic.id, dict(strongest), min(first, earlier.first_day), last, topic.by_day, topic.negative_by_day
    )
