"""What members wrote, made fit to be shown: cleaned, shortened between graphemes, isolated in direction.

Escaping belongs to each face (HTML, Slack, Markdown); this module returns plain text.
"""

from urllib.parse import urlsplit

import regex

ELLIPSIS = "…"
QUOTE_GRAPHEMES = 280
LABEL_GRAPHEMES = 80
NAME_GRAPHEMES = 40
MAX_CODE_POINTS_IN_A_GRAPHEME = 24  # the longest emoji sequences have about ten; stacked accents have thousands
URL_CHARACTERS = 2000

_CONTROLS = regex.compile(r"[\p{Cc}\p{Co}\p{Cs}\p{Cn}\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]+")
_GRAPHEME = regex.compile(r"\X")
_RIGHT_TO_LEFT = regex.compile(r"[\p{Bidi_Class=R}\p{Bidi_Class=AL}]")
_FIRST_STRONG_ISOLATE, _POP_ISOLATE = "\u2068", "\u2069"


def shorten(text: str, graphemes: int = QUOTE_GRAPHEMES) -> str:
    """`text` on one line, without control characters, in at most that many graphemes, the ellipsis included."""
    window = text[: graphemes * MAX_CODE_POINTS_IN_A_GRAPHEME * 4]
    line = " ".join(_CONTROLS.sub(" ", window).split())
    found = [
        cluster.group()[:MAX_CODE_POINTS_IN_A_GRAPHEME]
        for cluster, _ in zip(_GRAPHEME.finditer(line), range(graphemes + 1), strict=False)
    ]
    if len(found) <= graphemes and len(window) == len(text):
        return "".join(found)
    return _cut_at_word("".join(found[: graphemes - 1])) + ELLIPSIS


def _cut_at_word(text: str) -> str:
    """Back to the last space where that costs little, so that no word is cut in two."""
    space = text.rfind(" ")
    return (text[:space] if space > len(text) * 0.8 else text).rstrip(" ,;:.–—-")


def label(text: str) -> str:
    """A name or a topic's label for the middle of a sentence: short, and its direction cannot reorder its neighbours."""
    return isolated(shorten(text, LABEL_GRAPHEMES))


def isolated(text: str) -> str:
    """`text` between Unicode isolates where it holds right-to-left letters; they work in every face alike."""
    return f"{_FIRST_STRONG_ISOLATE}{text}{_POP_ISOLATE}" if _RIGHT_TO_LEFT.search(text) else text


def safe_url(url: str | None) -> str | None:
    """`url` if it is an http(s) address with a host and without spaces or control characters, else None."""
    if not url or len(url) > URL_CHARACTERS or regex.search(r"[\s\p{C}\"'<>`\\]", url):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in {"http", "https"} and parts.hostname else None
