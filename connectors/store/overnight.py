"""What a language model is asked overnight: the batches that were handed in, and the verdicts that their answers change."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl
from sqlalchemy import Engine, and_, func, insert, select, update

from connectors.store import schema
from connectors.store.comments import read
from connectors.store.engine import chunks
from connectors.store.verdicts import STORED_VERDICT_SCHEMA, status_of
from domain.records import OVERNIGHT_MARK, DecidedBy

OPEN_STATUSES = ("none", "waiting")  # of verdicts that nobody has acted upon yet
Questions = Mapping[str, Mapping[str, list[int]]]  # key -> id in the question -> ids of verdicts


@dataclass(frozen=True)
class Batch:
    """A batch whose answers are awaited."""

    id: str
    charter_version: str
    questions: Questions


def keep_batch(engine: Engine, batch: Batch, now: datetime) -> None:
    row = {"id": batch.id, "sent_at": now, "charter_version": batch.charter_version, "questions": batch.questions}
    with engine.begin() as connection:
        connection.execute(insert(schema.model_batches), row)


def awaited(engine: Engine) -> list[Batch]:
    """Those whose answers have not come yet, oldest first."""
    table = schema.model_batches
    query = select(table.c.id, table.c.charter_version, table.c.questions).where(table.c.over_at.is_(None))
    with engine.connect() as connection:
        return [Batch(*row) for row in connection.execute(query.order_by(table.c.sent_at))]


def close_batch(engine: Engine, batch_id: str, now: datetime) -> None:
    table = schema.model_batches
    with engine.begin() as connection:
        connection.execute(update(table).where(table.c.id == batch_id).values(over_at=now))


def last_sent(engine: Engine) -> datetime | None:
    """When the newest batch was handed in."""
    with engine.connect() as connection:
        return connection.execute(select(func.max(schema.model_batches.c.sent_at))).scalar()


def open_verdicts(engine: Engine, since: datetime, charter_version: str) -> pl.DataFrame:
    """STORED_VERDICT_SCHEMA: what local models decided since then on texts that still stand, and nobody has touched."""
    table, comments = schema.verdicts, schema.comments
    query = (
        select(*(table.c[name] for name in STORED_VERDICT_SCHEMA))
        .join(comments, _same_text())
        .where(table.c.created_at >= since, table.c.charter_version == charter_version, comments.c.deleted.is_(False))
        .where(table.c.decided_by == DecidedBy.MODEL, table.c.status.in_(OPEN_STATUSES))
        .order_by(table.c.id)
    )
    with engine.connect() as connection:
        return read(connection, query, STORED_VERDICT_SCHEMA)


def verdicts_by_id(engine: Engine, ids: Sequence[int]) -> pl.DataFrame:
    """STORED_VERDICT_SCHEMA: those of these that still stand open, for texts that are still the same."""
    table = schema.verdicts
    found = [pl.DataFrame(schema=STORED_VERDICT_SCHEMA)]
    with engine.connect() as connection:
        for part in chunks(ids):
            query = (
                select(*(table.c[name] for name in STORED_VERDICT_SCHEMA))
                .join(schema.comments, _same_text())
                .where(table.c.id.in_(part), table.c.status.in_(OPEN_STATUSES))
            )
            found.append(read(connection, query, STORED_VERDICT_SCHEMA))
    return pl.concat(found)


def comments_of(engine: Engine, verdict_ids: Sequence[int]) -> list[str]:
    """The ids of the comments that these verdicts are about."""
    table, found = schema.verdicts, list[str]()
    with engine.connect() as connection:
        for part in chunks(verdict_ids):
            found += connection.execute(select(table.c.comment_id).where(table.c.id.in_(part))).scalars()
    return found


def replace_verdicts(engine: Engine, changed: Sequence[Mapping[str, Any]], now: datetime, run_id: str) -> int:
    """Add a new verdict in the place of each of these, given by `id`; one that a human has taken up meanwhile stays.

    changed: rows of STORED_VERDICT_SCHEMA. Gives how many were replaced.
    """
    table, done = schema.verdicts, 0
    with engine.begin() as connection:
        for row in changed:
            still = and_(table.c.id == row["id"], table.c.status.in_(OPEN_STATUSES))
            if not connection.execute(update(table).where(still).values(status="replaced")).rowcount:
                continue
            hashed = select(table.c.comment_text_hash).where(table.c.id == row["id"])
            new = {name: value for name, value in row.items() if name not in {"id", "status", "created_at"}} | {
                "comment_text_hash": connection.execute(hashed).scalar_one(),
                "model_version": row["model_version"] + OVERNIGHT_MARK,
                "status": status_of(row["action"], row["autonomy"]),
                "created_at": now,
                "run_id": run_id,
            }
            connection.execute(insert(table), new)
            done += 1
    return done


def _same_text() -> Any:
    return and_(
        schema.comments.c.id == schema.verdicts.c.comment_id,
        schema.comments.c.text_hash == schema.verdicts.c.comment_text_hash,
    )
