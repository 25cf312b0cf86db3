"""Which comments ask something."""

import pytest

from tasks.insights.asking import asks, sentence_that_asks


@pytest.mark.parametrize(
    "text",
    [
        "How do I reset it?",
        "how do i reset it",
        "Bonjour, comment annuler ma commande ?",
        "Bonjour à tous, quelqu'un sait où trouver des pièces détachées",
        "Love it! By the way, does it work in the rain? Thanks",
        "J'ai reçu la lampe. Est-ce que le chargeur est fourni",
    ],
)
def test_a_question_is_heard_with_and_without_its_mark(text: str) -> None:
    assert asks([text]).item()


@pytest.mark.parametrize(
    "text",
    [
        "I love this lamp",
        "Burnt again. Are you kidding me?",
        "Toujours pas de colis. C'est une blague ?",
        "Nice, isn't it?",
        "see https://example.org/?q=1",
        "?!",
        "",
        None,
    ],
)
def test_exclamations_and_links_ask_nothing(text: str | None) -> None:
    assert not asks([text]).item()


def test_the_sentence_that_asks_stands_for_the_comment() -> None:
    text = "Hello all.\nI bought the lamp last week & like it. Can I leave it <b>outside</b> all winter? Thanks!"
    assert sentence_that_asks(text) == "Can I leave it outside all winter?"
    assert len(sentence_that_asks("how " + "very " * 100 + "long is it?")) <= 200
