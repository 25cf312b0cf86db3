"""What must be told at once, in the store: urgent and overdue hand-offs, crises with their level, and pauses of replies."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, delete, select, update

from connectors.store import schema
from connectors.store.engine import upsert
from domain.insights import Signal
from domain.records import Urgency

KNOWN_FOR = timedelta(days=14)  # a subject that was silent for longer is a new crisis
NEXT_URGENCY = {Urgency.LOW: Urgency.NORMAL, Urgency.NORMAL: Urgency.HIGH, Urgency.HIGH: Urgency.CRITICAL}
ALL = "all"


_OF_COMMENT = ("permalink", "platform", "author_name", "text", "kind", "thread_title")


def open_handoffs(engine: Engine, urgencies: Sequence[str]) -> list[dict[str, Any]]:
    """The open hand-offs of these urgencies with what tells of their comments, first due first.

    Of the comment: permalink, platform, author_name, text, kind, thread_title and norms, those that its newest verdict
    names.
    """
    table, comments, verdicts = schema.handoffs, schema.comments, schema.verdicts
    norms = (
        select(verdicts.c.norms)
        .where(verdicts.c.comment_id == table.c.comment_id)
        .order_by(verdicts.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    query = (
        select(table, *(comments.c[name] for name in _OF_COMMENT), norms.label("norms"))
        .join(comments, comments.c.id == table.c.comment_id)
        .where(table.c.status == "open", table.c.urgency.in_(list(urgencies)))
        .order_by(table.c.due_at, table.c.comment_id)
    )
    with engine.connect() as connection:
        return [dict(row) for row in connection.execute(query).mappings()]


def escalate_overdue(engine: Engine, now: datetime) -> list[dict[str, Any]]:
    """Raise each overdue hand-off by one urgency, once a day at most. Gives those raised, as `open_handoffs` does."""
    table = schema.handoffs
    raised = []
    for row in open_handoffs(engine, list(NEXT_URGENCY)):
        if row["due_at"] >= now or (row["escalated_at"] and now - row["escalated_at"] < timedelta(days=1)):
            continue
        urgency = NEXT_URGENCY[Urgency(row["urgency"])]
        same = (
            (table.c.comment_id == row["comment_id"]) & (table.c.urgency == row["urgency"]) & (table.c.status == "open")
        )
        with engine.begin() as connection:
            done = connection.execute(update(table).where(same).values(urgency=urgency, escalated_at=now)).rowcount
        if done:
            raised.append({**row, "urgency": str(urgency)})
    return raised


def known_crises(engine: Engine, now: datetime) -> dict[str, dict[str, Any]]:
    """Id -> row of each crisis that was seen lately."""
    table = schema.crises
    with engine.connect() as connection:
        rows = connection.execute(select(table).where(table.c.last_seen_at >= now - KNOWN_FOR)).mappings()
        return {row["id"]: dict(row) for row in rows}


def save_crisis(engine: Engine, crisis_id: str, signal: Signal, now: datetime) -> None:
    """Keep a crisis as it is now; what was first seen stays."""
    row = {
        "id": crisis_id,
        "label": signal.label,
        "terms": list(signal.terms),
        "level": signal.level,
        "first_at": signal.at,
        "last_seen_at": now,
    }
    with engine.begin() as connection:
        upsert(connection, schema.crises, [row], ("label", "terms", "level", "last_seen_at"))


def pause(engine: Engine, subject: str, terms: Sequence[str], until: datetime, by: str, now: datetime) -> None:
    """Let no automated reply on a subject leave alone until then. subject: a crisis' id, or ALL."""
    row = {"subject": subject, "terms": list(terms), "until": until, "by": by, "created_at": now}
    with engine.begin() as connection:
        upsert(connection, schema.pauses, [row], ("terms", "until", "by", "created_at"))


def resume(engine: Engine, subject: str) -> int:
    """End the pause of a subject, of all with ALL. Gives how many ended."""
    table = schema.pauses
    statement = delete(table) if subject == ALL else delete(table).where(table.c.subject == subject)
    with engine.begin() as connection:
        return int(connection.execute(statement).rowcount)


def pauses(engine: Engine, now: datetime) -> list[dict[str, Any]]:
    """The pauses that hold now: `subject`, `terms`, `until`, `by`."""
    table = schema.pauses
    with engine.connect() as connection:
        query = select(table).where(table.c.until > now).order_by(table.c.subject)
        return [dict(row) for row in connection.execute(query).mappings()]
