"""Says what a comment is about, as keys that French and English share: words and pairs of words, feelings left out."""

from functools import lru_cache
from itertools import pairwise

from tasks.insights.mood import feelings
from tasks.insights.words import clauses, fold, is_notion, key


@lru_cache(maxsize=20_000)  # the insights of one report read a comment several times
def subjects(text: str, ignored: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """Keys of the words of a comment that tell its subject, and of pairs of them that follow one another.

    ignored: keys that say nothing in this community, such as its own name.
    """
    found: list[str] = []
    for words in clauses(text):
        said = [each for each in map(subject, words) if each and each not in ignored]
        found += said
        found += [f"{first} {second}" for first, second in pairwise(said) if first != second]
    return tuple(found)


@lru_cache(maxsize=200_000)
def subject(word: str) -> str:
    """The key of a word that tells a subject; empty for one that says nothing, or only how the writer feels."""
    found = key(word)
    return "" if found and not is_notion(found) and fold(word) in feelings() else found
