"""Which language a comment is written in, good enough for short, informal French and English."""

from collections.abc import Sequence
from functools import cache

import regex
from py3langid.langid import MODEL_FILE, LanguageIdentifier

NOT_LANGUAGE = regex.compile(r"https?://\S+|[@#/]\w+|[^\p{L}\p{M}'’ ]+")
SHORT_LETTERS = 30
MIN_LETTERS = 2
SURE = 0.9  # a foreign language must be at least this likely in a long text


@cache
def _identifier() -> LanguageIdentifier:
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def detect_languages(texts: Sequence[str | None], expected: Sequence[str]) -> list[str]:
    """ISO 639-1 codes, "und" where there are no words. Short or doubtful texts get the likeliest `expected` language."""
    return [_detect(text or "", tuple(expected)) for text in texts]


def _detect(text: str, expected: tuple[str, ...]) -> str:
    words = NOT_LANGUAGE.sub(" ", text).strip().lower()
    letters = sum(character.isalpha() for character in words)
    if letters < MIN_LETTERS:
        return "und"
    ranked = _identifier().rank(words)
    best, probability = ranked[0]
    if best in expected or (letters >= SHORT_LETTERS and probability >= SURE) or not _latin(words):
        return str(best)
    return str(next((language for language, _ in ranked if language in expected), best))


def _latin(words: str) -> bool:
    return regex.search(r"\p{Latin}", words) is not None
