"""Disguised words are read through, and found again in the original text."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.moderation.normalise import fold, folded_view, is_masked, text_hash, unmask, unmasked_view


@pytest.mark.parametrize(
    ("disguised", "read"),
    [
        ("ÉNERVÉ", "enerve"),
        ("ІDІОТ", "idiot"),  # Cyrillic І and О
        ("Ｉｄｉｏｔ", "idiot"),
        ("c\u200bo\u200bn", "con"),
        ("🅸🅳🅸🅾🆃", "idiot"),
        ("𝓲𝓭𝓲𝓸𝓽", "idiot"),
        ("i\u0301diot", "idiot"),
        ("œuf", "oeuf"),
        ("l’été", "l'ete"),
    ],
)
def test_look_alikes_and_invisible_characters_are_folded(disguised: str, read: str) -> None:
    assert fold(disguised) == read


@pytest.mark.parametrize(
    ("disguised", "read"),
    [
        ("tu es un i d i o t fini", "tu es un idiot fini"),
        ("i.d.i.o.t", "idiot"),
        ("1d10t !", "idiot !"),
        ("b@st@rd", "bastard"),
        ("sh!t", "shit"),
        ("fuuuuck", "fuck"),
    ],
)
def test_spaced_letters_leetspeak_and_long_runs_are_read(disguised: str, read: str) -> None:
    assert is_masked(fold(disguised))
    assert unmask(fold(disguised)) == read


@pytest.mark.parametrize("plain", ["06 12 34 56 78", "jean33@gmail.com", "20$ off", "2019", "@user merci", "a b"])
def test_numbers_addresses_and_mentions_stay_as_they_are(plain: str) -> None:
    assert unmask(fold(plain)) == plain


def test_a_span_is_shown_in_the_authors_own_characters() -> None:
    original = "Espèce d’ 1.D.1.O.T, va !"
    view = unmasked_view(folded_view(original))
    at = view.text.index("idiot")
    start, end = view.original_span(at, at + len("idiot"))
    assert original[start:end] == "1.D.1.O.T"


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=80))
def test_every_view_keeps_a_way_back(text: str) -> None:
    folded = folded_view(text)
    assert folded.text == fold(text)
    unmasked = unmasked_view(folded)
    assert unmasked.text == unmask(folded.text)
    for view in (folded, unmasked):
        assert len(view.offsets) == len(view.text) + 1
        assert list(view.offsets) == sorted(view.offsets)
        assert view.offsets[-1] == len(text)


def test_the_hash_depends_on_the_context() -> None:
    assert text_hash("a", "fr") != text_hash("a", "en")
    assert text_hash("a", "fr") == text_hash("a", "fr")
