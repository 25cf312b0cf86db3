"""Turns short questions into weighted n-grams: words, pairs of words, and pieces of words that survive typos.

N-grams are hashed, so that a fitted model is arrays only and unknown words need no vocabulary.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.preprocessing import normalize

from tasks.moderation.normalise import fold
from tasks.replies.function_words import FUNCTION_WORDS

MAX_QUESTION_CHARS = 1_000
BUCKETS = 2**20
FUNCTION_WORD_WEIGHT = 0.3

_WORD = re.compile(r"\w+")


def words(text: str) -> list[str]:
    """The words of a text without case and accents; a huge text is read from its beginning only."""
    return _WORD.findall(fold(text[:MAX_QUESTION_CHARS]))


def _ngrams(text: str) -> Iterator[str]:
    found = words(text)
    for word in found:
        yield "w " + word
        padded = f" {word} "
        for size in (2, 3, 4, 5):
            for at in range(max(1, len(padded) - size + 1)):
                yield padded[at : at + size]
    for first, second in zip(["", *found], [*found, ""], strict=True):
        yield f"b {first} {second}"


@cache
def _hasher() -> HashingVectorizer:
    return HashingVectorizer(analyzer=_ngrams, n_features=BUCKETS, norm=None, alternate_sign=False)


def count(texts: Sequence[str]) -> csr_matrix:
    """Shape (texts, BUCKETS): 1 + log of how often each n-gram stands in a text."""
    counts = _hasher().transform(texts).astype(np.float32)
    counts.data = 1 + np.log(counts.data)
    return counts


@dataclass(frozen=True)
class Weights:
    """How telling each n-gram is. buckets: sorted bucket numbers that training met; weight: theirs; unseen: all others'."""

    buckets: NDArray[np.int32]
    weight: NDArray[np.float32]
    unseen: float

    @staticmethod
    def learn(counts: csr_matrix) -> "Weights":
        """Smoothed inverse document frequency; function words weigh less whatever their frequency."""
        frequency = np.bincount(counts.indices, minlength=BUCKETS)
        buckets = np.flatnonzero(frequency).astype(np.int32)
        weight = np.log((1 + counts.shape[0]) / (1 + frequency[buckets])) + 1
        light = np.isin(buckets, _function_word_buckets())
        weight[light] *= FUNCTION_WORD_WEIGHT
        return Weights(buckets, weight.astype(np.float32), float(np.log(1 + counts.shape[0]) + 1))

    def apply(self, counts: csr_matrix) -> csr_matrix:
        """Shape (texts, len(buckets)), rows of length 1 before what training never met was left out."""
        column = np.searchsorted(self.buckets, counts.indices).clip(max=len(self.buckets) - 1)
        known = self.buckets[column] == counts.indices
        weighted = counts.copy()
        weighted.data = counts.data * np.where(known, self.weight[column], self.unseen)
        weighted = normalize(weighted)
        weighted.data = np.where(known, weighted.data, 0)
        kept = csr_matrix((weighted.data, column, counts.indptr), shape=(counts.shape[0], len(self.buckets)))
        kept.eliminate_zeros()
        return kept


@cache
def _function_word_buckets() -> NDArray[np.int32]:
    """Buckets of the n-grams that lie within function words alone."""
    return np.unique(count(sorted(FUNCTION_WORDS)).indices)
