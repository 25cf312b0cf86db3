"""Sees which kind of word each word is (a group of people, an insult, a negation ...): the frames of sentences.

A model that reads frames learns from one sentence about one group what holds for all groups and all such words;
it also reads through swapped letters and words written together. The lists are in lexicon.yaml.
"""

import re
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from domain.documents import load_tree
from tasks.moderation.normalise import fold

LEXICON_FILE = Path(__file__).with_name("lexicon.yaml")
KEPT_AS_WRITTEN = frozenset({"function", "self", "not"})
UNKNOWN = "_"
MIN_STEM_CHARS, MIN_MISTYPED_CHARS, MIN_JOINED_CHARS, MAX_JOINED_CHARS, MAX_PART_CHARS = 3, 5, 7, 60, 16
STRONG = frozenset({"group", "slur", "aversion", "kill", "expel", "dehum", "crime", "bad"})
MAX_REMEMBERED = 200_000
MAX_FRAME_WORDS = 400


class Lexicon(NamedTuple):
    """Kinds of whole words, of stems, and of strong words that lack a letter or have two swapped."""

    words: dict[str, str]
    stems: dict[str, str]
    short: dict[str, str]
    swapped_words: dict[str, str]
    swapped_stems: dict[str, str]


@cache
def lexicon() -> Lexicon:
    """The lists of lexicon.yaml, made ready once."""
    words: dict[str, str] = {}
    stems: dict[str, str] = {}
    for kind, languages in load_tree(LEXICON_FILE.read_text("utf-8"), LEXICON_FILE.name).items():
        for word in " ".join(languages.values()).split():
            plain = fold(word)
            (stems if plain.endswith("*") else words).setdefault(plain.rstrip("*"), kind)
    return Lexicon(words, stems, _lacking_a_letter(words | stems), _with_a_swap(words), _with_a_swap(stems))


def _lacking_a_letter(words: dict[str, str]) -> dict[str, str]:
    return {
        word[:at] + word[at + 1 :]: kind
        for word, kind in words.items()
        if kind in STRONG and len(word) > MIN_MISTYPED_CHARS
        for at in range(1, len(word) - 1)
    }


def _with_a_swap(words: dict[str, str]) -> dict[str, str]:
    return {
        word[:at] + word[at + 1] + word[at] + word[at + 2 :]: kind
        for word, kind in words.items()
        if kind in STRONG and len(word) > MIN_STEM_CHARS
        for at in range(1, len(word) - 1)
        if word[at] != word[at + 1]
    }


@cache
def _strong_beginnings() -> frozenset[str]:
    words, stems = lexicon().words, lexicon().stems
    return frozenset(
        word[: MIN_STEM_CHARS + 1]
        for word, kind in [*words.items(), *stems.items()]
        if kind in STRONG and len(word) > MIN_STEM_CHARS
    )


def _may_hold_strong(word: str) -> bool:
    size, beginnings = MIN_STEM_CHARS + 1, _strong_beginnings()
    return any(word[at : at + size] in beginnings for at in range(len(word) - size + 1))


def frame_of(words: list[str]) -> list[str]:
    """A text's words (see `features.prepared`) as kinds, then the kinds alone in capitals."""
    if len(_KINDS) > MAX_REMEMBERED:
        _KINDS.clear()
    shown = [kind for kind, _ in groupby([kind for word in words[:MAX_FRAME_WORDS] for kind in _KINDS[word]])]
    bones = [kind.upper() for kind, _ in groupby([kind for kind in shown if kind[0] == "x"])]
    return ["begin", *shown, "end", *bones]


class _Kinds(dict[str, tuple[str, ...]]):
    """What each word becomes, computed once for each word that is met."""

    def __missing__(self, word: str) -> tuple[str, ...]:
        found = self[word] = _kinds(word)
        return found


_KINDS = _Kinds()
_MARKS = {'"': ("xquote",), "'": ("xquote",), "?": ("ask",), "xloudx": ()} | dict.fromkeys(".!,;:", ("stop",))
_SHORTENED = re.compile(r"^(\w+?)(n't|'re|'m)$")
_IN_FULL = {"n't": "not", "'re": "are", "'m": "am"}


def _kinds(word: str) -> tuple[str, ...]:
    if word in _MARKS:
        return _MARKS[word]
    if "'" in word:
        shortened = _SHORTENED.match(word)
        parts = [shortened[1], _IN_FULL[shortened[2]]] if shortened else re.split("(')", word)
        quoted = parts[0] == "" or parts[-1] == ""  # an apostrophe within a word is no quotation mark
        return tuple(kind for part in parts if part and (part != "'" or quoted) for kind in _kinds(part))
    if not word[0].isalnum():
        return ()
    return tuple(_kind(word).split())


def _kind(word: str) -> str:
    kind = _known(word) or _mistyped(word)
    if kind:
        return _written(word, kind)
    if MIN_JOINED_CHARS <= len(word) <= MAX_JOINED_CHARS and _may_hold_strong(word):
        return _parted(word) or UNKNOWN
    return UNKNOWN


def _known(word: str) -> str | None:
    """The kind of a word, by itself or by the longest stem that it begins with."""
    return lexicon().words.get(word) or _by_stem(word, lexicon().stems)


def _by_stem(word: str, stems: dict[str, str]) -> str | None:
    for length in range(len(word), MIN_STEM_CHARS - 1, -1):
        if word[:length] in stems:
            return stems[word[:length]]
    return None


def _mistyped(word: str) -> str | None:
    """The kind of a strong word of which a letter was left out, or two neighbours were swapped."""
    if len(word) < MIN_MISTYPED_CHARS - 1:
        return None
    known = lexicon()
    short = known.short
    return (
        known.swapped_words.get(word)
        or _by_stem(word, known.swapped_stems)
        or short.get(word)
        or short.get(word.rstrip("s"))
        or short.get(word.rstrip("es"))
    )


def _written(word: str, kind: str) -> str:
    return {"function": word, "plain": UNKNOWN}.get(kind, f"x{kind}")


def _parted(word: str) -> str | None:
    """Words written together (`ihatewomen`), as kinds; None unless few known words fill it, one of them strong."""
    words, stems = lexicon().words, lexicon().stems
    ways: list[list[str] | None] = [[], *[None] * len(word)]
    for start in range(len(word)):
        before = ways[start]
        if before is None:
            continue
        for end in range(start + 1, min(len(word), start + MAX_PART_CHARS) + 1):
            best, part = ways[end], word[start:end]
            kind = words.get(part) if len(part) > 1 or part in "iaj" else None
            kind = kind or (_by_stem(part, stems) if len(part) > MIN_STEM_CHARS else None)
            if kind and (best is None or len(before) + 1 < len(best)):
                ways[end] = [*before, _written(part, kind)]
    parts = ways[-1]
    enough = parts and 1 < len(parts) <= len(word) / 3 and any(part[1:] in STRONG for part in parts)
    return " ".join(parts) if parts and enough else None
