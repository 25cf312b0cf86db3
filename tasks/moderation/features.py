"""Turns comments into hashed n-grams of words (1-2) and of characters within words (2-5), a whole batch at a time.

All n-grams of a batch come from one array of running sums: the hash of the characters [i, j) is
(S[j] - S[i]) * P^-i modulo 2^64, where S sums character * P^position (Karp and Rabin, 1987). No Python loop
touches a character, which is what makes it several times faster than a tokenising vectoriser.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
import polars as pl

from tasks.moderation.normalise import fold
from tasks.moderation.rules import LINK

Ints = npt.NDArray[np.int64]
Hashes = npt.NDArray[np.uint64]

CHAR_SIZES = (2, 3, 4, 5)
WORD_KINDS = (11, 12)  # single words, pairs
_PRIME = 0x9E3779B97F4A7C15 | 1
_MIX = np.uint64(0xBF58476D1CE4E5B9)
_SPACE = ord(" ")
BATCH_CHARS = 2_000_000  # bounds the memory of one pass to a few hundred megabytes


@dataclass(frozen=True)
class Grams:
    """The distinct n-grams of n texts, in two blocks for each text: characters, then words.

    Those of text i are columns[starts[2 * i]:starts[2 * i + 1]] (characters, in the lower half of the columns) and
    columns[starts[2 * i + 1]:starts[2 * i + 2]] (words, in the upper half).
    """

    starts: Ints
    columns: Ints

    def __len__(self) -> int:
        return (len(self.starts) - 1) // 2

    def of_texts(self, texts: Ints) -> "Grams":
        """The n-grams of some of the texts, in the order given."""
        blocks = np.stack([2 * texts, 2 * texts + 1], axis=1).ravel()
        lengths = self.starts[blocks + 1] - self.starts[blocks]
        starts = np.concatenate([[0], np.cumsum(lengths)])
        taken = np.arange(starts[-1]) + np.repeat(self.starts[blocks] - starts[:-1], lengths)
        return Grams(starts, self.columns[taken])


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
    parts = [_grams(batch, buckets) for batch in _batches(prepared(texts))]
    lengths = [np.diff(part.starts) for part in parts]
    return Grams(
        np.concatenate([np.zeros(1, np.int64), np.cumsum(np.concatenate([np.zeros(0, np.int64), *lengths]))]),
        np.concatenate([np.zeros(0, np.int64), *(part.columns for part in parts)]),
    )


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


def _grams(texts: list[str], buckets: int) -> Grams:
    chars = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.uint64)
    text_of = np.repeat(np.arange(len(texts)), [len(text) for text in texts])
    powers, inverses = _powers(1 << len(chars).bit_length())
    sums = np.concatenate([np.zeros(1, np.uint64), np.cumsum(chars * powers[: len(chars)])])
    space = chars == _SPACE
    keys = [_char_grams(space, sums, inverses, text_of, buckets, size) for size in CHAR_SIZES]
    keys += _word_grams(space, sums, inverses, text_of, buckets)
    return _grouped(np.concatenate(keys), len(texts), buckets)


def _hash(sums: Hashes, inverses: Hashes, start: Ints, end: Ints) -> Hashes:
    return (sums[end] - sums[start]) * inverses[start]


def _keys(hashes: Hashes, texts: Ints, buckets: int, kind: int) -> Ints:
    """text * buckets + column, which sorts by text and then by column; words take the upper half of the columns."""
    mixed = (hashes + np.uint64(kind * 0x632BE5AB)) * _MIX
    mixed = (mixed ^ (mixed >> np.uint64(31))) * _MIX
    half = buckets // 2
    column = (mixed >> np.uint64(64 - (half - 1).bit_length())).astype(np.int64)
    return texts * buckets + column + (half if kind in WORD_KINDS else 0)


def _char_grams(
    space: npt.NDArray[np.bool_], sums: Hashes, inverses: Hashes, text_of: Ints, buckets: int, size: int
) -> Ints:
    """Character n-grams that reach at most over the edges of a word, as in scikit-learn's `char_wb`."""
    count = max(len(space) - size + 1, 0)
    inside = ~space[1 : 1 + count] if size > 2 else np.ones(count, bool)
    for offset in range(2, size - 1):
        inside = inside & ~space[offset : offset + count]
    if size == 2:
        inside = ~(space[:count] & space[1 : 1 + count])
    start = np.flatnonzero(inside & (text_of[:count] == text_of[size - 1 : size - 1 + count]))
    return _keys(_hash(sums, inverses, start, start + size), text_of[start], buckets, size)


def _word_grams(
    space: npt.NDArray[np.bool_], sums: Hashes, inverses: Hashes, text_of: Ints, buckets: int
) -> list[Ints]:
    """Single words and pairs of neighbours."""
    edge = np.flatnonzero(np.diff(np.concatenate([[True], space, [True]]).astype(np.int8)))
    start, end = edge[::2], edge[1::2]
    words, texts = _hash(sums, inverses, start, end), text_of[start]
    same = texts[:-1] == texts[1:]
    pairs = (words[:-1] * np.uint64(0xC2B2AE3D27D4EB4F) + words[1:])[same]
    return [_keys(words, texts, buckets, WORD_KINDS[0]), _keys(pairs, texts[:-1][same], buckets, WORD_KINDS[1])]


def _grouped(keys: Ints, texts: int, buckets: int) -> Grams:
    keys.sort()
    unique = keys[np.concatenate([[True], keys[1:] != keys[:-1]])] if len(keys) else keys
    starts = np.searchsorted(unique, np.arange(2 * texts + 1) * (buckets // 2))
    return Grams(starts, unique & (buckets - 1))


@cache
def _powers(length: int) -> tuple[Hashes, Hashes]:
    """P^i and P^-i modulo 2^64 for i below `length`."""
    inverse = pow(_PRIME, -1, 1 << 64)
    powers, inverses = np.full(length, _PRIME, np.uint64), np.full(length, inverse, np.uint64)
    powers[0] = inverses[0] = 1
    return np.cumprod(powers), np.cumprod(inverses)
