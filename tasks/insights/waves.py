"""Finds coordinated waves: many new accounts that write nearly the same text within the period.

Texts are alike where the words and pairs of words that they share weigh enough (cosine of TF-IDF); what is linked
directly or through others is one wave.
"""

import re
from datetime import datetime, timedelta

import numpy as np
import polars as pl

from domain.insights import Period, Signal
from tasks.insights.evidence import examples, excerpt
from tasks.insights.sampling import ROWS_AT_ONCE
from tasks.insights.words import clean

_NEW_FOR = timedelta(days=7)
_MIN_HISTORY = timedelta(days=7)  # before that everybody would seem new
_MIN_NEW, _MANY_NEW = 5, 20  # accounts: a wave, and one to act on
_MIN_SHARE_NEW = 0.6  # of the accounts that wrote the text
_MIN_WORDS = 6  # shorter texts are alike by chance
_ALIKE = 0.7
_BETWEEN_WORDS = re.compile(r"[\W_]+")
_MOST_TEXTS = 4_000  # newest distinct texts of new accounts


def waves(annotated: pl.DataFrame, members: pl.DataFrame, period: Period) -> list[Signal]:
    """The waves of the period, largest first. value: accounts that wrote nearly the same; expected: those that are new.

    annotated: COMMENT_SCHEMA + ANNOTATIONS of the period and the days before, spam included.
    members: MEMBER_SCHEMA, for when each was first seen.
    """
    first = annotated["created_at"].min()
    if not isinstance(first, datetime) or period.start - first < _MIN_HISTORY:
        return []
    written = _written(annotated, members, period)
    newest = written.filter("new").unique("said", keep="first", maintain_order=True).tail(_MOST_TEXTS)
    texts = dict(zip(map(_words, annotated[newest["row"]]["text"]), newest["said"], strict=True))
    groups = [[texts[text] for text in group] for group in _alike(list(texts))]
    found = [_signal(written.filter(pl.col("said").is_in(group)), annotated) for group in groups]
    return sorted((each for each in found if each), key=lambda each: (-each.value, each.at))


def _written(annotated: pl.DataFrame, members: pl.DataFrame, period: Period) -> pl.DataFrame:
    """row, author_id, new (the account is) and said (hash of the words) of the period's comments that have enough words.

    Only those of known authors, and of threads in which new ones wrote.
    """
    seen = annotated.select("author_id", "created_at").group_by("author_id").agg(seen=pl.col("created_at").min())
    known = members.select(author_id="id", known="first_seen")
    since = pl.min_horizontal("seen", "known")
    read = (
        annotated.select("author_id", "thread_id", "created_at", "team", told=pl.col("text").is_not_null())
        .with_row_index("row")
        .filter(pl.col("created_at") >= period.start, pl.col("author_id").is_not_null(), "told", ~pl.col("team"))
        .join(seen, on="author_id", how="left", maintain_order="left")
        .join(known, on="author_id", how="left", maintain_order="left")
        .select("row", "author_id", "thread_id", new=pl.col("created_at") - since <= _NEW_FOR)
        .filter(pl.col("new").any().over("thread_id") | pl.col("new"))
        .drop("thread_id")
    )
    # A column in many pieces is put together again for each gather.
    texts = annotated["text"].rechunk()
    parts = [_hashed(part, texts.gather(part["row"])) for part in read.iter_slices(ROWS_AT_ONCE)]
    return pl.concat(parts or [_hashed(read, texts.clear())])


def _hashed(comments: pl.DataFrame, texts: pl.Series) -> pl.DataFrame:
    words = pl.Series("words", map(_words, texts), dtype=pl.String)
    enough = words.str.count_matches(" ") >= _MIN_WORDS - 1
    return comments.select("row", "author_id", "new", words.hash().alias("said")).filter(enough)


def _words(text: str) -> str:
    """The words of a text in lower case, one space between them."""
    return _BETWEEN_WORDS.sub(" ", clean(text).lower()).strip()


def _alike(texts: list[str]) -> list[list[str]]:
    """Groups of texts that are nearly the same, also of one text alone that several may have written."""
    if not texts:
        return []
    from scipy.sparse.csgraph import connected_components
    from sklearn.feature_extraction.text import TfidfVectorizer

    weights = TfidfVectorizer(
        ngram_range=(1, 2), tokenizer=str.split, token_pattern=None, sublinear_tf=True
    ).fit_transform(texts)
    similar = (weights @ weights.T).tocsr()
    similar.data[similar.data < _ALIKE] = 0
    similar.eliminate_zeros()
    count, group_of = connected_components(similar, directed=False)
    groups: list[list[str]] = [[] for _ in range(count)]
    for text, group in zip(texts, group_of, strict=True):
        groups[group].append(text)
    return groups


def _signal(wave: pl.DataFrame, annotated: pl.DataFrame) -> Signal | None:
    accounts = wave["author_id"].n_unique()
    new = wave.filter("new")["author_id"].n_unique()
    if new < _MIN_NEW or new < _MIN_SHARE_NEW * accounts:
        return None
    ordered = annotated[wave["row"]].hstack([wave["said"]]).sort("created_at", "id")
    words = ordered.unique("said", keep="first").select("said", words=pl.col("text").map_elements(_words, pl.String))
    often = ordered["said"].value_counts().filter(pl.col("count") == pl.col("count").max()).join(words, on="said")
    commonest = often.sort("words")["said"][0]
    original = ordered.filter(pl.col("said") == commonest)["text"][0]
    return Signal(
        kind="wave",
        at=ordered["created_at"].to_list()[0],
        level=3 if new >= _MANY_NEW else 2,
        value=float(accounts),
        expected=float(new),
        label=excerpt(original),
        examples=examples(ordered.with_columns(shown=~pl.col("deleted").fill_null(False)), np.arange(len(ordered))),
        platforms=tuple(ordered["platform"].value_counts(sort=True)["platform"]),
        members=accounts,
    )
