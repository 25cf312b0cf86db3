"""Groups the comments of a period, across platforms and languages, into the subjects that members talk about.

Non-negative matrix factorisation (Lee and Seung, 1999) of TF-IDF weights over keys that French and English share; its
start is computed, not drawn, so that the same comments always give the same topics.
"""

import warnings
from collections import Counter
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import polars as pl

from domain.insights import Mood, Topic
from tasks.insights.evidence import examples, measure
from tasks.insights.labels import label
from tasks.insights.sampling import evenly, texts_in_parts
from tasks.insights.subjects import subjects

MAX_TOPICS = 12
_MIN_COMMENTS = 3
_MIN_WITH_WORDS = 6  # fewer comments than this have no subjects, only comments
_MAX_FACTORS = 30
_MAX_KEYS = 4_000
_MAX_FITTED = 20_000  # factors are fitted on at most so many comments, evenly spaced in time
_WORDS_OF_A_TOPIC = 8
_MEMBERSHIP = 0.35  # of a comment's weight that must lie on a topic
_SAME_TOPIC = 0.4  # cosine of two topics' words beyond which they are one
_MOST_COMPARED = 5_000  # comments of a topic, and of the same topic before, that are read for fresh words
_MOST_FRESH = 3  # words that a topic's comments of the period before did not have

Floats = npt.NDArray[np.float64]
Features = list[tuple[str, ...]]


@dataclass(frozen=True)
class Gathered:
    """weights: of topics over keys. of_comment, of_previous: the topic of each comment, -1 for none. closeness: 0..1."""

    weights: Floats
    keys: list[str]
    of_comment: npt.NDArray[np.int64]
    closeness: Floats
    of_previous: npt.NDArray[np.int64]


def cluster(
    comments: pl.DataFrame,
    previous: pl.DataFrame,
    language: str,
    ignored: frozenset[str] = frozenset(),
    timezone: str = "UTC",
) -> tuple[Topic, ...]:
    """The topics of `comments`, largest first, at most MAX_TOPICS, labelled in `language` where its words allow.

    See `gather` and `name`.
    """
    return name(gather(comments, previous, ignored), comments, previous, language, ignored, timezone)


def gather(comments: pl.DataFrame, previous: pl.DataFrame, ignored: frozenset[str] = frozenset()) -> Gathered | None:
    """Which comment speaks of what; None for fewer than a handful of comments, or comments without words in common.

    Both frames: COMMENT_SCHEMA + mood, mood_score, shown, without spam. ignored: keys that say nothing in this
    community, such as its own name. Subjects are found in evenly spaced comments where there are very many; then each
    comment is given its own.
    """
    weights, keys, weigh = _factorise(_features(evenly(comments), ignored))
    if weights is None:
        return None
    of_comment, closeness = _assign(comments, weights, weigh, ignored)
    return Gathered(weights, keys, of_comment, closeness, _assign(previous, weights, weigh, ignored)[0])


def name(
    gathered: Gathered | None,
    comments: pl.DataFrame,
    previous: pl.DataFrame,
    language: str,
    ignored: frozenset[str] = frozenset(),
    timezone: str = "UTC",
) -> tuple[Topic, ...]:
    """What was gathered of these comments, largest first, at most MAX_TOPICS, labelled in `language`.

    engagement: comments plus positive scores. timezone: of the days and hours that are counted.
    """
    if gathered is None:
        return ()
    weights = gathered.weights
    counts = Counter(int(each) for each in gathered.of_comment if each >= 0)
    largest = [t for t, n in sorted(counts.items(), key=lambda item: (-item[1], item[0])) if n >= _MIN_COMMENTS]
    made: list[Topic] = []
    for topic in largest:
        if len(made) == MAX_TOPICS:
            break
        rows = np.flatnonzero(gathered.of_comment == topic)
        order = rows[np.argsort(-gathered.closeness[rows], kind="stable")]
        strength = {gathered.keys[i]: float(weights[topic, i]) for i in np.argsort(-weights[topic])[:_WORDS_OF_A_TOPIC]}
        own, before = comments[rows], previous[np.flatnonzero(gathered.of_previous == topic)]
        built = _topic(own, before, strength, language, timezone)
        if built is None or built.label in {t.label for t in made}:
            continue
        fresh = _fresh(own, before, ignored, language)
        shown = examples(comments, (int(each) for each in order))
        made.append(replace(built, examples=shown, fresh_terms=fresh))
    return tuple(made)


def _topic(
    own: pl.DataFrame, before: pl.DataFrame, strength: dict[str, float], language: str, timezone: str
) -> Topic | None:
    """The topic of the comments `own`, without examples; None where no word names it."""
    title, terms = _label(own, strength, language)
    if not title:
        return None
    local = own["created_at"].dt.convert_time_zone(timezone)
    negative = (
        pl.DataFrame({"day": local.dt.date(), "bad": own["mood"] == "negative"}).group_by("day").agg(pl.sum("bad"))
    )
    hours = pl.concat([local, before["created_at"].dt.convert_time_zone(timezone)]).dt.hour()
    return Topic(
        id=f"topic-{next(iter(strength)).replace(' ', '-')}",
        label=title,
        terms=terms,
        comments=len(own),
        previous_comments=len(before),
        members=own["author_id"].drop_nulls().n_unique(),
        engagement=len(own) + int(own["score"].fill_null(0).clip(0).sum()),
        mood=measure(own),
        platforms=dict(own["platform"].value_counts(sort=True).iter_rows()),
        examples=(),
        previous_mood=_mood_before(before),
        by_day=dict(local.dt.date().value_counts().sort("created_at").iter_rows()),
        negative_by_day=dict(negative.sort("day").iter_rows()),
        keys=strength,
        hours=tuple(int((hours == hour).sum()) for hour in range(24)),
    )


def _mood_before(before: pl.DataFrame) -> Mood | None:
    return measure(before) if len(before) else None


def _label(own: pl.DataFrame, strength: dict[str, float], language: str) -> tuple[str, tuple[str, ...]]:
    read = evenly(own)
    return label(read["text"].fill_null("").to_list(), read["lang"].to_list(), strength, language)


def _fresh(own: pl.DataFrame, before: pl.DataFrame, ignored: frozenset[str], language: str) -> tuple[str, ...]:
    """Words that several comments of a topic have and none of the period before had, as they are written."""
    if before.is_empty():
        return ()
    known = {each for document in _features(evenly(before, _MOST_COMPARED), ignored) for each in document}
    now = _features(evenly(own, _MOST_COMPARED), ignored)
    counts = Counter(each for document in now for each in set(document) if " " not in each and each not in known)
    fresh = {key: float(n) for key, n in counts.most_common() if n >= _MIN_COMMENTS}
    return _label(own, fresh, language)[1][:_MOST_FRESH] if fresh else ()


def _features(comments: pl.DataFrame, ignored: frozenset[str]) -> Features:
    return [subjects(text, ignored) for text in comments["text"].fill_null("")]


def _factorise(features: Features) -> tuple[Floats | None, list[str], "_Weigh"]:
    """Weights of topics over keys (None without enough words in common), the keys, and how to weigh documents."""
    known = [each for each in features if each]
    weigh = _Weigh(known)
    if len(known) < _MIN_WITH_WORDS or len(weigh.keys) < 3:
        return None, weigh.keys, weigh
    from sklearn.decomposition import NMF

    step = -(-len(known) // _MAX_FITTED)
    matrix = weigh(known[::step])
    factors = max(2, min(_MAX_FACTORS, round((len(known) / 6) ** 0.5) + 2, min(matrix.shape) - 1))
    model = NMF(factors, init="nndsvd", max_iter=300, tol=1e-3, random_state=0)
    with warnings.catch_warnings():  # factors that could still move a little are good enough to name and count
        warnings.filterwarnings("ignore", module="sklearn.decomposition")
        model.fit(matrix)
    found = model.components_[model.components_.sum(axis=1) > 0]
    return _merge(found / np.linalg.norm(found, axis=1, keepdims=True)), weigh.keys, weigh


def _merge(topics: Floats) -> Floats:
    """Topics of which no two have nearly the same words; the later of two alike goes into the earlier."""
    kept: list[Floats] = []
    for topic in topics:
        alike = next((i for i, other in enumerate(kept) if float(topic @ other) > _SAME_TOPIC), None)
        if alike is None:
            kept.append(topic)
        else:
            joined = kept[alike] + topic
            kept[alike] = joined / np.linalg.norm(joined)
    return np.vstack(kept)


def _assign(
    comments: pl.DataFrame, topics: Floats, weigh: "_Weigh", ignored: frozenset[str]
) -> tuple[npt.NDArray[np.int64], Floats]:
    """The topic of each comment, -1 for none, and how close it is to it (cosine of 0..1)."""
    found = [
        _assign_part([subjects(text, ignored) for text in texts], topics, weigh) for texts in texts_in_parts(comments)
    ]
    if not found:
        return np.empty(0, dtype=np.int64), np.empty(0)
    return np.concatenate([best for best, _ in found]), np.concatenate([top for _, top in found])


def _assign_part(features: Features, topics: Floats, weigh: "_Weigh") -> tuple[npt.NDArray[np.int64], Floats]:
    closeness = np.asarray(weigh(features) @ topics.T)
    best = closeness.argmax(axis=1)
    top = closeness[np.arange(len(best)), best]
    total = closeness.sum(axis=1)
    belongs = (top > 0.12) & (top >= _MEMBERSHIP * total)
    return np.where(belongs, best, -1), top


class _Weigh:
    """TF-IDF over the keys that at least three documents share, fitted once."""

    def __init__(self, features: Features) -> None:
        from sklearn.feature_extraction.text import TfidfVectorizer

        self.keys: list[str] = []
        counts = Counter(each for document in features for each in set(document))
        most = max(30.0, 0.6 * len(features))  # what nearly everybody says tells no subjects apart
        shared = [(name, n) for name, n in counts.items() if _MIN_COMMENTS <= n <= most]
        self.keys = sorted(name for name, _ in sorted(shared, key=lambda item: (-item[1], item[0]))[:_MAX_KEYS])
        self._vectorizer = TfidfVectorizer(analyzer=_as_is, vocabulary=self.keys or ["-"], sublinear_tf=True)
        if self.keys:
            self._vectorizer.fit(features)

    def __call__(self, features: Features) -> "npt.NDArray[np.float64]":
        return self._vectorizer.transform(features)  # type: ignore[no-any-return]


def _as_is(document: tuple[str, ...]) -> tuple[str, ...]:
    return document
