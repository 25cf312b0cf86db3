"""`vigie sandbox`: serves the demo community or a CSV of real comments, and says how to point Vigie at it."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from shlex import quote

import polars as pl
import typer

from connectors.files import UnreadableTable
from deployments.sandbox.csv_source import seed_from_csv
from deployments.sandbox.demo import generate
from deployments.sandbox.server import Sandbox, serve_sandbox
from domain.language import say


def run_sandbox(
    csv: Path | None, platform: str, source: str | None, columns: Mapping[str, str], ports: tuple[int, int], seed: int
) -> None:
    """Serve until interrupted. Raises UnreadableTable for a CSV that cannot be used."""
    rows = load_seed(csv, platform, source, columns, seed)
    told = say(fr="messages et commentaires : {count}", en="{count} posts and comments", count=rows.height)
    typer.echo(told, err=True)
    serve_sandbox(rows, host="127.0.0.1", port=ports[0], smtp_port=ports[1], on_start=_tell_environment)


def _tell_environment(sandbox: Sandbox) -> None:
    """What to paste into the shell in which Vigie will run."""
    for name, value in sandbox.environment.items():
        typer.echo(f"export {name}={quote(value)}")
    typer.echo(f"# {sandbox.url}/", err=True)


def load_seed(
    csv: Path | None, platform: str, source: str | None, columns: Mapping[str, str], seed: int
) -> pl.DataFrame:
    """The community to serve: the CSV's, or the demo's up to now and a day beyond."""
    if csv is None:
        return generate(seed, datetime.now(UTC))
    if not csv.exists():
        raise UnreadableTable(say(fr="{file} : ce fichier n'existe pas", en="{file}: there is no such file", file=csv))
    return seed_from_csv(csv, platform, columns or None, source)
