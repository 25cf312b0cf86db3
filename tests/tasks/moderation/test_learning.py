"""A model goes on learning from human decisions, and its successor serves only when it proves better."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from connectors.store.labels import LABEL_SCHEMA
from tasks.moderation.learning import examples_of, learn
from tasks.moderation.learning_report import learning_markdown
from tasks.moderation.local_model import load_models
from tasks.moderation.registry import (
    AS_SHIPPED,
    RegistryError,
    figures_of,
    keep,
    models_in_service,
    promote,
    read_registry,
    roll_back,
)

NOW = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
COLOURS, MAKERS = ["red", "blue", "green", "pink", "grey", "old", "new", "big"], ["Rex", "Zob", "Quik", "Lum", "Vor"]
PRAISE = [f"the {colour} lamp from {maker} shines on my bike" for colour in COLOURS for maker in MAKERS]
TRADE = [f"{maker} lamps in {colour} at my stall this Sunday" for colour in COLOURS for maker in MAKERS]


def decided(broken: list[str], kept: list[str], norm: str = "spam") -> pl.DataFrame:
    """Decisions in turn, one a minute."""
    pairs = [pair for both in zip(broken, kept, strict=True) for pair in zip(both, (True, False), strict=True)]
    rows = [(text, [norm], label, NOW + timedelta(minutes=at)) for at, (text, label) in enumerate(pairs)]
    return pl.DataFrame(rows, schema=LABEL_SCHEMA, orient="row")


def test_what_the_community_counts_as_spam_is_learnt_and_what_was_known_stays():
    before = load_models()["spam"]
    outcome = learn("spam", examples_of("spam", decided(TRADE, PRAISE), {}), before, 0.95)
    assert (outcome.examples, outcome.held_out) == (60, 20)
    assert outcome.better
    assert outcome.macro_f1 > outcome.macro_f1_before
    known = ["Check out my new video on my channel", "what a beautiful song, it makes me cry"]
    spam, good = outcome.model.probabilities(known)
    assert spam > outcome.model.threshold > good


def test_decisions_that_say_what_was_known_promote_nothing():
    spam = [f"Please subscribe to my channel number {at}, check out my new video" for at in range(40)]
    good = [f"I love this song, best of the year {at}, it makes me dance" for at in range(40)]
    outcome = learn("spam", examples_of("spam", decided(spam, good), {}), load_models()["spam"], 0.95)
    assert outcome.model is not None
    assert not outcome.better


def test_a_norm_of_the_cms_own_gets_its_first_model():
    outcome = learn("trade", examples_of("trade", decided(TRADE, PRAISE, "trade"), {}), None, 0.95)
    assert outcome.better
    assert outcome.macro_f1_before is None


@pytest.mark.parametrize(("broken", "kept", "problem"), [(4, 4, "broken"), (14, 14, "held out")])
def test_too_little_is_said_and_nothing_is_learnt(broken: int, kept: int, problem: str):
    outcome = learn("spam", examples_of("spam", decided(TRADE[:broken], PRAISE[:kept]), {}), None, 0.95)
    assert (outcome.model, outcome.problem) == (None, problem)
    assert "20" in learning_markdown([outcome], True, "fr") or "10" in learning_markdown([outcome], True, "fr")


def test_the_last_decision_on_a_text_counts_and_no_text_is_both_learnt_and_held_out():
    twice = decided([TRADE[0]] * 2, [PRAISE[0], TRADE[0]])
    found = examples_of("spam", twice, {PRAISE[0]: True, "a text of a file": True})
    assert dict(zip(found.texts, found.broken, strict=True)) == {
        PRAISE[0]: False,
        "a text of a file": True,
        TRADE[0]: False,
    }
    assert len(set(found.texts)) == len(found.texts) == len(found.held_out)


def test_a_model_serves_once_promoted_and_one_step_leads_back(tmp_path: Path):
    before = load_models()["spam"]
    model = learn("spam", examples_of("spam", decided(TRADE, PRAISE), {}), before, 0.95).model
    assert model is not None
    keep(tmp_path, model, figures_of(model, NOW, 60, 20, 0.95, 0.5))
    assert models_in_service(tmp_path)["spam"].version == before.version
    promote(tmp_path, "spam", model.version)
    promote(tmp_path, "spam", model.version)
    assert models_in_service(tmp_path)["spam"].version == model.version
    assert read_registry(tmp_path).line("spam").served == (model.version,)
    assert roll_back(tmp_path, "spam") == AS_SHIPPED
    assert models_in_service(tmp_path)["spam"].version == before.version
    with pytest.raises(RegistryError):
        roll_back(tmp_path, "spam")
    with pytest.raises(RegistryError, match="spam@gone"):
        promote(tmp_path, "spam", "spam@gone")


def test_a_damaged_registry_is_named_with_its_mend(tmp_path: Path):
    (tmp_path / "registry.json").write_text('{"spam": 3}', "utf-8")
    with pytest.raises(RegistryError, match=r"registry\.json.*(remove it|supprimez)"):
        models_in_service(tmp_path)
