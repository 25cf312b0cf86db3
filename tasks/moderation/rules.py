"""Applies a charter's rules to a batch: one linear pass finds the few comments that may hit, then each is looked at.

The first pass is Rust's regex engine through Polars, which cannot backtrack; the second runs under a time-out.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import polars as pl
import regex

from domain.charter import Charter, Norm, Rule
from tasks.moderation.conditions import MATCH_TIMEOUT_S, Message, asks_more, spans_of
from tasks.moderation.language import is_in
from tasks.moderation.normalise import SIGNS_OF_A_MASK, View, fold, folded_view, is_masked, unmask, unmasked_view

TIMEOUTS_BEFORE_REST = 3
MIN_LETTERS_FOR_CAPITALS = 12
FEW_TEXTS = 200

LINK = r"(?:https?://|www\.)[^\s<>\"')\]]+|\b[a-z0-9][a-z0-9\-]*(?:\.[a-z0-9\-]+)*\.(?:com|net|org|fr|io|me|ly|gg|tv|ru|info|biz|xyz|shop|club|online|site|top|link|be|co|tk|app|store|live)\b(?:/[^\s<>\"')\]]*)?"
_LINK = regex.compile(LINK, regex.IGNORECASE)
_HOST = regex.compile(r"^(?:https?://)?(?:[^/@\s]*@)?([^/:?#\s]+)", regex.IGNORECASE)

_CAPITAL = regex.compile(r"(?<!\\)\p{Lu}")
_LOOK_AROUND = regex.compile(r"\(\?<?[!=][^()]*\)")

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Hit:
    """A rule that held for a comment. spans: (start, end) in the original text, in characters."""

    norm: str
    rule: str
    confidence: float
    spans: tuple[tuple[int, int], ...]


@dataclass
class _Compiled:
    """A rule made ready, and how often its patterns have run out of time in this batch."""

    norm: str
    rule: Rule
    words: list[str]  # at most one pattern, for all the words
    patterns: list[str]
    unless: list[str]
    first_pass: list[pl.Expr]
    asks_more: bool = False
    timeouts: int = field(default=0)


def word_pattern(word: str) -> str:
    """A regular expression for a word or phrase as a whole, in folded text; `*` at its end stands for any ending."""
    folded = fold(word.strip())
    stem = folded.rstrip("*")
    body = r"\s+".join(regex.escape(part) for part in stem.split())
    before = r"\b" if stem[:1].isalnum() else ""
    after = r"\w*" if folded.endswith("*") else r"\b" if stem[-1:].isalnum() else ""
    return before + body + after


def folded_pattern(pattern: str) -> str:
    """A CM's regular expression with its accents folded, as in the texts that it will meet."""
    return pattern if pattern.isascii() else "".join(char if char.isascii() else fold(char) for char in pattern)


@lru_cache(maxsize=4096)
def compiled(pattern: str) -> "regex.Pattern[str]":
    """The pattern, ready for folded texts. Raises regex.error."""
    return regex.compile(pattern, regex.IGNORECASE | regex.VERSION0)


class RuleBook:
    """The rules of a charter, compiled once. `hits` may be called on any number of batches."""

    def __init__(self, charter: Charter) -> None:
        self._rules = [_compile(norm, rule) for norm in charter.norms for rule in norm.rules]

    def hits(
        self,
        texts: Sequence[str],
        langs: Sequence[str | None],
        rows: Sequence[Mapping[str, Any]] | None = None,
    ) -> dict[int, list[Hit]]:
        """The hits of each text that has any, by its position. langs: ISO 639-1, None or "und" when unknown.

        rows: what else is known of each message (COMMENT_SCHEMA), for rules that ask about more than its text.
        """
        for one in self._rules:
            one.timeouts = 0
        found = {
            at: _hits(texts[at], langs[at], {**(rows[at] if rows else {}), "text": texts[at]}, rules)
            for at, rules in self._candidates(texts).items()
        }
        return {at: found[at] for at in sorted(found) if found[at]}

    def _candidates(self, texts: Sequence[str]) -> dict[int, list[_Compiled]]:
        """For each text that may hit, the rules that may."""
        candidates: dict[int, list[_Compiled]] = {}
        if not self._rules or not texts:
            return candidates
        folded = [fold(text) for text in texts]
        maybe_masked = pl.Series(folded, dtype=pl.String).str.contains(SIGNS_OF_A_MASK)
        unmasked = {at: unmask(folded[at]) for at in maybe_masked.arg_true().to_list() if is_masked(folded[at])}
        views = {
            "at": [*range(len(texts)), *unmasked],
            "text": [*texts, *(texts[at] for at in unmasked)],
            "view": [*folded, *unmasked.values()],
        }
        batch = pl.DataFrame(views, schema={"at": pl.Int64, "text": pl.String, "view": pl.String})
        if any(one.rule.domains or one.rule.min_links for one in self._rules):
            batch = batch.with_columns(linked=pl.col("text").str.contains(f"(?i){LINK}"))
        for one in self._rules:
            left = batch
            for condition in one.first_pass:
                # Making a pattern ready costs as much as trying it on some hundred texts in the second pass.
                left = left.filter(condition) if len(left) > FEW_TEXTS else left
            for at in left["at"].unique().to_list():
                candidates.setdefault(at, []).append(one)
        return candidates


@lru_cache(maxsize=4)
def _book(version: str, dumped: str) -> RuleBook:
    return RuleBook(Charter.model_validate_json(dumped))


def rule_book(charter: Charter) -> RuleBook:
    """The rules of a charter, made ready once in a process."""
    return _book(charter.version, charter.model_dump_json())


def _hits(text: str, lang: str | None, row: Mapping[str, Any], rules: list[_Compiled]) -> list[Hit]:
    views = [folded_view(text)]
    if is_masked(views[0].text):
        views.append(unmasked_view(views[0]))
    message = Message(row)
    hits = (_hit(one, text, lang, message, views) for one in rules)
    return [hit for hit in hits if hit]


def _compile(norm: Norm, rule: Rule) -> _Compiled:
    words = "|".join(sorted((word_pattern(word) for word in rule.words), key=len, reverse=True))
    patterns = [folded_pattern(pattern) for pattern in rule.patterns]
    unless = [folded_pattern(pattern) for pattern in rule.unless]
    return _Compiled(
        norm.id,
        rule,
        [words] if words else [],
        patterns,
        unless,
        list(_first_pass(rule, words, patterns)),
        asks_more(rule),
    )


def _first_pass(rule: Rule, words: str, patterns: list[str]) -> Iterator[pl.Expr]:
    """Conditions over the columns text, view (folded or unmasked) and linked, cheap ones first, that hold where the rule hits.

    Look-arounds, which Rust lacks, are left out; a pattern that it cannot read at all is tried on every text.
    """
    if words:
        yield _any_holds([words.replace(r"\w*", "")])
    if rule.domains or rule.min_links:
        yield pl.col("linked")
    if rule.min_capitals_share:
        letters, capitals = pl.col("text").str.count_matches(r"\p{L}"), pl.col("text").str.count_matches(r"\p{Lu}")
        yield (letters >= MIN_LETTERS_FOR_CAPITALS) & (capitals >= letters * rule.min_capitals_share * 0.9)
    for check in rule.checks:
        if check.parts == ["body"] and not (check.negated or check.regex or check.case_sensitive):
            yield _any_holds(["|".join(regex.escape(fold(text)) for text in check.any_of)])
    linear = [_LOOK_AROUND.sub("", _cased(pattern)) for pattern in patterns]
    if linear and all(_is_linear(pattern) for pattern in linear):
        yield _any_holds(linear)


def _any_holds(patterns: list[str]) -> pl.Expr:
    return pl.any_horizontal(pl.col("view").str.contains(pattern) for pattern in patterns)


def _cased(pattern: str) -> str:
    """Only patterns with capitals need to be told that case does not count: texts are folded."""
    return f"(?i:{pattern})" if _CAPITAL.search(pattern) else pattern


@lru_cache(maxsize=4096)
def _is_linear(pattern: str) -> bool:
    try:
        return not bool(pl.Series([""]).str.contains(pattern).item())
    except pl.exceptions.ComputeError:
        return False


def _hit(one: _Compiled, text: str, lang: str | None, message: Message, views: list[View]) -> Hit | None:
    rule = one.rule
    if one.timeouts >= TIMEOUTS_BEFORE_REST:
        return None
    checked = _checked(one, message)
    spans = None if checked is None else _condition_spans(one, text, views, checked)
    if spans is None or (rule.languages and not is_in(lang, text, rule.languages)):
        return None
    if any(_spans(pattern, views, one) for pattern in one.unless):
        return None
    return Hit(one.norm, rule.name, rule.confidence, tuple(sorted(spans)))


def _checked(one: _Compiled, message: Message) -> set[tuple[int, int]] | None:
    """What the rule's checks found in the text, None when one does not hold or has run out of time."""
    if not one.asks_more:
        return set()
    try:
        return spans_of(one.rule, message)
    except TimeoutError:
        _ran_out_of_time(one)
        return None


def _ran_out_of_time(one: _Compiled) -> None:
    one.timeouts += 1
    logger.warning("rule %r of norm %r ran out of time on a comment", one.rule.name, one.norm)


def _condition_spans(
    one: _Compiled, text: str, views: list[View], checked: set[tuple[int, int]]
) -> set[tuple[int, int]] | None:
    """What made the rule's conditions hold, None when one of them does not. checked: what its checks found."""
    rule, spans = one.rule, set(checked)
    if rule.min_capitals_share and _capitals_share(text) < rule.min_capitals_share:
        return None
    if rule.min_links or rule.domains:
        links = [match.span() for match in _LINK.finditer(text)]
        if rule.domains:
            links = [span for span in links if _host_is_in(text[slice(*span)], rule.domains)]
        if len(links) < (rule.min_links or 1):
            return None
        spans.update(links)
    for wanted in (one.words, one.patterns):
        found = {span for pattern in wanted for span in _spans(pattern, views, one)}
        if wanted and not found:
            return None
        spans |= found
    return spans


def _spans(pattern: str, views: list[View], one: _Compiled) -> set[tuple[int, int]]:
    """Where the pattern matches in any view, in the original's characters; nothing once it has run out of time."""
    found = set[tuple[int, int]]()
    for view in views:
        try:
            matches = [match.span() for match in compiled(pattern).finditer(view.text, timeout=MATCH_TIMEOUT_S)]
        except TimeoutError:
            _ran_out_of_time(one)
            return found
        found |= {view.original_span(*span) for span in matches if span[1] > span[0]}
    return found


def _host_is_in(link: str, domains: Sequence[str]) -> bool:
    match = _HOST.match(link)
    host = match.group(1).lower().rstrip(".") if match else ""
    return any(host == domain or host.endswith("." + domain) for domain in (one.lower() for one in domains))


def _capitals_share(text: str) -> float:
    letters = [char for char in text if char.isalpha()]
    return sum(char.isupper() for char in letters) / len(letters) if len(letters) >= MIN_LETTERS_FOR_CAPITALS else 0.0
