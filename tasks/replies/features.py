"""Turns short questions into weighted n-grams: words, pairs of words, and pieces of words that survive typos.

N-grams are 32-bit codes, so that a fitted model is arrays only and words that were never seen still count.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from tasks.moderation.normalise import fold
from tasks.replies.concepts import concepts_in, concepts_of
from tasks.replies.function_words import FUNCTION_WORDS

MAX_QUESTION_CHARS = 1_000
PIECE_CHARS = (3, 4, 5)
PAIR_SPAN_WORDS = 4
BACKGROUND_TEXTS = 200
FUNCTION_WORD_SHARE = 0.3

_WORD = re.compile(r"\w+")
_MEANING = np.uint32(1 << 30)  # two bits tell codes of meanings and of pieces from codes of words
_PIECE = np.uint32(2 << 30)
_BLOCKS = 3


def words(text: str) -> list[str]:
    """The words of a text without case and accents; a huge text is read from its beginning only."""
    return _WORD.findall(fold(text[:MAX_QUESTION_CHARS]))


def _code(ngram: str) -> int:
    return crc32(ngram.encode("utf-8", "surrogatepass")) & 0x3FFFFFFF


@lru_cache(maxsize=100_000)
def _pieces(word: str) -> NDArray[np.uint32]:
    """Codes of the pieces of a word, its edges marked by spaces."""
    padded = f" {word} "
    pieces = [padded[at : at + size] for size in PIECE_CHARS for at in range(max(1, len(padded) - size + 1))]
    return np.array([_code(piece) for piece in dict.fromkeys(pieces)], dtype=np.uint32) | _PIECE


def _codes(text: str) -> NDArray[np.uint32]:
    """Codes of a text's words, neighbours, pairs within a few words in any order, meanings, and pieces of words."""
    found = words(text)
    ngrams = list(found)
    ngrams += [f"{first} {second}" for first, second in zip(["^", *found], [*found, "$"], strict=True)]
    for at, first in enumerate(found):
        for second in found[at + 2 : at + 1 + PAIR_SPAN_WORDS]:
            ngrams.append(f"{first}|{second}" if first < second else f"{second}|{first}")
    own = np.array([_code(ngram) for ngram in ngrams], dtype=np.uint32)
    meant = np.array([_code(ngram) for ngram in _meanings(found)], dtype=np.uint32) | _MEANING
    return np.concatenate([own, meant, *(_pieces(word) for word in found)])


def _meanings(found: list[str]) -> list[str]:
    """N-grams of the concepts that the words stand for: alone, as neighbours in order, and as pairs in any order."""
    concepts = concepts_in(found)
    named = [next(iter(concepts_of(word)), word) for word in found]
    ngrams = list(concepts)
    ngrams += [f"{first} {second}" for first, second in zip(["^", *named], [*named, "$"], strict=True)]
    return ngrams + [f"{first}|{second}" for first, second in combinations(sorted(set(concepts)), 2)]


@dataclass(frozen=True)
class Counts:
    """How often each n-gram stands in each text: parallel arrays, sorted by row and code. size: number of texts."""

    rows: NDArray[np.int64]
    codes: NDArray[np.uint32]
    counts: NDArray[np.float32]
    size: int

    def only(self, codes: NDArray[np.uint32]) -> "Counts":
        """What is left when only these n-grams are looked at. codes: sorted."""
        known = _positions(self.codes, codes)[1]
        return Counts(self.rows[known], self.codes[known], self.counts[known], self.size)


def _positions(wanted: NDArray[np.uint32], codes: NDArray[np.uint32]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Where each wanted code stands in the sorted `codes`, and whether it stands there at all."""
    if not len(codes):
        return np.zeros(len(wanted), dtype=np.int64), np.zeros(len(wanted), dtype=bool)
    at = np.searchsorted(codes, wanted).clip(max=len(codes) - 1)
    return at, codes[at] == wanted


def count(texts: Sequence[str]) -> Counts:
    """The n-grams of each text."""
    codes = [_codes(text) for text in texts]
    rows = np.repeat(np.arange(len(codes), dtype=np.uint64), [len(part) for part in codes])
    keys = (rows << np.uint64(32)) | np.concatenate([np.empty(0, np.uint32), *codes]).astype(np.uint64)
    unique, counts = np.unique(keys, return_counts=True)
    return Counts(
        (unique >> np.uint64(32)).astype(np.int64),
        (unique & np.uint64(0xFFFFFFFF)).astype(np.uint32),
        counts.astype(np.float32),
        len(codes),
    )


@dataclass(frozen=True)
class Weights:
    """How telling each n-gram is. codes: sorted, those that training kept; weight: theirs; unseen: all others'."""

    codes: NDArray[np.uint32]
    weight: NDArray[np.float32]
    unseen: float

    @staticmethod
    def learn(counts: Counts, min_texts: int) -> "Weights":
        """Smoothed inverse document frequency of the n-grams that stand in at least `min_texts` texts.

        Function words are known to be frequent before the first text is read: they count as if they stood in a share of
        a background of texts, so that a small knowledge base is not fooled by `how do I`.
        """
        codes, frequency = np.unique(counts.codes, return_counts=True)
        kept = frequency >= min_texts
        codes, frequency = codes[kept], frequency[kept].astype(np.float64)
        light = np.isin(codes, _function_word_codes())
        total = 1 + counts.size + BACKGROUND_TEXTS
        weight = 1 + np.log(total / (1 + frequency + FUNCTION_WORD_SHARE * BACKGROUND_TEXTS * light))
        return Weights(codes, weight.astype(np.float32), float(1 + np.log(total / 2)))

    def apply(self, counts: Counts) -> csr_matrix:
        """Shape (texts, len(codes)). Words, meanings and pieces have length 1 / sqrt(3) each, what is unseen included."""
        column, known = _positions(counts.codes, self.codes)
        weight = np.full(len(column), self.unseen, dtype=np.float32)
        weight[known] = self.weight[column[known]]
        values = (1 + np.log(counts.counts)) * weight
        block = counts.rows * _BLOCKS + (counts.codes >> 30)
        length = np.sqrt(_BLOCKS * np.bincount(block, values**2, minlength=_BLOCKS * counts.size))
        values = (values / np.maximum(length[block], 1e-9)).astype(np.float32)
        starts = np.concatenate([[0], np.cumsum(np.bincount(counts.rows[known], minlength=counts.size))])
        return csr_matrix((values[known], column[known], starts), shape=(counts.size, len(self.codes)))


@lru_cache(maxsize=1)
def _function_word_codes() -> NDArray[np.uint32]:
    """Codes of the n-grams that lie within function words alone, pairs of them included."""
    alone = sorted(FUNCTION_WORDS)
    named = [next(iter(concepts_of(word)), word) for word in alone]
    words_and_pairs = {*alone, *(f"{a}{by}{b}" for a in [*alone, "^"] for b in [*alone, "$"] for by in " |")}
    meant = {*named, *(f"{a}{by}{b}" for a in {*named, "^"} for b in {*named, "$"} for by in " |")}
    codes = [np.array([_code(ngram) for ngram in words_and_pairs], dtype=np.uint32)]
    codes.append(np.array([_code(ngram) for ngram in meant], dtype=np.uint32) | _MEANING)
    return np.unique(np.concatenate([*codes, *(_pieces(word) for word in alone)]))
