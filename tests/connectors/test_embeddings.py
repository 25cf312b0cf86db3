"""A text's vector comes from a folder or an endpoint, always of length 1; whatever lacks is said."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from connectors.contract import ConnectorError, Rejected, Unauthorized
from connectors.embeddings import LocalEmbeddings, embedder
from deployments.sandbox.models import LIMITS
from deployments.sandbox.seed import SEED_SCHEMA
from deployments.sandbox.server import Sandbox, running_sandbox

WORDS = ("cancel", "plan", "subscription", "chat", "chien", "annuler", "abonnement")
PLACES = ((1, 0.1, 0), (0.9, 0, 0), (0.9, 0.2, 0), (0, 1, 0), (0, 0.9, 0.2), (1, 0, 0.1), (0.9, 0.1, 0))
TEXTS = ["Cancel my plan", "annuler mon abonnement", "chien chat", ""]


@pytest.fixture(autouse=True)
def nothing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FOLDER", "PRESET", "NAME", "API_KEY", "URL"):
        monkeypatch.delenv(f"VIGIE_EMBEDDING_{name}", raising=False)


@pytest.fixture
def folder(static_model: Callable[..., Path]) -> Path:
    """A model of seven words in three dimensions."""
    return static_model(**dict(zip(WORDS, PLACES, strict=True)))


def test_without_a_name_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    assert embedder() is None
    monkeypatch.setenv("VIGIE_EMBEDDING_FOLDER", "")  # as in a file of settings that is not filled in
    assert embedder() is None


def test_another_model_in_the_same_folder_is_another(static_model: Callable[..., Path]) -> None:
    before = LocalEmbeddings(static_model(cancel=(1, 0), plan=(0, 1))).name
    assert before == LocalEmbeddings(static_model(cancel=(1, 0), plan=(0, 1))).name
    assert before != LocalEmbeddings(static_model(cancel=(1, 0), plan=(1, 0))).name


def test_a_folder_on_this_machine_gives_vectors_that_compare_by_meaning(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIGIE_EMBEDDING_FOLDER", str(folder))
    embeds = embedder()
    assert embeds is not None
    vectors = embeds.vectors(TEXTS)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), [1, 1, 1, 0], atol=1e-5)
    assert vectors[0] @ vectors[1] > 0.9 > 0.3 > vectors[0] @ vectors[2]
    assert embeds.vectors([]).shape[0] == 0


@pytest.mark.parametrize(("given", "told"), [("missing", "no such folder"), ("damaged", "not a model")])
def test_a_folder_without_a_model_is_named(
    given: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("model2vec")
    (tmp_path / "damaged").mkdir()
    (tmp_path / "damaged" / "config.json").write_text("{")
    monkeypatch.setenv("VIGIE_EMBEDDING_FOLDER", str(tmp_path / given))
    embeds = embedder()
    assert embeds is not None
    with pytest.raises(Rejected, match=told):
        embeds.vectors(["x"])


@pytest.fixture(scope="module")
def shared_sandbox() -> Iterator[Sandbox]:
    with running_sandbox(pl.DataFrame(schema=SEED_SCHEMA)) as found:
        yield found


@pytest.mark.parametrize("preset", ["openai", "gemini", "ollama", "vllm", "llamacpp"])
def test_an_endpoint_gives_the_same_in_as_many_calls_as_it_takes(
    preset: str, shared_sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIGIE_EMBEDDING_PRESET", preset)
    monkeypatch.setenv("VIGIE_EMBEDDING_NAME", "sandbox-embedding")
    monkeypatch.setenv("VIGIE_EMBEDDING_URL", f"{shared_sandbox.url}/limits/{preset}/v1")
    monkeypatch.setattr("connectors.embeddings.TEXTS_A_CALL", 2)
    embeds = embedder()
    assert embeds is not None
    vectors = embeds.vectors([*TEXTS[:3], TEXTS[0]])
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert np.array_equal(vectors[0], vectors[3])


def test_providers_without_embeddings_are_refused_before_anything_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIGIE_EMBEDDING_NAME", "m")
    for preset in [name for name, lacks in LIMITS.items() if "embeddings" in lacks]:
        monkeypatch.setenv("VIGIE_EMBEDDING_PRESET", preset)
        with pytest.raises(Unauthorized, match="openai, gemini"):
            embedder()
    monkeypatch.setenv("VIGIE_EMBEDDING_PRESET", "openai")
    with pytest.raises(Unauthorized, match="VIGIE_EMBEDDING_API_KEY"):
        embedder()


@pytest.mark.parametrize("data", [[], [{"index": 0, "embedding": [1.0]}], [{"index": 0}], "no"])
def test_an_answer_that_is_not_one_vector_a_text_is_an_error(
    data: Any, serve: Any, answer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    loopback = serve(lambda request: answer({"object": "list", "model": "m", "data": data}))
    monkeypatch.setenv("VIGIE_EMBEDDING_NAME", "m")
    monkeypatch.setenv("VIGIE_EMBEDDING_URL", loopback.url)
    embeds = embedder()
    assert embeds is not None
    with pytest.raises(ConnectorError):
        embeds.vectors(["one", "two"])
