"""The Prefect task of insights: what the period comes down to, in each of the community's languages."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from prefect import task
from prefect.cache_policies import NO_CACHE

from connectors.store import reports
from connectors.store.alerts import known_crises
from connectors.store.topics import save_topics
from domain.community import Language
from domain.insights import Insights, Period, Signal
from tasks.alerts.crises import known_as
from tasks.insights.annotate import annotate
from tasks.insights.compose import compute_insights_in
from tasks.insights.identity import merged
from tasks.spending import x_spending
from tasks.workspace import Workspace


@task(name="insights", cache_policy=NO_CACHE)
def insights(workspace: Workspace, period: Period, now: datetime) -> Mapping[Language, Insights]:
    """The same numbers in every language; only labels differ. Signals and topics are kept."""
    community, items = workspace.community, workspace.catalogue.items
    data = reports.report_data(workspace.store, period, now)
    spent = x_spending(workspace.store, community.budget.x_usd_a_month, now)
    annotated = annotate(data.comments.drop("source_id"), data.verdicts, community.team)
    data = replace(data, comments=data.comments.clear())  # a million of them need not be held twice
    computed = compute_insights_in(community.languages, annotated, data, period, community.name, now, items)
    told = _told(computed[workspace.language].signals, known_crises(workspace.store, now))
    found = {
        language: replace(each, x_spending=spent, signals=tuple(_as_told(one, told) for one in each.signals))
        for language, each in computed.items()
    }
    own = found[workspace.language]
    reports.save_signals(workspace.store, own.signals)
    save_topics(workspace.store, merged(own.topics, data.topics))
    return found


def _told(signals: Iterable[Signal], known: Mapping[str, Mapping[str, Any]]) -> dict[datetime, str]:
    """When a crisis began -> the id under which an alert told of it; terms are those of the community's language."""
    terms = {crisis: row["terms"] for crisis, row in known.items()}
    found = ((each.at, known_as(each, terms)) for each in signals if each.kind == "crisis")
    return {at: crisis for at, crisis in found if crisis}


def _as_told(signal: Signal, told: Mapping[datetime, str]) -> Signal:
    return replace(signal, crisis=told.get(signal.at, "")) if signal.kind == "crisis" else signal
