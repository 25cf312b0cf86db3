"""A model trained with embeddings judges by meaning, too; without its embedding model by words alone, and that is said."""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from domain.charter import Charter, Norm
from tasks.embedding import Sense, sense_of_the_environment
from tasks.moderation.cascade import moderate
from tasks.moderation.files import as_comments
from tasks.moderation.local_model import load, load_models
from tasks.moderation.training_file import train_file

# Each word stands in one text only, so that words alone teach nothing; the first dimension tells the two kinds apart.
RUDE, KIND = ([sha256(f"{kind} {at}".encode()).hexdigest()[:8] for at in range(40)] for kind in ("rude", "kind"))
NEW = {"zyxw": (1.0, 0.3), "vuts": (-1.0, 0.3)}
CHARTER = Charter(norms=[Norm(id="insult")])


def places(flip: float = 1.0) -> dict[str, tuple[float, ...]]:
    known = {word: (flip, at / 40) for at, word in enumerate(RUDE)} | {
        word: (-flip, at / 40) for at, word in enumerate(KIND)
    }
    return known | NEW


@pytest.fixture
def warnings() -> list[str]:
    return []


@pytest.fixture
def sense(static_model: Callable[..., Path], warnings: list[str], monkeypatch: pytest.MonkeyPatch) -> Sense:
    monkeypatch.setenv("VIGIE_EMBEDDING_FOLDER", str(static_model(**places())))
    found = sense_of_the_environment(warnings.append)
    assert found is not None
    return found


@pytest.fixture
def folder(sense: Sense, tmp_path: Path) -> Path:
    rows = pl.DataFrame({"text": [*RUDE, *KIND], "label": ["1"] * 40 + ["0"] * 40})
    report = train_file(rows, "insult", tmp_path / "model", sense=sense)
    assert report.macro_f1 > 0.95 and report.embeds == sense.name
    return tmp_path / "model"


def judged(folder: Path, sense: Sense | None, known: pl.DataFrame | None = None) -> pl.DataFrame:
    comments = as_comments(pl.DataFrame({"id": ["a", "b"], "text": list(NEW)})).with_columns(
        deleted=pl.lit(value=False)
    )
    return moderate(comments, CHARTER, {"insult": load(folder / "insult.json")}, known, sense=sense)


def test_words_that_nobody_trained_on_are_judged_by_their_meaning(folder, sense, warnings):
    assert judged(folder, sense)["norms"].to_list() == [["insult"], []]
    assert not warnings
    with np.load(folder / "insult.npz", allow_pickle=False) as arrays:
        assert all(arrays[name].dtype != object for name in arrays)


def test_a_stored_model_is_the_same_and_holds_the_one_by_words_alone(folder):
    model = load_models(folder)["insult"]
    assert model.version != model.by_words.version
    assert model.by_words.direction is None and model.direction.shape == (2,)


@pytest.mark.parametrize("given", ["none", "another", "gone"])
def test_without_its_embedding_model_it_judges_by_words_and_says_so(
    given: str,
    folder: Path,
    sense: Sense,
    warnings: list[str],
    static_model: Callable[..., Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
):
    expected = judged(folder, sense)
    name = {"none": "", "another": str(static_model(**places(flip=-1))), "gone": str(tmp_path / "gone")}[given]
    monkeypatch.setenv("VIGIE_EMBEDDING_FOLDER", name)
    other = sense_of_the_environment(warnings.append)
    found = judged(folder, other)
    by_words = moderate(
        as_comments(pl.DataFrame({"id": ["a", "b"], "text": list(NEW)})).with_columns(deleted=pl.lit(value=False)),
        CHARTER,
        {"insult": load(folder / "insult.json").by_words},
    )
    assert found.equals(by_words) and not found.equals(expected)
    assert sense.embeds.name.split("@")[1] in caplog.text + "".join(warnings)
    # A verdict by words alone is not taken for one with embeddings later, nor the other way round.
    assert judged(folder, other, known=expected)["decided_by"].to_list() == found["decided_by"].to_list()


def test_embeddings_that_do_not_help_are_left_out(static_model, monkeypatch, tmp_path, warnings):
    monkeypatch.setenv("VIGIE_EMBEDDING_FOLDER", str(static_model(noise=(1, 0), more=(0, 1))))
    texts = [*(f"morons {word}" for word in RUDE), *(f"thanks {word}" for word in KIND)]
    rows = pl.DataFrame({"text": texts, "label": ["1"] * 40 + ["0"] * 40})
    report = train_file(rows, "insult", tmp_path / "model", sense=sense_of_the_environment(warnings.append))
    assert report.embeds == ""
    assert load(tmp_path / "model" / "insult.json").direction is None
