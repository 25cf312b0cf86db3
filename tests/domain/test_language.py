"""Vigie speaks the language of whoever runs it, typeset as that language wants, and leaves their own words alone."""

import pytest

from domain.language import VARIABLES, say, speaking, spoken


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"),
        ({"LANG": "fr_CA.UTF-8"}, "fr"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "fr_FR.UTF-8", "LC_ALL": "C.UTF-8"}, "en"),
        ({"LANG": "en_GB.UTF-8", "LC_MESSAGES": "fr_BE.UTF-8"}, "fr"),
        ({"LANG": "fr_FR.UTF-8", "VIGIE_LANGUAGE": "en"}, "en"),
        ({"LANG": "fr_FR.UTF-8", "VIGIE_LANGUAGE": ""}, "fr"),
        ({"VIGIE_LANGUAGE": "FR"}, "fr"),
    ],
)
def test_the_first_variable_that_says_something_chooses(
    environment: dict[str, str], language: str, monkeypatch: pytest.MonkeyPatch
):
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert spoken() == language


def test_a_run_speaks_the_language_of_its_community(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("VIGIE_LANGUAGE", "en")
    with speaking("fr"):
        assert spoken() == "fr"
        with speaking("en"):
            assert spoken() == "en"
        assert spoken() == "fr"
    assert spoken() == "en"


@pytest.mark.parametrize(
    ("language", "told"), [("fr", "l’ami\u00a0: it's « {a} » !"), ("en", "a friend: it's « {a} » !")]
)
def test_a_phrase_is_typeset_and_the_values_in_it_are_not(language: str, told: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("VIGIE_LANGUAGE", language)
    assert say(fr="l'ami : {name}", en="a friend: {name}", name="it's « {a} » !") == told
