"""Finds what grows from small numbers: words and links that more members use than the days before would make expect.

Each is tested with a beta-binomial, since members take up one another's words; false discoveries among all that are
tested are held to a share (Benjamini and Hochberg, 1995), and what could never reach it is not tested (Tarone, 1990).
"""

import math
import re
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import timedelta

import numpy as np
import polars as pl
from scipy.stats import betabinom

from domain.insights import Period, Signal
from tasks.insights.evidence import examples
from tasks.insights.labels import label
from tasks.insights.sampling import MOST_READ, evenly, within
from tasks.insights.subjects import subjects

FALSE_DISCOVERIES = 0.05
"""The share of false discoveries that is accepted among those of one period."""

MAX_TRENDS = 5
_HISTORY = timedelta(days=28)
_SHORTEST, _LONGEST = timedelta(days=3), timedelta(days=7)  # what grows is looked for in so much of the period's end
_MIN_RECENT, _MIN_BEFORE = 20, 60  # remarks; with fewer nobody can tell what is usual
_MIN_MEMBERS = 3
_CONCENTRATION = 40.0  # of the beta distribution: the smaller, the more even an unremarkable word comes in waves
_WEAK_UP_TO = 12  # comments; what is said more often is a trend
_STEEP = 4.0  # times what was expected: level 2
_MOST_TERMS = 5
_MIN_GROWTH = 2.0
_SAME = 0.5  # of the remarks of the rarer of two terms that the other shares: both are one signal
_LINK = re.compile(r"https?://(?:www\.)?([\w-]+(?:\.[\w-]+)+)", re.I)

Remarks = dict[str, set[tuple[str, str]]]  # term -> member and day


def trends(
    known: pl.DataFrame,
    period: Period,
    language: str,
    ignored: frozenset[str] = frozenset(),
    crises: Mapping[str, Collection[str]] | None = None,
) -> list[Signal]:
    """What grew at the end of the period, surest first, at most MAX_TRENDS within crises and as many outside.

    known: COMMENT_SCHEMA + shown, texts only, oldest first. A member who says a word ten times a day makes one remark,
    so that nobody makes a trend alone. crises: label -> words; a trend is `within` one that half of its remarks share.
    """
    start = period.end - min(max(period.end - period.start, _SHORTEST), _LONGEST)
    now, before = within(known, start, period.end), within(known, start - _HISTORY, start)
    now, before, scale = evenly(now), evenly(before), float(max(1, -(-len(now) // MOST_READ)))
    exposure, usual = _voices(now), _voices(before)
    if exposure < _MIN_RECENT or usual < _MIN_BEFORE:
        return []
    recent = _remarks(now, ignored)
    tested = {term for term, said in recent.items() if len(said) >= _MIN_MEMBERS}
    earlier = _remarks(before, ignored, tested)
    growing = discoveries(
        {term: (len(said), len(earlier.get(term, ()))) for term, said in recent.items() if term in tested},
        exposure / (exposure + usual),
    )
    enough = {term: p for term, p in growing.items() if len({author for author, _ in recent[term]}) >= _MIN_MEMBERS}
    held = {name: set().union(*(recent.get(key, ()) for key in words)) for name, words in (crises or {}).items()}
    groups = [(group, _within(recent[group[0]], held)) for group in _together(enough, recent)]
    alone = [each for each in groups if not each[1]][:MAX_TRENDS]
    inside = [each for each in groups if each[1]][:MAX_TRENDS]
    return [
        replace(_signal(now, before, scale, _strengths(group, enough), language, ignored), within=crisis)
        for group, crisis in (*alone, *inside)
    ]


def discoveries(counts: dict[str, tuple[int, int]], share: float) -> dict[str, float]:
    """The terms that grow, surest first, with the probability of so much by chance.

    counts: remarks now and before. share: of all remarks, those of now, as chance would have it for each term.
    """
    a, b = share * _CONCENTRATION, (1 - share) * _CONCENTRATION
    terms = [term for term, (now, _) in counts.items() if now >= _MIN_MEMBERS]
    now = np.array([counts[term][0] for term in terms], dtype=np.int64)
    total = now + np.array([counts[term][1] for term in terms], dtype=np.int64)
    can_reach = betabinom.sf(total - 1, total, a, b) <= FALSE_DISCOVERIES / 10
    p = betabinom.sf(now - 1, total, a, b)
    grows = now * (1 - share) >= _MIN_GROWTH * (total - now) * share
    tested = np.flatnonzero(can_reach)
    ranked = tested[np.argsort(p[tested], kind="stable")]
    allowed = FALSE_DISCOVERIES * np.arange(1, len(ranked) + 1) / max(1, len(ranked))
    below = np.flatnonzero(p[ranked] <= allowed)
    found = ranked[: below[-1] + 1] if len(below) else ranked[:0]
    return {terms[row]: float(p[row]) for row in found if grows[row]}


def _voices(comments: pl.DataFrame) -> int:
    return len(set(_who_and_day(comments)))


def _who_and_day(comments: pl.DataFrame) -> list[tuple[str, str]]:
    """Member and day of each comment; a comment without an author stands for itself."""
    who = comments.select(pl.coalesce("author_id", "id")).to_series()
    return list(zip(who, comments["created_at"].dt.date().cast(pl.String), strict=True))


def _terms(text: str, ignored: frozenset[str]) -> set[str]:
    return {*subjects(text, ignored), *(host.lower() for host in _LINK.findall(text))}


def _remarks(comments: pl.DataFrame, ignored: frozenset[str], wanted: Collection[str] | None = None) -> Remarks:
    """Who said each term on which day; wanted: the terms to look at, None for all."""
    found: Remarks = defaultdict(set)
    for text, remark in zip(comments["text"], _who_and_day(comments), strict=True):
        for term in _terms(text or "", ignored):
            if wanted is None or term in wanted:
                found[term].add(remark)
    return found


def _together(growing: dict[str, float], recent: Remarks) -> list[list[str]]:
    """Terms that the same remarks share, as one; surest first."""
    groups: list[list[str]] = []
    for term in growing:
        for group in groups:
            lead = recent[group[0]]
            if len(recent[term] & lead) >= _SAME * min(len(recent[term]), len(lead)):
                group.append(term)
                break
        else:
            groups.append([term])
    return groups


def _within(remarks: set[tuple[str, str]], crises: Mapping[str, set[tuple[str, str]]]) -> str:
    """The crisis whose remarks hold most of these; empty where none holds enough."""
    shared = {name: len(remarks & held) for name, held in crises.items()}
    most = max(shared, key=lambda name: shared[name], default="")
    return most if most and shared[most] >= _SAME * len(remarks) else ""


def _strengths(group: list[str], p: dict[str, float]) -> dict[str, float]:
    return {term: -math.log(max(p[term], 1e-300)) for term in group}


def _signal(
    now: pl.DataFrame,
    before: pl.DataFrame,
    scale: float,
    strength: dict[str, float],
    language: str,
    ignored: frozenset[str],
) -> Signal:
    """The signal of terms that belong together. strength: of each term, surest first; the first one is counted.

    scale: how many comments each of `now` stands for.
    """
    lead = next(iter(strength))
    own = _with(now, lead, ignored).sort("created_at")
    count = round(scale * len(own))
    expected = scale * len(_with(before, lead, ignored)) * len(now) / len(before)
    name, terms = label(own["text"].to_list(), own["lang"].to_list(), strength, language)
    links = tuple(term for term in strength if "." in term)
    return Signal(
        kind="weak_signal" if count <= _WEAK_UP_TO else "trend",
        at=own["created_at"].to_list()[0],
        level=2 if count > _WEAK_UP_TO and count >= _STEEP * max(expected, 1.0) else 1,
        value=float(count),
        expected=round(expected, 1),
        terms=tuple(dict.fromkeys(terms + links))[:_MOST_TERMS],
        examples=examples(own, range(len(own))),
        label=name or ", ".join(links[:1]),
        platforms=tuple(own["platform"].value_counts(sort=True)["platform"]),
    )


def _with(comments: pl.DataFrame, term: str, ignored: frozenset[str]) -> pl.DataFrame:
    return comments[[row for row, text in enumerate(comments["text"]) if term in _terms(text or "", ignored)]]
