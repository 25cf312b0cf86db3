"""The language of short, informal comments."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.language import detect_languages

BOTH = ["fr", "en"]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Comment recharger ma lampe ?", "fr"),
        ("How do I charge my light?", "en"),
        ("mdr trop bien cette lampe", "fr"),
        ("lol this light is so good", "en"),
        ("Die Lampe lässt sich seit gestern leider überhaupt nicht mehr einschalten.", "de"),
        ("مرحبا كيف أشحن المصباح", "ar"),
        ("", "und"),
        (None, "und"),
        ("👍🏽🎉 !!! 12:30", "und"),
        ("https://lumio.example/manual @lumio #x", "und"),
    ],
)
def test_the_language_of_a_comment(text: str | None, language: str):
    assert detect_languages([text], BOTH) == [language]


def test_a_short_doubtful_text_gets_a_language_of_the_community():
    assert detect_languages(["ok super top"], ["fr"]) == ["fr"]
    assert detect_languages(["ok super top"], ["en"]) == ["en"]
    assert len(detect_languages(["ok super top"], [])[0]) == 2


@settings(max_examples=50, deadline=None)
@given(st.lists(st.text(max_size=80), max_size=4))
def test_every_text_gets_one_code(texts: list[str]):
    codes = detect_languages(texts, BOTH)
    assert len(codes) == len(texts)
    assert all(len(code) in {2, 3} for code in codes)
