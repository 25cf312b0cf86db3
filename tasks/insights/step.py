"""The Prefect task of insights: what the period comes down to, in each of the community's languages."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from prefect import task
from prefect.cache_policies import NO_CACHE

from connectors.store import reports
from connectors.store.topics import save_topics
from domain.community import Language
from domain.insights import Insights, Period
from tasks.insights.compose import compute_insights
from tasks.insights.identity import merged
from tasks.spending import x_spending
from tasks.workspace import Workspace


@task(name="insights", cache_policy=NO_CACHE)
def insights(workspace: Workspace, period: Period, now: datetime) -> Mapping[Language, Insights]:
    """The same numbers in every language; only labels differ. Signals and topics are kept."""
    data = reports.report_data(workspace.store, period, now)
    name, team = workspace.community.name, workspace.community.team
    spent = x_spending(workspace.store, workspace.community.budget.x_usd_a_month, now)
    found = {
        language: replace(
            compute_insights(data, period, name, language, now, team, workspace.catalogue.items), x_spending=spent
        )
        for language in workspace.community.languages
    }
    own = found[workspace.language]
    reports.save_signals(workspace.store, own.signals)
    save_topics(workspace.store, merged(own.topics, data.topics))
    return found
