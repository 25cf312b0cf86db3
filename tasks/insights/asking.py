"""Tells which comments ask something, in French and English, with or without a question mark."""

import re
from collections.abc import Sequence

import polars as pl

from tasks.insights.words import clean

_MARKED = re.compile(r"\w[^.!?\n]{4,}\?|\?\s*$")
_RHETORICAL = re.compile(r"(?:isn't it|right|n'est-ce pas|hein|non|lol|mdr|wtf|what|quoi)\s*\?+\s*$", re.I)
_UNMARKED = re.compile(
    r"^\W*(?:(?:hi|hello|hey|bonjour|bonsoir|salut|coucou)\b[\s,!.]*(?:all|everyone|guys|à tous|tout le monde|la team)?[\s,!.]*)?"
    r"(?:how (?:do|can|to|does|much|many|long)|what(?:'s| is| are| does)|where (?:can|do|is|are)|when (?:will|is|do|does|can)"
    r"|why (?:is|are|do|does|can)|which|who (?:can|do|is)|can (?:i|you|we|anyone|someone|somebody)|could (?:you|someone|anyone)"
    r"|is (?:there|it (?:possible|normal|safe))|are there|does (?:anyone|anybody|it|this|the)|do (?:you|i|we) |has anyone|any (?:idea|way|advice|recommendation)"
    r"|comment (?:faire|on|je|puis|peut|ça|changer|avoir|obtenir|savoir|faites|utiliser|activer|annuler|contacter|puis-je)"
    r"|est[- ]ce qu|qu'est[- ]ce qu|pourquoi|où (?:est|sont|peut|puis|trouver|acheter|en est)|ou (?:trouver|acheter|puis-je)|quand (?:est|sera|sort|arrive|aura)|combien"
    r"|quel(?:le)?s? (?:est|sont)|qui (?:peut|sait|a déjà)|peut[- ]on|puis[- ]je|pouvez[- ]vous|pourriez[- ]vous|quelqu'un (?:sait|a|peut|pourrait|connaît|aurait)"
    r"|y a[- ]t[- ]il|avez[- ]vous|savez[- ]vous|je (?:cherche|voudrais savoir|voulais savoir|me demande)|i (?:was wondering|wonder|would like to know))\b",
    re.I,
)


def asks(texts: Sequence[str | None] | pl.Series) -> pl.Series:
    """Boolean, one for each text: does it ask something that could be answered."""
    return pl.Series("asks", [_asks(text) for text in texts], dtype=pl.Boolean)


def sentence_that_asks(text: str) -> str:
    """The sentence that asks, at most 200 characters; the beginning of the text where none is marked."""
    sentences = re.split(r"(?<=[.!?…])\s+|\n+", clean(text).strip())
    marked = [each.strip() for each in sentences if each.strip().endswith("?") and len(each) > 8]
    unmarked = [each.strip() for each in sentences if _UNMARKED.match(each.strip())]
    chosen = (marked or unmarked or [sentence.strip() for sentence in sentences if sentence.strip()] or [""])[0]
    chosen = re.sub(r"\s+", " ", chosen)
    return chosen if len(chosen) <= 200 else chosen[:199].rsplit(" ", 1)[0] + "…"


def _asks(text: str | None) -> bool:
    if not text:
        return False
    words = clean(text).strip()
    if "?" in words and _MARKED.search(words):
        return not (_RHETORICAL.search(words) and words.count("?") <= 1 and len(words.split()) < 12)
    return bool(_UNMARKED.match(words))
