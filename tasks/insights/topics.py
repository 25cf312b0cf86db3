"""Groups the comments of a period, across platforms and languages, into the subjects that members talk about.

Non-negative matrix factorisation (Lee and Seung, 1999) of TF-IDF weights over keys that French and English share; its
start is computed, not drawn, so that the same comments always give the same topics.
"""

import warnings
from collections import Counter
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import polars as pl

from domain.insights import Mood, Topic
from tasks.insights.evidence import examples, measure
from tasks.insights.labels import label
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
_MOST_FRESH = 3  # words that a topic's comments of the period before did not have

Floats = npt.NDArray[np.float64]
Features = list[tuple[str, ...]]


def cluster(
    comments: pl.DataFrame,
    previous: pl.DataFrame,
    language: str,
    ignored: frozenset[str] = frozenset(),
    timezone: str = "UTC",
) -> tuple[Topic, ...]:
    """The topics of `comments`, largest first, at most MAX_TOPICS, labelled in `language` where its words allow.

    Both frames: COMMENT_SCHEMA + mood, mood_score, shown, without spam. engagement: comments plus positive scores.
    ignored: keys that say nothing in this community, such as its own name. timezone: of the days and hours that are
    counted. Fewer than a handful of comments, or comments without words in common, give no topics.
    """
    features = [subjects(text, ignored) for text in comments["text"].fill_null("")]
    weights, keys, weigh = _factorise(features)
    if weights is None:
        return ()
    of_comment, closeness = _assign(features, weights, weigh)
    features_before = [subjects(text, ignored) for text in previous["text"].fill_null("")]
    of_previous, _ = _assign(features_before, weights, weigh)
    counts = Counter(int(each) for each in of_comment if each >= 0)
    largest = [t for t, n in sorted(counts.items(), key=lambda item: (-item[1], item[0])) if n >= _MIN_COMMENTS]
    made: list[Topic] = []
    for topic in largest:
        rows, rows_before = np.flatnonzero(of_comment == topic), np.flatnonzero(of_previous == topic)
        order = rows[np.argsort(-closeness[rows], kind="stable")]
        strength = {keys[i]: float(weights[topic, i]) for i in np.argsort(-weights[topic])[:_WORDS_OF_A_TOPIC]}
        own, before = comments[rows], previous[rows_before]
        built = _topic(own, before, strength, language, timezone)
        if built is None or len(made) == MAX_TOPICS or built.label in {t.label for t in made}:
            continue
        fresh = _fresh([features[row] for row in rows], [features_before[row] for row in rows_before], own, language)
        shown = examples(comments, [int(each) for each in order])
        made.append(replace(built, examples=shown, fresh_terms=fresh))
    return tuple(made)


def _topic(
    own: pl.DataFrame, before: pl.DataFrame, strength: dict[str, float], language: str, timezone: str
) -> Topic | None:
    """The topic of the comments `own`, without examples; None where no word names it."""
    name, terms = label(own["text"].fill_null("").to_list(), own["lang"].to_list(), strength, language)
    if not name:
        return None
    local = own["created_at"].dt.convert_time_zone(timezone)
    hours = pl.concat([local, before["created_at"].dt.convert_time_zone(timezone)]).dt.hour()
    return Topic(
        id=f"topic-{next(iter(strength)).replace(' ', '-')}",
        label=name,
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
        keys=strength,
        hours=tuple(int((hours == hour).sum()) for hour in range(24)),
    )


def _mood_before(before: pl.DataFrame) -> Mood | None:
    return measure(before) if len(before) else None


def _fresh(now: Features, before: Features, own: pl.DataFrame, language: str) -> tuple[str, ...]:
    """Words that several comments of a topic have and none of the period before had, as they are written."""
    if not before:
        return ()
    known = {each for document in before for each in document}
    counts = Counter(each for document in now for each in set(document) if " " not in each and each not in known)
    fresh = {name: float(n) for name, n in counts.most_common() if n >= _MIN_COMMENTS}
    if not fresh:
        return ()
    return label(own["text"].fill_null("").to_list(), own["lang"].to_list(), fresh, language)[1][:_MOST_FRESH]


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


def _assign(features: Features, topics: Floats, weigh: "_Weigh") -> tuple[npt.NDArray[np.int64], Floats]:
    """The topic of each document, -1 for none, and how close it is to it (cosine of 0..1)."""
    if not features:
        return np.empty(0, dtype=np.int64), np.empty(0)
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
