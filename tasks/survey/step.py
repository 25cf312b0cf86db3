"""The Prefect task of the survey: the map of journeys out of the store, in the workspace's `survey` folder."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from prefect import task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE

from connectors.store.reports import report_data
from domain.insights import Period
from tasks.replies.step import fitted_matcher
from tasks.replies.would_answer import would_answer
from tasks.survey.files import write_survey
from tasks.survey.measure import survey as measure
from tasks.workspace import Workspace


@task(name="survey", cache_policy=NO_CACHE)
def survey(workspace: Workspace, period: Period, now: datetime) -> list[Path]:
    """The files written. Nothing is stored, published or put in service."""
    community = workspace.community
    data = report_data(workspace.store, period, now)
    inside = data.comments.filter(data.comments["created_at"] >= period.start)
    drafts = would_answer(inside, workspace.knowledge, fitted_matcher(workspace))
    found = measure(
        replace(data, drafts=drafts),
        period,
        community.name,
        workspace.language,
        community.team,
        community.working_hours,
    )
    written, markdown = write_survey(found, workspace.charter, community.languages, workspace.settings.survey)
    create_markdown_artifact(key="survey", markdown=markdown)
    return written
