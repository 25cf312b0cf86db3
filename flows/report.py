"""The nightly job: members, insights, digest and FAQ."""

from datetime import UTC, datetime
from typing import Any

from prefect import flow
from prefect.runtime import flow_run

from domain.insights import Period
from flows.options import ReportOptions
from tasks.credentials import take_from_blocks
from tasks.insights.periods import days, last_days, last_month
from tasks.insights.step import insights
from tasks.knowledge.step import learn
from tasks.members.step import segment
from tasks.moderation.overnight_step import ask_overnight
from tasks.publishing.step import deliver_digest, publish_digest, publish_faq, publish_transparency, show_report
from tasks.workspace import open_workspace

DAYS_OF_CHOICE = {"yesterday": 1, "last 7 days": 7, "last 30 days": 30}


@flow(name="report", description="Members → insights → digest → FAQ. / Membres → analyses → digest → FAQ.")
def report(options: ReportOptions = ReportOptions()) -> dict[str, Any]:
    """Everything that a CM reads in the morning, for the chosen days."""
    started, run_id = datetime.now(UTC), flow_run.id
    take_from_blocks()
    workspace = open_workspace()
    period = period_of(options, workspace.community.timezone, started)
    members = segment(workspace, period.end)
    found = insights(workspace, period, started)
    digests = publish_digest(workspace, found, started, run_id)
    learn(workspace, started, run_id)
    faq = publish_faq(workspace, started)
    publish_transparency(workspace, started)
    ask_overnight(workspace, started, run_id)
    deliveries = deliver_digest(workspace, digests, started) if options.deliver else []
    return show_report(workspace, digests, faq, deliveries, members, run_id, started)


def period_of(options: ReportOptions, timezone: str, now: datetime) -> Period:
    """The period that the options choose, in whole days of the time zone."""
    if options.period == "dates below":
        return days(options.first_day, options.last_day, timezone)
    if options.period == "last month":
        return last_month(timezone, now)
    return last_days(DAYS_OF_CHOICE[options.period], timezone, now)
