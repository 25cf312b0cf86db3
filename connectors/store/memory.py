"""The memory of connectors, in the store."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime

from sqlalchemy import Engine, delete, func, select

from connectors.memory import Memory
from connectors.store import schema
from connectors.store.engine import chunks, upsert
from domain.records import Platform, Source


def charged_by_day(engine: Engine, platform: Platform, first: date, last: date) -> dict[date, float]:
    """What a platform's calls cost on each day from the first to the last; days without a charge are left out."""
    table = schema.charges
    query = (
        select(table.c.day, func.sum(table.c.amount))
        .where(table.c.platform == platform, table.c.day.between(first, last))
        .group_by(table.c.day)
    )
    with engine.connect() as connection:
        return {day: float(amount) for day, amount in connection.execute(query)}


MODEL = "model"  # among the platforms that bill


def charge_model(engine: Engine, day: date, call: str, usd: float) -> None:
    """Keep what a call to a language model cost. call: unique, so that it is kept once."""
    with engine.begin() as connection:
        upsert(
            connection, schema.charges, [{"platform": MODEL, "day": day, "resource": call, "amount": usd}], ("amount",)
        )


def model_spending(engine: Engine, first: date, last: date) -> float:
    """USD that calls to language models cost from the first day to the last."""
    table = schema.charges
    query = select(func.sum(table.c.amount)).where(table.c.platform == MODEL, table.c.day.between(first, last))
    with engine.connect() as connection:
        return float(connection.execute(query).scalar() or 0)


class StoredMemory(Memory):
    """See Memory; what it keeps outlives the process and is shared by all runs."""

    def __init__(self, engine: Engine, x_usd_a_month: float | None = None) -> None:
        super().__init__(x_usd_a_month)
        self.engine = engine

    def charge(self, platform: Platform, day: date, amounts: Mapping[str, float]) -> None:
        rows = [{"platform": platform, "day": day, "resource": key, "amount": value} for key, value in amounts.items()]
        with self.engine.begin() as connection:
            upsert(connection, schema.charges, rows, ("amount",))

    def spent(self, platform: Platform, first: date, last: date) -> float:
        table = schema.charges
        query = select(func.sum(table.c.amount)).where(table.c.platform == platform, table.c.day.between(first, last))
        with self.engine.connect() as connection:
            return float(connection.execute(query).scalar() or 0)

    def known_replies(self, comment_ids: Sequence[str]) -> Mapping[str, int]:
        table, found = schema.comments, dict[str, int]()
        with self.engine.connect() as connection:
            for part in chunks(comment_ids):
                counts = (
                    select(table.c.parent_id, func.count())
                    .where(table.c.parent_id.in_(part), table.c.deleted.is_(False))
                    .group_by(table.c.parent_id)
                )
                stored = connection.execute(select(table.c.id).where(table.c.id.in_(part))).scalars()
                found |= dict.fromkeys(stored, 0)
                found |= {parent: count for parent, count in connection.execute(counts) if parent in found}
        return found

    def postponed(self, source: Source) -> list[str]:
        table = schema.postponed
        query = select(table.c.native_id).where(table.c.source_id == source.id).order_by(table.c.since)
        with self.engine.connect() as connection:
            return list(connection.execute(query).scalars())

    def postpone(self, source: Source, native_ids: Iterable[str]) -> None:
        now = datetime.now(UTC)
        rows = [{"source_id": source.id, "native_id": native, "since": now} for native in native_ids]
        with self.engine.begin() as connection:
            upsert(connection, schema.postponed, rows)

    def catch_up(self, source: Source, native_ids: Iterable[str]) -> None:
        table = schema.postponed
        with self.engine.begin() as connection:
            for part in chunks(list(native_ids)):
                mine = (table.c.source_id == source.id) & table.c.native_id.in_(part)
                connection.execute(delete(table).where(mine))

    def was_read(self, source: Source, digest: str) -> bool:
        table = schema.files_read
        query = select(table.c.digest).where(table.c.source_id == source.id, table.c.digest == digest)
        with self.engine.connect() as connection:
            return connection.execute(query).first() is not None

    def keep_read(self, source: Source, digest: str, name: str) -> None:
        row = {"source_id": source.id, "digest": digest, "name": name, "read_at": datetime.now(UTC)}
        with self.engine.begin() as connection:
            upsert(connection, schema.files_read, [row])
