"""The digest's section of topics: how much each is spoken of, since when, what is new in it and how its mood moves."""

import math
from collections import Counter
from collections.abc import Mapping
from datetime import date

import polars as pl

from domain.insights import Topic
from tasks.publishing.edition import Curve, Item, Section
from tasks.publishing.grain import Grain, bucket, buckets, grain_of, long_name, short_name
from tasks.publishing.pictures import topics_picture
from tasks.publishing.quoting import label
from tasks.publishing.reading import Reading

TOPICS_SHOWN = 8
SURE_OF_SHARE = 1.96  # standard errors of a 95 % interval
_MIN_DAYS_OF_A_CURVE = 3
_MIN_FOR_A_SHIFT = 10  # comments of a topic in each of the two periods


def topics_section(reading: Reading) -> Section | None:
    """The largest topics; None without any."""
    topics = reading.insights.topics[:TOPICS_SHOWN]
    if not topics:
        return None
    words = reading.words
    pictures = (topics_picture(reading, topics),) if len(topics) > 1 else ()
    items = tuple(_topic_item(reading, topic, quotes=3 if at < 3 else 1) for at, topic in enumerate(topics))
    found = len(reading.insights.topics)
    lead = words.count("topics_lead", found)
    if found > len(topics):
        lead = words.say("topics_largest", n=words.number(found), shown=words.number(len(topics)))
    return Section("topics", words.say("section_topics"), lead, items, pictures)


def margin_of(share: float, n: int) -> float:
    """Half the width of Agresti and Coull's 95 % interval, which stays honest for few comments and shares near 0."""
    n_adjusted = n + SURE_OF_SHARE**2
    adjusted = (share * n + SURE_OF_SHARE**2 / 2) / n_adjusted
    return SURE_OF_SHARE * math.sqrt(adjusted * (1 - adjusted) / n_adjusted)


def _topic_item(reading: Reading, topic: Topic, quotes: int) -> Item:
    words = reading.words
    counted = reading.comments_from(topic.comments, topic.members)
    compared = reading.compared(topic.comments, topic.previous_comments)
    platforms = sorted(topic.platforms.items(), key=lambda item: -item[1])
    where = ", ".join(f"{words.platform(name)} {words.number(n)}" for name, n in platforms)
    facts = [f"{counted}, {compared}" if compared else counted, where]
    if topic.engagement > topic.comments:
        facts.append(words.count("n_reactions", topic.engagement))
    facts += [_history(reading, topic), _mood_shift(reading, topic)]
    if topic.fresh_terms:
        facts.append(words.say("topic_fresh", terms=reading.terms(topic.fresh_terms)))
    fresh = topic.previous_comments == 0 and topic.since is None and bool(reading.previous_comments)
    return Item(
        label(topic.label),
        tuple(fact for fact in facts if fact),
        badge=words.say("topic_new") if fresh else "",
        mood=reading.shares(topic.mood) if topic.mood.comments else None,
        curve=_curve(reading, topic),
        evidence=reading.evidence(topic.examples[:quotes]),
    )


def _curve(reading: Reading, topic: Topic) -> Curve | None:
    """Its comments by day, over long periods by week or month; where no report found it, it stays empty."""
    words = reading.words
    if len(topic.by_day) < _MIN_DAYS_OF_A_CURVE:
        return None
    grain = grain_of(pl.Series(list(topic.by_day)))
    counts, negative = _summed(topic.by_day, grain), _summed(topic.negative_by_day, grain)
    shown = buckets(min(topic.by_day), max(topic.by_day), grain)
    points = []
    for day in shown:
        told = f"{long_name(day, grain, words)}{words.say('colon')}{words.count('n_comments', counts.get(day, 0))}"
        if negative.get(day):
            told = f"{told}, {words.say('of_which_negative', n=words.number(negative[day]))}"
        points.append((told, counts.get(day)))
    said = words.say(
        "topic_curve_mood" if any(negative.values()) else "topic_curve",
        each=words.say(f"each_{grain}").capitalize(),
        first=short_name(shown[0], grain, words),
        last=short_name(shown[-1], grain, words),
        most=words.number(max(counts.values())),
    )
    return Curve(tuple(points), said, tuple(negative.get(day, 0) for day in shown) if any(negative.values()) else ())


def _summed(by_day: Mapping[date, int], grain: Grain) -> dict[date, int]:
    found: Counter[date] = Counter()
    for day, count in by_day.items():
        found[bucket(day, grain)] += count
    return dict(found)


def _history(reading: Reading, topic: Topic) -> str:
    """Since when earlier reports found it, and its highest day."""
    if topic.since is None or not topic.by_day:
        return ""
    words = reading.words
    top = max(topic.by_day, key=lambda day: (topic.by_day[day], day))
    comments = words.count("n_comments", topic.by_day[top])
    return words.say("topic_since", day=words.short_day(topic.since), top=words.short_day(top), comments=comments)


def _mood_shift(reading: Reading, topic: Topic) -> str:
    """Its share of negative comments with its margin, where that left the share of the days before; else empty.

    The days before are those on which earlier reports found it; where they hold too little, the period before.
    """
    now, (before, comments) = topic.mood, _before(reading, topic)
    if min(now.comments, comments) < _MIN_FOR_A_SHIFT:
        return ""
    margins = margin_of(now.negative, now.comments), margin_of(before, comments)
    if abs(now.negative - before) <= math.hypot(*margins):
        return ""
    words = reading.words
    margin = words.number(math.ceil(margins[0] * 100))
    return words.say("topic_mood_shift", margin=margin, now=words.percent(now.negative), before=words.percent(before))


def _before(reading: Reading, topic: Topic) -> tuple[float, int]:
    """The share of negative comments before the period, and of how many comments it is."""
    first = reading.words.first_day(reading.insights.period)
    days = [day for day in topic.negative_by_day if day < first]
    comments = sum(topic.by_day.get(day, 0) for day in days)
    if comments >= _MIN_FOR_A_SHIFT:
        return sum(topic.negative_by_day[day] for day in days) / comments, comments
    mood = topic.previous_mood
    return (mood.negative, mood.comments) if mood else (0.0, 0)
