"""The documents are true: links lead somewhere, examples parse and run, both languages say the same."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from domain import settings
from domain.community import Community
from domain.documents import parse
from tasks.insights import kpis
from tasks.moderation.charter_file import load_charter

REPOSITORY = Path(__file__).parent.parent
PAGES = [REPOSITORY / "README.md", *sorted((REPOSITORY / "docs").glob("*.md"))]
CM_PAGES = [REPOSITORY / "docs" / "cm.fr.md", REPOSITORY / "docs" / "cm.en.md"]


def marked(page: Path, mark: str) -> list[str]:
    """The code blocks right below `<!-- mark -->`."""
    return re.findall(rf"<!-- {re.escape(mark)} -->\n```\w+\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_relative_link_and_image_exists(page: Path):
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", CM_PAGES, ids=lambda page: page.name)
def test_the_examples_of_files_are_right(page: Path):
    [community], [charter] = marked(page, "community.yaml"), marked(page, "charter.yaml")
    assert parse(community, Community, "community.yaml").sources
    assert len(load_charter(charter, "charter.yaml").norms) == 4


@pytest.mark.parametrize("page", CM_PAGES, ids=lambda page: page.name)
def test_the_commands_of_the_page_run(page: Path, tmp_path: Path):
    script = "vigie() { " + f"'{sys.executable}' -m deployments \"$@\"; }}\n" + "".join(marked(page, "tested"))
    done = subprocess.run(
        ["bash", "-euc", script], cwd=tmp_path, env=os.environ.copy(), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "workspace" / "community.yaml").exists()
    assert '"insult"' in (tmp_path / "verdicts.jsonl").read_text(encoding="utf-8")


def test_both_languages_have_the_same_structure():
    levels = [re.findall(r"^#+(?= )", page.read_text(encoding="utf-8"), re.MULTILINE) for page in CM_PAGES]
    images = [re.findall(r"\]\((images/[^)]+)\)", page.read_text(encoding="utf-8")) for page in CM_PAGES]
    assert levels[0] == levels[1] and images[0] == images[1]


@pytest.mark.parametrize("page", CM_PAGES, ids=lambda page: page.name)
def test_every_figure_of_the_digest_is_defined(page: Path):
    source = Path(kpis.__file__).read_text(encoding="utf-8")
    keys = set(re.findall(r'\("(\w+)", lambda p', source)) | set(re.findall(r'Kpi\("(\w+)"', source))
    assert len(keys) > 12
    text = page.read_text(encoding="utf-8")
    assert [key for key in sorted(keys) if f"`{key}`" not in text] == []


def test_every_variable_is_explained_to_the_operator():
    text = (REPOSITORY / "docs" / "operations.md").read_text(encoding="utf-8")
    models = [value for value in vars(settings).values() if isinstance(value, type) and hasattr(value, "model_fields")]
    named = {model.model_config["env_prefix"] + field.upper() for model in models for field in model.model_fields}
    ours = {name for name in named if name.startswith("VIGIE_") and not name.endswith("_URL")}
    assert len(ours) > 15
    assert [name for name in sorted(ours) if name not in text] == []
