"""A model learns from labelled texts, knows how sure it is, and survives being stored as plain arrays."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.moderation.features import grams_of
from tasks.moderation.local_model import ModelFileError, NormModel, load, load_models, save
from tasks.moderation.measuring import (
    TrainingReport,
    best_threshold,
    macro_f1,
    precision_bounds,
    wilson_lower_bound,
)
from tasks.moderation.training import TrainingError, train

THINGS = ["song", "game", "video", "phone", "update", "shop", "team", "forum", "recipe", "film"]
RUDE = [f"this {thing} is made by {word} morons" for thing in THINGS for word in ("utter", "total", "absolute", "real")]
KIND = [f"this {thing} is {word}, thank you" for thing in THINGS for word in ("lovely", "great", "brilliant", "superb")]


@pytest.fixture(scope="module")
def trained() -> tuple[NormModel, TrainingReport]:
    return train([*RUDE, *KIND], [True] * 40 + [False] * 40, "insult", source="tests")


def test_a_model_tells_the_two_kinds_apart_on_texts_that_it_never_saw(
    trained: tuple[NormModel, TrainingReport],
) -> None:
    rude, kind = trained[0].probabilities(["what morons made this bike", "thank you for this great bike"])
    assert rude > trained[0].threshold > kind


def test_the_report_speaks_of_held_out_examples(trained: tuple[NormModel, TrainingReport]) -> None:
    report = trained[1]
    assert (report.examples, report.positives, report.folds) == (80, 40, 5)
    assert report.macro_f1 > 0.9
    assert 0 <= report.calibration_error <= 1
    assert sum(one["examples"] for one in report.calibration) == 80


def test_forty_right_flags_are_not_enough_for_a_promise_of_95_per_cent(
    trained: tuple[NormModel, TrainingReport],
) -> None:
    assert trained[1].act_threshold is None
    assert trained[0].sureness(1.0) < 0.95


def test_a_stored_model_gives_the_same_probabilities_and_version(
    trained: tuple[NormModel, TrainingReport], tmp_path: Path
) -> None:
    model = trained[0]
    save(model, tmp_path)
    again = load(tmp_path / "insult.json")
    assert again.version == model.version
    assert np.array_equal(again.probabilities(RUDE), model.probabilities(RUDE))
    assert load_models(tmp_path)["insult"].version == model.version


def test_training_twice_gives_the_same_model(trained: tuple[NormModel, TrainingReport]) -> None:
    assert train([*RUDE, *KIND], [True] * 40 + [False] * 40, "insult")[0].version == trained[0].version


def test_a_damaged_or_missing_model_is_named(trained: tuple[NormModel, TrainingReport], tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match="holds no model"):
        load_models(tmp_path)
    save(trained[0], tmp_path)
    (tmp_path / "insult.npz").write_bytes(b"not a zip")
    with pytest.raises(ModelFileError, match=r"insult\.json: not a usable model"):
        load_models(tmp_path)
    numbers = json.loads((tmp_path / "insult.json").read_text("utf-8"))
    (tmp_path / "insult.json").write_text(json.dumps(numbers | {"format": 0}), "utf-8")
    with pytest.raises(ModelFileError, match="another version"):
        load_models(tmp_path)


def test_pickled_arrays_are_refused(trained: tuple[NormModel, TrainingReport], tmp_path: Path) -> None:
    save(trained[0], tmp_path)
    np.savez(tmp_path / "insult.npz", weights=np.array([{"a": 1}], dtype=object), idf=np.zeros(1))
    with pytest.raises(ModelFileError):
        load(tmp_path / "insult.json")


def test_too_few_examples_are_refused_with_what_to_add() -> None:
    with pytest.raises(TrainingError, match="only 3 examples that break the norm `spam`"):
        train(["a b"] * 50, [True] * 3 + [False] * 47, "spam")


def test_variants_of_one_sentence_are_never_both_learnt_and_measured() -> None:
    names = [
        "oak",
        "fig",
        "yew",
        "elm",
        "ash",
        "fir",
        "bay",
        "box",
        "gum",
        "tea",
        "rye",
        "hop",
        "kiwi",
        "plum",
        "lime",
        "rice",
        "corn",
        "beet",
        "leek",
        "kale",
    ]
    texts = [f"{word} {name}" for name in names for word in ("alpha", "beta", "gamma", "delta")]
    labels = [at in {1, 2, 3, 7, 8, 11, 13, 16, 18, 19} for at in range(20) for _ in range(4)]
    groups = [name for name in names for _ in range(4)]
    assert train(texts, labels, "own", groups=groups)[1].macro_f1 < 0.75  # only the group's name tells the label
    assert train(texts, labels, "own")[1].macro_f1 > 0.95


def test_the_shipped_models_are_small_and_say_where_they_come_from() -> None:
    models = load_models()
    assert {"hate", "spam"} <= models.keys()
    folder = Path(__file__).resolve().parents[3] / "tasks" / "moderation" / "models"
    assert sum(path.stat().st_size for path in folder.iterdir()) < 4_000_000
    assert all("CC BY 4.0" in model.source for model in models.values())


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=40), max_size=6))
def test_a_text_has_the_same_n_grams_alone_and_in_a_batch(texts: list[str]) -> None:
    together = grams_of(texts, 1 << 12).counts(1 << 12)
    for at, text in enumerate(texts):
        alone = grams_of([text], 1 << 12).counts(1 << 12)
        assert np.array_equal(together[[at]].toarray(), alone.toarray())


def test_characters_words_and_frames_are_counted_as_a_reader_would() -> None:
    grams = grams_of(["ab cd ab"], 1 << 12)
    assert [np.diff(starts).tolist() for starts, _ in grams.chars] == [[3, 3], [2, 2], [1, 1], [0, 0]]  # " a ab b_"...
    counts = [int(np.diff(starts)[0]) for starts, _ in grams.kinds]
    assert counts == [3, 2, 3, 2, 1, 0]  # words, pairs of words; "begin _ end" and its neighbours
    assert grams.counts(1 << 12).sum() == 3 * 6 + sum(counts)


def test_wilsons_bound_is_that_of_the_textbook() -> None:
    assert wilson_lower_bound(0, 0) == 0
    assert wilson_lower_bound(90, 100) == pytest.approx(0.8256, abs=1e-4)
    assert wilson_lower_bound(10, 10) == pytest.approx(0.7225, abs=1e-4)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=60))
def test_bounds_never_promise_more_than_was_seen(pairs: list[tuple[float, bool]]) -> None:
    probabilities, truth = np.array([one[0] for one in pairs]), np.array([one[1] for one in pairs])
    for bound in precision_bounds(probabilities, truth):
        assert 0 <= bound.lower_bound <= bound.precision <= 1
    assert 0.05 <= best_threshold(probabilities, truth) <= 0.95


def test_macro_f1_is_the_mean_of_both_kinds() -> None:
    truth, flagged = np.array([True, True, False, False]), np.array([True, False, False, False])
    assert macro_f1(flagged, truth) == pytest.approx((2 / 3 + 4 / 5) / 2)


def test_what_is_known_beforehand_is_learnt_but_never_measured() -> None:
    texts, labels = RUDE[:12] + [f"a kind word about the {thing}" for thing in THINGS], [True] * 12 + [False] * 10
    known = [f"zorglub number {at}" for at in range(30)]
    plain, _ = train(texts, labels, "insult")
    taught, report = train(texts, labels, "insult", prior=(known, [True] * 30))
    assert report.examples == len(texts)
    assert taught.probabilities(["zorglub"])[0] > plain.probabilities(["zorglub"])[0]
