"""Writes a reply without any language model: the entry's own answer, in the form that each platform takes.

Nothing is said that the entry does not say. A reply that must be cut carries the link to the whole, or is not written.
"""

import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime

from domain.community import Language
from domain.knowledge import KnowledgeEntry
from domain.records import Platform
from tasks.replies.plain_text import plain_text
from tasks.replies.x_length import MAX_WEIGHT, weighted_length

MAX_CHARS = {Platform.REDDIT: 10_000, Platform.YOUTUBE: 10_000}
LONGEST_ELSEWHERE_CHARS = 10_000
MAX_NAME_CHARS = 40

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
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+|\n+")
_LOOKS_LIKE_LINK = re.compile(r"https?:|www\.|\.\w{2,}(/|$)")


def answer(
    entry: KnowledgeEntry, lang: Language, platform: Platform, disclosure: Mapping[Language, str], name: str | None
) -> str | None:
    """The entry's answer as it would be posted; None where the platform's length leaves no honest way to say it.

    lang: the member's language, for what is ours; the answer stays as written, and a note says so when its language
    is another. name: the member's, as the platform shows it, or None.
    """
    if not entry.answer.strip():
        return None
    signature = disclosure.get(lang, "")
    if platform is Platform.X:
        return _for_x(plain_text(entry.answer), entry.links, signature)
    body = entry.answer.strip() if platform is Platform.REDDIT else plain_text(entry.answer)
    note = _OTHER_LANGUAGE.get((lang, entry.lang))
    text = _assemble(platform, lang, name, [*([note] if note else []), body], signature)
    return text if len(text) <= MAX_CHARS.get(platform, LONGEST_ELSEWHERE_CHARS) else None


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


def sources(entry: KnowledgeEntry) -> list[str]:
    """Where the answer comes from: the entry, then the links that it gives."""
    return [f"knowledge:{entry.id}", *entry.links]


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
