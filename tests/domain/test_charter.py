"""The charter never lets Vigie go further than the CM wrote, and its version tells when it changed."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.charter import Charter
from domain.records import Autonomy, Platform


def charter(**norm: Any) -> Charter:
    return Charter.model_validate({"norms": [{"id": "insult"} | norm]})


def test_by_default_nothing_is_done_without_a_human():
    plain = charter()
    assert plain.norm("insult").autonomy is Autonomy.PROPOSE
    assert {plain.replies.autonomy_on(platform) for platform in Platform} == {Autonomy.PROPOSE}


def test_replies_on_x_are_proposed_unless_the_cm_names_x():
    def on_x(**replies: Any) -> Autonomy:
        return Charter.model_validate({"norms": [{"id": "insult"}], "replies": replies}).replies.autonomy_on("x")

    assert on_x(autonomy="act") is Autonomy.PROPOSE
    assert on_x(autonomy="act", by_platform={"reddit": "act"}) is Autonomy.PROPOSE
    assert on_x(autonomy="act", by_platform={"x": "act"}) is Autonomy.ACT


def test_one_sentence_stands_for_every_language():
    assert charter(reason="Respect.").norm("insult").reason == {"fr": "Respect.", "en": "Respect."}
    assert charter(reason={"fr": "Respect !"}).norm("insult").reason == {"fr": "Respect !"}


def test_a_charter_needs_a_norm_and_ids_that_a_column_can_carry():
    with pytest.raises(ValidationError):
        Charter.model_validate({"norms": []})
    for bad in ("Insult", "1insult", "in sult", ""):
        with pytest.raises(ValidationError):
            charter(id=bad)


def test_an_unknown_norm_is_a_key_error():
    with pytest.raises(KeyError):
        charter().norm("spam")


CHANGES: list[dict[str, Any]] = [
    {"action": "remove"},
    {"autonomy": "act"},
    {"target_precision": 0.9},
    {"rules": [{"name": "a", "words": ["b"]}]},
    {"allowed": ["irony"]},
    {"use_model": False},
    {"exceptions": {"members": ["bot"]}},
    {"reason": "Respect."},
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: next(iter(change)))
def test_the_version_changes_with_the_content(change: dict[str, Any]):
    assert charter(**change).version != charter().version
    assert charter(**change).version == charter(**change).version


@settings(max_examples=25)
@given(
    st.permutations(list({**{k: v for c in CHANGES for k, v in c.items()}, "title": {"fr": "a", "en": "b"}}.items()))
)
def test_the_version_ignores_the_order_of_the_lines(lines: list[tuple[str, Any]]):
    turned = dict(lines)
    turned["title"] = dict(reversed(turned["title"].items()))
    assert charter(**turned).version == charter(**dict(sorted(turned.items(), key=lambda line: line[0]))).version
    assert charter(title={"en": "b", "fr": "a"}).version == charter(title={"fr": "a", "en": "b"}).version
