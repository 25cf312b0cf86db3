"""Takes a member out of what was published or kept as a file: their names, their ids and their words.

The text around stays as it is, so that a page remains a page. Words are compared after undoing what each form does to
them (HTML entities, Markdown's backslashes, JSON's escapes), and on their beginning, since pages shorten quotations.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from html import unescape
from typing import Any

import regex

from tasks.publishing.quoting import shorten

ERASED = "—"
SHORTEST_FRAGMENT = 12  # characters; shorter words are erased only where they stand alone
FRAGMENT = 30  # characters by which a quotation is recognised
_BETWEEN_TAGS = regex.compile(r"(?<=>)[^<>]+(?=<)")
_ATTRIBUTE = regex.compile(r'(?<==")[^"<>]+(?=")')
_INVISIBLE = regex.compile(r"[\p{Cf}\u2026]")


@dataclass(frozen=True)
class Traces:
    """What gives a member away: names and ids as whole words, and the beginnings of what they wrote."""

    words: regex.Pattern[str]
    fragments: tuple[str, ...]
    whole: frozenset[str]


def traces(names: tuple[str, ...], ids: tuple[str, ...], texts: tuple[str, ...]) -> Traces:
    """names: as shown. ids: ours, of the member and of their comments. texts: all that they wrote."""
    alternatives = [regex.escape(one) for one in (*names, *ids) if one.strip()]
    plain = [_plain(text) for text in texts]
    return Traces(
        regex.compile(rf"(?<!\w)@?(?:{'|'.join(alternatives)})(?!\w)" if alternatives else r"(?!)"),
        tuple(sorted({text[:FRAGMENT] for text in plain if len(text) >= SHORTEST_FRAGMENT}, key=len, reverse=True)),
        frozenset(text for text in plain if 0 < len(text) < SHORTEST_FRAGMENT),
    )


def _plain(text: str) -> str:
    return " ".join(_INVISIBLE.sub("", shorten(text, 4 * FRAGMENT)).split())


def erased(content: str, suffix: str, found: Traces) -> str:
    """`content` of a file with that suffix without the traces; unchanged where there are none."""
    return _BY_SUFFIX.get(suffix, _lines)(content, found)


def _markup(content: str, found: Traces) -> str:
    def clean(match: regex.Match[str]) -> str:
        part: str = match.group()
        return part if is_clean(unescape(part), found) else _clean(part, unescape, found)

    between: str = _BETWEEN_TAGS.sub(clean, content)
    return str(_ATTRIBUTE.sub(clean, between))


def _lines(content: str, found: Traces) -> str:
    def undo(line: str) -> str:
        return str(regex.sub(r"\\(?=[^\w\s])", "", unescape(line)))

    return "".join(
        line if is_clean(undo(line), found) else _clean(line.rstrip("\n"), undo, found) + "\n" * line.endswith("\n")
        for line in content.splitlines(keepends=True)
    )


def _json(content: str, found: Traces) -> str:
    try:
        return json.dumps(_values(json.loads(content), found), ensure_ascii=False, indent=2)
    except ValueError:
        return _lines(content, found)


def _json_lines(content: str, found: Traces) -> str:
    return "".join(
        (json.dumps(_values(json.loads(line), found), ensure_ascii=False) if line.strip() else line.rstrip("\n")) + "\n"
        for line in content.splitlines()
    )


def _values(value: Any, found: Traces) -> Any:
    if isinstance(value, str):
        return value if is_clean(value, found) else _clean(value, str, found)
    if isinstance(value, list):
        return [_values(one, found) for one in value]
    if isinstance(value, dict):
        return {key: _values(one, found) for key, one in value.items()}
    return value


def is_clean(text: str, found: Traces) -> bool:
    """Whether nothing in a plain text gives the member away."""
    plain = _plain_of_any_length(text)
    quoted = plain in found.whole or any(fragment in plain for fragment in found.fragments)
    return not quoted and not found.words.search(text)


def _clean(raw: str, undo: Callable[[str], str], found: Traces) -> str:
    """Only the names where only names are; the whole passage where their words are."""
    plain = _plain_of_any_length(undo(raw))
    if plain in found.whole or any(fragment in plain for fragment in found.fragments):
        return ERASED
    cleaned = found.words.sub(ERASED, raw)
    return cleaned if is_clean(undo(cleaned), found) else ERASED


def _plain_of_any_length(text: str) -> str:
    return " ".join(_INVISIBLE.sub("", text).split())


_BY_SUFFIX: dict[str, Callable[[str, Traces], str]] = {
    ".html": _markup,
    ".xml": _markup,
    ".json": _json,
    ".jsonl": _json_lines,
}
