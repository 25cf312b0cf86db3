"""Verdicts in the store: what was decided on each text, and what of it a human still has to confirm."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import polars as pl
from sqlalchemy import Connection, Engine, Select, func, insert, select

from connectors.store import schema
from connectors.store.comments import read
from connectors.store.engine import chunks, rows_by_id, upsert
from domain.records import (
    UTC_INSTANT,
    VERDICT_SCHEMA,
    Action,
    ActionKind,
    ActionStatus,
    DecidedBy,
    Platform,
    VerdictAction,
)

STORED_VERDICT_SCHEMA: dict[str, pl.DataType] = {
    **VERDICT_SCHEMA,
    "id": pl.Int64(),
    "status": pl.String(),
    "created_at": UTC_INSTANT,
}

MODERATION_SCHEMA = {
    name: STORED_VERDICT_SCHEMA[name]
    for name in ("comment_id", "action", "norms", "decided_by", "autonomy", "created_at")
}

OPINION_SCHEMA = {"text": pl.String(), "lang": pl.String(), **VERDICT_SCHEMA}
MOST_OPINIONS = 20_000

ACTION_OF_VERDICT = {"hold": ActionKind.HOLD, "remove": ActionKind.REMOVE}


def status_of(action: str, autonomy: str) -> str:
    """What becomes of a fresh verdict: nothing to do, a human must look, or it is applied at once.

    A grave matter always waits for a human, whatever the autonomy.
    """
    if action == "allow":
        return "none"
    if action == "escalate":
        return "waiting"
    return {"observe": "none", "propose": "waiting", "act": "applied"}[autonomy]


def save_verdicts(engine: Engine, verdicts: pl.DataFrame, now: datetime, run_id: str) -> int:
    """Keep new verdicts, and put in the outbox what may be applied at once. Gives how many were new.

    A comment that was judged before under the same text, charter and models keeps its verdict.
    """
    table = schema.verdicts
    rows = verdicts.to_dicts()
    ids = [row["comment_id"] for row in rows]
    with engine.begin() as connection:
        targets = rows_by_id(connection, schema.comments, ids, "platform", "native_id", "raw", "text_hash")
        known = _known_keys(connection, ids)
        new = [
            {
                **row,
                "comment_text_hash": targets[row["comment_id"]]["text_hash"],
                "status": status_of(row["action"], row["autonomy"]),
                "created_at": now,
                "run_id": run_id,
            }
            for row in rows
            if _key(row) not in known
        ]
        if not new:
            return 0
        keyed = insert(table).returning(table.c.id, sort_by_parameter_order=True)
        verdict_ids = connection.execute(keyed, new).scalars().all()
        upsert(connection, schema.actions, _applied_at_once(new, verdict_ids, targets, now))
    return len(new)


def _key(row: Mapping[str, Any]) -> tuple[str, ...]:
    return row["comment_id"], row["text_hash"], row["charter_version"], row["model_version"]


def _known_keys(connection: Connection, comment_ids: Sequence[str]) -> set[tuple[str, ...]]:
    columns = [schema.verdicts.c[name] for name in ("comment_id", "text_hash", "charter_version", "model_version")]
    found: set[tuple[str, ...]] = set()
    for part in chunks(comment_ids):
        found |= {tuple(row) for row in connection.execute(select(*columns).where(columns[0].in_(part)))}
    return found


def _applied_at_once(
    rows: Sequence[Mapping[str, Any]], verdict_ids: Sequence[int], targets: Mapping[str, Any], now: datetime
) -> list[dict[str, object]]:
    """Outbox rows of the verdicts that need no human."""
    return [
        outbox_row(
            verdict_action(verdict_id, row["action"], row["comment_id"], targets[row["comment_id"]]),
            ActionStatus.READY,
            f"verdict:{verdict_id}",
            now,
        )
        for verdict_id, row in zip(verdict_ids, rows, strict=True)
        if row["status"] == "applied"
    ]


def verdict_action(verdict_id: int, action: str, comment_id: str, comment: dict[str, str]) -> Action:
    """The platform action that a verdict `hold` or `remove` asks for."""
    kind = ACTION_OF_VERDICT[action]
    return Action(
        key=f"{kind}:{comment_id}:{verdict_id}",
        platform=Platform(comment["platform"]),
        kind=kind,
        comment_id=comment_id,
        target_native_id=comment["native_id"],
        raw=json.loads(comment["raw"] or "{}"),
    )


def outbox_row(action: Action, status: ActionStatus, cause: str, now: datetime) -> dict[str, object]:
    """A row of `actions`. cause: `verdict:ID` or `draft:ID`."""
    return {
        "key": action.key,
        "platform": action.platform,
        "kind": action.kind,
        "comment_id": action.comment_id,
        "target_native_id": action.target_native_id,
        "text": action.text,
        "raw": json.dumps(dict(action.raw)),
        "status": status,
        "cause": cause,
        "attempts": 0,
        "created_at": now,
    }


def known_verdicts(engine: Engine, charter_version: str) -> pl.DataFrame:
    """VERDICT_SCHEMA: the newest machine verdict of each text under this charter, to be reused."""
    table = schema.verdicts
    newest = (
        select(func.max(table.c.id))
        .where(table.c.charter_version == charter_version, table.c.decided_by != "human")
        .group_by(table.c.text_hash)
    )
    with engine.connect() as connection:
        return read(
            connection,
            select(*(table.c[name] for name in VERDICT_SCHEMA)).where(table.c.id.in_(newest)),
            VERDICT_SCHEMA,
        )


def opinions_of_models(engine: Engine, charter_version: str) -> pl.DataFrame:
    """OPINION_SCHEMA: the newest MOST_OPINIONS verdicts that language models gave under this charter, oldest first.

    Only of comments that still read as they did when they were judged.
    """
    table, comments = schema.verdicts, schema.comments
    query = (
        select(comments.c.text, comments.c.lang, *(table.c[name] for name in VERDICT_SCHEMA))
        .join(comments, comments.c.id == table.c.comment_id)
        .where(
            table.c.charter_version == charter_version,
            table.c.decided_by == DecidedBy.LLM,
            table.c.comment_text_hash == comments.c.text_hash,
            comments.c.deleted.is_(False),
        )
    )
    with engine.connect() as connection:
        return read(connection, query.order_by(table.c.id.desc()).limit(MOST_OPINIONS), OPINION_SCHEMA).reverse()


def latest_verdicts(engine: Engine, start: datetime, end: datetime) -> pl.DataFrame:
    """STORED_VERDICT_SCHEMA: the newest verdict of each comment created in [start, end)."""
    table = schema.verdicts
    with engine.connect() as connection:
        query = select(*(table.c[name] for name in STORED_VERDICT_SCHEMA)).where(table.c.id.in_(_newest(start, end)))
        return read(connection, query, STORED_VERDICT_SCHEMA)


def moderations(engine: Engine, start: datetime, end: datetime) -> pl.DataFrame:
    """MODERATION_SCHEMA: the verdicts of `latest_verdicts` that do not simply allow a comment, in short."""
    table = schema.verdicts
    query = select(*(table.c[name] for name in MODERATION_SCHEMA)).where(
        table.c.id.in_(_newest(start, end)), table.c.action != VerdictAction.ALLOW
    )
    with engine.connect() as connection:
        return read(connection, query.order_by(table.c.id), MODERATION_SCHEMA)


def _newest(start: datetime, end: datetime) -> Select[Any]:
    table, comments = schema.verdicts, schema.comments
    return (
        select(func.max(table.c.id))
        .join(comments, comments.c.id == table.c.comment_id)
        .where(comments.c.created_at >= start, comments.c.created_at < end)
        .group_by(table.c.comment_id)
    )
