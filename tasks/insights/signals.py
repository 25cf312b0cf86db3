"""Tells what a CM must notice in a period: a crisis, a turn of mood, hours of unusual volume, what grows."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from math import log2, sqrt

import numpy as np
import polars as pl

from domain.insights import Period, Signal
from tasks.insights.activity import hourly
from tasks.insights.bursts import bursts
from tasks.insights.crisis import Outbreak, grave, outbreaks
from tasks.insights.evidence import examples
from tasks.insights.labels import label
from tasks.insights.peaks import trace
from tasks.insights.sampling import evenly, within
from tasks.insights.subjects import subjects
from tasks.insights.trends import trends
from tasks.insights.waves import waves

MAX_PEAKS = 5
_CRISIS_WINDOW, _MAX_WEEKS = timedelta(days=7), 5
_HISTORY = timedelta(days=28)
_MIN_COMMENTS_OF_A_PEAK = 6
_MIN_COMMENTS_OF_A_SHIFT = 30
_MIN_SHIFT = 0.08  # of the share of negative comments
_Z_OF_A_SHIFT = 3.0


def signals(
    annotated: pl.DataFrame,
    voices: pl.DataFrame,
    broken_out: Sequence[Outbreak],
    members: pl.DataFrame,
    period: Period,
    language: str,
    ignored: frozenset[str] = frozenset(),
) -> tuple[Signal, ...]:
    """Gravest first. annotated: COMMENT_SCHEMA + ANNOTATIONS of the period and the days before, oldest first.

    voices: those of them that have a text and are neither spam nor the team's. broken_out: as `outbreaks_by_week` finds
    it in them. members: MEMBER_SCHEMA. ignored: keys that say nothing in this community, such as its own name.
    """
    worst = _crises(broken_out, language)
    told = {term for crisis in worst for term in crisis.terms}
    words = {crisis.label: subjects(" ".join((crisis.label, *crisis.terms)), ignored) for crisis in worst}
    growing = trends(voices, period, language, ignored, words)
    news = [each for each in growing if told.isdisjoint(each.terms)]
    found = [
        *(replace(crisis, parts=_parts(crisis, news)) for crisis in worst),
        *(each for each in news if not each.within),
        *bursts(voices, members, period, language),
        *waves(annotated, members, period),
        *mood_shift(voices, period, language),
        *peaks(annotated, period, language),
    ]
    return tuple(sorted(found, key=lambda each: (-each.level, each.kind, each.at)))


def _parts(crisis: Signal, growing: list[Signal]) -> tuple[tuple[str, int], ...]:
    """What grew within a crisis, most said first: told with it, since a CM who reads of it knows where it comes from."""
    own = [(each.label, round(each.value)) for each in growing if crisis.label and each.within == crisis.label]
    return tuple(sorted(own, key=lambda part: -part[1]))


def current_crises(
    annotated: pl.DataFrame, period: Period, language: str, ignored: frozenset[str] = frozenset()
) -> list[Signal]:
    """The crises of a period as `signals` finds them, and nothing else: quick enough for each hour."""
    known = annotated.filter(~pl.col("spam"), ~pl.col("team"), pl.col("text").is_not_null())
    return _crises(outbreaks_by_week(known, period, ignored), language)


def outbreaks_by_week(known: pl.DataFrame, period: Period, ignored: frozenset[str]) -> list[Outbreak]:
    """What may be a crisis in each week of the period, the last one first, against the days before that week."""
    found: list[Outbreak] = []
    end = period.end
    for _ in range(_MAX_WEEKS):
        start = max(period.start, end - _CRISIS_WINDOW)
        before = within(known, start - _HISTORY, start)
        found += outbreaks(within(known, start, end), before, ignored)
        end = start
        if end <= period.start:
            break
    return found


def _crises(broken_out: Sequence[Outbreak], language: str) -> list[Signal]:
    """Each subject once, at its gravest."""
    gravest: dict[str, Signal] = {}
    for found in grave(broken_out, language):
        if found.label not in gravest or found.level > gravest[found.label].level:
            gravest[found.label] = found
    return list(gravest.values())


def peaks(annotated: pl.DataFrame, period: Period, language: str) -> list[Signal]:
    """Hours of the period whose volume broke the rhythm of the days before, at most MAX_PEAKS, spam included.

    level 2 from three times what was expected, 3 from six times and 50 comments.
    """
    written = annotated.select("created_at").filter(annotated["text"].is_not_null())
    first = written["created_at"].min()
    if not isinstance(first, datetime):
        return []
    volume = hourly(written, first, period.end)
    flagged = (
        trace(volume)
        .with_columns(volume["value"])
        .filter(
            pl.col("flagged") == 1,
            pl.col("timestamp") >= period.start,
            pl.col("value") >= _MIN_COMMENTS_OF_A_PEAK,
        )
    )
    loudest = flagged.sort("value", descending=True).head(MAX_PEAKS).sort("timestamp")
    return [
        _peak(annotated, at, value, expected, language)
        for at, value, expected in loudest.select("timestamp", "value", "expected").iter_rows()
    ]


def _peak(annotated: pl.DataFrame, at: datetime, value: float, expected: float, language: str) -> Signal:
    after = at + timedelta(hours=1)
    inside = within(annotated, at, after).filter(pl.col("text").is_not_null())
    outside = pl.concat([each["text"] for each in (within(annotated, end=at), within(annotated, after))])
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
        examples=examples(inside, (int(each) for each in order)),
        platforms=tuple(inside["platform"].value_counts(sort=True)["platform"]),
    )


def mood_shift(known: pl.DataFrame, period: Period, language: str) -> list[Signal]:
    """Whether the share of negative comments left that of the days before (two proportions, z of at least 3)."""
    now = _of(known, period)
    before = within(known, end=period.start)
    if min(len(now), len(before)) < _MIN_COMMENTS_OF_A_SHIFT:
        return []
    share, usual = (float((each["mood"] == "negative").mean() or 0.0) for each in (now, before))  # type: ignore[arg-type]
    pooled = (share * len(now) + usual * len(before)) / (len(now) + len(before))
    error = sqrt(pooled * (1 - pooled) * (1 / len(now) + 1 / len(before)))
    if error == 0 or abs(share - usual) < _MIN_SHIFT or abs(share - usual) / error < _Z_OF_A_SHIFT:
        return []
    drives = now["mood"] == ("negative" if share > usual else "positive")
    driving, rest = now.select("text", "lang", "platform").filter(drives), now["text"].filter(~drives)
    rows = np.flatnonzero(drives.fill_null(value=False))
    order = rows[np.argsort(now["mood_score"].to_numpy()[rows] * (1 if share > usual else -1), kind="stable")]
    return [
        Signal(
            kind="mood_shift",
            at=period.start,
            level=2 if share - usual >= 2 * _MIN_SHIFT else 1,
            value=share,
            expected=usual,
            terms=_characteristic(driving, rest, language),
            examples=examples(now, (int(each) for each in order)),
            platforms=tuple(driving["platform"].value_counts(sort=True)["platform"]),
        )
    ]


def _characteristic(inside: pl.DataFrame, outside: pl.Series, language: str) -> tuple[str, ...]:
    """Words that the comments inside use more than those outside, at most five, as they are written."""
    inside = evenly(inside)
    outside = outside.tail(5_000).drop_nulls()
    here, there = Counter(_said(inside["text"])), Counter(_said(outside))
    size_here, size_there = max(1, len(inside)), max(1, len(outside))
    strength = {
        name: count * log2((count / size_here) / ((there[name] + 0.5) / size_there))
        for name, count in here.items()
        if count >= 2 and " " not in name
    }
    leading = sorted((n for n in strength if strength[n] > 0), key=lambda name: (-strength[name], name))[:5]
    texts, langs = inside["text"].fill_null("").to_list(), inside["lang"].to_list()
    return label(texts, langs, {name: strength[name] for name in leading}, language)[1] if leading else ()


def _said(texts: pl.Series) -> list[str]:
    return [each for text in texts.drop_nulls() for each in set(subjects(text))]


def _of(table: pl.DataFrame, period: Period) -> pl.DataFrame:
    return within(table, period.start, period.end)
