"""The language in which Vigie speaks to whoever runs it, and how that language prints a phrase.

French follows the Imprimerie nationale's usage: thin no-break spaces before ; ! ?, wide ones before : % and ».
"""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import Literal

Language = Literal["fr", "en"]

NO_BREAK, THIN_NO_BREAK = "\u00a0", "\u202f"
VARIABLES = ("VIGIE_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")


_chosen: ContextVar[Language | None] = ContextVar("language", default=None)


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Within the block, Vigie speaks this language, whatever that of the machine: a run speaks to the community's CMs."""
    before = _chosen.set(language)
    try:
        yield
    finally:
        _chosen.reset(before)


def spoken() -> Language:
    """The language of `speaking`, of VIGIE_LANGUAGE or else of the system's locale, at this moment; English for any but
    French."""
    if chosen_here := _chosen.get():
        return chosen_here
    chosen = next((os.environ[name] for name in VARIABLES if os.environ.get(name)), "")
    return "fr" if chosen.lower().startswith("fr") else "en"


def say(*, fr: str, en: str, **values: object) -> str:
    """One of the two phrases, typeset, with `values` in the place of its `{names}`; values stay as they are."""
    language = spoken()
    return typeset(fr if language == "fr" else en, language).format(**values)


@lru_cache(maxsize=2048)
def typeset(phrase: str, language: str) -> str:
    """A phrase as its language prints it: French spaces before high punctuation and inside guillemets."""
    if language != "fr":
        return phrase.replace("'", "’")
    phrase = re.sub(r" ([;!?])", THIN_NO_BREAK + r"\1", phrase)
    phrase = re.sub(r" ([:%»])", NO_BREAK + r"\1", phrase)
    return phrase.replace("« ", "«" + NO_BREAK).replace("'", "’")
