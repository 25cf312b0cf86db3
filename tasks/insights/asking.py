"""Tells which comments ask something, in French and English, with or without a question mark."""

import re
from collections.abc import Sequence

import polars as pl

from tasks.insights.words import clean

_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+(?!\?)|\n+")
_MARKED = re.compile(r"\w.{4,}\?")
_TAG = re.compile(r"(?:,\s*(?:isn't it|right|n'est-ce pas|hein|non)|\blol|\bmdr|\bwtf)\W*\?+\W*$", re.I)
_RHETORICAL = re.compile(
    r"\W*(?:so |et |mais |but |non mais )?(?:seriously|sérieux|sérieusement|réagissez|really|vraiment|what|quoi|hein|no|non|ok|okay"
    r"|(?:are )?you (?:kidding|joking|serious)(?: me)?|do you (?:even )?reali[sz]e|(?:is )?(?:this|that|it) (?:is )?(?:serious|a joke)"
    r"|vous réalisez|c'est (?:grave|une blague|sérieux)(?: là)?|vous (?:vous moquez|rigolez|plaisantez)(?: de nous)?"
    r"|on se moque de qui|who cares|et alors|so what|why(?: me)?|pourquoi(?: moi)?)\W*$",
    re.I,
)
_UNMARKED = re.compile(
    r"^\W*(?:(?:hi|hello|hey|bonjour|bonsoir|salut|coucou)\b[\s,!.]*(?:all|everyone|guys|à tous|tout le monde|la team)?[\s,!.]*)?"
    r"(?:how (?:do|can|to|does|much|many|long)|what(?:'s| is| are| does)|where (?:can|do|is|are)|when (?:will|is|do|does|can)"
    r"|why (?:is|are|do|does|can)|which|who (?:can|do|is)|can (?:i|you|we|anyone|someone|somebody)|could (?:you|someone|anyone)"
    r"|is (?:there|it (?:possible|normal|safe))|are there|does (?:anyone|anybody|it|this|the)|do (?:you|i|we) |has anyone|any (?:idea|way|advice|recommendation)"
    r"|comment (?:faire|on|je|puis|peut|ça|changer|avoir|obtenir|savoir|faites|utiliser|activer|annuler|contacter|puis-je)"
    r"|est[- ]ce que?|qu'est[- ]ce que?|pourquoi|où (?:est|sont|peut|puis|trouver|acheter|en est)|ou (?:trouver|acheter|puis-je)|quand (?:est|sera|sort|arrive|aura)|combien"
    r"|quel(?:le)?s? (?:est|sont)|qui (?:peut|sait|a déjà)|peut[- ]on|puis[- ]je|pouvez[- ]vous|pourriez[- ]vous|quelqu'un (?:sait|a|peut|pourrait|connaît|aurait)"
    r"|y a[- ]t[- ]il|avez[- ]vous|savez[- ]vous|je (?:cherche|voudrais savoir|voulais savoir|me demande)|i (?:was wondering|wonder|would like to know))\b",
    re.I,
)


def asks(texts: Sequence[str | None] | pl.Series) -> pl.Series:
    """Boolean, one for each text: does it ask something that could be answered."""
    return pl.Series("asks", [_asks(text) for text in texts], dtype=pl.Boolean)


def sentence_that_asks(text: str) -> str:
    """The sentence that asks most, at most 200 characters; the beginning of the text where none asks."""
    asking = _sentences_that_ask(text)
    chosen = max(asking, key=lambda each: min(len(each.split()), 15)) if asking else " ".join(clean(text).split())
    return chosen if len(chosen) <= 200 else chosen[:199].rsplit(" ", 1)[0] + "…"


def _asks(text: str | None) -> bool:
    return bool(text) and bool(_sentences_that_ask(text or ""))


def _sentences_that_ask(text: str) -> list[str]:
    """Sentences with a question mark that are no mere exclamation, and those that begin like a question."""
    sentences = (" ".join(each.split()) for each in _SENTENCE_END.split(clean(text)))
    return [
        each
        for each in sentences
        if (_MARKED.search(each) or _UNMARKED.match(each)) and not _RHETORICAL.match(each) and not _TAG.search(each)
    ]
