"""Opens a store: the engine for a SQLAlchemy address, with the schema brought up to date by Alembic."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, Table, create_engine, event, make_url, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError, OperationalError

from domain.documents import MendableError
from domain.language import say

MIGRATIONS = Path(__file__).parent / "migrations"
BUSY_TIMEOUT_MS = 30_000
ALONE = {  # whoever comes second waits here, and then finds the work done
    "sqlite": "BEGIN IMMEDIATE",
    "postgresql": "SELECT pg_advisory_xact_lock(7348231)",
}
T = TypeVar("T")
IN_CLAUSE_ROWS = 500  # SQLite allows 999 variables in old builds


class StoreUnavailable(MendableError):
    """The store cannot be opened; the message says which address (without its password) and what to do."""


def open_store(url: str) -> Engine:
    """The engine for `url` (`sqlite:///path.db`, `postgresql+psycopg://...`), migrated to the newest schema.

    Raises StoreUnavailable.
    """
    engine = engine_for(url)
    try:
        migrate(engine)
    except OperationalError as error:
        shown = engine.url.render_as_string(hide_password=True)
        message = say(
            fr="impossible d'ouvrir la base {url} : {reason}. Vérifiez VIGIE_DATABASE_URL.",
            en="cannot open the store {url}: {reason}. Check VIGIE_DATABASE_URL.",
            url=shown,
            reason=error.orig,
        )
        raise StoreUnavailable(message) from None
    return engine


def engine_for(url: str) -> Engine:
    """The engine for `url` of a store that is up to date. Raises StoreUnavailable when it is no address."""
    try:
        address = make_url(url)
    except ArgumentError:
        message = say(
            fr="VIGIE_DATABASE_URL n'est pas une adresse SQLAlchemy telle que postgresql+psycopg://host/vigie",
            en="VIGIE_DATABASE_URL is not a SQLAlchemy address such as postgresql+psycopg://host/vigie",
        )
        raise StoreUnavailable(message) from None
    if address.drivername in {"postgres", "postgresql"}:
        address = address.set(drivername="postgresql+psycopg")
    if address.get_backend_name() == "sqlite" and address.database:
        Path(address.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(address, pool_pre_ping=True)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _tune_sqlite)
    return engine


def _tune_sqlite(connection: Any, _record: object) -> None:
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", f"busy_timeout={BUSY_TIMEOUT_MS}", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def migrate(engine: Engine) -> None:
    """Bring the schema up to date, one process at a time; does nothing when it is."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    newest = ScriptDirectory.from_config(config).get_current_head()
    with engine.connect() as connection:
        if MigrationContext.configure(connection).get_current_revision() == newest:
            return
    with engine.begin() as connection:
        connection.exec_driver_sql(ALONE[engine.dialect.name])
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def insert_into(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An INSERT of the store's own dialect, which knows ON CONFLICT."""
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)


def upsert(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]], update: Iterable[str] = ()) -> None:
    """Insert `rows`; where the primary key exists, set the columns `update` to the new values, or leave the row."""
    if not rows:
        return
    statement = insert_into(connection, table)
    columns = list(update)
    if columns:
        statement = statement.on_conflict_do_update(
            index_elements=list(table.primary_key), set_={name: statement.excluded[name] for name in columns}
        )
    else:
        statement = statement.on_conflict_do_nothing()
    connection.execute(statement, [dict(row) for row in rows])


def chunks(items: Sequence[T]) -> Iterator[Sequence[T]]:
    """`items` in parts that fit an IN clause."""
    for start in range(0, len(items), IN_CLAUSE_ROWS):
        yield items[start : start + IN_CLAUSE_ROWS]


def rows_by_id(connection: Connection, table: Table, ids: Sequence[str], *columns: str) -> dict[str, dict[str, Any]]:
    """`columns` of the rows whose single primary key is in `ids`, by that key."""
    key = next(iter(table.primary_key))
    wanted = [key, *(table.c[name] for name in columns)]
    found: dict[str, dict[str, Any]] = {}
    for part in chunks(ids):
        for row in connection.execute(select(*wanted).where(key.in_(part))).mappings():
            found[row[key.name]] = dict(row)
    return found
