"""Questions are heard with and without question marks, accents and good spelling; chatter is not."""

import pytest

from tasks.replies.questions import asks

ASKING = [
    ("ou est ma commande", "fr"),
    ("Bonjour comment on fait pour annuler", "fr"),
    ("Livrez-vous en Suisse", "fr"),
    ("vous livrez en belgique", "fr"),
    ("je n'arrive pas à me connecter", "fr"),
    ("j ai toujours rien recu", "fr"),
    ("pkoi ca marche pas", None),
    ("Quel est le prix ?", "fr"),
    ("quand sort la nouvelle version", "und"),
    ("aidez-moi s'il vous plaît", "fr"),
    ("L'appli plante depuis hier", "fr"),
    ("la livraison prend combien de jours en belgique", "fr"),
    ("changer l'adresse après paiement c'est possible", "fr"),
    ("any dealer in ireland", "en"),
    ("how do i cancel", "en"),
    ("hey, does anyone know the song name", "en"),
    ("my order still has not arrived", "en"),
    ("The app keeps crashing", "en"),
    ("please add dark mode", "en"),
    ("any update on this", None),
    ("I want to change my plan", "en"),
    ("IS IT POSSIBLE TO PAY BY CARD", "en"),
    ("I can\u2019t log in", "en"),
]
NOT_ASKING = [
    ("Merci beaucoup !", "fr"),
    ("super vidéo, j'adore comment tu parles", "fr"),
    ("quand je l'ai vu j'ai pleuré", "fr"),
    ("qui est là en 2024 ?", "fr"),
    ("c'est génial ou quoi", "fr"),
    ("I love this", "en"),
    ("Who's watching in 2015?", "en"),
    ("Comment section is gold", "en"),
    ("check https://x.example/?a=1", "en"),
    ("> how do I cancel?\n\nthanks for the answer", "en"),
    ("lol 😂", None),
    ("", None),
    (None, None),
]


@pytest.mark.parametrize(("text", "lang"), ASKING)
def test_it_asks(text, lang):
    assert asks([text], [lang]).to_list() == [True]


@pytest.mark.parametrize(("text", "lang"), NOT_ASKING)
def test_it_does_not_ask(text, lang):
    assert asks([text], [lang]).to_list() == [False]


def test_a_batch_keeps_its_order():
    texts, langs = zip(*(ASKING + NOT_ASKING), strict=True)
    assert asks(texts, langs).to_list() == [True] * len(ASKING) + [False] * len(NOT_ASKING)
