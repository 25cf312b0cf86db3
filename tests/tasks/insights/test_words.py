"""Words as people write them, and the keys under which they are counted."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.insights.subjects import subject, subjects
from tasks.insights.words import clauses, clean, key


def test_links_tags_mentions_quotes_and_code_are_not_words() -> None:
    text = "> quoted\n<b>Look</b> [here](http://a.b/c) https://x.y/z?q=1 @bob u/ann www.e.com e.org/x ```code``` &amp; \u200bend"
    assert clean(text).split() == ["Look", "here", "&", "end"]


def test_escapes_that_an_export_left_are_characters() -> None:
    assert clean("Don\\u2019t \\ud83d\\ude00") == "Don't 😀"


def test_an_expression_is_one_word_and_elisions_go() -> None:
    assert clauses("L'appli plante depuis la mise à jour, j'attends la 2.5.") == [
        ["appli", "plante", "depuis", "la", "mise à jour"],
        ["attends", "la", "2.5"],
    ]


@pytest.mark.parametrize(
    ("french", "english"),
    [("livraisons", "delivery"), ("Batterie", "batteries"), ("mise à jour", "update"), ("remboursée", "refunds")],
)
def test_both_languages_share_the_keys_of_notions(french: str, english: str) -> None:
    assert key(french) == key(english) != ""


@pytest.mark.parametrize("word", ["the", "avec", "faut-il", "est-ce", "lol", "12", "don't", "https"])
def test_small_words_have_no_key(word: str) -> None:
    assert key(word) == ""


def test_feelings_are_no_subject_unless_they_are_grave() -> None:
    assert subject("amazing") == subject("déçue") == subject("terrible") == ""
    assert subject("arnaque") and subject("danger")
    assert subjects("awful battery") == ("battery",)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=120))
def test_any_text_can_be_read(text: str) -> None:
    assert all(word for words in clauses(text) for word in words)
    assert all(subjects(text))
