"""The CM's workspace on disk: reads its files, and reports every mistake with file and line."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

from domain.documents import Problem, WorkspaceError
from domain.language import say

Parsed = TypeVar("Parsed")


@dataclass(frozen=True)
class WorkspaceFile:
    """A file as the CM knows it: its path from the workspace, and its text."""

    path: str
    text: str


def read_file(workspace: Path, path: str) -> WorkspaceFile:
    """One file of the workspace. Raises WorkspaceError when it is missing or not UTF-8."""
    full = workspace / path
    try:
        return WorkspaceFile(path, full.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        message = say(fr="le fichier manque", en="the file is missing")
        raise WorkspaceError([Problem(path, 0, message, _how_to_get_one(workspace))]) from None
    except UnicodeDecodeError as error:
        line = full.read_bytes()[: error.start].count(b"\n") + 1
        message = say(fr="ce n'est pas du texte UTF-8", en="not UTF-8 text")
        mend = say(fr="enregistrez le fichier en UTF-8", en="save the file as UTF-8")
        raise WorkspaceError([Problem(path, line, message, mend)]) from None


def _how_to_get_one(workspace: Path) -> str:
    if workspace.exists():
        return say(fr="`vigie init` en écrit un", en="`vigie init` writes one")
    return say(
        fr="le dossier {folder} n'existe pas ; lancez `vigie init`",
        en="there is no folder {folder}; run `vigie init`",
        folder=workspace,
    )


def knowledge_files(workspace: Path) -> list[WorkspaceFile]:
    """Every `knowledge/*.md` and `knowledge/*.csv`, in the order of their names; missing folder: none.

    Raises WorkspaceError with the mistakes of all.
    """
    folder = workspace / "knowledge"
    found = sorted(p for p in folder.glob("*") if p.suffix in {".md", ".csv"}) if folder.exists() else []
    steps = [partial(read_file, workspace, path.relative_to(workspace).as_posix()) for path in found]
    problems = collect_problems(*steps)
    if problems:
        raise WorkspaceError(problems)
    return [step() for step in steps]


def collect_problems(*steps: Callable[[], Parsed]) -> list[Problem]:
    """Run every step and gather the mistakes of all, so that a CM sees them at once."""
    problems: list[Problem] = []
    for step in steps:
        try:
            step()
        except WorkspaceError as error:
            problems.extend(error.problems)
    return problems
