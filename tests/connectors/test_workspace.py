"""The workspace's files are read as a CM wrote them, and every mistake of every file is gathered."""

from pathlib import Path

import pytest

from connectors.workspace import collect_problems, knowledge_files, read_file
from domain.documents import WorkspaceError


def told(workspace: Path, path: str) -> str:
    with pytest.raises(WorkspaceError) as caught:
        read_file(workspace, path)
    return str(caught.value)


def test_a_file_is_read_without_its_byte_order_mark(tmp_path: Path):
    (tmp_path / "community.yaml").write_bytes(b"\xef\xbb\xbf" + "name: Été\n".encode())
    assert read_file(tmp_path, "community.yaml").text == "name: Été\n"


def test_a_missing_file_or_workspace_says_how_to_get_one(tmp_path: Path):
    assert told(tmp_path, "charter.yaml") == "charter.yaml: the file is missing (`vigie init` writes one)"
    assert "there is no folder" in told(tmp_path / "none", "charter.yaml")


def test_another_encoding_is_told_with_its_line(tmp_path: Path):
    (tmp_path / "voice.md").write_bytes("Bonjour\nà tous\n".encode("latin-1"))
    assert told(tmp_path, "voice.md") == "voice.md:2: not UTF-8 text (save the file as UTF-8)"


def test_knowledge_is_read_in_the_order_of_names_and_nothing_else_is(tmp_path: Path):
    assert knowledge_files(tmp_path) == []
    folder = tmp_path / "knowledge"
    folder.mkdir()
    for name in ("b.csv", "a.md", "notes.txt", ".a.md.swp"):
        (folder / name).write_text(name, encoding="utf-8")
    assert [(file.path, file.text) for file in knowledge_files(tmp_path)] == [
        ("knowledge/a.md", "a.md"),
        ("knowledge/b.csv", "b.csv"),
    ]


def test_the_mistakes_of_all_files_are_gathered(tmp_path: Path):
    folder = tmp_path / "knowledge"
    folder.mkdir()
    for name in ("a.md", "b.csv"):
        (folder / name).write_bytes(b"\n\n\xe9")
    problems = collect_problems(
        lambda: read_file(tmp_path, "charter.yaml"), lambda: knowledge_files(tmp_path), lambda: None
    )
    assert [(p.file, p.line) for p in problems] == [("charter.yaml", 0), ("knowledge/a.md", 3), ("knowledge/b.csv", 3)]


def test_a_french_reader_is_told_in_french(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("VIGIE_LANGUAGE", "fr")
    assert told(tmp_path, "charter.yaml") == "charter.yaml: le fichier manque (`vigie init` en écrit un)"
    assert "n’existe pas\u202f; lancez `vigie init`" in told(tmp_path / "none", "charter.yaml")
    (tmp_path / "voice.md").write_bytes("à".encode("latin-1"))
    assert told(tmp_path, "voice.md").startswith("voice.md:1: ce n’est pas du texte UTF-8 (enregistrez")
