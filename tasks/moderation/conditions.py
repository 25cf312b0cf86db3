"""Whether a rule's checks, numbers and flags hold for one message, and where in its text.

Texts are compared as the rules see them (folded), under a time-out; a fact that the platform does not tell is unknown, and
what is unknown never makes a rule hold.
"""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cached_property, lru_cache
from typing import Any, cast
from urllib.parse import urlsplit

import regex

from domain.charter import Charter, Role, Rule
from domain.checks import DAY, Fact, Flag, Part, TextCheck
from tasks.moderation.normalise import View, fold, folded_view, is_masked, unmasked_view

MATCH_TIMEOUT_S = 0.05
TEMPLATES = {
    "includes": "(?:{})",
    "includes-word": r"(?:^|(?<=\W)|\b)(?:{})(?:$|(?=\W)|\b)",
    "starts-with": r"\A(?:{})",
    "ends-with": r"(?:{})\Z",
    "full-exact": r"\A(?:{})\Z",
    "full-text": r"\A\W*(?:{})\W*\Z",
}
Spans = set[tuple[int, int]]
_QUOTED = regex.compile(r"^[ \t]{0,3}(?:>|&gt;)[^\n]*", regex.MULTILINE)
_MARGIN = regex.compile(r"\A\W+|\W+\Z")


class Message:
    """One row of COMMENT_SCHEMA, or the part of it that is known, as rules ask about it."""

    def __init__(self, row: Mapping[str, Any]) -> None:
        self._row = row
        self._views: dict[tuple[Part, bool], list[View]] = {}

    @cached_property
    def _raw(self) -> dict[str, Any]:
        return json.loads(self._row.get("raw") or "{}") or {}

    def views(self, part: Part, *, ignore_quotes: bool) -> list[View]:
        """The part as the rules read it: folded, and without its disguise where it wears one."""
        key = part, ignore_quotes and part == "body"
        if key not in self._views:
            folded = folded_view(_unquoted(self.part(part) or "") if key[1] else self.part(part) or "")
            masked = part == "body" and is_masked(folded.text)
            self._views[key] = [folded, unmasked_view(folded)] if masked else [folded]
        return self._views[key]

    @property
    def kind(self) -> str:
        return self._row.get("kind") or "comment"

    @property
    def body_start(self) -> int:
        """Where the body begins in the text: a post's text begins with its title."""
        text, title = self._row.get("text") or "", self._row.get("thread_title") or ""
        if self.kind != "post" or not title or not text.startswith(title):
            return 0
        return len(text) - len(text[len(title) :].lstrip())

    def part(self, part: Part) -> str | None:
        """The text of a part; None where this message has no such part."""
        return _PARTS[part](self, self._row, self._raw)

    def fact(self, fact: Fact) -> float | None:
        """The number; None where it is unknown."""
        if fact == "body_chars":
            return len(_MARGIN.sub("", self.part("body") or ""))
        if fact == "account_age_days":
            born, now = self._raw.get("author_created_at"), self._row.get("created_at")
            return (now - datetime.fromisoformat(born)) / DAY if born and now else None
        if fact == "combined_karma":
            halves = self.fact("comment_karma"), self.fact("post_karma")
            return None if None in halves else sum(cast(tuple[float, float], halves))
        value = self._raw.get(_RAW_FACTS[fact])
        return float(value) if isinstance(value, int | float) else None

    def flag(self, flag: Flag) -> bool | None:
        """Whether it is so; None where it is unknown."""
        if flag == "is_edited":
            return self._row.get("edited_at") is not None
        if flag == "is_top_level":
            return self.kind == "comment" and self._row.get("parent_id") in (None, self._row.get("thread_id"))
        value = self._raw.get(_RAW_FLAGS[flag])
        return value if isinstance(value, bool) else None

    @property
    def roles(self) -> frozenset[Role]:
        """What the author is in this place, as far as the platform tells."""
        channel, author = self._raw.get("channelId"), self._row.get("author_id")
        held: dict[Role, bool] = {
            "moderator": self._raw.get("distinguished") in ("moderator", "admin"),
            "channel_owner": bool(channel) and author == f"youtube:{channel}",
            "thread_author": self._raw.get("is_submitter") is True,
        }
        return frozenset(role for role, is_held in held.items() if is_held)


_RAW_FACTS: dict[Fact, str] = {
    "reports": "num_reports",
    "comment_karma": "author_comment_karma",
    "post_karma": "author_post_karma",
}
_RAW_FLAGS: dict[Flag, str] = {"is_submitter": "is_submitter", "is_text_post": "is_self", "is_adult": "over_18"}


def _body(message: Message, row: Mapping[str, Any], _: Mapping[str, Any]) -> str:
    return str(row.get("text") or "")[message.body_start :]


def _title(message: Message, row: Mapping[str, Any], _: Mapping[str, Any]) -> str | None:
    return row.get("thread_title") if message.kind == "post" else None


def _url(message: Message, _: Mapping[str, Any], raw: Mapping[str, Any]) -> str | None:
    return raw.get("url") if message.kind == "post" and not raw.get("is_self") else None


def _domain(message: Message, row: Mapping[str, Any], raw: Mapping[str, Any]) -> str | None:
    url = _url(message, row, raw)
    return urlsplit(url).hostname if url else None


_PARTS: dict[Part, Callable[[Message, Mapping[str, Any], Mapping[str, Any]], str | None]] = {
    "body": _body,
    "title": _title,
    "thread_title": lambda message, row, _: row.get("thread_title") if message.kind == "comment" else None,
    "url": _url,
    "domain": _domain,
    "author": lambda _, row, __: row.get("author_name"),
    "author_flair": lambda _, __, raw: raw.get("author_flair_text") or "",
    "post_flair": lambda message, _, raw: raw.get("link_flair_text") or "" if message.kind == "post" else None,
}


def needs_more_than_text(charter: Charter) -> bool:
    """Whether a rule or an exception of the charter asks about more than a message's text, language and author."""
    return any(norm.exceptions.roles or any(asks_more(rule) for rule in norm.rules) for norm in charter.norms)


def asks_more(rule: Rule) -> bool:
    """Whether the rule asks about more than the text and its language."""
    return bool(rule.kinds or rule.checks or rule.numbers or rule.flags)


def facts_asked(charter: Charter, row: Mapping[str, Any]) -> str:
    """What the charter's rules ask about this message beyond its text: messages that differ here are judged apart."""
    message = Message(row)
    rules = [rule for norm in charter.norms for rule in norm.rules if asks_more(rule)]
    parts = sorted({part for rule in rules for check in rule.checks for part in check.parts if part != "body"})
    numbers = [check.holds(message.fact(check.fact)) for rule in rules for check in rule.numbers]
    flags = sorted({flag for rule in rules for flag in rule.flags})
    known = [[message.part(part) for part in parts], numbers, [message.flag(flag) for flag in flags]]
    return json.dumps([message.kind, message.body_start, *known], ensure_ascii=False)


def spans_of(rule: Rule, message: Message) -> Spans | None:
    """Where in the message's text the checks found something; None when a condition does not hold.

    Raises TimeoutError when a pattern takes too long.
    """
    if rule.kinds and message.kind not in rule.kinds:
        return None
    if any(message.flag(flag) is not wanted for flag, wanted in rule.flags.items()):
        return None
    enough = any if rule.any_number else all
    if rule.numbers and not enough(check.holds(message.fact(check.fact)) for check in rule.numbers):
        return None
    spans: Spans = set()
    for check in rule.checks:
        found = _found(check, message)
        if found is None or (len(found) > 0) == check.negated:
            return None
        spans |= {span for part, span in found if part == "body" and span[1] > span[0]}
    return {(start + message.body_start, end + message.body_start) for start, end in spans}


def _found(check: TextCheck, message: Message) -> set[tuple[Part, tuple[int, int]]] | None:
    """The places where a text of the check is; None where the message has none of the parts."""
    parts = [(part, text) for part in check.parts if (text := message.part(part)) is not None]
    if not parts:
        return None
    return {(part, span) for part, text in parts for span in _matches(check, message, part, text)}


def _unquoted(text: str) -> str:
    """The text with blanks in the place of quoted lines, so that places stay as they are."""
    return str(_QUOTED.sub(lambda quote: " " * len(quote.group()), text))


def _matches(check: TextCheck, message: Message, part: Part, text: str) -> Spans:
    pattern = pattern_of(tuple(check.any_of), check.how, check.regex, check.case_sensitive, part == "domain")
    if check.case_sensitive:
        text = _unquoted(text) if check.ignore_quotes and part == "body" else text
        return {match.span() for match in pattern.finditer(text, timeout=MATCH_TIMEOUT_S)}
    return {
        view.original_span(*match.span())
        for view in message.views(part, ignore_quotes=check.ignore_quotes)
        for match in pattern.finditer(view.text, timeout=MATCH_TIMEOUT_S)
    }


@lru_cache(maxsize=2048)
def pattern_of(
    texts: tuple[str, ...], how: str, is_regex: bool, case_sensitive: bool, domain: bool
) -> "regex.Pattern[str]":
    """One pattern for all the texts. domain: a host counts with its subdomains. Raises regex.error."""
    seen = [text if case_sensitive or (is_regex and text.isascii()) else _folded(text, is_regex) for text in texts]
    body = "|".join(seen if is_regex else [regex.escape(text) for text in seen])
    if domain and how == "includes-word" and not is_regex:
        body, how = rf"(?:.*\.)?(?:{body})", "full-exact"
    flags = regex.VERSION0 | regex.DOTALL | (0 if case_sensitive else regex.IGNORECASE)
    return regex.compile(TEMPLATES[how].format(body), flags)


def _folded(text: str, is_regex: bool) -> str:
    """A text as the folded texts have it; of a regular expression only its letters beyond ASCII change."""
    return "".join(char if char.isascii() else fold(char) for char in text) if is_regex else fold(text)


def check_error(check: TextCheck) -> str | None:
    """What is wrong with the check's regular expressions, None when nothing is."""
    try:
        pattern_of(tuple(check.any_of), check.how, check.regex, check.case_sensitive, "domain" in check.parts)
    except regex.error as error:
        return str(error)
    return None
