"""The deployments: what is scheduled and what can be triggered in the Prefect UI."""

from typing import Any, cast

from prefect import Flow, serve
from prefect.deployments.runner import RunnerDeployment
from prefect.schedules import Cron, Schedule
from prefect.types.entrypoint import EntrypointType
from pydantic import BaseModel

from flows.options import ReportOptions
from flows.patrol import patrol
from flows.pause import pause
from flows.refresh import refresh
from flows.rehearse import rehearse
from flows.report import report
from flows.review import review
from flows.survey import survey
from flows.train import train
from tasks.workspace import open_workspace

RUNS_AT_ONCE = 4  # a paused review holds one of them


def deployments() -> list[RunnerDeployment]:
    """Patrol each hour; report each night, week and month; refresh each day; review, rehearse and survey on demand; in the
    community's time zone."""
    community = open_workspace().community
    hourly = Cron(community.schedule.patrol, timezone=community.timezone)
    nightly = Cron(community.schedule.report, timezone=community.timezone)
    daily = Cron(community.schedule.refresh, timezone=community.timezone)
    weekly = Cron(community.schedule.weekly, timezone=community.timezone)
    monthly = Cron(community.schedule.monthly, timezone=community.timezone)
    return [
        _deployment(patrol, "hourly", hourly),
        _deployment(report, "nightly", nightly),
        _deployment(report, "weekly", weekly, ReportOptions(period="last 7 days")),
        _deployment(report, "monthly", monthly, ReportOptions(period="last month")),
        _deployment(refresh, "daily", daily),
        _deployment(review, "on demand", None),
        _deployment(rehearse, "what if", None),
        _deployment(survey, "journeys", None),
        _deployment(pause, "pause", None),
        _deployment(train, "training", Cron("0 2 * * 1", timezone=community.timezone)),
    ]


def _deployment(
    flow: Flow[..., Any], name: str, schedule: Schedule | None, options: BaseModel | None = None
) -> RunnerDeployment:
    """A deployment that is loaded from the installed package; what is scheduled runs once at a time."""
    made = flow.to_deployment(
        name=name,
        tags=["vigie"],
        schedule=schedule,
        parameters={"options": options.model_dump(mode="json", include=options.model_fields_set)} if options else None,
        concurrency_limit=1 if schedule else None,
        entrypoint_type=EntrypointType.MODULE_PATH,
    )
    return cast(RunnerDeployment, made)


def serve_all() -> None:
    """Serve until interrupted. Schedules stay on at a restart: Prefect's default would pause them."""
    serve(*deployments(), pause_on_shutdown=False, limit=RUNS_AT_ONCE)
