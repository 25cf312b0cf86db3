"""Checks that a text says nothing that its sources do not say: numbers, dates, links, names and claims.

Plain code, so that it holds whatever wrote the text. It errs on the side of refusing: a refused text is read by a human.
"""

from collections.abc import Collection
from dataclasses import dataclass

import regex

from tasks.insights.words import clauses, key
from tasks.moderation.injection import odd_shapes
from tasks.moderation.normalise import fold

LEAST_SHARED = 0.6  # of a sentence's words that say something, those that must stand in the sources
FREE_WORDS = 2  # so many others are always allowed: a sentence needs joints
MOST_SENTENCES = 14

_LINK = regex.compile(
    r"(?:https?://|www\.)\S+|\b[\w.+-]+@[\w-]+\.\w+|\b[\w-]+\.(?:com|org|net|fr|eu|io|example|co|uk|shop|ly|me)\b\S*",
    regex.I,
)
_NUMBER = regex.compile(r"\d+(?:[.,:/\u202f\u00a0 ]\d+)*\s?(?:%|€|\$|£)?")
_NAME = regex.compile(r"(?<=[\p{Ll}\d,;]\s)\p{Lu}[\p{L}\d-]+")
_SPELT = regex.compile(r"(?:\b\w[ .\-_*/|]){3,}\w\b")  # l.e.t.t.e.r.s
_NUMBER_WORDS = frozenset(
    [
        "un",
        "une",
        "deux",
        "trois",
        "quatre",
        "cinq",
        "six",
        "sept",
        "huit",
        "neuf",
        "dix",
        "onze",
        "douze",
        "quinze",
        "vingt",
        "trente",
        "quarante",
        "cinquante",
        "cent",
        "mille",
        "lundi",
        "mardi",
        "mercredi",
        "jeudi",
        "vendredi",
        "samedi",
        "dimanche",
        "demain",
        "aujourd'hui",
        "gratuit",
        "gratuite",
        "gratuitement",
        "offert",
        "offerte",
        "rembourse",
        "remboursee",
        "remboursement",
        "garanti",
        "garantie",
        "promis",
        "promets",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "fifteen",
        "twenty",
        "thirty",
        "forty",
        "fifty",
        "hundred",
        "thousand",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "tomorrow",
        "today",
        "free",
        "refund",
        "refunded",
        "guaranteed",
        "promise",
        "compensation",
        "voucher",
        "dedommagement",
        "bon",
        "avoir",
    ]
)


@dataclass(frozen=True)
class Flaw:
    """What of a text its sources do not say. kind: link | number | name | claim | length | markup."""

    kind: str
    what: str


def flaws(sentences: Collection[str], sources: Collection[str]) -> list[Flaw]:
    """The flaws of a text, none where every sentence rests on the sources. sources: their texts and links."""
    known = fold("\n".join(sources))
    if len(sentences) > MOST_SENTENCES:
        return [Flaw("length", str(len(sentences)))]
    found = []
    for sentence in sentences:
        found += [Flaw("link", link) for link in _LINK.findall(sentence) if fold(link).rstrip(".,;:!?)") not in known]
        found += [Flaw("number", each) for each in _numbers(sentence) - _numbers(known)]
        found += [Flaw("name", name) for name in _NAME.findall(sentence) if fold(name) not in known]
        found += [Flaw("claim", word) for word in _strong_words(sentence) - _strong_words(known)]
        shapes = [*odd_shapes(sentence), *_SPELT.findall(fold(sentence))]
        found += [Flaw("markup", shape) for shape in shapes if fold(shape) not in known or not fold(shape)]
        found += [] if _is_said(sentence, known) else [Flaw("claim", sentence)]
    return found


def _numbers(text: str) -> set[str]:
    return {regex.sub(r"\D", "", each) for each in _NUMBER.findall(_LINK.sub(" ", text))} - {""}


def _strong_words(text: str) -> set[str]:
    """Words that promise or count, and so must be the sources' own."""
    return set(regex.findall(r"[\w']+", fold(text))) & (_NUMBER_WORDS - {"un", "une"})


def _is_said(sentence: str, known: str) -> bool:
    words = {key(word) for clause in clauses(sentence) for word in clause} - {""}
    there = {key(word) for clause in clauses(known) for word in clause}
    missing = words - there
    return len(missing) <= FREE_WORDS and len(words) - len(missing) >= LEAST_SHARED * len(words)
