"""The outbox: what is to be done on platforms, each thing once or visibly not done.

A run claims an action before it calls the platform, so two runs never do the same one. An action whose run died in
between is `uncertain` until the platform shows whether it was done, or a human decides.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import polars as pl
from sqlalchemy import Engine, String, cast, select, update

from connectors.store import schema
from connectors.store.comments import read
from connectors.store.engine import upsert
from domain.records import UNDONE_BY, UTC_INSTANT, Action, ActionKind, ActionStatus, Platform, Receipt

CLAIM_EXPIRES_MINUTES = 30
LOOK_AGAIN_AFTER_MINUTES = 5  # a platform may show late what it took
MAX_ATTEMPTS = 3  # of what was interrupted: afterwards only a human tries again

ACTION_SCHEMA: dict[str, pl.DataType] = {
    "key": pl.String(),
    "comment_id": pl.String(),
    "platform": pl.String(),
    "kind": pl.String(),
    "status": pl.String(),
    "text": pl.String(),
    "error": pl.String(),
    "receipt_permalink": pl.String(),
    "created_at": UTC_INSTANT,
    "done_at": UTC_INSTANT,
}


def claim(engine: Engine, clock: Callable[[], datetime], platforms: list[Platform]) -> Iterator[Action]:
    """The ready actions, oldest first, each claimed just before it is handed out.

    clock: asked at each claim, so that the last action of a long run is not taken for an interrupted one.
    """
    table = schema.actions
    with engine.begin() as connection:
        lost = clock() - timedelta(minutes=CLAIM_EXPIRES_MINUTES)
        connection.execute(
            update(table)
            .where(table.c.status == ActionStatus.SENDING, table.c.claimed_at < lost)
            .values(status=ActionStatus.UNCERTAIN, error="the run was interrupted; it may have been done")
        )
        query = select(table.c.key).where(table.c.status == ActionStatus.READY, table.c.platform.in_(platforms))
        keys = list(connection.execute(query.order_by(table.c.created_at, table.c.key)).scalars())
    for key in keys:
        action = _claim_one(engine, key, clock())
        if action:
            yield action


def _claim_one(engine: Engine, key: str, now: datetime) -> Action | None:
    table = schema.actions
    with engine.begin() as connection:
        claimed = connection.execute(
            update(table)
            .where(table.c.key == key, table.c.status == ActionStatus.READY)
            .values(status=ActionStatus.SENDING, claimed_at=now, attempts=table.c.attempts + 1)
        )
        if claimed.rowcount != 1:
            return None
        row = connection.execute(select(table).where(table.c.key == key)).mappings().one()
    return _action(dict(row))


def _action(row: Mapping[str, Any]) -> Action:
    return Action(
        key=row["key"],
        platform=Platform(row["platform"]),
        kind=ActionKind(row["kind"]),
        comment_id=row["comment_id"],
        target_native_id=row["target_native_id"],
        text=row["text"],
        raw=json.loads(row["raw"]),
    )


def settle(engine: Engine, action: Action, receipt: Receipt) -> None:
    """The platform confirmed: keep the receipt, and mark the draft as posted."""
    _finish(
        engine,
        action,
        status=ActionStatus.DONE,
        receipt_native_id=receipt.native_id,
        receipt_permalink=receipt.permalink,
        done_at=receipt.done_at,
        error=receipt.note or None,
    )
    with engine.begin() as connection:
        connection.execute(
            update(schema.drafts)
            .where(schema.drafts.c.comment_id == action.comment_id, "reply:" + schema.drafts.c.id == action.key)
            .values(status="posted")
        )


def release(engine: Engine, action: Action, status: ActionStatus, error: str) -> None:
    """It was not done: `ready` to try again later, `failed` for good, `uncertain` for a human to look."""
    _finish(engine, action, status=status, error=error)


def interrupted(engine: Engine, now: datetime, platforms: Sequence[Platform]) -> list[tuple[Action, bool]]:
    """Uncertain actions that have had time to show on the platform, and whether each may be tried again without a human."""
    table = schema.actions
    settled = now - timedelta(minutes=LOOK_AGAIN_AFTER_MINUTES)
    query = (
        select(table)
        .where(table.c.status == ActionStatus.UNCERTAIN, table.c.platform.in_(platforms))
        .where(table.c.claimed_at < settled)
        .order_by(table.c.created_at, table.c.key)
    )
    with engine.connect() as connection:
        rows = connection.execute(query).mappings().all()
    return [(_action(dict(row)), row["attempts"] < MAX_ATTEMPTS) for row in rows]


def verdict_behind(engine: Engine, action: Action) -> dict[str, Any] | None:
    """The verdict that asked for an action, as a row of `verdicts` with the comment's `comment_created_at` and `lang`."""
    actions, verdicts, comments = schema.actions, schema.verdicts, schema.comments
    query = (
        select(verdicts, comments.c.created_at.label("comment_created_at"), comments.c.lang)
        .join(actions, actions.c.cause == "verdict:" + cast(verdicts.c.id, String))
        .join(comments, comments.c.id == verdicts.c.comment_id)
        .where(actions.c.key == action.key)
    )
    with engine.connect() as connection:
        row = connection.execute(query).mappings().one_or_none()
    return dict(row) if row else None


def undoing(row: Mapping[str, Any], now: datetime) -> dict[str, Any] | None:
    """The row of `actions` that undoes another; None for an act that cannot be undone.

    What takes a reply back is aimed at the reply, not at the comment that it answered.
    """
    kind = UNDONE_BY.get(ActionKind(row["kind"]))
    target = row["receipt_native_id"] if kind is ActionKind.DELETE else row["target_native_id"]
    if kind is None or not target:
        return None
    past = dict.fromkeys(("error", "claimed_at", "done_at", "receipt_native_id", "receipt_permalink", "text"))
    fresh = {"kind": kind, "status": ActionStatus.READY, "created_at": now, "attempts": 0, "target_native_id": target}
    return {**row, **past, **fresh, "key": f"undo:{row['key']}"}


def undo(engine: Engine, comment_id: str, now: datetime) -> list[str]:
    """Ask for the undoing of everything that was done on a comment. Gives the kinds of what will be undone.

    What was undone before, or undoes something itself, is left alone.
    """
    table = schema.actions
    done = select(table).where(table.c.comment_id == comment_id, table.c.status == ActionStatus.DONE)
    with engine.begin() as connection:
        known = set(connection.execute(select(table.c.key).where(table.c.comment_id == comment_id)).scalars())
        rows = [dict(row) for row in connection.execute(done.order_by(table.c.done_at.desc())).mappings()]
        todo = {
            row["kind"]: made
            for row in rows
            if not row["key"].startswith("undo:") and f"undo:{row['key']}" not in known and (made := undoing(row, now))
        }
        upsert(connection, schema.actions, list(todo.values()))
    return list(todo)


def _finish(engine: Engine, action: Action, **values: object) -> None:
    with engine.begin() as connection:
        connection.execute(update(schema.actions).where(schema.actions.c.key == action.key).values(**values))


def actions_between(engine: Engine, start: datetime, end: datetime) -> pl.DataFrame:
    """ACTION_SCHEMA: actions on comments created in [start, end)."""
    table, comments = schema.actions, schema.comments
    query = (
        select(*(table.c[name] for name in ACTION_SCHEMA))
        .join(comments, comments.c.id == table.c.comment_id)
        .where(comments.c.created_at >= start, comments.c.created_at < end)
        .order_by(table.c.key)
    )
    with engine.connect() as connection:
        return read(connection, query, ACTION_SCHEMA)
