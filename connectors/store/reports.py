"""What the nightly report reads and keeps: a period's data, members, signals, publications, deliveries and runs."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

import polars as pl
from sqlalchemy import Engine, func, select, update

from connectors.store import schema
from connectors.store.comments import read, told_between
from connectors.store.engine import insert_into, upsert
from connectors.store.members import opted_out
from connectors.store.memory import MODEL, charged_by_day, model_spending
from connectors.store.outbox import CLAIM_EXPIRES_MINUTES, actions_between
from connectors.store.replies import drafts_between, handoffs_between
from connectors.store.review import count_waiting
from connectors.store.topics import known_topics
from connectors.store.verdicts import moderations
from domain.insights import Cost, Period, ReportData, Signal
from domain.records import MEMBER_SCHEMA, UTC_INSTANT, Platform

BILLED: Mapping[Platform, Literal["usd", "quota"]] = {Platform.X: "usd", Platform.YOUTUBE: "quota"}
HISTORY_DAYS = 28  # what "usual" is compared with
TOPICS_REMEMBERED = timedelta(days=60)  # a subject that was silent for longer is a new one

SOURCE_STATE_SCHEMA: dict[str, pl.DataType] = {
    "id": pl.String(),
    "platform": pl.String(),
    "kind": pl.String(),
    "name": pl.String(),
    "watermark_at": UTC_INSTANT,
    "last_run_at": UTC_INSTANT,
    "last_ok_at": UTC_INSTANT,
    "error": pl.String(),
    "gap": pl.String(),
}
DECISION_SCHEMA: dict[str, pl.DataType] = {
    "item_kind": pl.String(),  # verdict | draft | handoff | action
    "decision": pl.String(),  # approve | edit | reject | take_over | escalate
    "decided_at": UTC_INSTANT,
}
SET_ASIDE_SCHEMA: dict[str, pl.DataType] = {"source_id": pl.String(), "reason": pl.String(), "created_at": UTC_INSTANT}


def report_data(engine: Engine, period: Period, now: datetime) -> ReportData:
    """Everything that the insights of a period are made of."""
    start = min(period.start - timedelta(days=HISTORY_DAYS), period.previous().start)
    return ReportData(
        comments=told_between(engine, start, period.end),
        verdicts=moderations(engine, start, period.end),
        drafts=drafts_between(engine, start, period.end),
        handoffs=handoffs_between(engine, start, period.end),
        members=members_seen(engine, start),
        actions=actions_between(engine, start, period.end),
        sources=source_states(engine),
        set_aside=_set_aside(engine),
        waiting=count_waiting(engine, now),
        decisions=_decisions(engine, start),
        costs=_costs(engine, period),
        postponed=_postponed(engine),
        topics=known_topics(engine, period.start.astimezone(ZoneInfo(period.timezone)).date(), TOPICS_REMEMBERED),
        opted_out=frozenset(opted_out(engine)),
    )


def _decisions(engine: Engine, since: datetime) -> pl.DataFrame:
    table = schema.decisions
    query = select(*(table.c[name] for name in DECISION_SCHEMA)).where(table.c.decided_at >= since)
    with engine.connect() as connection:
        return read(connection, query.order_by(table.c.id), DECISION_SCHEMA)


def _costs(engine: Engine, period: Period) -> tuple[Cost, ...]:
    """What X and models billed and YouTube counted, each day as the platforms count days; no charge, no line."""
    spans = [(each.start.date(), (each.end - timedelta(microseconds=1)).date()) for each in (period, period.previous())]
    found = []
    for platform, unit in BILLED.items():
        now, before = (sum(charged_by_day(engine, platform, first, last).values()) for first, last in spans)
        if now or before:
            found.append(Cost(platform, now, before, unit))
    now, before = (model_spending(engine, first, last) for first, last in spans)
    if now or before:
        found.append(Cost(MODEL, now, before, "usd"))
    return tuple(found)


def _postponed(engine: Engine) -> dict[str, int]:
    table = schema.postponed
    query = select(table.c.source_id, func.count()).group_by(table.c.source_id)
    with engine.connect() as connection:
        return {str(source): int(count) for source, count in connection.execute(query)}


def source_states(engine: Engine) -> pl.DataFrame:
    """SOURCE_STATE_SCHEMA: every source ever watched, with its last pull."""
    columns = [schema.sources.c[name] for name in SOURCE_STATE_SCHEMA]
    with engine.connect() as connection:
        return read(connection, select(*columns).order_by(schema.sources.c.id), SOURCE_STATE_SCHEMA)


def _set_aside(engine: Engine) -> pl.DataFrame:
    with engine.connect() as connection:
        return read(connection, select(*(schema.set_aside.c[name] for name in SET_ASIDE_SCHEMA)), SET_ASIDE_SCHEMA)


def everything_between(engine: Engine, start: datetime, end: datetime) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Comments (TOLD_SCHEMA) of a span and what was moderated of them, for the member table."""
    return told_between(engine, start, end), moderations(engine, start, end)


def save_members(engine: Engine, members: pl.DataFrame) -> None:
    """Replace what is known of these members."""
    with engine.begin() as connection:
        upsert(connection, schema.members, members.to_dicts(), [name for name in MEMBER_SCHEMA if name != "id"])


def members_seen(engine: Engine, since: datetime) -> pl.DataFrame:
    """MEMBER_SCHEMA: who wrote since then."""
    table = schema.members
    with engine.connect() as connection:
        query = select(*(table.c[name] for name in MEMBER_SCHEMA)).where(table.c.last_seen >= since)
        return read(connection, query.order_by(table.c.id), MEMBER_SCHEMA)


def save_signals(engine: Engine, found: tuple[Signal, ...]) -> None:
    """Keep signals; the same kind at the same instant is one signal, whose values are brought up to date."""
    rows = [
        {
            "kind": s.kind,
            "at": s.at,
            "level": s.level,
            "value": s.value,
            "expected": s.expected,
            "terms": list(s.terms),
            "evidence": [example.comment_id for example in s.examples],
        }
        for s in found
    ]
    with engine.begin() as connection:
        upsert(connection, schema.signals, rows, ("level", "value", "expected", "terms", "evidence"))


def save_publication(
    engine: Engine, kind: str, lang: str, period: Period, path: str, title: str, now: datetime
) -> None:
    """Remember a published page; publishing the same period again replaces it."""
    row = {
        "kind": kind,
        "lang": lang,
        "period_start": period.start,
        "period_end": period.end,
        "path": path,
        "title": title,
        "created_at": now,
    }
    with engine.begin() as connection:
        upsert(connection, schema.publications, [row], ("path", "title", "created_at"))


def publications(engine: Engine, kind: str, lang: str) -> list[dict[str, Any]]:
    """The published pages of a kind and language, newest period first."""
    table = schema.publications
    query = select(table).where(table.c.kind == kind, table.c.lang == lang).order_by(table.c.period_end.desc())
    with engine.connect() as connection:
        return [dict(row) for row in connection.execute(query).mappings()]


def claim_delivery(engine: Engine, key: str, channel: str, recipient: str, now: datetime) -> bool:
    """True when this delivery is ours to make: never made, or failed before. Claimed in one statement."""
    table = schema.deliveries
    row = {"key": key, "channel": channel, "recipient": recipient, "status": "sending", "claimed_at": now}
    with engine.begin() as connection:
        ours = (
            insert_into(connection, table)
            .values(row)
            .on_conflict_do_update(
                index_elements=[table.c.key],
                set_={"status": "sending", "claimed_at": now, "error": None},
                where=table.c.status == "failed",
            )
            .returning(table.c.key)
        )
        return connection.execute(ours).scalar() is not None


def interrupted_deliveries(engine: Engine, now: datetime) -> list[dict[str, Any]]:
    """Deliveries whose run died while it sent them, each told once: they may have left, so they are not sent again."""
    table = schema.deliveries
    lost = (table.c.status == "sending") & (table.c.claimed_at < now - timedelta(minutes=CLAIM_EXPIRES_MINUTES))
    with engine.begin() as connection:
        found = (
            update(table)
            .where(lost)
            .values(status="uncertain", error="the run was interrupted; it may have been sent")
            .returning(table.c.key, table.c.channel, table.c.recipient)
        )
        return [dict(row) for row in connection.execute(found).mappings()]


def settle_delivery(engine: Engine, key: str, now: datetime, error: str | None = None) -> None:
    """Keep how a claimed delivery went (error None: it was sent)."""
    table = schema.deliveries
    values: dict[str, Any] = {"status": "failed", "error": error} if error else {"status": "done", "sent_at": now}
    with engine.begin() as connection:
        connection.execute(update(table).where(table.c.key == key).values(**values))


def save_run(
    engine: Engine, run_id: str, flow: str, started: datetime, finished: datetime, summary: Mapping[str, Any]
) -> None:
    """Keep what a run did."""
    row = {"id": run_id, "flow": flow, "started_at": started, "finished_at": finished, "summary": dict(summary)}
    with engine.begin() as connection:
        upsert(connection, schema.runs, [row], ("finished_at", "summary"))


def last_runs(engine: Engine, flow: str, limit: int = 10) -> list[dict[str, Any]]:
    """The newest runs of a flow."""
    table = schema.runs
    query = select(table).where(table.c.flow == flow).order_by(table.c.started_at.desc()).limit(limit)
    with engine.connect() as connection:
        return [dict(row) for row in connection.execute(query).mappings()]
