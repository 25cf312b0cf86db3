"""What a report is made of when all there is is an export: no store, no history of decisions, sometimes no dates."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import polars as pl

from connectors.store.reports import SET_ASIDE_SCHEMA, SOURCE_STATE_SCHEMA
from domain.catalogue import Item
from domain.insights import Insights, Kpi, Period, ReportData, Waiting
from domain.records import HANDOFF_SCHEMA, UTC_INSTANT, VERDICT_SCHEMA, empty
from tasks.insights.compose import compute_insights
from tasks.insights.periods import days
from tasks.members.segment import members as segmented

UNDATED = datetime(1970, 1, 1, tzinfo=UTC)  # stands for the instant that an export does not tell
UNDATED_PERIOD = Period(UNDATED, UNDATED + timedelta(days=1), "UTC")
ACTIONS_SCHEMA: dict[str, pl.DataType] = {
    "key": pl.String(),
    "comment_id": pl.String(),
    "platform": pl.String(),
    "kind": pl.String(),
    "status": pl.String(),
    "created_at": UTC_INSTANT,
    "done_at": UTC_INSTANT,
}
OF_A_STORE = {
    "drafts_proposed",
    "answered_by_vigie",
    "set_aside",
    "handoff_minutes",
    "handoffs_open",
    "handoffs_overdue",
}
JUDGED = ("held", "removed", "escalated")
TO_REVIEW = "to_review"


def period_of(comments: pl.DataFrame, timezone: str, last_days: int | None = None) -> Period:
    """The whole days from the first comment to the last, or the last days of these; UNDATED_PERIOD without dates."""
    local = comments["created_at"].drop_nulls().dt.convert_time_zone(timezone).dt.date()
    first, last = local.min(), local.max()
    if first is None or last is None:
        return UNDATED_PERIOD
    start = first if last_days is None else last - timedelta(days=last_days - 1)  # type: ignore[operator]
    return days(start, last, timezone)  # type: ignore[arg-type]


def insights_of_export(
    comments: pl.DataFrame,
    verdicts: pl.DataFrame,
    drafts: pl.DataFrame,
    period: Period,
    community: str,
    language: str,
    team: Collection[str] = (),
    catalogue: Sequence[Item] = (),
) -> Insights:
    """Everything that an export can tell.

    comments: COMMENT_SCHEMA with lang. verdicts: VERDICT_SCHEMA, what the charter would say of each. drafts:
    DRAFT_SCHEMA, which knowledge entry would answer what. Decisions and deliveries, which only a store knows, are left
    out; without dates, so is everything that needs them.
    """
    data = data_of_export(comments, verdicts, drafts, period, team)
    found = compute_insights(data, period, community, language, period.end, team, catalogue)
    found = replace(found, kpis=tuple(_kpis(found.kpis)))
    return found if period != UNDATED_PERIOD else _without_time(found)


def data_of_export(
    comments: pl.DataFrame, verdicts: pl.DataFrame, drafts: pl.DataFrame, period: Period, team: Collection[str] = ()
) -> ReportData:
    """What a store would know, as far as an export tells; UNDATED stands where it has no dates. See insights_of_export."""
    dated = period != UNDATED_PERIOD
    known = comments if dated else comments.with_columns(created_at=pl.lit(UNDATED, UTC_INSTANT))
    when = known.select(comment_id="id", created_at="created_at")
    return ReportData(
        comments=known,
        verdicts=verdicts.join(when, on="comment_id", how="left"),
        drafts=drafts.join(when, on="comment_id", how="left").with_columns(status=pl.lit("proposed")),
        handoffs=empty(HANDOFF_SCHEMA | {"status": pl.String(), "created_at": UTC_INSTANT, "done_at": UTC_INSTANT}),
        members=segmented(known, verdicts, period.end, team),
        actions=empty(ACTIONS_SCHEMA),
        sources=empty(SOURCE_STATE_SCHEMA),
        set_aside=empty(SET_ASIDE_SCHEMA),
        waiting=Waiting(0, 0, 0, 0),
    )


def no_verdicts() -> pl.DataFrame:
    """A frame of VERDICT_SCHEMA without rows."""
    return empty(VERDICT_SCHEMA)


def _kpis(kpis: tuple[Kpi, ...]) -> list[Kpi]:
    """Without what only a store knows; what a charter would hold, remove or escalate is one figure, to be reviewed."""
    judged = [kpi for kpi in kpis if kpi.key in JUDGED]
    value = sum(kpi.value or 0 for kpi in judged)
    previous = None if any(kpi.previous is None for kpi in judged) else sum(kpi.previous or 0 for kpi in judged)
    kept = [kpi for kpi in kpis if kpi.key not in OF_A_STORE and kpi.key not in JUDGED]
    return [*kept, Kpi(TO_REVIEW, value, previous)]


def _without_time(found: Insights) -> Insights:
    return replace(
        found,
        kpis=tuple(replace(kpi, previous=None) for kpi in found.kpis if kpi.key != "first_response_minutes"),
        by_day=found.by_day.clear(),
        by_hour=found.by_hour.clear(),
        responses=found.responses.clear(),
        mood_by_day=found.mood_by_day.clear(),
        signals=(),
        people=replace(found.people, rising=(), leaving=()),
        best_hours=(),
        calendar=(),
        topics=tuple(replace(topic, by_day={}, since=None) for topic in found.topics),
    )
