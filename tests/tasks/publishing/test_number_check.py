"""A number in a text is true when a fact says the same number of the same thing; whatever else it says is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.publishing.number_check import Facts, labels_in, untrue

FRENCH = Facts(
    (
        "En tout, 1\u202f284 commentaires de 486 membres, 12\u00a0% de plus que la semaine précédente.",
        "Commentaires\u00a0: 1\u202f284",
        "Commentaires\u00a0: +12\u00a0%",
        "Nouveaux membres\u00a0: 73",
        "Délai de réponse médian\u00a0: 42\u00a0min",
        "Part de négatifs\u00a0: 21\u00a0%",
        "Part de négatifs\u00a0: +8,9 points",
        "Retards de livraison\u00a0: 128 commentaires de 83 membres, contre 41 la semaine précédente ; 61\u00a0% négatifs, 31\u00a0% neutres, 8\u00a0% positifs",
        "Lumen 2\u00a0: 64 commentaires de 47 membres",
        "Reddit\u00a0: 642 commentaires ; 231 membres",
    ),
    ("Retards de livraison", "Lumen 2", "Reddit", "X"),
    "fr",
)  # fmt: skip
ENGLISH = Facts(
    (
        "1,284 comments from 486 members, 12% more than the week before.",
        "Comments: 1,284",
        "Negative share: 21%",
        "Late parcels: 128 comments from 83 members, against 41 the week before ; 61% negative, 31% neutral, 8% positive",
        "Crisis: “Late parcels”. 96 negative comments since Thursday 5 November at 19:05, instead of the expected 24.",
    ),
    ("Late parcels", "Reddit"),
    "en",
)


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        (FRENCH, "La semaine compte 1 284 commentaires de 486 membres, 12 % de plus que la semaine précédente."),
        (FRENCH, "Les commentaires progressent de 12 % et la part de négatifs gagne 8,9 points."),
        (FRENCH, "Les « retards de livraison » réunissent 128 commentaires, contre 41 la semaine précédente."),
        (FRENCH, "Le sujet le plus discuté, Retards de livraison, compte 83 membres et 61 % de négatifs."),
        (FRENCH, "La Lumen 2 revient souvent."),
        (FRENCH, "Reddit vient en tête avec 642 commentaires."),
        (FRENCH, "Le délai de réponse médian est de 42 minutes."),
        (ENGLISH, "The week brought 1,284 comments from 486 members, 12% more than the week before."),
        (ENGLISH, "“Late parcels” stands behind 96 negative comments, instead of the expected 24."),
    ],
)
def test_what_the_facts_say_may_be_said(facts: Facts, sentence: str) -> None:
    assert untrue(sentence, facts) == []


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        (FRENCH, "La semaine compte 1 285 commentaires."),
        (FRENCH, "La semaine compte 486 commentaires."),
        (FRENCH, "La semaine compte 1 284 membres."),
        (FRENCH, "La semaine compte 1 284 plaintes."),
        (FRENCH, "La semaine compte 1 284 commentaires négatifs."),
        (FRENCH, "La semaine compte 1 284 commentaires de plus."),
        (FRENCH, "Les commentaires reculent de 12 %."),
        (FRENCH, "21 % des commentaires sont positifs."),
        (FRENCH, "12 % des commentaires sont négatifs."),
        (FRENCH, "Les « retards de livraison » réunissent 64 commentaires."),
        (FRENCH, "Les « retards de livraison » réunissent 1 284 commentaires."),
        (FRENCH, "Les « retards de livraison » réunissent 41 commentaires, contre 128 la semaine précédente."),
        (FRENCH, "La communauté compte 61 % de négatifs."),
        (FRENCH, "Le délai de réponse médian est de 42 heures."),
        (FRENCH, "Les nouveaux membres sont 486."),
        (FRENCH, "Les commentaires ont doublé."),
        (FRENCH, "La plupart des membres sont mécontents."),
        (FRENCH, "Environ 1 300 commentaires."),
        (ENGLISH, "The week brought 12,84 comments."),
        (ENGLISH, "There were 12 more comments."),
        (ENGLISH, "Twelve hundred members wrote."),
        (ENGLISH, "“Late parcels” stands behind 24 negative comments, instead of the expected 96."),
    ],
)
def test_another_number_or_the_right_one_of_another_thing_is_refused(facts: Facts, sentence: str) -> None:
    assert untrue(sentence, facts) != []


@pytest.mark.parametrize("facts", [FRENCH, ENGLISH], ids=["fr", "en"])
def test_every_fact_bears_itself_out(facts: Facts) -> None:
    assert [text for text in facts.texts if untrue(text, facts)] == []


@given(st.integers(0, 10**9))
def test_no_number_but_the_facts_own_is_ever_let_through(number: int) -> None:
    written = f"{number:,} comments"
    known = {1284, 128, 96, 41, 24}  # the last three of a topic, or past: never alone
    assert untrue(f"The week brought {written}.", ENGLISH) or number in known - {128, 96, 41, 24}


@given(st.text(max_size=200))
def test_no_text_breaks_the_check(text: str) -> None:
    assert isinstance(untrue(text, FRENCH), list)
    assert isinstance(labels_in([text]), tuple)
