"""Settings of the environment: what is left empty is as if it were not there."""

from pathlib import Path

import pytest

from domain.settings import EmbeddingCredentials, Settings


def test_an_empty_path_is_not_the_folder_one_stands_in(monkeypatch: pytest.MonkeyPatch):
    for name in ("WORKSPACE", "PUBLIC_DIR", "EMBEDDING_FOLDER", "EMBEDDING_PRESET"):
        monkeypatch.setenv(f"VIGIE_{name}", "")
    assert (Settings().workspace, Settings().public_dir) == (Path("workspace"), None)
    assert (EmbeddingCredentials().folder, EmbeddingCredentials().preset) == (None, "openai")
