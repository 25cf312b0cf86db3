"""Finds what becomes a crisis: a subject that angry comments share and that was not talked about before.

Subjects are found where negative comments use words that others did not; those that appear together are one crisis.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import log2, sqrt

import numpy as np
import numpy.typing as npt
import polars as pl

from domain.insights import Example, Signal
from tasks.insights.evidence import example, examples, excerpt
from tasks.insights.labels import label
from tasks.insights.sampling import evenly, texts_in_parts
from tasks.insights.subjects import subjects
from tasks.insights.words import key, lines

Floats = npt.NDArray[np.float64]
Booleans = npt.NDArray[np.bool_]

LEVELS = (0.8, 3.5, 6.5)
"""The index from which a crisis is of level 1 (watch), 2 (prepare) and 3 (act now)."""

_MIN_NEGATIVES, _MIN_SHARE = 5, 0.01  # of all comments of the period
_MIN_MEMBERS = 3
_MIN_HISTORY = 50  # comments of the days before
_MIN_USES = 4  # negative comments with a word
_MIN_Z = 3.0  # of the share of negative comments with a word against that of all others
_MOST_WORDS = 30
_TOGETHER = 0.12  # of the comments with the rarer of two words that must have both
_WORDS_TO_BELONG = 2  # of a crisis, that a comment must have
_STRENGTH_TO_BELONG = 9.0  # sum of the z of those words
_MOST_TERMS = 8
_Z_SURELY = 1.64
_STEPS = ("1h", "3h", "6h", "1d", "7d")  # of a time line: the finest that makes no more than so many points
_HOURS_OF_STEPS, _MOST_STEPS = (1, 3, 6, 24, 168), 12
_SHARE_OF_A_THREAD = 0.3  # of the negative comments, from which on one discussion drives the crisis


@dataclass(frozen=True)
class Outbreak:
    """A subject that may be a crisis, before anybody has named it.

    comments: of the period. about: how much each is about it, 0 where it is not. strength: of its words. known: whether
    the days before are; without them nobody can tell that a subject is new.
    """

    comments: pl.DataFrame
    about: Floats
    strength: dict[str, float]
    known: bool


def crises(comments: pl.DataFrame, before: pl.DataFrame, language: str, ignored: frozenset[str]) -> list[Signal]:
    """The crises of a period, gravest first.

    Both frames: COMMENT_SCHEMA + ANNOTATIONS without spam; `comments` of the period, `before` of the days before it.
    ignored: keys that say nothing here. value: negative comments of the crisis; expected: how many would be usual.
    """
    return grave(outbreaks(comments, before, ignored), language)


def outbreaks(comments: pl.DataFrame, before: pl.DataFrame, ignored: frozenset[str]) -> list[Outbreak]:
    """What may be a crisis, the same in every language. See `crises`."""
    read, read_before = evenly(comments), evenly(before)
    said = [set(subjects(text, ignored)) for text in read["text"].fill_null("")]
    earlier = Counter(each for text in read_before["text"].drop_nulls() for each in set(subjects(text, ignored)))
    strength = _rising(said, (read["mood"] == "negative").to_numpy(), earlier, len(read_before))
    groups = [{word: strength[word] for word in strength if word in words} for words in _together(said, strength)]
    del said, earlier
    known = len(before) >= _MIN_HISTORY
    return [
        Outbreak(comments, about, own, known)
        for own, about in zip(groups, _about(comments, groups, ignored), strict=True)
    ]


def grave(found: Sequence[Outbreak], language: str) -> list[Signal]:
    """Those that are a crisis, gravest first, with labels in `language`."""
    told = [signal for each in found if (signal := _signal(each, language))]
    return sorted(told, key=lambda each: (-each.level, -each.value, each.at))


def index(comments: int, negatives: int, everything: int, usual: float, platforms: int, gravity: float) -> float:
    """How grave, from 0: the surely negative share beyond the usual one, times the logarithm of the percentage of
    everything said that its negative comments are, times what spread over platforms and grave words add.

    comments, negatives: of the crisis. everything: comments of the period. usual, gravity: shares of 0..1.
    """
    surely = max(0.0, wilson_lower(negatives, comments) - usual)
    return surely * log2(1 + 100 * negatives / max(1, everything)) * (1 + 0.25 * (platforms - 1)) * (1 + 2 * gravity)


def _rising(said: list[set[str]], negative: Booleans, earlier: Counter[str], before: int) -> dict[str, float]:
    """Words that negative comments of the period use more than all other comments, by z, strongest first."""
    angry = Counter(each for own, bad in zip(said, negative, strict=True) if bad for each in own)
    calm = Counter(each for own, bad in zip(said, negative, strict=True) if not bad for each in own)
    size, others = int(negative.sum()), before + len(said) - int(negative.sum())
    strength = {}
    for name, uses in angry.items():
        if uses < _MIN_USES:
            continue
        rest = earlier[name] + calm[name]
        pooled = (uses + rest) / (size + others)
        error = sqrt(pooled * (1 - pooled) * (1 / size + 1 / max(1, others))) or 1.0
        z = (uses / size - rest / max(1, others)) / error
        if z >= _MIN_Z:
            strength[name] = z
    leading = sorted(strength, key=lambda name: (-strength[name], name))[:_MOST_WORDS]
    return {name: strength[name] for name in leading}


def _together(said: list[set[str]], strength: dict[str, float]) -> list[frozenset[str]]:
    """Groups of words that appear in the same comments, linked directly or through others."""
    uses: dict[str, set[int]] = defaultdict(set)
    for number, own in enumerate(said):
        for each in own & strength.keys():
            uses[each].add(number)
    groups: list[set[str]] = []
    for name in strength:
        near = [
            group
            for group in groups
            if any(len(uses[name] & uses[o]) >= _TOGETHER * min(len(uses[name]), len(uses[o])) for o in group)
        ]
        merged = {name}.union(*near)
        groups = [group for group in groups if group not in near] + [merged]
    return [frozenset(group) for group in groups if len(group) >= _WORDS_TO_BELONG]


def _about(comments: pl.DataFrame, groups: Sequence[dict[str, float]], ignored: frozenset[str]) -> Floats:
    """How much each comment is about each crisis: a row for each crisis."""
    if not groups:
        return np.empty((0, len(comments)))
    parts = []
    for texts in texts_in_parts(comments):
        said = [set(subjects(text, ignored)) for text in texts]
        parts.append(np.array([[_belonging(each, own) for each in said] for own in groups]))
    return np.concatenate(parts, axis=1)


def _belonging(said: set[str], strength: dict[str, float]) -> float:
    """How much a comment is about a crisis, 0 where it is not."""
    shared = said & strength.keys()
    weight = sum(strength[word] for word in shared)
    return weight if len(shared) >= _WORDS_TO_BELONG and weight >= _STRENGTH_TO_BELONG else 0.0


def _signal(found: Outbreak, language: str) -> Signal | None:
    """The crisis of the comments that are about it, None where it is not one; of an unknown one, level 1 is the highest."""
    comments, about, strength = found.comments, found.about, found.strength
    negative = (comments["mood"] == "negative").to_numpy()
    rows = np.flatnonzero(about)
    own, angry = comments[rows], comments[rows[negative[rows]]]
    usual = float(np.delete(negative, rows).mean()) if len(rows) < len(comments) else 0.0
    gravity = index(len(own), len(angry), len(comments), usual, own["platform"].n_unique(), _gravity(own))
    level = sum(gravity >= least for least in (LEVELS if found.known else LEVELS[:1]))
    first = angry["created_at"].min()
    enough = len(angry) >= max(_MIN_NEGATIVES, _MIN_SHARE * len(comments))
    alone = 0 < angry["author_id"].drop_nulls().n_unique() < _MIN_MEMBERS
    if not level or not enough or alone or not isinstance(first, datetime):
        return None
    named = evenly(own)
    name, terms = label(named["text"].fill_null("").to_list(), named["lang"].to_list(), strength, language)
    order = np.argsort(-about[rows[negative[rows]]], kind="stable")
    return Signal(
        kind="crisis",
        at=first,
        level=level,
        value=float(len(angry)),
        expected=round(usual * len(own), 1),
        terms=terms[:_MOST_TERMS],
        examples=examples(angry, [int(each) for each in order]),
        label=name,
        platforms=tuple(own["platform"].value_counts(sort=True)["platform"]),
        first=_first(angry),
        timeline=timeline(angry["created_at"]),
        members=angry["author_id"].drop_nulls().n_unique(),
        thread=_driving_thread(angry),
    )


def timeline(instants: pl.Series) -> tuple[tuple[datetime, int], ...]:
    """How many came in each step from the first to the last, empty steps included; at most about a dozen steps."""
    ordered = instants.drop_nulls().sort()
    first, last = ordered.min(), ordered.max()
    if not isinstance(first, datetime) or not isinstance(last, datetime):
        return ()
    fits = (
        step
        for step, hours in zip(_STEPS, _HOURS_OF_STEPS, strict=True)
        if last - first <= _MOST_STEPS * timedelta(hours=hours)
    )
    step = next(fits, _STEPS[-1])
    counted = ordered.dt.truncate(step).value_counts().rename({ordered.name: "at"})
    grid = counted.select(pl.datetime_range(pl.col("at").min(), pl.col("at").max(), step))
    filled = grid.join(counted, on="at", how="left").sort("at").with_columns(pl.col("count").fill_null(0))
    return tuple(filled.select("at", "count").iter_rows())


def _first(angry: pl.DataFrame) -> Example | None:
    """The first negative comment that may be shown."""
    shown = angry.filter("shown").sort("created_at", "id")
    return example(shown.row(0, named=True)) if len(shown) else None


def _driving_thread(angry: pl.DataFrame) -> str:
    """The title of the discussion that holds most of the negative comments, where it holds many; else empty."""
    titles = angry.select("thread_id", "thread_title").drop_nulls()
    counted = titles.group_by("thread_id").agg(pl.len(), pl.col("thread_title").last()).sort("len", "thread_id")
    if not len(counted) or counted["len"][-1] < _SHARE_OF_A_THREAD * len(angry):
        return ""
    return excerpt(counted["thread_title"][-1])


def _gravity(comments: pl.DataFrame) -> float:
    """Share of comments that speak of harm, law or boycott."""
    grave = {key(word) for line in lines("gravity") for word in line.split()} - {""}
    read = evenly(comments)
    return sum(not grave.isdisjoint(subjects(text)) for text in read["text"].drop_nulls()) / max(1, len(read))


def wilson_lower(hits: int, total: int) -> float:
    """Lower end of Wilson's interval (1927) of a share."""
    if not total:
        return 0.0
    z, share = _Z_SURELY, hits / total
    centre = share + z * z / (2 * total)
    return (centre - z * sqrt(share * (1 - share) / total + z * z / (4 * total * total))) / (1 + z * z / total)
