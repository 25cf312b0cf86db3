"""Reads what people write as words: without links and markup, as written for labels and as a shared key for counting.

A key is the word without case, accents and the commonest endings, or the notion that French and English share.
"""

import html
import re
import unicodedata
from functools import cache, lru_cache
from importlib.resources import files

_MARKUP = re.compile(
    r"```.*?```"  # fenced code
    r"|^[ \t]*(?:>|&gt;)[^\n]*"  # quoted lines
    r"|<[^<>]{1,400}>"  # HTML tags that an export left
    r"|(?:https?://|www\.)\S+"
    r"|[\w.+-]+@[\w-]+\.\w+"
    r"|(?<!\w)@\w+|(?<![\w/])/?[ur]/\w+"
    r"|[\u200b-\u200f\u2060\ufeff]",
    re.S | re.M,
)
_HAS_MARKUP = re.compile(r"[`<>@\u200b-\u200f\u2060\ufeff]|&gt;|https?:|www\.|[ur]/")  # quick, and never wrongly none
_TOP_LEVEL = r"\.(?:com|net|org|fr|co|io|info|be|ly|me|tv|uk|ru|de)\b"
_HAS_ADDRESS = re.compile(_TOP_LEVEL)
_ADDRESS = re.compile(rf"\b[\w.-]+{_TOP_LEVEL}(?:/\S*)?")
MARKDOWN_LINK = re.compile(r"\[([^\]\n]{1,200})\]\([^)\s]*\)")
_ESCAPED = re.compile(r"(?:\\u[0-9a-fA-F]{4})+")  # as some exports leave them
_CLAUSE_END = re.compile(r"(?<!\d)[.,]+|[.,]+(?!\d)|[!?;:()\[\]{}\"«»“”…\n\r|/*_~<>=+–—]+|\s-\s")
_WORD = re.compile(r"v?\d+(?:\.\d+)+|[^\W_]+(?:['\-][^\W_]+)*")
_ELISION = re.compile(r"^(?:l|d|j|n|s|c|t|m|qu|jusqu|lorsqu|puisqu|quoiqu)'(?=\w)")
_ENDINGS = re.compile(r"(?:ements?|ations?|ings?|ies|ees|ed|ee|es|er|ez|s|x|e|y)$")
_SHORTEST_STEM = 4
_MAX_CHARACTERS = 4_000  # of one comment; what follows rarely changes what it is about


@lru_cache(maxsize=20_000)  # a comment is read for its mood, its questions and its subjects
def clean(text: str) -> str:
    """The words of a comment alone: no links, tags, entities, quotes, mentions or invisible characters."""
    text = html.unescape(text[:_MAX_CHARACTERS]) if "&" in text else text[:_MAX_CHARACTERS]
    if "\\u" in text:
        text = _ESCAPED.sub(_unescaped, text)
    if "](" in text:
        text = MARKDOWN_LINK.sub(r"\1", text)
    if _HAS_MARKUP.search(text):
        text = _MARKUP.sub(" ", text)
    if _HAS_ADDRESS.search(text):
        text = _ADDRESS.sub(" ", text)
    return text.replace("’", "'")


def _unescaped(match: re.Match[str]) -> str:
    return bytes.fromhex(match.group().replace("\\u", "")).decode("utf-16-be", "replace")


def clauses(text: str) -> list[list[str]]:
    """The words of a comment as written, clause by clause; an expression such as `mise à jour` is one word."""
    found = (_joined(_WORD.findall(part)) for part in _CLAUSE_END.split(clean(text)))
    return [words for words in found if words]


def _joined(words: list[str]) -> list[str]:
    """The words without elisions; those of an expression as one."""
    if len(words) < 2:
        return [_without_elision(word) for word in words]
    expressions, joined, position = _expressions(), [], 0
    while position < len(words):
        span = 1
        for expression in expressions.get(words[position].lower(), ()):
            if expression == tuple(word.lower() for word in words[position : position + len(expression)]):
                span = len(expression)
                break
        written = " ".join(words[position : position + span])
        joined.append(written if span > 1 else _without_elision(written))
        position += span
    return joined


def fold(word: str) -> str:
    """Lower case without accents, ligatures or compatibility forms."""
    decomposed = unicodedata.normalize("NFKD", word.lower().replace("œ", "oe").replace("æ", "ae"))
    return "".join(char for char in decomposed if not unicodedata.combining(char))


@lru_cache(maxsize=200_000)
def key(word: str) -> str:
    """What the word counts as: a shared notion, or its stem. Empty for words that say nothing by themselves."""
    folded = fold(word)
    if folded in stop_words() or len(folded) < 2 or folded.isdigit():
        return ""
    if "-" in folded and all(part in stop_words() or len(part) < 2 for part in folded.split("-")):
        return ""  # "faut-il", "est-ce"
    notions = _notions()
    stem = _stem(folded)
    return notions.get(folded) or notions.get(folded.removesuffix("s")) or notions.get(stem) or stem


def is_notion(name: str) -> bool:
    """Whether a key is a notion of concepts.txt or a grave word, and so a subject however it sounds."""
    return name in _notion_names()


@cache
def stop_words() -> frozenset[str]:
    """French and English words that say nothing about a subject, folded."""
    return frozenset(
        fold(word) for name in ("stopwords_fr", "stopwords_en") for line in lines(name) for word in line.split()
    )


def lines(name: str) -> list[str]:
    """The lines of a data file of the package, without comments and blank lines."""
    text = files("tasks.insights").joinpath("lexicon", f"{name}.txt").read_text("utf-8")
    return [line for line in text.splitlines() if line.strip() and not line.startswith("#")]


def _without_elision(word: str) -> str:
    lowered = word.lower()
    if lowered.endswith("'s"):
        return word[:-2]
    return word[match.end() :] if (match := _ELISION.match(lowered)) else word


def _stem(folded: str) -> str:
    """The word without a common French or English ending, where enough of it remains."""
    if len(folded) <= _SHORTEST_STEM or not folded.isalpha():
        return folded
    if folded.endswith("aux"):
        return folded[:-2] + "l"
    stem = _ENDINGS.sub("", folded)
    return stem if len(stem) >= _SHORTEST_STEM else folded.removesuffix("s")


def _concept_lines() -> list[tuple[str, list[str]]]:
    pairs = (line.split(":", 1) for line in lines("concepts"))
    return [(name.strip(), [word.strip() for word in words.split(",")]) for name, words in pairs]


@cache
def _notion_names() -> frozenset[str]:
    grave = {key(word) for line in lines("gravity") for word in line.split()}
    return frozenset(name for name, _ in _concept_lines()) | grave


@cache
def _notions() -> dict[str, str]:
    known: dict[str, str] = {}
    for name, words in _concept_lines():
        for word in words:
            known.setdefault(fold(word), name)
            if " " not in word:
                known.setdefault(_stem(fold(word)), name)
    return known


@cache
def _expressions() -> dict[str, tuple[tuple[str, ...], ...]]:
    """Expressions of several words by their first, longest first."""
    found: dict[str, set[tuple[str, ...]]] = {}
    for _, words in _concept_lines():
        for expression in (tuple(_WORD.findall(word.lower())) for word in words if " " in word):
            found.setdefault(expression[0], set()).add(expression)
    return {first: tuple(sorted(rest, key=lambda each: (-len(each), each))) for first, rest in found.items()}
