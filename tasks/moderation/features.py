"""Turns comments into hashed n-grams of characters within words (2-5), words (1-2) and frames of sentences (1-4).

All n-grams of a batch come from one array of running sums: the hash of the characters [i, j) is
(S[j] - S[i]) * P^-i modulo 2^64, where S sums character * P^position (Karp and Rabin, 1987). No Python loop
touches a character, which is what makes it several times faster than a tokenising vectoriser.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from tasks.moderation.lexicon import frames
from tasks.moderation.normalise import fold
from tasks.moderation.rules import LINK

Ints = npt.NDArray[np.int64]
Hashes = npt.NDArray[np.uint64]
Columns = npt.NDArray[np.int32]
Bools = npt.NDArray[np.bool_]
Kind = tuple[Ints, Columns]  # (starts, columns)

CHAR_SIZES = (2, 3, 4, 5)
WORD_KINDS = (11, 12)  # single words, pairs
FRAME_KINDS = (21, 22, 23, 24)  # one to four neighbours of a frame, see lexicon.py
BLOCKS = (slice(0, 4), slice(4, 6), slice(6, 10))  # of the kinds: each block counts as much as another
_PRIME = 0x9E3779B97F4A7C15 | 1
_MIX = 0xBF58476D1CE4E5B9
_NEXT = np.uint64(0xC2B2AE3D27D4EB4F)
_SPACE = ord(" ")
BATCH_CHARS = 2_000_000  # bounds the memory of one pass to a few hundred megabytes


@dataclass(frozen=True)
class Grams:
    """The n-grams of n texts, each as often as it occurs, in one kind after the other (pairs of characters, ...).

    Those of text i in a kind are columns[starts[i]:starts[i + 1]]; words take the upper half of the columns.
    """

    kinds: tuple[Kind, ...]

    def __len__(self) -> int:
        return len(self.kinds[0][0]) - 1

    def of_texts(self, texts: Ints) -> "Grams":
        """The n-grams of some of the texts, in the order given."""
        return Grams(tuple(_taken(starts, columns, texts) for starts, columns in self.kinds))


def _taken(starts: Ints, columns: Columns, texts: Ints) -> tuple[Ints, Columns]:
    lengths = starts[texts + 1] - starts[texts]
    new_starts = np.concatenate([[0], np.cumsum(lengths)])
    return new_starts, columns[np.arange(new_starts[-1]) + np.repeat(starts[texts] - new_starts[:-1], lengths)]


def prepared(texts: Sequence[str]) -> list[str]:
    """Texts as the model reads them: folded, punctuation apart, links, mentions and loud writing as words."""
    raw = pl.DataFrame({"text": list(texts)}, schema={"text": pl.String})
    folded = pl.Series("folded", [fold(text) for text in texts], dtype=pl.String)
    capitals, letters = pl.col("text").str.count_matches(r"\p{Lu}"), pl.col("text").str.count_matches(r"\p{L}")
    words = (
        pl.col("folded")
        .str.replace_all(r"<[^>]{1,300}>", " ")
        .str.replace_all(LINK, " xlinkx ")
        .str.replace_all(r"&[a-z]{2,6};|&#\d{1,5};", " ")
        .str.replace_all(r"@\w+", " xmentionx ")
        .str.replace_all(r"\d{4,}", " xnumberx ")
        .str.replace_all(r"([^\w\s'])", " $1 ")
    )
    loud = pl.when((letters > 8) & (capitals * 2 > letters)).then(pl.lit(" xloudx")).otherwise(pl.lit(""))
    whole = pl.concat_str(pl.lit(" "), words, loud, pl.lit(" ")).str.replace_all(r"\s+", " ")
    return raw.with_columns(folded).select(whole.alias("whole"))["whole"].to_list()


def grams_of(texts: Sequence[str], buckets: int) -> Grams:
    """The hashed n-grams of the texts. buckets: how many columns, a power of two."""
    plain = [_text_grams(_hashed(batch), buckets) for batch in _batches(prepared(texts))]
    framed = [_word_grams(_hashed(batch), buckets, FRAME_KINDS) for batch in _batches(frames(texts))]
    return Grams((*_all_joined(plain, len(CHAR_SIZES) + len(WORD_KINDS)), *_all_joined(framed, len(FRAME_KINDS))))


def _all_joined(parts: list[list[Kind]], kinds: int) -> list[Kind]:
    return [_joined([part[kind] for part in parts]) for kind in range(kinds)]


def _joined(parts: list[tuple[Ints, Columns]]) -> tuple[Ints, Columns]:
    lengths = np.concatenate([np.zeros(1, np.int64), *(np.diff(starts) for starts, _ in parts)])
    return np.cumsum(lengths), np.concatenate([np.zeros(0, np.int32), *(columns for _, columns in parts)])


def _batches(texts: list[str]) -> list[list[str]]:
    batches: list[list[str]] = []
    size = BATCH_CHARS
    for text in texts:
        if size + len(text) > BATCH_CHARS:
            batches.append([])
            size = 0
        batches[-1].append(text)
        size += len(text)
    return batches


class _Hashed(NamedTuple):
    """Some texts' characters as running sums. edges: where texts begin; each begins and ends with a space."""

    space: Bools
    sums: Hashes
    inverses: Hashes
    edges: Ints


def _hashed(texts: list[str]) -> _Hashed:
    lengths = np.fromiter((len(text) for text in texts), np.int64, len(texts))
    chars = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.uint64)
    powers, inverses = _powers(1 << len(chars).bit_length())
    sums = np.concatenate([np.zeros(1, np.uint64), np.cumsum(chars * powers[: len(chars)])])
    return _Hashed(chars == _SPACE, sums, inverses, np.concatenate([[0], np.cumsum(lengths)]))


def _text_grams(hashed: _Hashed, buckets: int) -> list[Kind]:
    return [_char_grams(hashed, buckets, size) for size in CHAR_SIZES] + _word_grams(hashed, buckets, WORD_KINDS)


def places(columns: Columns, buckets: int) -> Columns:
    """Which block each column belongs to: characters have the lower half, words and frames a quarter each."""
    return np.asarray(np.maximum(columns // np.int32(buckets // 4) - 1, 0), np.int32)


def _columns(hashes: Hashes, buckets: int, kind: int) -> Columns:
    """Columns by multiplicative hashing; each kind has its own multiplier, each block its own range."""
    first = 0 if kind in CHAR_SIZES else buckets // 2 if kind in WORD_KINDS else buckets * 3 // 4
    room = buckets // 2 if kind in CHAR_SIZES else buckets // 4
    multiplier = np.uint64(_MIX ^ (kind * 0x9E3779B1 << 8) | 1)
    columns = ((hashes * multiplier) >> np.uint64(64 - (room - 1).bit_length())).astype(np.int32)
    columns += np.int32(first)
    return columns


def _char_grams(hashed: _Hashed, buckets: int, size: int) -> Kind:
    """Character n-grams that reach at most over the edges of a word, as in scikit-learn's `char_wb`."""
    space, sums, inverses, edges = hashed
    count = max(len(space) - size + 1, 0)
    if size == 2:
        inside = ~(space[:count] & space[1 : 1 + count])
    else:
        inside = ~space[1 : 1 + count]
        for offset in range(2, size - 1):
            inside &= ~space[offset : offset + count]
    start = np.flatnonzero(inside)  # never across texts: two spaces stand between them
    hashes = (sums[start + size] - sums[start]) * inverses[start]
    return np.searchsorted(start, edges), _columns(hashes, buckets, size)


def _word_grams(hashed: _Hashed, buckets: int, kinds: tuple[int, ...]) -> list[Kind]:
    """Single words, pairs of neighbours, and so on, one kind each."""
    space, sums, inverses, edges = hashed
    turns = np.flatnonzero(space[1:] != space[:-1]) + 1
    start, end = turns[::2], turns[1::2]
    words, first = (sums[end] - sums[start]) * inverses[start], np.searchsorted(start, edges)
    found: list[Kind] = [(first, _columns(words, buckets, kinds[0]))]
    text_of = np.repeat(np.arange(len(edges) - 1), np.diff(first))
    grown = words
    for more, kind in enumerate(kinds[1:], start=1):
        grown = grown[:-1] * _NEXT + words[more:]
        within = text_of[more:] == text_of[: max(len(words) - more, 0)]
        starts = np.concatenate([[0], np.cumsum(within)])[np.clip(first, 0, len(within))]
        found.append((starts, _columns(grown[within], buckets, kind)))
    return found


@cache
def _powers(length: int) -> tuple[Hashes, Hashes]:
    """P^i and P^-i modulo 2^64 for i below `length`."""
    inverse = pow(_PRIME, -1, 1 << 64)
    powers, inverses = np.full(length, _PRIME, np.uint64), np.full(length, inverse, np.uint64)
    powers[0] = inverses[0] = 1
    return np.cumprod(powers), np.cumprod(inverses)
