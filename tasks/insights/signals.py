"""Tells what a CM must notice in a period: hours of unusual volume, a turn of mood, and a topic that becomes a crisis."""

from collections import Counter
from datetime import datetime, timedelta
from math import log2, sqrt

import numpy as np
import polars as pl

from domain.insights import Period, Signal, Topic
from tasks.insights.activity import hourly
from tasks.insights.evidence import examples
from tasks.insights.labels import label
from tasks.insights.peaks import trace
from tasks.insights.topics import Clustered, document_keys
from tasks.insights.words import clauses, key, lines

MAX_PEAKS = 5
_MIN_COMMENTS_OF_A_PEAK = 6
_MIN_COMMENTS_OF_A_SHIFT = 30
_MIN_SHIFT = 0.08  # of the share of negative comments
_Z_OF_A_SHIFT = 3.0
_MIN_NEGATIVES_OF_A_CRISIS = 5
_CRISIS_LEVELS = (0.5, 1.0, 2.0)


def signals(annotated: pl.DataFrame, period: Period, clustered: Clustered, language: str) -> tuple[Signal, ...]:
    """Gravest first. annotated: COMMENT_SCHEMA + ANNOTATIONS of the period and the days before; spam is left aside.

    clustered: the topics of the period's comments without spam, in the order of `annotated`.
    """
    known = annotated.filter(~pl.col("spam"))
    found = [
        *crises(_of(known, period), clustered),
        *mood_shift(known, period, language),
        *peaks(annotated, period, language),
    ]
    return tuple(sorted(found, key=lambda each: (-each.level, each.kind, each.at)))


def peaks(annotated: pl.DataFrame, period: Period, language: str) -> list[Signal]:
    """Hours of the period whose volume broke the rhythm of the days before, at most MAX_PEAKS, spam included.

    level 2 from three times what was expected, 3 from six times and 50 comments.
    """
    first = annotated["created_at"].min()
    if not isinstance(first, datetime):
        return []
    volume = trace(hourly(annotated, first, period.end))
    values = hourly(annotated, first, period.end)["value"]
    flagged = volume.with_columns(value=values).filter(
        pl.col("flagged") == 1,
        pl.col("timestamp") >= period.start,
        pl.col("value") >= _MIN_COMMENTS_OF_A_PEAK,
    )
    loudest = flagged.sort("value", descending=True).head(MAX_PEAKS).sort("timestamp")
    return [
        _peak(annotated, at, value, expected, language)
        for at, value, expected in loudest.select("timestamp", "value", "expected").iter_rows()
    ]


def _peak(annotated: pl.DataFrame, at: datetime, value: float, expected: float, language: str) -> Signal:
    hour = pl.col("created_at").is_between(at, at + timedelta(hours=1), closed="left")
    inside, outside = annotated.filter(hour), annotated.filter(~hour)
    ratio = value / max(expected, 1.0)
    level = 3 if ratio >= 6 and value >= 50 else 2 if ratio >= 3 else 1
    order = np.argsort(-inside["score"].fill_null(0).to_numpy(), kind="stable")
    return Signal(
        kind="peak",
        at=at,
        level=level,
        value=value,
        expected=round(expected, 1),
        terms=_characteristic(inside, outside, language),
        examples=examples(inside, [int(each) for each in order]),
        platforms=tuple(inside["platform"].value_counts(sort=True)["platform"]),
    )


def mood_shift(known: pl.DataFrame, period: Period, language: str) -> list[Signal]:
    """Whether the share of negative comments left that of the days before (two proportions, z of at least 3)."""
    now = _of(known, period)
    before = known.filter(pl.col("created_at") < period.start)
    if min(len(now), len(before)) < _MIN_COMMENTS_OF_A_SHIFT:
        return []
    share, usual = (float((each["mood"] == "negative").mean() or 0.0) for each in (now, before))  # type: ignore[arg-type]
    pooled = (share * len(now) + usual * len(before)) / (len(now) + len(before))
    error = sqrt(pooled * (1 - pooled) * (1 / len(now) + 1 / len(before)))
    if error == 0 or abs(share - usual) < _MIN_SHIFT or abs(share - usual) / error < _Z_OF_A_SHIFT:
        return []
    driving = now.filter(pl.col("mood") == ("negative" if share > usual else "positive"))
    rest = now.filter(~pl.col("id").is_in(driving["id"].implode()))
    order = np.argsort(driving["mood_score"].to_numpy() * (1 if share > usual else -1), kind="stable")
    return [
        Signal(
            kind="mood_shift",
            at=period.start,
            level=2 if share - usual >= 2 * _MIN_SHIFT else 1,
            value=share,
            expected=usual,
            terms=_characteristic(driving, rest, language),
            examples=examples(driving, [int(each) for each in order]),
            platforms=tuple(driving["platform"].value_counts(sort=True)["platform"]),
        )
    ]


def crises(comments: pl.DataFrame, clustered: Clustered) -> list[Signal]:
    """Topics whose negative mood, volume, spread over platforms and gravity together make a crisis.

    The index of a topic is the surely negative share beyond that of all other comments, times the logarithm of its
    negative comments, times what spread and grave words add; levels start at _CRISIS_LEVELS.
    """
    found = []
    for number, topic in enumerate(clustered.topics):
        rows = np.flatnonzero(clustered.of_comment == number)
        own, rest = comments[rows], comments[np.flatnonzero(clustered.of_comment != number)]
        negative = own.filter(pl.col("mood") == "negative")
        usual = float((rest["mood"] == "negative").mean() or 0.0) if len(rest) else 0.0  # type: ignore[arg-type]
        index = crisis_index(len(own), len(negative), usual, own["platform"].n_unique(), _gravity(own))
        level = sum(index >= least for least in _CRISIS_LEVELS)
        if level and len(negative) >= _MIN_NEGATIVES_OF_A_CRISIS:
            found.append(_crisis(topic, negative, level, usual * len(own)))
    return found


def crisis_index(comments: int, negatives: int, usual: float, platforms: int, gravity: float) -> float:
    """0 for nothing; comments and negatives of the topic, usual and gravity as shares of 0..1."""
    surely = max(0.0, _wilson_lower(negatives, comments) - usual)
    return surely * log2(1 + negatives) * (1 + 0.25 * (platforms - 1)) * (1 + 2 * gravity)


def _crisis(topic: Topic, negative: pl.DataFrame, level: int, expected: float) -> Signal:
    order = np.argsort(negative["mood_score"].to_numpy(), kind="stable")
    at = negative["created_at"].min()
    assert isinstance(at, datetime)  # noqa: S101 - a crisis has negative comments
    return Signal(
        kind="crisis",
        at=at,
        level=level,
        value=float(len(negative)),
        expected=round(expected, 1),
        terms=topic.terms,
        examples=examples(negative, [int(each) for each in order]),
        label=topic.label,
        platforms=tuple(topic.platforms),
    )


def _gravity(comments: pl.DataFrame) -> float:
    """Share of comments that speak of harm, law or boycott."""
    grave = {key(word) for line in lines("gravity") for word in line.split()} - {""}
    said = (
        any(key(word) in grave for words in clauses(text) for word in words) for text in comments["text"].drop_nulls()
    )
    return sum(said) / max(1, len(comments))


def _wilson_lower(hits: int, total: int, z: float = 1.64) -> float:
    """Lower end of Wilson's interval (1927) of a share."""
    if not total:
        return 0.0
    share = hits / total
    centre = share + z * z / (2 * total)
    return (centre - z * sqrt(share * (1 - share) / total + z * z / (4 * total * total))) / (1 + z * z / total)


def _characteristic(inside: pl.DataFrame, outside: pl.DataFrame, language: str) -> tuple[str, ...]:
    """Words that the comments inside use more than those outside, at most five, as they are written."""
    here, there = (Counter(_said(each["text"])) for each in (inside, outside.tail(5_000)))
    size_here, size_there = max(1, len(inside)), max(1, min(5_000, len(outside)))
    strength = {
        name: count * log2((count / size_here) / ((there[name] + 0.5) / size_there))
        for name, count in here.items()
        if count >= 2 and " " not in name
    }
    leading = sorted((n for n in strength if strength[n] > 0), key=lambda name: (-strength[name], name))[:5]
    texts, langs = inside["text"].fill_null("").to_list(), inside["lang"].to_list()
    return label(texts, langs, {name: strength[name] for name in leading}, language)[1] if leading else ()


def _said(texts: pl.Series) -> list[str]:
    return [each for text in texts.drop_nulls() for each in set(document_keys(text))]


def _of(table: pl.DataFrame, period: Period) -> pl.DataFrame:
    return table.filter(pl.col("created_at") >= period.start, pl.col("created_at") < period.end)
