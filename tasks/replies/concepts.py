"""Words of French and English that mean the same in a member's question, so that one may find what the other says.

Each line of `concepts.txt` is a concept: words, then after a bar short phrases, as folded text has them. The first
word names it. Endings are taken off when a word is unknown.
"""

import re
from functools import lru_cache
from pathlib import Path

_FILE = Path(__file__).with_suffix(".txt")
_ENDINGS = ("ements", "ement", "ations", "ation", "ings", "ing", "ers", "er", "ies", "ed", "es", "ez", "s", "e")


def _read() -> tuple[dict[str, list[str]], list[tuple[str, str]]]:
    by_word: dict[str, list[str]] = {}
    phrases: list[tuple[str, str]] = []
    for line in _FILE.read_text(encoding="utf-8").splitlines():
        singles, _, several = line.partition("|")
        name = singles.split()[0]
        for word in singles.split():
            by_word.setdefault(word, []).append(name)
        phrases += [(phrase.strip(), name) for phrase in several.split(",") if phrase.strip()]
    return by_word, phrases


_BY_WORD, _PHRASES = _read()
_PHRASE = re.compile(r"\b(?:" + "|".join(re.escape(phrase) for phrase, _ in _PHRASES) + r")\b")
_NAME_OF_PHRASE = dict(_PHRASES)


@lru_cache(maxsize=50_000)
def concepts_of(word: str) -> tuple[str, ...]:
    """The concepts of a folded word, of its stem where the word itself is unknown; none for most words."""
    if word in _BY_WORD:
        return tuple(_BY_WORD[word])
    for ending in _ENDINGS:
        stem = word.removesuffix(ending)
        if stem != word and len(stem) > 3:
            for form in (stem, stem + "e", stem + "er"):
                if form in _BY_WORD:
                    return tuple(_BY_WORD[form])
    return ()


def concepts_in(words: list[str]) -> list[str]:
    """The concepts of a text's folded words and phrases, in order, repeated as they come."""
    found = [_NAME_OF_PHRASE[phrase] for phrase in _PHRASE.findall(" ".join(words))]
    return found + [concept for word in words for concept in concepts_of(word)]
