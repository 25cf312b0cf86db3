"""The map of journeys: what the stored history tells before anything is switched on."""

from datetime import UTC, datetime
from typing import Any

from prefect import flow

from flows.options import SurveyOptions
from tasks.credentials import take_from_blocks
from tasks.insights.periods import last_days
from tasks.survey.step import survey as draw
from tasks.workspace import open_workspace


@flow(name="survey", description="The map of journeys. / La carte des parcours.")
def survey(options: SurveyOptions = SurveyOptions()) -> dict[str, Any]:
    """A report to show around, proposed charter settings and knowledge drafts to review; nothing is put in service."""
    take_from_blocks()
    workspace, now = open_workspace(), datetime.now(UTC)
    period = last_days(options.days, workspace.community.timezone, now)
    return {"files": [str(path) for path in draw(workspace, period, now)]}
