"""Tries a changed charter or newly trained models on the past, before they are put in service: nothing is stored and nothing is done."""

from datetime import UTC, datetime, timedelta
from typing import Any

from prefect import flow
from prefect.artifacts import create_markdown_artifact

from flows.options import RehearseOptions
from tasks.moderation.rehearsal_report import rehearsal_markdown
from tasks.moderation.step import rehearse as rehearse_charter
from tasks.workspace import open_workspace


@flow(
    name="rehearse",
    description="Try a changed charter or models on the past. / Répéter une charte ou des modèles sur le passé.",
)
def rehearse(options: RehearseOptions = RehearseOptions()) -> dict[str, Any]:
    """Which comments of the last days would be treated differently; the table is the run's artifact."""
    workspace, end = open_workspace(), datetime.now(UTC)
    start = end - timedelta(days=options.days)
    found, charter = rehearse_charter(workspace, options.charter, options.models, start, end)
    text = rehearsal_markdown(found, charter, workspace.language, workspace.community.timezone)
    create_markdown_artifact(key="rehearsal", markdown=text)
    return {"comments": found.comments, "changed": found.changes.height}
