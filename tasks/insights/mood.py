"""Tells the mood of each comment in French and English from word lists of our own: no model, no download.

Follows the rule-based method of Hutto and Gilbert (VADER, 2014), with French negation around the verb and our own lists.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from math import exp, sqrt
from typing import NamedTuple

import polars as pl

from tasks.insights.words import clean, fold, lines

MOOD_SCHEMA: dict[str, pl.DataType] = {"mood": pl.String(), "score": pl.Float64(), "confidence": pl.Float64()}

NEGATIVE_BELOW = -0.2
POSITIVE_ABOVE = 0.2
_SATURATION = 14.0  # the larger, the more words it takes to reach -1 or 1
_TOKENS_OF_A_SHORT_TEXT = 30
_TOKENS_OF_A_REMARK = 45  # in longer texts negations and questions explain rather than complain
_NEGATION_REACH_TOKENS = 3
_MERELY_ASKING = 0.7  # a question without a word of feeling stays neutral, however it negates
_SHOUTED, _A_NAME = 1.25, 0.5
_STRONG = 1.9  # from this value on a word speaks of the writer more than of the subject
_NEGATED_GOOD, _NEGATED_BAD = -0.65, -0.45  # "not good" is bad; "not bad" is only mildly good

_TOKEN = re.compile(
    r"(?P<sign>[<>]?[:;=8xX][-'o^]?[)(\]\[dDpPsS/\\|cC](?!\w)|<3|\^_?\^|\\o/|[\u2600-\u27bf\u2b50\U0001f300-\U0001faff])"
    r"|(?P<stop>[.,!?;\n…]+)|(?P<word>#?[^\W_]+(?:['\-][^\W_]+)*|r\.i\.p)"
)
_ELISION = re.compile(r"^(?:l|d|j|n|s|c|t|m|qu)'(?=\w)")
_ENDINGS = ("", "s", "e", "es", "x", "se", "ses", "sement", "ment", "nt", "le", "les", "ux")  # what * stands for
_DOUBLED = re.compile(r"(\w)\1")
_ELONGATED = re.compile(r"(\w)\1{2,}")

_REFUSAL, _DOUBT, _CHEER = 0.4, 0.4, 0.5  # what each negation, question and exclamation tells beside the words


@dataclass(frozen=True)
class _Lexicon:
    """Values of words, and of expressions by their first two words, longest first."""

    words: dict[str, float]
    expressions: dict[tuple[str, ...], tuple[tuple[tuple[str, ...], float], ...]]


def mood(texts: Sequence[str | None] | pl.Series, langs: Sequence[str | None] | pl.Series) -> pl.DataFrame:
    """MOOD_SCHEMA, one row for each text in the same order: mood, score -1..1, confidence 0..1 in the mood.

    A language other than fr and en, or none, is guessed from the commonest words of both. A text without words that
    tell a mood is neutral with little confidence; an empty one, with none. Pure function of the text and language.
    """
    scored = [_judge(text or "", lang or "") for text, lang in zip(texts, langs, strict=True)]
    return pl.DataFrame(scored, schema=MOOD_SCHEMA, orient="row")


def _judge(text: str, lang: str) -> tuple[str, float, float]:
    found = _tokens(text)
    if not found:
        return "neutral", 0.0, 0.0
    lexicon = _lexicon(_language(found, lang))
    total, hits = _total(found, lexicon)
    length = max(1.0, sqrt(len(found) / _TOKENS_OF_A_SHORT_TEXT))
    total /= length
    score = total / sqrt(total * total + _SATURATION)
    if score >= POSITIVE_ABOVE:
        return "positive", score, _confidence(score - POSITIVE_ABOVE)
    if score <= NEGATIVE_BELOW:
        return "negative", score, _confidence(NEGATIVE_BELOW - score)
    return "neutral", score, 0.45 if not hits else 0.35


def _confidence(beyond: float) -> float:
    """How sure, from the distance beyond the threshold: one half at the threshold, at most 0.9."""
    return min(0.9, 1 / (1 + exp(-5 * beyond)))


class _Token(NamedTuple):
    kind: str  # word | sign | stop
    text: str
    loud: float = 1.0


def _tokens(text: str) -> list[_Token]:
    cleaned = clean(text)
    shouting = cleaned.isupper()
    found: list[_Token] = []
    begins = True
    for match in _TOKEN.finditer(cleaned):
        raw = match.group()
        if match.lastgroup == "word":
            found.append(_word(raw, begins, shouting))
            begins = False
        elif match.lastgroup == "sign":
            found.append(_Token("sign", raw))
        else:
            found.append(_Token("stop", raw))
            begins = True
    return found


@lru_cache(maxsize=200_000)
def _word(raw: str, begins: bool, shouting: bool) -> _Token:
    """A word as the lists have it, and how much it counts: shouted words more, names inside a sentence less."""
    loud = 1.0
    if not raw.islower():
        if raw.isupper():
            loud = _SHOUTED if len(raw) > 2 and not shouting else 1.0
        elif raw.istitle() and not begins:
            loud = _A_NAME
    word = raw.lower()
    if _ELONGATED.search(word):
        word, loud = _ELONGATED.sub(r"\1\1", word), loud * _SHOUTED
    return _Token("word", _plain(word), loud)


def _plain(word: str) -> str:
    word = word.lstrip("#")
    if not word.isascii():
        word = fold(word)
    return _ELISION.sub("", word)


def _language(found: Iterable[_Token], lang: str) -> str:
    """fr or en: which of the two the words speak for, else the given language, else both."""
    words = [token.text for token in found if token.kind == "word"]
    in_french, in_english = _context("french"), _context("english")
    french = sum(word in in_french for word in words)
    english = sum(word in in_english for word in words)
    if french == english:
        return lang if lang in {"fr", "en"} else "both"
    return "fr" if french > english else "en"


def _total(found: list[_Token], lexicon: _Lexicon) -> tuple[float, int]:
    """Sum of the values of a text, with what negates, strengthens and turns them, and how many words had one."""
    total, hits, position, exclamations, questions, refusals = 0.0, 0, 0, 0, 0, 0
    turns, refuses = _context("turn"), _context("refusal")
    while position < len(found):
        token = found[position]
        if token.kind == "stop":
            exclamations += token.text.count("!")
            questions += "?" in token.text
            position += 1
            continue
        if token.kind == "word" and token.text in turns:
            total *= 0.6
        refusals += token.text in refuses
        value, span = _value(found, position, lexicon)
        if value:
            hits += 1
            total += _in_context(found, position, span, value) if token.kind == "word" else value
        position += span
    if len(found) <= _TOKENS_OF_A_REMARK:
        doubt = _REFUSAL * min(refusals, 3) + _DOUBT * min(questions, 2)
        total -= doubt if hits or not questions else min(doubt, _MERELY_ASKING)
    if total >= 0:
        return total + _CHEER * min(exclamations, 3), hits + (exclamations > 1)
    return total * (1 + 0.08 * min(exclamations, 4)), hits


def _value(found: list[_Token], position: int, lexicon: _Lexicon) -> tuple[float, int]:
    """The value of the word, sign or expression at this position, and how many tokens it spans."""
    token = found[position]
    if token.kind == "sign":
        return _signs().get(token.text, 0.0), 1
    if position + 1 < len(found):
        for words, value in lexicon.expressions.get((token.text, found[position + 1].text), ()):
            if words[2:] == tuple(each.text for each in found[position + 2 : position + len(words)]):
                return value, len(words)
    return _word_value(token, lexicon) * token.loud, 1


def _word_value(token: _Token, lexicon: _Lexicon) -> float:
    """The value of a word, also of one that was drawn out: "goood", "nulll"."""
    word = token.text
    value = lexicon.words.get(word)
    if value is None and token.loud >= _SHOUTED and len(word) > 3 and _DOUBLED.search(word):
        shorter = word[:-1] if word[-1] == word[-2] else word
        value = lexicon.words.get(shorter) or lexicon.words.get(_DOUBLED.sub(r"\1", word))
    return value or 0.0


def _in_context(found: list[_Token], position: int, span: int, value: float) -> float:
    before = []
    for token in reversed(found[max(0, position - _NEGATION_REACH_TOKENS) : position]):
        if token.kind == "stop" or token.text in _context("turn"):
            break
        before.append(token.text)
    for distance, word in enumerate(before[:2]):
        value *= 1 + (_intensity().get(word, 1.0) - 1) * (1 if distance == 0 else 0.6)
    after = [token.text for token in found[position + span : position + span + 2] if token.kind == "word"]
    negated_after = bool(after) and after[0] in _context("negation_after") and (after[0] != "plus" or "ne" in before)
    if negated_after or any(word in _context("negation") for word in before):
        value *= _NEGATED_GOOD if value > 0 else _NEGATED_BAD
    return value


@cache
def _lexicon(language: str) -> _Lexicon:
    names = ["mood_en", "mood_fr"] if language == "both" else [f"mood_{language}"]
    words: dict[str, float] = {}
    expressions: dict[tuple[str, ...], list[tuple[tuple[str, ...], float]]] = {}
    for name in names:
        for entry, value in _entries(name):
            parts = tuple(token.text for token in _tokens(entry) if token.kind == "word")
            if len(parts) == 1:
                for ending in _ENDINGS if entry.endswith("*") else ("",):
                    words.setdefault(parts[0] + ending, value)
            elif parts:
                expressions.setdefault(parts[:2], []).append((parts, value))
    longest_first = {first: tuple(sorted(rest, key=lambda e: -len(e[0]))) for first, rest in expressions.items()}
    return _Lexicon(words, longest_first)


@cache
def feelings() -> frozenset[str]:
    """Words of both languages that tell how somebody feels rather than about what, folded."""
    found = {**_lexicon("fr").words, **_lexicon("en").words}
    return frozenset(word for word, value in found.items() if abs(value) >= _STRONG)


@cache
def _context(name: str) -> frozenset[str]:
    """The words of that name in mood_context.txt."""
    return frozenset(dict(line.split(": ", 1) for line in lines("mood_context"))[name].split())


@cache
def _intensity() -> dict[str, float]:
    """Words that strengthen or weaken the next, with their factor."""
    factors = (line.split(": ", 1) for line in lines("mood_context") if line[0].isdigit())
    return {word: float(factor) for factor, words in factors for word in words.split()}


@cache
def _signs() -> dict[str, float]:
    return dict(_entries("mood_emoji"))


def _entries(name: str) -> list[tuple[str, float]]:
    """Entry and value of each entry of a list, in order; `_` stands for a space."""
    return [
        (entry.replace("_", " ").strip() if name != "mood_emoji" else entry, float(line.split(":", 1)[0]))
        for line in lines(name)
        for entry in line.split(":", 1)[1].split()
    ]
