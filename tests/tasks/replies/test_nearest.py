"""With an embedding model the matcher sees what words alone do not; without it, it is as it was, and says so."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from deployments.sandbox.seed import SEED_SCHEMA
from deployments.sandbox.server import running_sandbox
from domain.knowledge import Knowledge, KnowledgeEntry
from tasks.embedding import Sense, sense_of_the_environment
from tasks.replies.matching import Matcher
from tasks.replies.nearest import Nearest

# Two subjects whose words share no letters, and one that belongs to neither.
WORDS = {
    "gearbox": (1, 0, 0.1),
    "clutch": (0.9, 0.1, 0),
    "transmission": (1, 0.1, 0),
    "saddle": (0, 1, 0),
    "stirrup": (0.1, 0.9, 0),
    "girth": (0.1, 1, 0.1),
    "aquarium": (0, 0, 1),
}
KNOWLEDGE = Knowledge(
    (
        KnowledgeEntry("driving", "en", "gearbox", "See page 1", ("clutch gearbox", "clutch")),
        KnowledgeEntry("riding", "en", "saddle", "See page 2", ("stirrup saddle", "stirrup")),
    )
)
BY_MEANING_ONLY = ["transmission", "girth", "aquarium"]


@pytest.fixture
def warnings() -> list[str]:
    return []


@pytest.fixture
def sense(
    static_model: Callable[..., Path], warnings: list[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Sense]:
    """`sense(**words)`: a model of these words, as the environment names it."""

    def build(**words: tuple[float, ...]) -> Sense:
        monkeypatch.setenv("VIGIE_EMBEDDING_FOLDER", str(static_model(**words)))
        found = sense_of_the_environment(warnings.append)
        assert found is not None
        return found

    return build


def test_what_words_leave_undecided_is_decided_by_meaning_and_a_foreign_question_stays_a_persons(sense, warnings):
    lexical, matcher = Matcher.fit(KNOWLEDGE), Matcher.fit(KNOWLEDGE, sense(**WORDS))
    undecided = ["my gearbox transmission broke", "the girth and the saddle slipped on the way"]
    assert lexical.match(undecided)["entry_id"].to_list() == [None, None]
    assert matcher.match(undecided)["entry_id"].to_list() == ["driving", "riding"]
    assert matcher.match(BY_MEANING_ONLY)["best"].to_list()[:2] == ["driving", "riding"]
    assert matcher.match(["aquarium"])["entry_id"].to_list() == [None]
    assert not warnings


def test_words_that_the_model_does_not_know_are_matched_as_without_it(sense):
    texts = ["xyzzy", "", "xyzzy plugh"]
    assert Matcher.fit(KNOWLEDGE, sense(**WORDS)).match(texts).equals(Matcher.fit(KNOWLEDGE).match(texts))


def test_a_model_that_mixes_the_entries_up_counts_for_less(sense):
    told_apart = Matcher.fit(_many(), sense(**WORDS)).nearest
    mixed_up = Matcher.fit(_many(), sense(gearbox=(1, 0), saddle=(1, 0), clutch=(0, 1), stirrup=(0, 1))).nearest
    assert told_apart.weight > mixed_up.weight > 0


def _many() -> Knowledge:
    """Entries with variants enough to measure on."""
    pairs = {"driving": ("gearbox", "clutch"), "riding": ("saddle", "stirrup")}
    said = ["{0}", "{1}", "{0} {1}", "{0} {0} {1}", "{0} {1} {1}", "{1} {0}"]
    return Knowledge(
        tuple(
            KnowledgeEntry(id_, "en", said[0].format(*words), "x", tuple(text.format(*words) for text in said[1:]))
            for id_, words in pairs.items()
        )
    )


def test_another_model_in_the_folder_has_the_knowledge_base_embedded_again(sense, tmp_path):
    directory = tmp_path / "matcher"
    first = Matcher.load_or_fit(KNOWLEDGE, directory, sense(**WORDS))
    written = (directory / "nearest.npz").stat().st_mtime_ns
    again = Matcher.load_or_fit(KNOWLEDGE, directory, sense(**WORDS))
    assert (directory / "nearest.npz").stat().st_mtime_ns == written
    assert again.match(BY_MEANING_ONLY).equals(first.match(BY_MEANING_ONLY))
    other = Matcher.load_or_fit(KNOWLEDGE, directory, sense(**WORDS | {"gearbox": (0.5, 0.5, 0)}))
    assert Nearest.load(directory).model == other.nearest.model != first.nearest.model
    with np.load(directory / "nearest.npz", allow_pickle=False) as arrays:
        assert all(arrays[name].dtype != object for name in arrays)


def test_a_missing_folder_is_said_and_the_matcher_does_without(warnings, tmp_path, monkeypatch):
    monkeypatch.setenv("VIGIE_EMBEDDING_FOLDER", str(tmp_path / "gone"))
    matcher = Matcher.load_or_fit(KNOWLEDGE, tmp_path / "matcher", sense_of_the_environment(warnings.append))
    assert matcher.match(["gearbox"]).equals(Matcher.fit(KNOWLEDGE).match(["gearbox"]))
    assert len(warnings) == 1 and "no such folder" in warnings[0]


def test_a_dead_endpoint_costs_the_meaning_but_neither_the_answers_nor_what_was_stored(warnings, tmp_path, monkeypatch):
    monkeypatch.setenv("VIGIE_EMBEDDING_NAME", "sandbox-embedding")
    with running_sandbox(pl.DataFrame(schema=SEED_SCHEMA)) as sandbox:
        monkeypatch.setenv("VIGIE_EMBEDDING_URL", f"{sandbox.url}/limits/openai/v1")
        alive = sense_of_the_environment(warnings.append)
        matcher = Matcher.load_or_fit(KNOWLEDGE, tmp_path, alive)
        assert matcher.nearest is not None
        assert not matcher.match(["gearbox"]).equals(Matcher.fit(KNOWLEDGE).match(["gearbox"]))
    assert not warnings
    dead = Matcher.load_or_fit(KNOWLEDGE, tmp_path, sense_of_the_environment(warnings.append, timeout_seconds=1))
    assert dead.nearest is not None and not warnings  # the knowledge base is not embedded again
    assert dead.match(["gearbox"]).equals(Matcher.fit(KNOWLEDGE).match(["gearbox"]))
    assert len(warnings) == 1


def test_a_wrong_setting_is_said_and_nothing_is_asked(warnings, monkeypatch):
    monkeypatch.setenv("VIGIE_EMBEDDING_NAME", "m")
    monkeypatch.setenv("VIGIE_EMBEDDING_PRESET", "claude")
    assert sense_of_the_environment(warnings.append) is None
    assert len(warnings) == 1 and "VIGIE_EMBEDDING_PRESET" in warnings[0]


def test_vectors_of_another_length_are_not_compared(sense, warnings):
    matcher = Matcher.fit(KNOWLEDGE, sense(**WORDS))
    shorter = sense(**{word: place[:2] for word, place in WORDS.items()})
    assert replace(matcher, sense=shorter).match(["gearbox"]).equals(Matcher.fit(KNOWLEDGE).match(["gearbox"]))
    assert len(warnings) == 1
