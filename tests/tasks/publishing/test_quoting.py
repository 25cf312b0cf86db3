"""What members wrote stays whole where it fits, is cut between graphemes where it does not, and leads nowhere unsafe."""

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.publishing.quoting import ELLIPSIS, isolated, label, safe_url, shorten

FAMILY = "👨‍👩‍👧‍👦"


def graphemes(text: str) -> list[str]:
    return [found.group() for found in regex.finditer(r"\X", text)]


@settings(max_examples=150)
@given(st.text(max_size=400), st.integers(min_value=2, max_value=60))
def test_a_shortened_text_is_one_line_within_its_limit(text: str, limit: int) -> None:
    short = shorten(text, limit)
    assert len(graphemes(short)) <= limit
    assert "\n" not in short and not regex.search(r"[\p{Cc}\u202a-\u202e\u2066-\u2069]", short)


@settings(max_examples=80)
@given(st.lists(st.sampled_from(["a", "é", FAMILY, "🇫🇷", "e\u0301", "क्षि", "ש"]), min_size=1, max_size=40))
def test_no_grapheme_is_cut_in_two(parts: list[str]) -> None:
    short = shorten("".join(parts), 10).removesuffix(ELLIPSIS)
    assert "".join(parts).startswith(short)
    assert graphemes("".join(parts))[: len(graphemes(short))] == graphemes(short)


def test_a_text_that_fits_is_left_alone_and_one_that_does_not_ends_at_a_word() -> None:
    assert shorten("Trois mots ici", 14) == "Trois mots ici"
    assert shorten("Encore quelques mots de trop", 22) == "Encore quelques mots…"


def test_a_huge_text_and_a_grapheme_of_a_thousand_accents_stay_small() -> None:
    assert len(shorten("mot " * 100_000)) <= 281
    assert len(shorten("a" + "\u0301" * 50_000)) < 60


def test_right_to_left_text_is_isolated_and_other_text_is_not() -> None:
    assert isolated("مرحبا") == "\u2068مرحبا\u2069"
    assert label("bonjour") == "bonjour"


@pytest.mark.parametrize("url", ["https://example.org/a?b=c&d=é#f", "http://example.org"])
def test_addresses_of_the_web_are_kept(url: str) -> None:
    assert safe_url(url) == url


@pytest.mark.parametrize(
    "url",
    ["", None, "javascript:alert(1)", "JAVASCRIPT:alert(1)", "data:text/html,x", "//example.org", "https://", "/path",
     "http://a b", "http://a/\n", 'http://a/"x', "http://a/<x>", "http://[bad", "ftp://a", "https://a/" + "b" * 3000],
)  # fmt: skip
def test_other_addresses_are_dropped(url: str | None) -> None:
    assert safe_url(url) is None
