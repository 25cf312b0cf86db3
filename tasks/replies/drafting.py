"""Writes a reply without any language model: the entry's own answer, in the form that each platform takes.

Nothing is said that the entry does not say. A reply that must be cut carries the link to the whole, or is not written.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from domain.community import Language
from domain.knowledge import KnowledgeEntry
from domain.records import Platform
from tasks.replies.plain_text import plain_text
from tasks.replies.x_length import MAX_WEIGHT, weighted_length

MAX_CHARS = {Platform.REDDIT: 10_000, Platform.YOUTUBE: 10_000}
LONGEST_ELSEWHERE_CHARS = 10_000
MAX_NAME_CHARS = 40
_ENTRY = "knowledge:"

_GREETING: dict[Language, str] = {"fr": "Bonjour {name},", "en": "Hi {name},"}
_OTHER_LANGUAGE: dict[tuple[Language, str], str] = {
    ("fr", "en"): "Notre réponse n’existe pour l’instant qu’en anglais\u00a0:",
    ("en", "fr"): "So far, our answer exists in French only:",
}
_HANDOFF_NOTE: dict[Language, str] = {
    "fr": "Votre message est transmis à une personne de l’équipe, qui vous répondra au plus tard {when}.",
    "en": "Your message has been passed on to a person of the team, who will reply {when} at the latest.",
}
_WHEN: dict[Language, str] = {"fr": "le {0:%d/%m} à {0:%H}\u00a0h\u00a0{0:%M}", "en": "on {0:%d %B} at {0:%H:%M}"}
_OTHER_QUESTION: dict[Language, str] = {
    "fr": "Pour votre autre question, une personne de l’équipe vous répondra au plus tard {when}.",
    "en": "As for your other question, a person of the team will reply {when} at the latest.",
}
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+|\n+")
_LOOKS_LIKE_LINK = re.compile(r"https?:|www\.|\.\w{2,}(/|$)")


def answer(
    entries: Sequence[KnowledgeEntry],
    lang: Language,
    platform: Platform,
    disclosure: Mapping[Language, str],
    name: str | None,
    open_until: datetime | None = None,
) -> str | None:
    """The entries' answers as they would be posted; None where the platform's length leaves no honest way to say them.

    lang: the member's language, for what is ours; answers stay as written, and a note says so when their language is
    another. Of several, each stands below its question. name: the member's, as the platform shows it, or None.
    open_until: when a person will have answered what else was asked, in the community's own time zone.
    """
    if not all(entry.answer.strip() for entry in entries):
        return None
    signature = disclosure.get(lang, "")
    rest = [_OTHER_QUESTION[lang].format(when=_WHEN[lang].format(open_until))] if open_until else []
    if platform is Platform.X:
        said = "\n\n".join([*(plain_text(entry.answer) for entry in entries), *rest])
        return _for_x(said, entries[0].links if len(entries) == 1 and not rest else (), signature)
    note = next((_OTHER_LANGUAGE[lang, one.lang] for one in entries if (lang, one.lang) in _OTHER_LANGUAGE), None)
    bodies = [part for entry in entries for part in _body(entry, platform, headed=len(entries) > 1)]
    text = _assemble(platform, lang, name, [*([note] if note else []), *bodies, *rest], signature)
    return text if len(text) <= MAX_CHARS.get(platform, LONGEST_ELSEWHERE_CHARS) else None


def _body(entry: KnowledgeEntry, platform: Platform, *, headed: bool) -> list[str]:
    """The answer, below its question where several stand in one reply."""
    if platform is Platform.REDDIT:
        return [*([f"**{entry.question}**"] if headed else []), entry.answer.strip()]
    return [*([entry.question] if headed else []), plain_text(entry.answer)]


def handoff_note(
    due_at: datetime, lang: Language, platform: Platform, disclosure: Mapping[Language, str], name: str | None
) -> str | None:
    """What a member reads who will hear from a person. due_at: in the community's own time zone."""
    text = _HANDOFF_NOTE[lang].format(when=_WHEN[lang].format(due_at))
    return note(text, lang, platform, disclosure, name)


def note(
    text: str, lang: Language, platform: Platform, disclosure: Mapping[Language, str], name: str | None
) -> str | None:
    """A short text of ours as it would be posted; None where it does not fit the platform."""
    signature = disclosure.get(lang, "")
    if platform is Platform.X:
        return _for_x(text, (), signature)
    return _assemble(platform, lang, name, [text], signature)


def sources(*entries: KnowledgeEntry) -> list[str]:
    """Where the answer comes from: each entry, then the links that it gives."""
    return [source for entry in entries for source in (f"{_ENTRY}{entry.id}", *entry.links)]


def entries_of(draft: Mapping[str, Any]) -> set[str]:
    """Ids of the entries that a draft, a row of DRAFT_SCHEMA, answers from."""
    named = {each.removeprefix(_ENTRY) for each in draft["sources"] or () if each.startswith(_ENTRY)}
    return named | ({draft["entry_id"]} - {None})


def _assemble(platform: Platform, lang: Language, name: str | None, parts: list[str], signature: str) -> str:
    shown = _presentable(name)
    greeting = [_GREETING[lang].format(name=shown)] if shown else []
    signed = [f"*{signature}*" if platform is Platform.REDDIT and "*" not in signature else signature]
    return "\n\n".join([*greeting, *parts, *(signed if signature else [])])


def _presentable(name: str | None) -> str:
    """The name without invisible characters; nothing where it is too long or an advertisement."""
    visible = "".join(char for char in name or "" if unicodedata.category(char) not in {"Cc", "Cf", "Co", "Cs"})
    tidy = " ".join(visible.split())
    fits = len(tidy) <= MAX_NAME_CHARS and not _LOOKS_LIKE_LINK.search(tidy) and not set(tidy) & set("*[]<>`\\")
    return tidy if fits else ""


def _for_x(text: str, links: tuple[str, ...], signature: str) -> str | None:
    """Text, link and signature within X's length. What is cut is cut after a sentence, and then the link is there."""
    whole = "\n\n".join(part for part in (text, signature) if part)
    if weighted_length(whole) <= MAX_WEIGHT:
        return whole
    if not links:
        return None
    sentences = [part for part in _SENTENCE_END.split(text) if part.strip()]
    for kept in range(len(sentences) - 1, 0, -1):
        said = " ".join(sentences[:kept])
        parts = [f"{said} {links[0]}" if links[0] not in said else said, signature]
        cut = "\n\n".join(part for part in parts if part)
        if weighted_length(cut) <= MAX_WEIGHT:
            return cut
    return None
