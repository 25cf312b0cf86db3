"""Sentences are read as frames: kinds of words, through slips of the finger and disguises, in both languages."""

import pytest

from tasks.moderation.features import grams_of
from tasks.moderation.lexicon import frame_of


@pytest.mark.parametrize(
    ("english", "french"),
    [
        ("I hate women", "Je déteste femmes"),
        ("immigrants , vermin", "immigrés , vermine"),
        ("not evil", "pas immondes"),
    ],
)
def test_both_languages_have_the_same_frames(english: str, french: str):
    def folded(text: str) -> list[str]:
        return text.casefold().replace("é", "e").split()

    assert frame_of(folded(english)) == frame_of(folded(french))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("dsigusting", "disgusting"),  # neighbours swapped
        ("disgsting", "disgusting"),  # a letter left out
        ("degotants", "degoutants"),
        ("ihatewomen", "i hate women"),  # written together
        ("lesimmigressontdelavermine", "les immigres sont de la vermine"),
    ],
)
def test_slips_of_the_finger_are_read_through(written: str, meant: str):
    assert frame_of([written]) == frame_of(meant.split())


@pytest.mark.parametrize("word", ["money", "travel", "heat", "montre", "violet", "hatstand", "cancel"])
def test_everyday_words_are_not_taken_for_strong_ones(word: str):
    assert frame_of([word]) == ["begin", "_", "end"]


def test_an_apostrophe_within_a_word_is_no_quotation_mark():
    assert "xquote" not in frame_of(["don't", "j'ai"])
    assert frame_of(["'vermin'"]).count("xquote") == 2


@pytest.mark.parametrize("text", ["", " ", "\u200b", "'", "''", "😂😂", "שלום", "x" * 60_000, "a'b'c", "?!"])
def test_any_text_has_a_frame(text: str):
    assert len(grams_of([text, text], 1 << 12)) == 2
