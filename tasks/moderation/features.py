"""Turns comments into hashed n-grams: characters within words (2-5), words (1-2) and frames of sentences (1-4).

People use the same words again and again, so the characters of each distinct word of a batch are hashed once. The
hash of the characters [i, j) is (S[j] - S[i]) * P^-i modulo 2^64, where S sums character * P^position (Karp and Rabin,
1987): no Python loop touches a character, which is what makes it several times faster than a tokenising vectoriser.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.sparse import coo_array, csr_array

from tasks.moderation.lexicon import frame_of
from tasks.moderation.normalise import SIGNS_OF_A_MASK, fold, is_masked, unmask
from tasks.moderation.rules import LINK

Ints = npt.NDArray[np.int64]
Hashes = npt.NDArray[np.uint64]
Columns = npt.NDArray[np.int32]
Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Kind = tuple[Ints, Columns]  # (starts, columns): those of text i are columns[starts[i]:starts[i + 1]]

CHAR_SIZES = (2, 3, 4, 5)
WORD_KINDS = (11, 12)  # single words, pairs
FRAME_KINDS = (21, 22, 23, 24)  # one to four neighbours of a frame, see lexicon.py
_PRIME = 0x9E3779B97F4A7C15 | 1
_MIX = 0xBF58476D1CE4E5B9
_NEXT = np.uint64(0xC2B2AE3D27D4EB4F)
_SPACE = ord(" ")


@dataclass(frozen=True)
class Grams:
    """The n-grams of n texts, each as often as it occurs.

    chars: of each distinct word. words: (starts, places of the distinct words) of each text. kinds: single words and
    pairs, then those of frames. Characters have the lower half of the columns, words and frames a quarter each.
    """

    chars: tuple[Kind, ...]
    words: Kind
    kinds: tuple[Kind, ...]

    def __len__(self) -> int:
        return len(self.words[0]) - 1

    def of_texts(self, texts: Ints) -> "Grams":
        """The n-grams of some of the texts, in the order given."""
        return Grams(self.chars, _taken(self.words, texts), tuple(_taken(kind, texts) for kind in self.kinds))

    def sums(self, values: npt.NDArray[np.float32]) -> list[Floats]:
        """For each text, the sum of its n-grams' values in each block: characters, words, frames."""
        of_words = sum_between(self.chars[0][0], values[self.chars[0][1]])
        for starts, columns in self.chars[1:]:
            of_words += sum_between(starts, values[columns])
        others = [sum_between(starts, values[columns]) for starts, columns in self.kinds]
        starts, words = self.words
        return [sum_between(starts, of_words[words]), sum(others[:2]), sum(others[2:])]  # type: ignore[list-item]

    def counts(self, buckets: int) -> csr_array:
        """How often each n-gram (column) occurs in each text (row)."""
        in_words = _matrix(self.chars, len(self.chars[0][0]) - 1, buckets)
        words = _matrix((self.words,), len(self), in_words.shape[0])
        return (words @ in_words + _matrix(self.kinds, len(self), buckets)).tocsr()


def _taken(kind: Kind, texts: Ints) -> Kind:
    starts, columns = kind
    lengths = starts[texts + 1] - starts[texts]
    new_starts = np.concatenate([[0], np.cumsum(lengths)])
    return new_starts, columns[np.arange(new_starts[-1]) + np.repeat(starts[texts] - new_starts[:-1], lengths)]


def _matrix(kinds: Sequence[Kind], rows: int, columns: int) -> csr_array:
    of_rows = np.concatenate([np.repeat(np.arange(rows, dtype=np.int32), np.diff(starts)) for starts, _ in kinds])
    of_columns = np.concatenate([found for _, found in kinds])
    found = coo_array((np.ones(len(of_rows), np.float32), (of_rows, of_columns)), shape=(rows, columns))
    return found.tocsr()


def sum_between(starts: Ints, values: npt.NDArray[np.floating]) -> Floats:
    """The sum of the values between each start and the next."""
    filled = np.flatnonzero(starts[1:] > starts[:-1])
    sums = np.zeros(len(starts) - 1)
    if len(filled):
        sums[filled] = np.add.reduceat(values, starts[filled], dtype=np.float64)
    return sums


def places(columns: Columns, buckets: int) -> Columns:
    """Which block each column belongs to."""
    return np.asarray(np.maximum(columns // np.int32(buckets // 4) - 1, 0), np.int32)


def prepared(texts: Sequence[str], folded: Sequence[str]) -> list[str]:
    """Texts as the model reads them: folded, punctuation apart, links, mentions and loud writing as words."""
    raw = pl.DataFrame({"text": texts, "folded": folded}, schema={"text": pl.String, "folded": pl.String})
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
    return raw.select(pl.concat_str(words, loud).alias("whole"))["whole"].to_list()


def grams_of(texts: Sequence[str], buckets: int) -> Grams:
    """The hashed n-grams of the texts. buckets: how many columns, a power of two."""
    folded = [fold(text) for text in texts]
    split = [text.split() for text in prepared(texts, folded)]
    vocabulary, words = _places_of(split)
    chars, hashes = _hashed_words(vocabulary, buckets)
    frames, in_frames = _places_of([frame_of(text) for text in _unmasked(split, texts, folded)])
    _, frame_hashes = _hashed_words(frames, buckets)
    kinds = (*_runs(words, hashes, buckets, WORD_KINDS), *_runs(in_frames, frame_hashes, buckets, FRAME_KINDS))
    return Grams(tuple(chars), words, kinds)


def _unmasked(split: list[list[str]], texts: Sequence[str], folded: list[str]) -> list[list[str]]:
    """The words, read through disguises where a text shows signs of them."""
    signs = pl.Series(folded, dtype=pl.String).str.contains(SIGNS_OF_A_MASK).arg_true().to_list()
    masked = [at for at in signs if is_masked(folded[at])]
    read = prepared([texts[at] for at in masked], [unmask(folded[at]) for at in masked])
    through = {at: text.split() for at, text in zip(masked, read, strict=True)}
    return [through.get(at, words) for at, words in enumerate(split)] if through else split


def _places_of(split: Sequence[Sequence[str]]) -> tuple[list[str], Kind]:
    """The distinct words, and for each text the places of its words among them."""
    known: dict[str, int] = {}
    placed = [known.setdefault(word, len(known)) for words in split for word in words]
    lengths = np.fromiter((len(words) for words in split), np.int64, len(split))
    return list(known), (np.concatenate([[0], np.cumsum(lengths)]), np.asarray(placed, np.int32))


def _hashed_words(words: list[str], buckets: int) -> tuple[list[Kind], Hashes]:
    """The n-grams of each word's characters, a space at both ends, as scikit-learn's `char_wb`; and each word's hash."""
    spaced = [f" {word} " for word in words]
    lengths = np.fromiter((len(word) for word in spaced), np.int64, len(spaced))
    chars = np.frombuffer("".join(spaced).encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.uint64)
    powers, inverses = _powers(1 << len(chars).bit_length())
    sums = np.concatenate([np.zeros(1, np.uint64), np.cumsum(chars * powers[: len(chars)])])
    edges = np.concatenate([[0], np.cumsum(lengths)])
    space = chars == _SPACE
    kinds = [_char_grams(space, sums, inverses, edges, buckets, size) for size in CHAR_SIZES]
    return kinds, (sums[edges[1:] - 1] - sums[edges[:-1] + 1]) * inverses[edges[:-1] + 1]


def _char_grams(space: Bools, sums: Hashes, inverses: Hashes, edges: Ints, buckets: int, size: int) -> Kind:
    count = max(len(space) - size + 1, 0)
    if size == 2:
        inside = ~(space[:count] & space[1 : 1 + count])
    else:
        inside = ~space[1 : 1 + count]
        for offset in range(2, size - 1):
            inside &= ~space[offset : offset + count]
    start = np.flatnonzero(inside)  # never across words: two spaces stand between them
    hashes = (sums[start + size] - sums[start]) * inverses[start]
    return np.searchsorted(start, edges), _columns(hashes, buckets, size)


def _runs(words: Kind, hashes: Hashes, buckets: int, kinds: tuple[int, ...]) -> list[Kind]:
    """Single words, pairs of neighbours, and so on, one kind each."""
    starts, placed = words
    each = hashes[placed] if len(hashes) else np.zeros(0, np.uint64)
    text_of = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
    found: list[Kind] = [(starts, _columns(each, buckets, kinds[0]))]
    grown = each
    for more, kind in enumerate(kinds[1:], start=1):
        grown = grown[:-1] * _NEXT + each[more:]
        within = text_of[more:] == text_of[: max(len(each) - more, 0)]
        edges = np.concatenate([[0], np.cumsum(within)])[np.clip(starts, 0, len(within))]
        found.append((edges, _columns(grown[within], buckets, kind)))
    return found


def _columns(hashes: Hashes, buckets: int, kind: int) -> Columns:
    """Columns by multiplicative hashing; each kind has its own multiplier, each block its own range."""
    first = 0 if kind in CHAR_SIZES else buckets // 2 if kind in WORD_KINDS else buckets * 3 // 4
    room = buckets // 2 if kind in CHAR_SIZES else buckets // 4
    multiplier = np.uint64(_MIX ^ (kind * 0x9E3779B1 << 8) | 1)
    columns = ((hashes * multiplier) >> np.uint64(64 - (room - 1).bit_length())).astype(np.int32)
    columns += np.int32(first)
    return columns


@cache
def _powers(length: int) -> tuple[Hashes, Hashes]:
    """P^i and P^-i modulo 2^64 for i below `length`."""
    inverse = pow(_PRIME, -1, 1 << 64)
    powers, inverses = np.full(length, _PRIME, np.uint64), np.full(length, inverse, np.uint64)
    powers[0] = inverses[0] = 1
    return np.cumprod(powers), np.cumprod(inverses)
