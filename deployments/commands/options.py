"""Arguments that several commands of `vigie` share."""

import os
from pathlib import Path
from typing import Annotated

import typer

from domain.language import say

Input = Annotated[
    Path,
    typer.Argument(help="CSV, TSV, JSON lines or Parquet. / CSV, TSV, lignes JSON ou Parquet.", show_default=False),
]

Output = Annotated[
    Path, typer.Option("--out", help="Where to write the result. / Où écrire le résultat.", show_default=False)
]


def use(workspace: Path | None) -> None:
    """Let what follows read this workspace; none: the one of the environment."""
    if workspace is not None:
        os.environ["VIGIE_WORKSPACE"] = str(workspace.resolve())


def pairs(text: str) -> dict[str, str]:
    """`ours=theirs,...` as a mapping. Raises typer.BadParameter."""
    found = [part.split("=", 1) for part in text.split(",") if part]
    if any(len(pair) != 2 for pair in found):
        message = say(
            fr="attendu : des paires nôtre=leur, telles que text=CONTENT,author=AUTHOR",
            en="expected ours=theirs pairs such as text=CONTENT,author=AUTHOR",
        )
        raise typer.BadParameter(message)
    return {ours.strip(): theirs.strip() for ours, theirs in found}
