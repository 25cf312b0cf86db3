"""The outbox: what is to be done on platforms, each thing once or visibly not done.

A run claims an action before it calls the platform, so two runs never do the same one. An action whose run died in
between is `uncertain`: only a human may say whether it is tried again.
"""

import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import polars as pl
from sqlalchemy import Engine, select, update

from connectors.store import schema
from connectors.store.comments import read
from domain.records import UTC_INSTANT, Action, ActionKind, ActionStatus, Platform, Receipt

CLAIM_EXPIRES_MINUTES = 30

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
        error=None,
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
