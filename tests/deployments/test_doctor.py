"""`vigie doctor` names each mistake of a workspace with its file, line and mend."""

from collections.abc import Callable
from pathlib import Path

import pytest

from deployments.doctor import examine
from deployments.initialise import write_workspace

ENGLISH = [
    "✗ community.yaml:2: `timezone`: expected a time zone such as Europe/Paris, not 'Paris' (correct `timezone`)",
    "✗ community.yaml:7: `teems` is not a known key (did you mean `team`?)",
    "✗ charter.yaml:3: `norms.severity`: expected one of 'low', 'medium', 'high' or 'critical', not 'grave' "
    "(correct `severity`)",
]
FRENCH = [
    "✗ community.yaml:2: `timezone`\u00a0: attendu, un fuseau horaire tel que Europe/Paris, et non 'Paris' "
    "(corrigez `timezone`)",
    "✗ community.yaml:7: `teems` n’est pas une clé connue (vouliez-vous écrire `team`\u202f?)",
    "✗ charter.yaml:3: `norms.severity`\u00a0: attendu, une valeur parmi 'low', 'medium', 'high' ou 'critical', "
    "et non 'grave' (corrigez `severity`)",
]


@pytest.mark.parametrize(("language", "expected"), [("en", ENGLISH), ("fr", FRENCH)])
def test_three_mistakes_in_two_files_are_all_named(
    language: str, expected: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("VIGIE_LANGUAGE", language)
    workspace = tmp_path / "ws"
    write_workspace(workspace, "fr", "Lumio", "Europe/Paris")
    good = "name: Lumio\ntimezone: Paris\nsources:\n  - platform: reddit\n    kind: subreddit\n    name: lumio\nteems: []\n"
    (workspace / "community.yaml").write_text(good, encoding="utf-8")
    (workspace / "charter.yaml").write_text("norms:\n  - id: insult\n    severity: grave\n", encoding="utf-8")
    monkeypatch.setenv("VIGIE_WORKSPACE", str(workspace))
    assert [str(finding) for finding in examine() if finding.wrong] == expected


def test_an_embedding_model_that_is_named_is_tried(
    static_model: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    workspace = tmp_path / "ws"
    write_workspace(workspace, "en", "Lumio", "Europe/Paris")
    (workspace / "community.yaml").write_text(
        "name: Lumio\nsources:\n  - platform: x\n    kind: mentions\n    name: lumio\n", encoding="utf-8"
    )
    monkeypatch.setenv("VIGIE_WORKSPACE", str(workspace))
    monkeypatch.setenv("VIGIE_EMBEDDING_FOLDER", str(static_model(cancel=(1, 0))))
    assert any("✓ sentence embeddings: local/tiny@" in str(finding) for finding in examine())
    monkeypatch.setenv("VIGIE_EMBEDDING_FOLDER", str(tmp_path / "gone"))
    assert any(finding.wrong and "gone: no such folder" in finding.what for finding in examine())
