"""Drafts and hand-offs in the store: what Vigie would write, and what waits for a human."""

import json
from datetime import datetime, timedelta
from typing import Any

import polars as pl
from sqlalchemy import Connection, Engine, Table, exists, func, or_, select, union

from connectors.store import schema
from connectors.store.comments import COMMENT_COLUMNS, read
from connectors.store.engine import chunks, rows_by_id, upsert
from connectors.store.verdicts import outbox_row
from domain.records import (
    COMMENT_SCHEMA,
    DRAFT_SCHEMA,
    HANDOFF_SCHEMA,
    UTC_INSTANT,
    Action,
    ActionKind,
    ActionStatus,
    Autonomy,
    DraftKind,
    DraftStatus,
    Platform,
)

STORED_DRAFT_SCHEMA: dict[str, pl.DataType] = {
    **DRAFT_SCHEMA,
    "id": pl.String(),
    "status": pl.String(),
    "created_at": UTC_INSTANT,
}
STORED_HANDOFF_SCHEMA: dict[str, pl.DataType] = {
    **HANDOFF_SCHEMA,
    "status": pl.String(),
    "created_at": UTC_INSTANT,
    "done_at": UTC_INSTANT,
}


def unanswered(engine: Engine, since: datetime) -> pl.DataFrame:
    """COMMENT_SCHEMA: judged comments created since then that have no draft and no hand-off yet."""
    comments = schema.comments
    judged = exists().where(
        schema.verdicts.c.comment_id == comments.c.id, schema.verdicts.c.comment_text_hash == comments.c.text_hash
    )
    drafted = exists().where(schema.drafts.c.comment_id == comments.c.id)
    handed = exists().where(schema.handoffs.c.comment_id == comments.c.id)
    query = (
        select(*COMMENT_COLUMNS)
        .where(comments.c.state == "checked", comments.c.deleted.is_(False), comments.c.created_at >= since)
        .where(judged, ~drafted, ~handed)
        .order_by(comments.c.created_at, comments.c.id)
    )
    with engine.connect() as connection:
        return read(connection, query, COMMENT_SCHEMA)


def answered_ids(engine: Engine, since: datetime) -> set[str]:
    """Ids of comments created since then that already have an answer of ours on the platform."""
    ours, asked = schema.comments.alias("ours"), schema.comments.alias("asked")
    query = (
        select(asked.c.id)
        .join(ours, ours.c.parent_id == asked.c.id)
        .where(ours.c.state == "ours", asked.c.created_at >= since)
    )
    with engine.connect() as connection:
        return set(connection.execute(query).scalars())


def answering_ours(engine: Engine, since: datetime) -> set[str]:
    """Ids of the comments created since then that answer what Vigie itself wrote.

    On YouTube, where each reply names the thread's first comment, these are what follows our words in the thread from
    whom they were for: who opened it, or whom they name; and what begins with our own handle.
    """
    ours, said, first = (schema.comments.alias(name) for name in ("ours", "said", "first"))
    recent = (ours.c.state == "ours", said.c.created_at >= since, said.c.state != "ours")
    to_whom = or_(
        said.c.author_id == first.c.author_id,
        ours.c.text.contains(said.c.author_name),
        func.lower(said.c.text).startswith(func.lower(ours.c.author_name) + " "),
    )
    as_reply = select(said.c.id).join(ours, said.c.parent_id == ours.c.id).where(*recent)
    on_youtube = (
        select(said.c.id)
        .join(ours, said.c.parent_id == ours.c.parent_id)
        .join(first, first.c.id == said.c.parent_id)
        .where(*recent, said.c.platform == Platform.YOUTUBE, said.c.created_at > ours.c.created_at, to_whom)
    )
    with engine.connect() as connection:
        return set(connection.execute(union(as_reply, on_youtube)).scalars())


def answers_given(engine: Engine, member_ids: list[str]) -> set[tuple[str, str]]:
    """(member id, entry id) of the answers that these members had, or that wait to be sent to them."""
    drafts, comments = schema.drafts, schema.comments
    found: set[tuple[str, str]] = set()
    with engine.connect() as connection:
        for part in chunks(member_ids):
            query = (
                select(comments.c.author_id, drafts.c.sources)
                .join(comments, comments.c.id == drafts.c.comment_id)
                .where(comments.c.author_id.in_(part), drafts.c.entry_id.is_not(None))
                .where(drafts.c.status.not_in((DraftStatus.REJECTED, DraftStatus.ESCALATED, DraftStatus.SUPERSEDED)))
            )
            for author, sources in connection.execute(query):
                found |= {
                    (author, each.removeprefix("knowledge:")) for each in sources if each.startswith("knowledge:")
                }
    return found


def told_to_wait(engine: Engine, member_ids: list[str]) -> set[str]:
    """Those of the members who were told that a person will answer, or will be, and whose hand-off is still open."""
    drafts, comments, handoffs = schema.drafts, schema.comments, schema.handoffs
    found: set[str] = set()
    with engine.connect() as connection:
        for part in chunks(member_ids):
            query = (
                select(comments.c.author_id)
                .join(drafts, drafts.c.comment_id == comments.c.id)
                .join(handoffs, handoffs.c.comment_id == comments.c.id)
                .where(comments.c.author_id.in_(part), handoffs.c.status == "open")
                .where(drafts.c.kind == DraftKind.HANDOFF_NOTE)
                .where(drafts.c.status.not_in((DraftStatus.REJECTED, DraftStatus.ESCALATED, DraftStatus.SUPERSEDED)))
                .distinct()
            )
            found |= set(connection.execute(query).scalars())
    return found


def save_replies(
    engine: Engine, drafts: pl.DataFrame, handoffs: pl.DataFrame, now: datetime, run_id: str
) -> tuple[int, int]:
    """Keep new drafts and hand-offs; drafts that may leave alone go to the outbox. Gives how many of each were new."""
    with engine.begin() as connection:
        proposed = _proposed_on_x(connection, drafts.to_dicts())
        draft_rows = {row["id"]: row for row in (_draft_row(row, now, run_id) for row in proposed)}
        known = rows_by_id(connection, schema.drafts, list(draft_rows))
        new = [row for id_, row in draft_rows.items() if id_ not in known]
        upsert(connection, schema.drafts, new)
        targets = rows_by_id(
            connection, schema.comments, [r["comment_id"] for r in new], "platform", "native_id", "raw"
        )
        leaving = [
            (reply_action(row["id"], row["comment_id"], row["text"], targets[row["comment_id"]]), f"draft:{row['id']}")
            for row in new
            if row["autonomy"] == Autonomy.ACT
        ]
        upsert(
            connection,
            schema.actions,
            [outbox_row(action, ActionStatus.READY, cause, now) for action, cause in leaving],
        )
        handoff_rows = [{**row, "status": "open", "created_at": now, "run_id": run_id} for row in handoffs.to_dicts()]
        known_handoffs = rows_by_id(connection, schema.handoffs, [row["comment_id"] for row in handoff_rows])
        upsert(connection, schema.handoffs, handoff_rows)
    return len(new), len({row["comment_id"] for row in handoff_rows} - known_handoffs.keys())


def _proposed_on_x(connection: Connection, drafts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The drafts, those on X that may not leave alone only proposed: since 2026, X lets programs reply to posts that
    mention or quote the account and to no others, whatever the charter says."""
    found = rows_by_id(connection, schema.comments, [row["comment_id"] for row in drafts], "platform", "source_id")
    elsewhere = {
        key for key, row in found.items() if row["platform"] == Platform.X and ":mentions:" not in row["source_id"]
    }
    return [
        {**row, "autonomy": Autonomy.PROPOSE}
        if row["comment_id"] in elsewhere and row["autonomy"] == Autonomy.ACT
        else row
        for row in drafts
    ]


def _draft_row(row: dict[str, Any], now: datetime, run_id: str) -> dict[str, Any]:
    status = DraftStatus.APPROVED if row["autonomy"] == Autonomy.ACT else DraftStatus.PROPOSED
    return {**row, "id": f"{row['kind']}:{row['comment_id']}", "status": status, "created_at": now, "run_id": run_id}


def reply_action(draft_id: str, comment_id: str, text: str, comment: dict[str, str]) -> Action:
    """The reply that posts a draft, once for each draft."""
    return Action(
        key=f"reply:{draft_id}",
        platform=Platform(comment["platform"]),
        kind=ActionKind.REPLY,
        comment_id=comment_id,
        target_native_id=comment["native_id"],
        text=text,
        raw=json.loads(comment["raw"] or "{}"),
    )


def asked_by_entry(engine: Engine, now: datetime, days: int = 90) -> dict[str, int]:
    """How often each knowledge entry was wanted in the last days."""
    table = schema.drafts
    query = (
        select(table.c.entry_id, func.count())
        .where(table.c.entry_id.is_not(None), table.c.created_at >= now - timedelta(days=days))
        .group_by(table.c.entry_id)
    )
    with engine.connect() as connection:
        return {row[0]: row[1] for row in connection.execute(query)}


def drafts_between(engine: Engine, start: datetime, end: datetime) -> pl.DataFrame:
    """STORED_DRAFT_SCHEMA: drafts on comments created in [start, end)."""
    return _of_period(engine, schema.drafts, STORED_DRAFT_SCHEMA, start, end)


def decided_drafts(engine: Engine, start: datetime) -> pl.DataFrame:
    """id, decision: what humans decided on drafts since then, of each draft the last."""
    table = schema.decisions
    query = select(table.c.item_id, table.c.decision).where(table.c.item_kind == "draft", table.c.decided_at >= start)
    with engine.connect() as connection:
        found = read(connection, query.order_by(table.c.id), {"id": pl.String(), "decision": pl.String()})
    return found.unique("id", keep="last", maintain_order=True)


def handoffs_between(engine: Engine, start: datetime, end: datetime) -> pl.DataFrame:
    """STORED_HANDOFF_SCHEMA: hand-offs on comments created in [start, end)."""
    return _of_period(engine, schema.handoffs, STORED_HANDOFF_SCHEMA, start, end)


def _of_period(
    engine: Engine, table: Table, columns: dict[str, pl.DataType], start: datetime, end: datetime
) -> pl.DataFrame:
    comments = schema.comments
    query = (
        select(*(table.c[name] for name in columns))
        .join(comments, comments.c.id == table.c.comment_id)
        .where(comments.c.created_at >= start, comments.c.created_at < end)
        .order_by(table.c.comment_id)
    )
    with engine.connect() as connection:
        return read(connection, query, columns)
