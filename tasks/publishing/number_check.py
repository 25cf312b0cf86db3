"""Checks every number of a text against the facts that it was written from: its value, its unit, what it counts and of what.

A number is true when a fact says the same number of the same thing: not the right figure under the wrong name, not
yesterday's for today's, no rise for a fall. Plain code, and strict: what it cannot follow is refused.
"""

import itertools
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import regex

from domain.language import Language
from tasks.insights.words import fold, key

_JOINTS = r"(?:contre|against|au lieu|instead|compared|par rapport|up from|down from|et|and|mais|but|dont|while|tandis|alors)\b"
_SEGMENT_END = regex.compile(rf"[,;.!?()](?=\s|$|[,;.)])|(?<=\s)\((?=\S)|\s(?={_JOINTS})", regex.I)
_GROUPED = regex.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_NUMBER = regex.compile(r"\d{1,3}(?:[\u00a0\u202f ]\d{3})+(?!\d)(?:,\d+)?|\d+(?:[.,:]\d+)*")
_UNIT = regex.compile(
    r"\s?(?:(?P<share>%|percent|pour cent)|(?P<points>points?)\b|(?P<hours>h|heures?|hours?)\b|(?P<minutes>min|minutes?)\b|"
    r"(?P<days>j|d|jours?|days?)\b|(?P<clock>[ap]m)\b|(?P<money>[$€]))"
)
_QUOTED = regex.compile(r"«\s*([^»]+?)\s*»|“([^”]+)”")
_WORD = regex.compile(r"\p{L}[\p{L}'’-]*")
_LABEL_OPEN, _LABEL_CLOSE = "\ue000", "\ue001"
_LABELLED = regex.compile(rf"{_LABEL_OPEN}(\d+){_LABEL_CLOSE}")

# `le plus` is no rise.
_MORE = regex.compile(
    r"(?<!\b(?:le|la|les|des)\s)\bplus\b|\b(?:hausse|augment\w*|progress\w*|grimp\w*|monte\w*|more|up|ris\w+|rose|grew|grow\w*|increas\w*|higher)\b|\+\d"
)
_LESS = regex.compile(
    r"\b(?:moins|baiss\w*|recul\w*|diminu\w*|chut\w*|fewer|less|down|drop\w*|fell|fall\w*|decreas\w*|declin\w*|lower)\b|[\u2212-]\d"
)
_NEGATIVE, _POSITIVE = regex.compile(r"\bnegati\w*"), regex.compile(r"\bpositi\w*")
_PAST = regex.compile(
    r"\b(?:contre|against|veille|avant|before|precedent\w*|previous\w*|habitude|usual\w*|rule|attendu\w*|expected|au lieu|instead|(?:up|down) from|compared|par rapport)\b"
)
_SPELT = frozenset(
    fold(word)
    for line in (
        "deux trois quatre cinq six sept huit neuf dix onze douze quinze vingt trente quarante cinquante cent mille million",
        "double doublé doublent moitié tiers quart triple triplé dizaine dizaines douzaine vingtaine centaine centaines",
        "milliers majorité majoritairement plupart",
        "two three four five seven eight nine ten eleven twelve fifteen twenty thirty forty fifty hundred hundreds thousand",
        "thousands doubled half quarter twice tripled dozen dozens majority most mostly",
    )
    for word in line.split()
)


@dataclass(frozen=True)
class Said:
    """A number in its part of a sentence.

    after and label: the keys of the words between it and the next and the last number. before: those of the sentence
    so far. about: labels named in this part. told: labels named earlier in the sentence, or before a colon.
    """

    value: str
    unit: str
    part: str
    after: tuple[str, ...]
    label: tuple[str, ...]
    before: tuple[str, ...]
    about: frozenset[int]
    told: frozenset[int]

    @property
    def past(self) -> bool:
        return bool(_PAST.search(self.part))

    @property
    def way(self) -> int:
        """1 where its part speaks of more alone, -1 where of less alone, else 0."""
        return bool(_MORE.search(self.part)) - bool(_LESS.search(self.part))

    @property
    def mood(self) -> int:
        """The same for negative and positive."""
        return bool(_NEGATIVE.search(self.part)) - bool(_POSITIVE.search(self.part))

    def nouns(self, known: Collection[str]) -> set[str]:
        """What it counts, of what is counted at all: by the words after it, else by those before."""
        return next(
            (found for keys in (self.after, self.label, self.before) if (found := set(keys) & set(known))), set()
        )


@dataclass(frozen=True)
class Facts:
    """What may be said. texts: one fact each. labels: names of topics and platforms, whose own digits count nothing."""

    texts: tuple[str, ...]
    labels: tuple[str, ...]
    language: Language

    @cached_property
    def said(self) -> tuple[Said, ...]:
        return tuple(said for text in self.texts for said in _numbers(text, self.labels, self.language))

    @cached_property
    def nouns(self) -> frozenset[str]:
        """What numbers of the facts count."""
        return frozenset(
            word for said in self.said if not said.unit or not said.after for word in said.after[:1] or said.label
        )

    @cached_property
    def in_labels(self) -> frozenset[str]:
        return frozenset(_value(found, self.language) for label in self.labels for found in _NUMBER.findall(label))

    @cached_property
    def words(self) -> frozenset[str]:
        return frozenset(_folded_words(" ".join(self.texts)))


def labels_in(texts: Collection[str]) -> tuple[str, ...]:
    """What stands between guillemets or quotation marks, each once."""
    found = (one or other for text in texts for one, other in _QUOTED.findall(text))
    return tuple(dict.fromkeys(found))


def untrue(sentence: str, facts: Facts) -> list[str]:
    """The numbers of the sentence, in figures or in words, that no fact bears out."""
    wrong = [
        f"{said.value} {said.unit}".strip()
        for said in _numbers(sentence, facts.labels, facts.language)
        if not _holds(said, facts)
    ]
    return wrong + sorted((_folded_words(sentence) & _SPELT) - facts.words)


def _holds(said: Said, facts: Facts) -> bool:
    if said.value in facts.in_labels and not said.unit and not set(said.after) & facts.nouns:
        return True  # part of a name, such as a version
    return any(_agree(said, fact, facts.nouns) for fact in facts.said)


def _agree(said: Said, fact: Said, nouns: Collection[str]) -> bool:
    return (
        (said.value, said.unit, said.past, said.mood) == (fact.value, fact.unit, fact.past, fact.mood)
        and said.way in (0, fact.way)
        and _is_about_the_same(said, fact)
        and _counts_the_same(said, fact, nouns)
    )


def _is_about_the_same(said: Said, fact: Said) -> bool:
    """A figure of a topic or platform is said with its name; one of the whole community not in one breath with one."""
    of_fact = fact.about | fact.told
    return bool((said.about or said.told) & of_fact) if of_fact else not said.about


def _counts_the_same(said: Said, fact: Said, nouns: Collection[str]) -> bool:
    counted, of_fact = said.nouns(nouns), fact.nouns(nouns)
    if not counted:
        near, of_near = said.after or said.label, fact.after or fact.label
        return not near or not of_near or bool(set(near) & set(of_near))
    if said.after and not fact.after and not said.unit:
        return counted == of_fact  # `New members: 14` bears out 14 new members, not 14 members
    return counted <= of_fact if set(said.after or said.label) & set(nouns) else bool(counted & of_fact)


def _numbers(text: str, labels: Sequence[str], language: Language) -> Iterator[Said]:
    told: frozenset[int] = frozenset()
    before: tuple[str, ...] = ()
    for part in _SEGMENT_END.split(_with_labels_marked(text, labels)):
        head, _, tail = part.rpartition(":")
        told |= _labels_marked(head)
        about = _labels_marked(tail)
        plain = fold(_LABELLED.sub(" ", part))
        found = [(number, _UNIT.match(plain, number.end())) for number in _NUMBER.finditer(plain)]
        ends = [0, *((unit or number).end() for number, unit in found), len(plain)]
        words = [_keys(plain[start:end]) for start, end in itertools.pairwise(ends)]
        for at, (number, unit) in enumerate(found):
            value, name = _value(number.group(), language), str(unit.lastgroup) if unit else ""
            before += words[at]
            yield Said(value, name, plain, words[at + 1], words[at], before, about, told - about)
        told |= about
        before += words[-1]


def _labels_marked(part: str) -> frozenset[int]:
    return frozenset(int(found) for found in _LABELLED.findall(part))


def _keys(text: str) -> tuple[str, ...]:
    return tuple(found for word in _WORD.findall(text) if (found := key(word)))


def _with_labels_marked(text: str, labels: Sequence[str]) -> str:
    """Labels stand aside: their commas and digits belong to no sentence. The longest are found first."""
    marked = text
    for at, label in sorted(enumerate(labels), key=lambda each: -len(each[1])):
        whole = rf"(?<!\w){regex.escape(label)}(?!\w)"
        # X is a platform, x is not.
        marked = regex.sub(whole, f"{_LABEL_OPEN}{at}{_LABEL_CLOSE}", marked, flags=0 if len(label) < 2 else regex.I)
    return marked


def _value(written: str, language: Language) -> str:
    """A number in one way of writing it: 1234.5."""
    digits = written.translate({ord(space): None for space in "\u00a0\u202f "})
    if language == "fr":
        return digits.replace(",", ".")
    return digits.replace(",", "") if _GROUPED.fullmatch(digits) else digits


def _folded_words(text: str) -> set[str]:
    return {fold(word) for word in _WORD.findall(text)}
