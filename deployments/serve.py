"""The deployments: what is scheduled and what can be triggered in the Prefect UI."""

from prefect import serve
from prefect.deployments.runner import EntrypointType, RunnerDeployment
from prefect.schedules import Cron

from flows.patrol import patrol
from flows.report import report
from flows.review import review
from tasks.workspace import open_workspace

RUNS_AT_ONCE = 4  # a paused review holds one of them


def deployments() -> list[RunnerDeployment]:
    """Patrol each hour, report each night, review on demand, in the community's time zone."""
    community = open_workspace().community
    module = {"entrypoint_type": EntrypointType.MODULE_PATH, "tags": ["vigie"]}
    hourly = Cron(community.schedule.patrol, timezone=community.timezone)
    nightly = Cron(community.schedule.report, timezone=community.timezone)
    return [
        patrol.to_deployment(name="hourly", schedule=hourly, concurrency_limit=1, **module),
        report.to_deployment(name="nightly", schedule=nightly, concurrency_limit=1, **module),
        review.to_deployment(name="on demand", **module),
    ]


def serve_all() -> None:
    """Serve until interrupted. Schedules stay on at a restart: Prefect's default would pause them."""
    serve(*deployments(), pause_on_shutdown=False, limit=RUNS_AT_ONCE)
