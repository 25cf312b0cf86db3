"""Tells whether a crisis of this hour is one that is already known: they share what is said, whatever its label."""

from collections.abc import Mapping, Sequence

from domain.insights import Signal

SHARED_TERMS = 0.34  # of the shorter list of terms


def known_as(signal: Signal, known: Mapping[str, Sequence[str]]) -> str | None:
    """The id of the known crisis that this one goes on; the one with which it shares most. known: id -> terms."""
    terms = {term.casefold() for term in signal.terms}
    shares = {
        crisis: len(terms & {term.casefold() for term in words}) / max(1, min(len(terms), len(words)))
        for crisis, words in known.items()
    }
    best = max(shares, key=lambda crisis: (shares[crisis], crisis), default=None)
    return best if best is not None and shares[best] >= SHARED_TERMS else None


def new_id(signal: Signal) -> str:
    """A name that can be typed: the day and the first term."""
    word = "".join(letter for letter in (signal.terms[0] if signal.terms else "crisis").casefold() if letter.isalnum())
    return f"{signal.at:%m%d}-{word or 'crisis'}"
