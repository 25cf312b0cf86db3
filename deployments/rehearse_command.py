"""`vigie rehearse`: a changed charter on the past, from the store or from a file alone, without Prefect."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl

from connectors.files import read_table, write_jsonl
from deployments.file_commands import warn
from domain.charter import Charter
from domain.language import Language, say, spoken
from domain.settings import Settings
from tasks.embedding import sense_of_the_environment
from tasks.moderation.cascade import moderate
from tasks.moderation.charter_file import default_charter, load_charter
from tasks.moderation.files import as_comments
from tasks.moderation.local_model import load_models
from tasks.moderation.registry import models_in_service
from tasks.moderation.rehearsal import as_rows, rehearse
from tasks.moderation.rehearsal_report import rehearsal_markdown


def rehearse_charter(
    charter: Path, comments: Path | None, against: Path | None, model: Path | None, days: int, out: Path | None
) -> str:
    """The report as Markdown; the changes go to `out` as JSON lines.

    comments: a file `id,text[,created_at,...]` instead of the store of VIGIE_WORKSPACE. against: the charter to compare
    with, by default the one in service, or the presets where there is no workspace. model: a folder of models that
    `vigie train` wrote, to be tried in the place of those of their norms. Raises WorkspaceError and ModelFileError.
    """
    changed = load_charter(charter.read_text(encoding="utf-8-sig"), str(charter))
    base = load_charter(against.read_text(encoding="utf-8-sig"), str(against)) if against else None
    past, human, language, timezone, team, in_service = _from_file(comments) if comments else _from_store(days)
    models = load_models() if comments else models_in_service(Settings().var / "models")
    sense = sense_of_the_environment(warn)
    before = moderate(past, base or in_service, models, team=team, sense=sense)
    tried = models | load_models(model) if model else models
    found = rehearse(past, before, moderate(past, changed, tried, team=team, sense=sense), human, changed)
    report = rehearsal_markdown(found, changed, language, timezone)
    if out is None:
        return report
    count = write_jsonl(out, as_rows(found))
    written = say(fr="lignes : {count} → {out}", en="{count} rows: {out}", count=count, out=out)
    return f"{report}\n\n{written}"


Past = tuple[pl.DataFrame, Mapping[str, str], Language, str, list[str], Charter]
"""Comments, what humans decided on them, the reader's language and time zone, the team, the charter in service."""


def _from_file(table: Path) -> Past:
    return as_comments(read_table(table, ["id", "text"])), {}, spoken(), "UTC", [], default_charter()


def _from_store(days: int) -> Past:
    from connectors.store.comments import between
    from connectors.store.record import human_actions
    from tasks.workspace import open_workspace

    workspace, end = open_workspace(), datetime.now(UTC)
    start, community = end - timedelta(days=days), workspace.community
    human = human_actions(workspace.store, start, end)
    past = between(workspace.store, start, end)
    return past, human, workspace.language, community.timezone, community.team, workspace.charter
