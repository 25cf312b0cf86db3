"""Sees which kind of word each word is (a group of people, an insult, a negation ...): the frames of sentences.

A model that reads frames learns from one sentence about one group what holds for all groups and all such words;
it also reads through swapped letters and words written together. The lists are in lexicon.yaml.
"""

import re
from collections.abc import Sequence
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

import polars as pl

from domain.documents import load_tree
from tasks.moderation.normalise import SIGNS_OF_A_MASK, fold, is_masked, unmask

LEXICON_FILE = Path(__file__).with_name("lexicon.yaml")
KEPT_AS_WRITTEN = frozenset({"function", "self", "not"})
UNKNOWN = "_"
MIN_STEM_CHARS, MIN_MISTYPED_CHARS, MIN_JOINED_CHARS, MAX_JOINED_CHARS, MAX_PART_CHARS = 3, 5, 7, 60, 16
STRONG = frozenset({"group", "slur", "aversion", "kill", "expel", "dehum", "crime", "bad"})
MAX_REMEMBERED = 200_000
MAX_FRAME_WORDS = 400


class Lexicon(NamedTuple):
    """Kinds of whole words, of stems, and of strong words that lack a letter."""

    words: dict[str, str]
    stems: dict[str, str]
    short: dict[str, str]


@cache
def lexicon() -> Lexicon:
    """The lists of lexicon.yaml, made ready once."""
    words: dict[str, str] = {}
    stems: dict[str, str] = {}
    for kind, languages in load_tree(LEXICON_FILE.read_text("utf-8"), LEXICON_FILE.name).items():
        for word in " ".join(languages.values()).split():
            plain = fold(word)
            (stems if plain.endswith("*") else words).setdefault(plain.rstrip("*"), kind)
    return Lexicon(words, stems, _lacking_a_letter(words | stems))


def _lacking_a_letter(words: dict[str, str]) -> dict[str, str]:
    return {
        word[:at] + word[at + 1 :]: kind
        for word, kind in words.items()
        if kind in STRONG and len(word) > MIN_MISTYPED_CHARS
        for at in range(1, len(word) - 1)
    }


@cache
def _strong_words() -> re.Pattern[str]:
    words, stems, _ = lexicon()
    strong = {word for word, kind in [*words.items(), *stems.items()] if kind in STRONG and len(word) > MIN_STEM_CHARS}
    return re.compile("|".join(sorted(map(re.escape, strong), key=len, reverse=True)))


def frames(texts: Sequence[str]) -> list[str]:
    """Each text's words as kinds, then the kinds alone in capitals, apart by spaces."""
    folded = [fold(text) for text in texts]
    masked = pl.Series(folded, dtype=pl.String).str.contains(SIGNS_OF_A_MASK).arg_true().to_list()
    for at in masked:
        if is_masked(folded[at]):
            folded[at] = unmask(folded[at])
    words = (
        pl.Series(folded, dtype=pl.String)
        .str.replace_all(r"<[^>]{1,300}>|https?://\S+|[@#]\w+", " _ ")
        .str.replace_all(r"n't\b", " not ")
        .str.replace_all(r"'re\b", " are ")
        .str.replace_all(r"'m\b", " am ")
        .str.replace_all(r'["“”«»]+|(?:^|\s)\'|\'(?:\s|$)', " quote ")
        .str.replace_all(r"[?]+", " ask ")
        .str.replace_all(r"[.!,;:]+", " stop ")
        .str.replace_all(r"[^\w-]+", " ")
    )
    return [_frame(text.split(None, MAX_FRAME_WORDS)[:MAX_FRAME_WORDS]) for text in words.to_list()]


def _frame(words: list[str]) -> str:
    if len(_KINDS) > MAX_REMEMBERED:
        _KINDS.clear()
    kinds = " ".join([_KINDS[word] for word in words]).split()
    shown = [kind for kind, _ in groupby(kinds)]
    bones = [kind for kind, _ in groupby(kind for kind in shown if kind[0] == "x")]
    return " ".join([" begin", *shown, "end", *(bone.upper() for bone in bones), ""])


class _Kinds(dict[str, str]):
    """What each word becomes, computed once for each word that is met."""

    def __missing__(self, word: str) -> str:
        found = self[word] = _kind(word)
        return found


_KINDS = _Kinds()
_MARKS = frozenset({"quote", "ask", "stop"})


def _kind(word: str) -> str:
    if word in _MARKS:
        return "x" + word if word == "quote" else word
    kind = _known(word) or _mistyped(word)
    if kind:
        return _written(word, kind)
    if MIN_JOINED_CHARS <= len(word) <= MAX_JOINED_CHARS and _strong_words().search(word):
        return _parted(word) or UNKNOWN
    return UNKNOWN


def _known(word: str) -> str | None:
    """The kind of a word, by itself or by the longest stem that it begins with."""
    words, stems, _ = lexicon()
    return words.get(word) or _by_stem(word, stems)


def _by_stem(word: str, stems: dict[str, str]) -> str | None:
    for length in range(len(word), MIN_STEM_CHARS - 1, -1):
        if word[:length] in stems:
            return stems[word[:length]]
    return None


def _mistyped(word: str) -> str | None:
    """The kind of a strong word of which a letter was left out, or two neighbours were swapped."""
    if len(word) < MIN_MISTYPED_CHARS - 1:
        return None
    swaps = (word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in range(1, len(word) - 1))
    kinds = {kind for kind in map(_known, swaps) if kind in STRONG}
    if kinds:
        return min(kinds)
    short = lexicon().short
    return short.get(word) or short.get(word.rstrip("s")) or short.get(word.rstrip("es"))


def _written(word: str, kind: str) -> str:
    return {"function": word, "plain": UNKNOWN}.get(kind, f"x{kind}")


def _parted(word: str) -> str | None:
    """Words written together (`ihatewomen`), as kinds; None unless few known words fill it, one of them strong."""
    words = lexicon().words
    ways: list[list[str] | None] = [[], *[None] * len(word)]
    for end in range(1, len(word) + 1):
        for start in range(max(0, end - MAX_PART_CHARS), end):
            before, part = ways[start], word[start:end]
            kind = words.get(part) if len(part) > 1 or part in "iaj" else None
            kind = kind or (_by_stem(part, lexicon().stems) if len(part) > MIN_STEM_CHARS else None)
            if before is not None and kind:
                best = ways[end]
                if best is None or len(before) + 1 < len(best):
                    ways[end] = [*before, _written(part, kind)]
    parts = ways[-1]
    enough = parts and 1 < len(parts) <= len(word) / 3 and any(part[1:] in STRONG for part in parts)
    return " ".join(parts) if parts and enough else None
