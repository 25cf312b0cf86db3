"""The digest's charts with what they say in words and as a table, for those who cannot see them."""

from datetime import date
from functools import partial

import polars as pl

from domain.insights import Topic
from tasks.publishing import charts
from tasks.publishing.edition import Picture
from tasks.publishing.grain import Grain, bucket, coarsened, grain_of, long_name
from tasks.publishing.quoting import label
from tasks.publishing.reading import Reading


def topics_picture(reading: Reading, topics: tuple[Topic, ...]) -> Picture:
    """Topics by comments, against the period before."""
    words = reading.words
    counts = [(topic.label, topic.comments, topic.previous_comments) for topic in topics]
    said = words.joined([f"{label(name)} {words.number(now)}" for name, now, _ in counts])
    head = [words.say("head_topic"), words.say("head_now"), words.say("head_before")]
    rows = [[label(name), words.number(now), words.number(before)] for name, now, before in counts]
    shown = 3 if reading.previous_comments else 2
    compared = bool(reading.previous_comments)
    draw = partial(charts.topics, counts, words, compared=compared)
    return Picture(
        "topics",
        words.say("chart_topics" if compared else "chart_topics_alone"),
        words.say("alt_topics", topics=said),
        draw,
        tuple(tuple(row[:shown]) for row in (head, *rows)),
    )


def activity_picture(reading: Reading) -> Picture:
    """Comments over time, by platform."""
    words, grain = reading.words, grain_of(reading.insights.by_day["date"])
    by_day = coarsened(reading.insights.by_day, grain, ["platform"])
    totals = by_day.group_by("date").agg(pl.col("comments").sum()).sort("comments", "date", descending=True)
    busiest, most = totals.row(0)
    causes: dict[date, str] = {
        bucket(words.local(signal.at).date(), grain): label(signal.label or ", ".join(signal.terms[:2]))
        for signal in sorted(reading.insights.signals, key=lambda signal: signal.value)  # the highest of a day stays
        if signal.kind == "peak" and (signal.label or signal.terms)
    }
    alt = words.say(
        "alt_activity",
        total=words.count("n_comments", int(by_day["comments"].sum())),
        day=long_name(busiest, grain, words),
        comments=words.count("n_comments", most),
    )
    platforms = sorted(by_day["platform"].unique().to_list())
    counted = {(day, name): n for day, name, n in by_day.select("date", "platform", "comments").iter_rows()}
    head = (words.say("head_day"), *(words.platform(name) for name in platforms))
    rows = [
        (long_name(day, grain, words), *(words.number(counted.get((day, name), 0)) for name in platforms))
        for day in by_day["date"].unique().sort().to_list()
    ]
    first = bucket(words.first_day(reading.insights.period), grain)
    draw = partial(charts.activity, by_day, words, first=first, causes=causes, grain=grain)
    title = words.say("chart_activity", each=words.say(f"each_{grain}"))
    if first > by_day["date"].to_list()[0]:
        title = words.say("past_is_grey", title=title)
    return Picture("activity", title, alt, draw, (head, *rows))


def rhythm_picture(reading: Reading) -> Picture:
    """Weekday by hour."""
    words, by_hour = reading.words, reading.insights.by_hour
    weekday, hour, most = busiest_hour(by_hour)
    comments = words.count("n_comments", most)
    alt = words.say("alt_rhythm", weekday=words.weekday(weekday), hour=words.hour(hour), comments=comments)
    counted = {(day, at): n for day, at, n in by_hour.select("weekday", "hour", "comments").iter_rows()}
    head = (words.say("head_hour"), *(words.weekday(day, short=True) for day in range(1, 8)))
    rows = [(words.hour(at), *(words.number(counted.get((day, at), 0)) for day in range(1, 8))) for at in range(24)]
    draw = partial(charts.rhythm, by_hour, words)
    title = "chart_rhythm" if int(by_hour["comments"].sum()) > reading.comments else "chart_rhythm_alone"
    return Picture("rhythm", words.say(title), alt, draw, (head, *rows))


def busiest_hour(by_hour: pl.DataFrame) -> tuple[int, int, int]:
    """weekday 1..7, hour 0..23 and comments of the busiest hour, the earliest of equals."""
    row = by_hour.sort(["comments", "weekday", "hour"], descending=[True, False, False]).row(0, named=True)
    return row["weekday"], row["hour"], row["comments"]


def mood_picture(reading: Reading) -> Picture:
    """Positive and negative comments over time."""
    words, grain = reading.words, grain_of(reading.insights.mood_by_day["date"])
    by_day = coarsened(reading.insights.mood_by_day, grain)
    totals = {side: int(by_day[side].sum()) for side in ("positive", "negative")}
    alt = words.say("alt_mood", **{side: words.count(f"n_{side}", n) for side, n in totals.items()})
    head = tuple(words.say(f"head_{name}") for name in ("day", "positive", "neutral", "negative"))
    rows = [
        (long_name(day, grain, words), *(words.number(n) for n in counts))
        for day, *counts in by_day.select("date", "positive", "neutral", "negative").iter_rows()
    ]
    first = bucket(words.first_day(reading.insights.period), grain)
    draw = partial(charts.mood, by_day, words, first=first, cause=_worst_day(reading, by_day, grain), grain=grain)
    title = words.say("chart_mood", each=words.say(f"each_{grain}"))
    if first > by_day["date"].to_list()[0]:
        title = words.say("past_is_pale", title=title)
    return Picture("mood", title, alt, draw, (head, *rows))


def _worst_day(reading: Reading, by_day: pl.DataFrame, grain: Grain) -> tuple[date, str] | None:
    """The most negative day since the gravest crisis began, and what the crisis is about; None without a crisis."""
    crises = [each for each in reading.insights.signals if each.kind == "crisis" and (each.label or each.terms)]
    if not crises:
        return None
    gravest = max(crises, key=lambda signal: signal.level)
    began = bucket(reading.words.local(gravest.at).date(), grain)
    since = by_day.filter(pl.col("date") >= began, pl.col("negative") > 0).sort("negative", descending=True)
    return (since["date"][0], label(gravest.label or ", ".join(gravest.terms[:2]))) if since.height else None
