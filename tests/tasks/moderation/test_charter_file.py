"""A CM's charter is completed from the presets, and its mistakes are told with their line and mend."""

import pytest

from domain.documents import WorkspaceError
from domain.records import Autonomy
from tasks.moderation.charter_file import default_charter, load_charter

MISSION_NORMS = {
    "hate",
    "insult",
    "threat",
    "sexual",
    "spam",
    "scam",
    "self_promotion",
    "personal_data",
    "off_topic",
}


def problems_of(text: str) -> list[tuple[int, str]]:
    with pytest.raises(WorkspaceError) as caught:
        load_charter(text, "charter.yaml")
    return [(problem.line, str(problem)) for problem in caught.value.problems]


def test_the_presets_name_every_norm_of_the_mission_in_both_languages() -> None:
    norms = {norm.id: norm for norm in default_charter().norms}
    assert norms.keys() >= MISSION_NORMS
    for norm in norms.values():
        for texts in (norm.title, norm.description, norm.reason):
            assert texts.keys() == {"fr", "en"}
        assert norm.allowed
        assert norm.not_allowed
        assert norm.autonomy == Autonomy.PROPOSE


def test_french_texts_of_the_presets_keep_the_space_before_high_punctuation_unbroken() -> None:
    for norm in default_charter().norms:
        for text in (norm.title["fr"], norm.description["fr"], norm.reason["fr"]):
            assert not any(f" {sign}" in text for sign in ":;!?»"), text


def test_a_norm_inherits_what_the_cm_did_not_write() -> None:
    charter = load_charter("norms:\n  - id: insult\n    severity: low\n", "charter.yaml")
    preset = default_charter().norm("insult")
    assert charter.norm("insult").severity == "low"
    assert charter.norm("insult").rules == preset.rules
    assert charter.norm("insult").reason == preset.reason
    assert [norm.id for norm in charter.norms] == ["insult"]


def test_rules_that_the_cm_writes_take_the_place_of_the_presets() -> None:
    charter = load_charter("norms:\n  - id: insult\n    rules: [{name: mine, words: [nincompoop]}]\n", "charter.yaml")
    assert [rule.name for rule in charter.norm("insult").rules] == ["mine"]


def test_a_broken_pattern_is_named_with_its_line() -> None:
    text = "norms:\n  - id: insult\n    rules:\n      - name: mine\n        patterns:\n          - 'fine'\n          - '(oops'\n"
    assert problems_of(text)[0][0] == 7
    assert "charter.yaml:7: `(oops` is not a regular expression" in problems_of(text)[0][1]


def test_a_pattern_that_matches_everything_is_refused() -> None:
    assert "matches every comment" in problems_of("norms: [{id: insult, rules: [{name: a, patterns: ['x*']}]}]\n")[0][1]


def test_a_rule_without_condition_is_refused() -> None:
    assert "has no condition" in problems_of("norms: [{id: insult, rules: [{name: a}]}]\n")[0][1]


def test_a_misspelt_preset_is_recognised() -> None:
    assert "did you mean the preset `insult`" in problems_of("norms:\n  - id: insults\n")[0][1]


def test_a_norm_written_twice_is_told() -> None:
    assert problems_of("norms:\n  - id: spam\n  - id: spam\n")[0][0] == 3


def test_an_unknown_key_is_told_with_the_nearest_known_one() -> None:
    assert "did you mean `severity`" in problems_of("norms:\n  - id: spam\n    severty: low\n")[0][1]


def test_every_mistake_is_told_at_once() -> None:
    text = "norms:\n  - id: spam\n    rules: [{name: a}, {name: b, words: [''], languages: [french]}]\n  - id: spam\n"
    assert len(problems_of(text)) == 4


def test_the_version_changes_with_whatever_can_change_a_verdict() -> None:
    one = load_charter("norms: [{id: spam}]\n", "charter.yaml")
    other = load_charter("norms: [{id: spam, action: remove}]\n", "charter.yaml")
    assert one.version != other.version
    assert one.version == load_charter("norms: [{id: spam}]\n", "charter.yaml").version


def test_a_french_reader_is_told_in_french(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIGIE_LANGUAGE", "fr")
    text = "norms:\n  - id: insults\n  - id: spam\n    rules: [{name: a}, {name: b, patterns: ['x*']}]\n"
    assert [told for _, told in problems_of(text)] == [
        "charter.yaml:2: la norme `insults` ne dit rien qui permette de juger (vouliez-vous écrire `insult`, la norme "
        "fournie\u202f? Sinon, ajoutez `description` ou `rules`)",
        "charter.yaml:4: la règle `a` n’a pas de condition (ajoutez `words`, `patterns`, `domains`, `min_links`, "
        "`min_capitals_share`, `checks`, `numbers` ou `flags`)",
        "charter.yaml:4: `x*` n’est pas une expression régulière utilisable (elle touche tous les commentaires) "
        "(corrigez-la)",
    ]
