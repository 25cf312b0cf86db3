"""The Prefect task of members: brings counts, mood and segments up to date."""

from datetime import datetime, timedelta

from prefect import task
from prefect.cache_policies import NO_CACHE

from connectors.store import reports
from tasks.members.segment import members
from tasks.workspace import Workspace

REMEMBERED_DAYS = 365


@task(name="segment members", cache_policy=NO_CACHE)
def segment(workspace: Workspace, as_of: datetime) -> int:
    """Members as they were at `as_of`, over the year before. Gives how many there are."""
    comments, verdicts = reports.everything_between(workspace.store, as_of - timedelta(days=REMEMBERED_DAYS), as_of)
    found = members(comments, verdicts, as_of, workspace.community.team)
    reports.save_members(workspace.store, found)
    return found.height
