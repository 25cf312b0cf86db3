"""What `vigie init` writes: both languages hold the same files and keys, and everything reads without a mistake."""

import re
from pathlib import Path
from typing import Any

import pytest
from pydantic_settings import BaseSettings
from ruamel.yaml import YAML

from deployments.initialise import write_workspace
from domain import settings
from domain.charter import Charter, Contact, Exceptions, Norm, Replies, Rule
from domain.community import Budget, Community, Recipient, Schedule, WatchedSource
from domain.documents import MendableError, parse
from domain.records import Autonomy
from tasks.knowledge.markdown_file import parse_markdown
from tasks.moderation.charter_file import default_charter, load_charter

NAME = 'L\'atelier "Été" : 100 % vélo 🚲 & co'


@pytest.fixture(scope="module", params=["fr", "en"])
def lang(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def workspaces(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folders = {lang: tmp_path_factory.mktemp(lang) for lang in ("fr", "en")}
    for lang, folder in folders.items():
        write_workspace(folder, lang, NAME, "America/Toronto")
    return folders


@pytest.fixture
def folder(workspaces: dict[str, Path], lang: str) -> Path:
    return workspaces[lang]


def read(folder: Path, path: str) -> str:
    return (folder / path).read_text(encoding="utf-8")


def keys(tree: Any, path: str = "") -> set[str]:
    """Every key of a YAML tree with its path; what a norm is called matters more than its place in the list."""
    if isinstance(tree, dict):
        return {f"{path}.{key}" for key in tree} | {k for key in tree for k in keys(tree[key], f"{path}.{key}")}
    if isinstance(tree, list):
        return {
            k for item in tree for k in keys(item, f"{path}[{item.get('id', '') if isinstance(item, dict) else ''}]")
        }
    return set()


def test_the_community_reads_with_its_name_and_time_zone(folder: Path) -> None:
    community = parse(read(folder, "community.yaml"), Community, "community.yaml")
    assert (community.name, community.timezone) == (NAME, "America/Toronto")
    assert community.languages[0] == folder.name[:2]


def test_the_charter_has_every_preset_and_never_acts_alone(folder: Path) -> None:
    charter = load_charter(read(folder, "charter.yaml"), "charter.yaml")
    assert [norm.id for norm in charter.norms] == [norm.id for norm in default_charter().norms]
    assert Autonomy.ACT not in {norm.autonomy for norm in charter.norms}
    assert Autonomy.ACT not in {charter.replies.autonomy, *charter.replies.by_platform.values()}


def test_the_sample_knowledge_reads(folder: Path) -> None:
    knowledge = parse_markdown(read(folder, "knowledge/faq.md"), "faq.md")
    assert [entry.id for entry in knowledge.entries] == ["delivery_time", "contact"]
    assert all(entry.variants and entry.lang == folder.name[:2] for entry in knowledge.entries)
    assert len(knowledge.for_humans) == 5


@pytest.mark.parametrize("path", ["community.yaml", "charter.yaml", "catalogue.yaml"])
def test_both_languages_have_the_same_keys(workspaces: dict[str, Path], path: str) -> None:
    french, english = (keys(YAML(typ="safe").load(read(folder, path))) for folder in workspaces.values())
    assert french == english
    assert french


def test_both_languages_have_the_same_files(workspaces: dict[str, Path]) -> None:
    french, english = (
        {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
        for folder in workspaces.values()
    )
    assert french == english
    assert french == {
        ".env.example",
        "README.md",
        "catalogue.yaml",
        "charter.yaml",
        "community.yaml",
        "knowledge/faq.md",
        "voice.md",
    }


@pytest.mark.parametrize(
    ("path", "models"),
    [
        ("community.yaml", [Community, WatchedSource, Recipient, Schedule, Budget]),
        ("charter.yaml", [Charter, Norm, Rule, Exceptions, Replies, Contact]),
    ],
)
def test_every_key_that_a_cm_may_write_is_explained(folder: Path, path: str, models: list[Any]) -> None:
    text = read(folder, path)
    missing = [name for model in models for name in model.model_fields if not re.search(rf"\b{name}\b", text)]
    assert missing == []


def test_every_variable_of_the_environment_is_listed_with_a_comment(folder: Path) -> None:
    lines = read(folder, ".env.example").splitlines()
    listed = {match[1]: at for at, line in enumerate(lines) if (match := re.match(r"(?:# )?(VIGIE_[A-Z_]+)=", line))}
    known = {
        f"{kind.model_config['env_prefix']}{field}".upper()
        for kind in vars(settings).values()
        if isinstance(kind, type) and issubclass(kind, BaseSettings) and kind is not BaseSettings
        for field in kind.model_fields
    }
    assert listed.keys() == known
    for name, at in listed.items():
        paragraph = "\n".join(lines[:at]).rpartition("\n\n")[2]
        assert "#" in paragraph, f"{name} has no comment"


def test_no_placeholder_is_left(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_file():
            assert not re.search(r"\{\{|\}\}|\{%", path.read_text(encoding="utf-8")), path.name


def test_an_existing_file_is_never_overwritten(folder: Path) -> None:
    before = read(folder, "charter.yaml")
    with pytest.raises(MendableError, match=r"charter\.yaml"):
        write_workspace(folder, folder.name[:2], "Another", "Europe/Paris")
    assert read(folder, "charter.yaml") == before
