"""X's search language, as far as Vigie uses it: from:, to:, @name, conversation_id:, is:, words, phrases, OR and -."""

import re
from collections.abc import Callable

from deployments.sandbox import ids
from deployments.sandbox.state import MENTION, Community, Item

TERM = re.compile(r'-?"[^"]*"|\(|\)|[^\s()]+')

OPERATORS = {"from", "to", "conversation_id", "in_reply_to_tweet_id", "is", "has", "lang"}

Match = Callable[[Item], bool]


def matcher(community: Community, query: str) -> Match:
    """Whether an item answers a query. Raises ValueError on brackets that do not pair."""
    terms = TERM.findall(query)
    match, rest = _either(community, terms)
    if rest:
        raise ValueError("missing EOF")
    return match


def narrowest(query: str) -> tuple[str, ...]:
    """The index that holds every answer of a query that consists of terms that must all hold."""
    if "(" not in query and " OR " not in query:
        for term in TERM.findall(query):
            name, _, value = term.partition(":")
            if name == "from":
                return "x", "author", value.lower().removeprefix("@")
            if name == "conversation_id":
                return "x", "thread", value
            if re.fullmatch(r"@\w+", term):
                return "x", "mentions", term[1:].lower()
    return ("x", "all")


def _either(community: Community, terms: list[str]) -> tuple[Match, list[str]]:
    first, terms = _all_of(community, terms)
    choices = [first]
    while terms and terms[0] == "OR":
        choice, terms = _all_of(community, terms[1:])
        choices.append(choice)
    return (lambda item: any(choice(item) for choice in choices)), terms


def _all_of(community: Community, terms: list[str]) -> tuple[Match, list[str]]:
    needed: list[Match] = []
    while terms and terms[0] not in ("OR", ")"):
        if terms[0] == "(":
            inner, rest = _either(community, terms[1:])
            if not rest:
                raise ValueError("missing ')'")
            terms = rest[1:]
            needed.append(inner)
        else:
            needed.append(_term(community, terms[0]))
            terms = terms[1:]
    return (lambda item: all(need(item) for need in needed)), terms


def _term(community: Community, term: str) -> Match:
    if term.startswith("-") and len(term) > 1:
        inner = _term(community, term[1:])
        return lambda item: not inner(item)
    name, colon, value = term.partition(":")
    value = value.strip('"').removeprefix("@").lower()
    if colon and name in OPERATORS:
        return _operator(community, name, value)
    if re.fullmatch(r"@\w+", term):
        return lambda item: term[1:].lower() in names_in(item)
    words = re.compile(rf"(?<!\w){re.escape(term.strip(chr(34)).lower())}(?!\w)")
    return lambda item: words.search(item.text.lower()) is not None


def _operator(community: Community, name: str, value: str) -> Match:
    operators: dict[str, Match] = {
        "from": lambda item: value in ((item.author or "").lower(), ids.x_account(item.author or "")),
        "to": lambda item: answered(community, item).lower() == value or item.text.lower().startswith(f"@{value}"),
        "conversation_id": lambda item: item.thread == value,
        "in_reply_to_tweet_id": lambda item: item.parent == value,
        "is": lambda item: value == "reply" and item.parent is not None,  # no reposts or quotes here
        "has": lambda item: value == "links" and "http" in item.text,
        "lang": lambda item: True,
    }
    return operators[name]


def names_in(item: Item) -> set[str]:
    return {name.lower() for name in MENTION.findall(item.text)}


def answered(community: Community, item: Item) -> str:
    """Whom a post answers; empty for nobody."""
    parent = community.items.get(("x", item.parent or ""))
    return (parent.author if parent else None) or ""
