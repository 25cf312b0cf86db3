"""Words that mean the same are known across spelling, endings and both languages."""

import pytest

from tasks.replies.concepts import concepts_in, concepts_of
from tasks.replies.matching import Matcher


@pytest.mark.parametrize(
    ("french", "english"), [("abonnement", "subscription"), ("livraison", "delivery"), ("annuler", "cancelled")]
)
def test_french_and_english_words_share_a_concept(french, english):
    assert set(concepts_of(french)) & set(concepts_of(english))


def test_an_unknown_word_has_no_concept():
    assert concepts_of("xyzzy") == ()


def test_phrases_are_found_among_words():
    assert "password" in concepts_in(["j", "ai", "perdu", "mon", "mot", "de", "passe"])


def test_every_word_stands_for_few_concepts_and_is_written_as_folded_text_has_it():
    from tasks.moderation.normalise import fold
    from tasks.replies import concepts

    assert all(fold(word) == word for word in concepts._BY_WORD)
    assert max(len(names) for names in concepts._BY_WORD.values()) <= 5


def test_a_french_question_finds_an_entry_that_exists_in_english_only(matcher: Matcher):
    assert matcher.match(["comment annuler mon abonnement"])["best"].to_list() == ["cancel"]
