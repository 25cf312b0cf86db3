"""Which stored comments the platforms are asked for again, and what becomes of those that they no longer give."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Engine, func, select, update

from connectors.store import schema
from connectors.store.engine import chunks
from connectors.store.forgetting import bury
from domain.records import ActionKind, ActionStatus, Platform, Source, SourceKind

DOUBTED_FOR = timedelta(hours=20)  # absent from two daily runs
HIDDEN_FOR = timedelta(days=28)


@dataclass(frozen=True)
class Rhythm:
    """How often comments are asked for again: those younger than `recent` and, unless None, the older ones."""

    recent: timedelta
    every: timedelta
    older_every: timedelta | None


def stored_sources(engine: Engine) -> list[Source]:
    """Every source ever watched: what was collected from one that no longer is must be kept true, too."""
    table = schema.sources
    with engine.connect() as connection:
        rows = connection.execute(select(table.c.platform, table.c.kind, table.c.name).order_by(table.c.id)).all()
    return [Source(Platform(platform), SourceKind(kind), name) for platform, kind, name in rows]


def due(engine: Engine, source: Source, rhythm: Rhythm, now: datetime, limit: int) -> list[str]:
    """Native ids of a source's comments that were not asked for lately, those asked for longest ago first."""
    table = schema.comments
    last = func.coalesce(table.c.refreshed_at, table.c.collected_at)
    query = (
        select(table.c.native_id)
        .where(table.c.source_id == source.id, table.c.deleted.is_(False), table.c.native_id.is_not(None))
        .where(_is_time(last, rhythm, now))
        .order_by(last, table.c.id)
        .limit(limit)
    )
    with engine.connect() as connection:
        return list(connection.execute(query).scalars())


def _is_time(last: ColumnElement[datetime], rhythm: Rhythm, now: datetime) -> ColumnElement[bool]:
    created = schema.comments.c.created_at
    recent = (created >= now - rhythm.recent) & (last <= now - rhythm.every)
    if rhythm.older_every is None:
        return recent
    return recent | ((created < now - rhythm.recent) & (last <= now - rhythm.older_every))


def settle(engine: Engine, asked: Sequence[str], absent: Sequence[str], now: datetime, *, doubtful: bool) -> int:
    """Remember that comments (by our ids) were asked for, and bury those that are absent. Gives how many were buried.

    doubtful: so much is absent at once that a lost permission is likelier than as many deletions; then, as with what
    we hid ourselves, a comment is buried only when it stays away.
    """
    table = schema.comments
    with engine.begin() as connection:
        for part in chunks(sorted(set(asked) - set(absent))):
            connection.execute(update(table).where(table.c.id.in_(part)).values(refreshed_at=now, missing_since=None))
        buried: list[str] = []
        for part in chunks(absent):
            buried += _believed(connection, part, now, doubtful)
        bury(connection, buried, now)
    return len(buried)


def _believed(connection: Connection, absent: Sequence[str], now: datetime, doubtful: bool) -> list[str]:
    """Those of the absent comments that are there no more; the others are marked, to be looked at again."""
    table, actions = schema.comments, schema.actions
    stored = connection.execute(
        select(table.c.id, table.c.missing_since).where(table.c.id.in_(absent), table.c.deleted.is_(False))
    ).all()
    hiding = select(actions.c.comment_id).where(
        actions.c.comment_id.in_(absent),
        actions.c.kind.in_((ActionKind.REMOVE, ActionKind.HOLD)),
        actions.c.status == ActionStatus.DONE,
    )
    ours = set(connection.execute(hiding).scalars())
    believed, marked = [], []
    for id_, since in stored:
        patience = HIDDEN_FOR if id_ in ours else DOUBTED_FOR if doubtful else timedelta(0)
        if patience and (since is None or now - since < patience):
            marked.append(id_)
        else:
            believed.append(id_)
    missing = update(table).where(table.c.id.in_(marked), table.c.missing_since.is_(None))
    connection.execute(missing.values(missing_since=now))
    connection.execute(update(table).where(table.c.id.in_(marked)).values(refreshed_at=now))
    return believed
