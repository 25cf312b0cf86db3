"""The record of decisions in the store: what was restricted, by whom and when, and since when each norm is in service.

Verdicts and decisions are only ever added, and an act keeps when it was done: the log is read from them, so that it
cannot say anything else than what happened.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import polars as pl
from sqlalchemy import Engine, String, cast, func, literal, select, update

from connectors.store import schema
from connectors.store.comments import read
from connectors.store.engine import chunks, upsert
from domain.records import UTC_INSTANT, ActionKind, ActionStatus

RESTRICTION_SCHEMA: dict[str, pl.DataType] = {
    "verdict_id": pl.Int64(),
    "comment_id": pl.String(),
    "platform": pl.String(),
    "author_id": pl.String(),
    "thread_id": pl.String(),
    "lang": pl.String(),
    "written_at": UTC_INSTANT,
    "kind": pl.String(),  # ActionKind: hold | remove
    "done_at": UTC_INSTANT,
    "undone_at": UTC_INSTANT,  # null while it stands
    "norms": pl.List(pl.String()),
    "confidence": pl.Float64(),
    "decided_by": pl.String(),  # DecidedBy
    "status": pl.String(),  # of the verdict: applied (alone) | confirmed (by a human) | overturned ...
    "reason": pl.String(),
    "charter_version": pl.String(),
    "model_version": pl.String(),
}


def norms_first_seen(engine: Engine, norm_ids: Sequence[str], now: datetime) -> dict[str, datetime]:
    """Since when each norm is in service; those never met before are from now on."""
    table = schema.norms
    with engine.begin() as connection:
        upsert(connection, table, [{"id": norm_id, "first_seen_at": now} for norm_id in norm_ids])
        rows = connection.execute(select(table.c.id, table.c.first_seen_at)).all()
    known = {row.id: row.first_seen_at for row in rows}
    return {norm_id: known[norm_id] for norm_id in norm_ids}


def restrictions(engine: Engine, start: datetime, end: datetime) -> pl.DataFrame:
    """RESTRICTION_SCHEMA: what was held or removed on a platform in [start, end), oldest first."""
    done, verdicts, comments = schema.actions, schema.verdicts, schema.comments
    undo = schema.actions.alias("undo")
    cause = literal("verdict:").concat(cast(verdicts.c.id, String))
    query = (
        select(
            verdicts.c.id.label("verdict_id"),
            comments.c.id.label("comment_id"),
            comments.c.platform,
            comments.c.author_id,
            comments.c.thread_id,
            comments.c.lang,
            comments.c.created_at.label("written_at"),
            done.c.kind,
            done.c.done_at,
            undo.c.done_at.label("undone_at"),
            *(verdicts.c[name] for name in list(RESTRICTION_SCHEMA)[10:]),
        )
        .join(verdicts, done.c.cause == cause)
        .join(comments, comments.c.id == done.c.comment_id)
        .outerjoin(undo, undo.c.key == literal("undo:").concat(done.c.key))
        .where(done.c.kind.in_((ActionKind.HOLD, ActionKind.REMOVE)), done.c.status == ActionStatus.DONE)
        .where(done.c.done_at >= start, done.c.done_at < end)
        .order_by(done.c.done_at, verdicts.c.id)
    )
    with engine.connect() as connection:
        return read(connection, query, RESTRICTION_SCHEMA)


def contestable(engine: Engine, author_ids: Sequence[str]) -> pl.DataFrame:
    """`verdict_id`, `comment_id`, `author_id`, `thread_id`, `at`, `norms`: what these members may contest, oldest first."""
    verdicts, comments = schema.verdicts, schema.comments
    columns: dict[str, pl.DataType] = {
        **{name: RESTRICTION_SCHEMA[name] for name in ("verdict_id", "comment_id", "author_id", "thread_id")},
        "at": UTC_INSTANT,
        "norms": pl.List(pl.String()),
    }
    parts = [pl.DataFrame(schema=columns)]
    with engine.connect() as connection:
        for part in chunks(author_ids):
            query = (
                select(
                    verdicts.c.id.label("verdict_id"),
                    verdicts.c.comment_id,
                    comments.c.author_id,
                    comments.c.thread_id,
                    verdicts.c.created_at.label("at"),
                    verdicts.c.norms,
                )
                .join(comments, comments.c.id == verdicts.c.comment_id)
                .where(comments.c.author_id.in_(part), verdicts.c.action.in_(("hold", "remove")))
                .where(verdicts.c.status.in_(("applied", "confirmed", "waiting")))
                .order_by(verdicts.c.id)
            )
            parts.append(read(connection, query, columns))
    return pl.concat(parts)


def reopen(engine: Engine, verdict_ids: Sequence[int]) -> int:
    """Put decided verdicts back in the review, because their members contest them. Gives how many came back."""
    table = schema.verdicts
    decided = table.c.id.in_(verdict_ids) & table.c.status.in_(("applied", "confirmed"))
    with engine.begin() as connection:
        return connection.execute(update(table).where(decided).values(status="waiting")).rowcount


def human_actions(engine: Engine, start: datetime, end: datetime) -> dict[str, str]:
    """Comment id -> the action that a human chose or confirmed, for comments created in [start, end)."""
    table, comments = schema.verdicts, schema.comments
    newest = (
        select(func.max(table.c.id))
        .join(comments, comments.c.id == table.c.comment_id)
        .where(comments.c.created_at >= start, comments.c.created_at < end, table.c.status == "confirmed")
        .group_by(table.c.comment_id)
    )
    query = select(table.c.comment_id, table.c.action).where(table.c.id.in_(newest))
    with engine.connect() as connection:
        return {row.comment_id: row.action for row in connection.execute(query)}


Step = Literal["endpoint", "llm", "llm overnight"]


def keep_questions(
    engine: Engine, comment_ids: Sequence[str], step: Step, usd: float, now: datetime, run_id: str
) -> None:
    """That a model was asked about these comments. usd: for all of them together."""
    each = usd / max(len(comment_ids), 1)
    rows = [
        {"comment_id": one, "run_id": run_id, "step": step, "asked_at": now, "usd": each} for one in set(comment_ids)
    ]
    with engine.begin() as connection:
        upsert(connection, schema.model_questions, rows)


def questions_about(engine: Engine, comment_id: str) -> list[dict[str, Any]]:
    """`step`, `asked_at`, `usd`: when a model was asked about a comment, oldest first."""
    table = schema.model_questions
    query = select(table.c.step, table.c.asked_at, table.c.usd).where(table.c.comment_id == comment_id)
    with engine.connect() as connection:
        return [dict(row) for row in connection.execute(query.order_by(table.c.asked_at)).mappings()]


def decision_log(engine: Engine, start: datetime, end: datetime) -> list[dict[str, Any]]:
    """Every judgement that was not `allow`, question to a model, human decision and finished act of [start, end).

    Oldest first. Rows: `at`, `event` (judged | asked | decided | done), `comment_id`, `what`, `by`, `norms`, `confidence`,
    `reason`, `note`, `charter_version`, `model_version`, `run_id`, `cost_usd`; what does not apply is null.
    """
    blank = dict.fromkeys(
        ("norms", "confidence", "reason", "note", "charter_version", "model_version", "run_id", "cost_usd")
    )
    with engine.connect() as connection:
        events = [
            {**blank, **dict(row)}
            for query in (_judged(start, end), _asked(start, end), _decided(start, end), _done(start, end))
            for row in connection.execute(query).mappings()
        ]
    return sorted(events, key=lambda event: (event["at"], event["event"] != "judged", event["comment_id"]))


def _judged(start: datetime, end: datetime) -> Any:
    table = schema.verdicts
    kept = ("norms", "confidence", "reason", "charter_version", "model_version", "run_id")
    return select(
        table.c.created_at.label("at"),
        literal("judged").label("event"),
        table.c.comment_id,
        table.c.action.label("what"),
        table.c.decided_by.label("by"),
        *(table.c[name] for name in kept),
    ).where(table.c.created_at >= start, table.c.created_at < end, table.c.action != "allow")


def _asked(start: datetime, end: datetime) -> Any:
    table = schema.model_questions
    return select(
        table.c.asked_at.label("at"),
        literal("asked").label("event"),
        table.c.comment_id,
        table.c.step.label("what"),
        literal("model").label("by"),
        table.c.run_id,
        table.c.usd.label("cost_usd"),
    ).where(table.c.asked_at >= start, table.c.asked_at < end)


def _decided(start: datetime, end: datetime) -> Any:
    table = schema.decisions
    return select(
        table.c.decided_at.label("at"),
        literal("decided").label("event"),
        table.c.comment_id,
        table.c.decision.concat(" ").concat(table.c.item_kind).label("what"),
        table.c.decided_by.label("by"),
        table.c.note,
        table.c.run_id,
    ).where(table.c.decided_at >= start, table.c.decided_at < end)


def _done(start: datetime, end: datetime) -> Any:
    table = schema.actions
    return select(
        table.c.done_at.label("at"),
        literal("done").label("event"),
        table.c.comment_id,
        table.c.kind.label("what"),
        table.c.cause.label("by"),
    ).where(table.c.status == ActionStatus.DONE, table.c.done_at >= start, table.c.done_at < end)


def verdicts_of(engine: Engine, comment_id: str) -> list[dict[str, Any]]:
    """Every verdict on a comment, oldest first, with its scores and evidence parsed."""
    table = schema.verdicts
    with engine.connect() as connection:
        rows = connection.execute(select(table).where(table.c.comment_id == comment_id).order_by(table.c.id)).mappings()
        return [{**row, "scores": json.loads(row["scores"]), "evidence": json.loads(row["evidence"])} for row in rows]


@dataclass(frozen=True)
class Contested:
    """What members contested in a period: how many appeals, how many restrictions humans have since undone or upheld."""

    appeals: int
    undone: int
    upheld: int


def comments_read(engine: Engine, start: datetime, end: datetime) -> int:
    """How many comments of members were written in [start, end) and read."""
    table = schema.comments
    read_ones = (table.c.created_at >= start) & (table.c.created_at < end) & (table.c.state == "checked")
    with engine.connect() as connection:
        return connection.execute(select(func.count()).where(read_ones)).scalar_one()


def contested(engine: Engine, start: datetime, end: datetime) -> Contested:
    """Appeals that arrived in [start, end), and what humans decided on restrictions in that time."""
    handoffs, decisions, verdicts = schema.handoffs, schema.decisions, schema.verdicts
    appeals = select(func.count()).where(
        handoffs.c.reason == "appeal", handoffs.c.created_at >= start, handoffs.c.created_at < end
    )
    decided = (
        select(decisions.c.decision, func.count())
        .join(verdicts, decisions.c.item_id == cast(verdicts.c.id, String))
        .where(decisions.c.item_kind == "verdict", verdicts.c.action.in_(("hold", "remove")))
        .where(decisions.c.decided_at >= start, decisions.c.decided_at < end)
        .group_by(decisions.c.decision)
    )
    with engine.connect() as connection:
        counts = {row[0]: row[1] for row in connection.execute(decided)}
        return Contested(connection.execute(appeals).scalar_one(), counts.get("reject", 0), counts.get("approve", 0))
