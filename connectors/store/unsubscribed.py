"""The addresses that do not want the digest any longer; nothing is sent to them, whatever `community.yaml` says."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Engine, delete, select

from connectors.store import schema
from connectors.store.engine import insert_into


def unsubscribe(engine: Engine, address: str, now: datetime) -> None:
    """Remember that nothing more is sent there; a second time changes nothing."""
    row = {"address": address.lower(), "at": now}
    with engine.begin() as connection:
        connection.execute(insert_into(connection, schema.unsubscribed).values(row).on_conflict_do_nothing())


def subscribe_again(engine: Engine, address: str) -> None:
    """Forget that nothing was to be sent there."""
    table = schema.unsubscribed
    with engine.begin() as connection:
        connection.execute(delete(table).where(table.c.address == address.lower()))


def unsubscribed_of(engine: Engine, addresses: Iterable[str]) -> set[str]:
    """Those of the addresses that unsubscribed, in lower case."""
    table, asked = schema.unsubscribed, [address.lower() for address in addresses]
    with engine.connect() as connection:
        return set(connection.execute(select(table.c.address).where(table.c.address.in_(asked))).scalars())
