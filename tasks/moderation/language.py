"""Tells French from English where a comment came without a language; everything else stays unknown."""

from collections.abc import Collection
from functools import cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

UNKNOWN = "und"
MIN_SURENESS = 0.8
LONG_TEXT_CHARS = 60


@cache
def _identifier() -> LanguageIdentifier:
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(["fr", "en"])
    return identifier


def french_or_english(text: str) -> str:
    """ "fr", "en", or "und" when the text is too short or too mixed to tell. Supposes that it is one of the two."""
    lang, sureness = _identifier().classify(text[:2_000])
    return str(lang) if sureness >= MIN_SURENESS else UNKNOWN


def is_in(lang: str | None, text: str, languages: Collection[str]) -> bool:
    """Whether a comment is in one of the languages, or may be when nothing tells.

    Detectors take short comments for any language of the world, so a third language is believed of long texts only.
    """
    if lang in {"fr", "en"} or (lang not in {None, "", UNKNOWN} and len(text) > LONG_TEXT_CHARS):
        return lang in languages
    return french_or_english(text) in {*languages, UNKNOWN}
