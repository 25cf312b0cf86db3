"""What the store knows of one member: found, told as it is, and erased for good.

Both telling and erasing go through every table of the schema, so that a table added later is not forgotten.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import regex
from sqlalchemy import JSON, Column, Connection, Engine, String, Table, Text, delete, func, or_, select, update

from connectors.store import schema
from connectors.store.engine import chunks, upsert

ERASED = "—"
HANDLE = r"(?<!\w)(?:@|/?u/)(?:{names})(?!\w)"
QUOTED_CHARACTERS = 12, 30  # a quotation is recognised by as many of its first characters; shorter words say nothing


@dataclass(frozen=True)
class Known:
    """A member as the store knows them: our id of them, their names, and the ids and words of what they wrote."""

    id: str
    names: tuple[str, ...]
    comment_ids: tuple[str, ...]
    texts: tuple[str, ...]


def find_members(engine: Engine, wanted: str) -> list[Known]:
    """The members that `wanted` names: our id (`reddit:t2_abc`), or a name (`Ana`, `@Ana`, `u/Ana`), on any platform."""
    name = wanted.casefold().removeprefix("@").removeprefix("/").removeprefix("u/")
    table = schema.comments
    is_wanted = (table.c.author_id == wanted) | (func.lower(table.c.author_name).in_((name, f"@{name}")))
    with engine.connect() as connection:
        ids = connection.execute(
            select(table.c.author_id).where(is_wanted, table.c.author_id.is_not(None)).distinct().order_by("author_id")
        )
        return [_known(connection, author_id) for author_id in ids.scalars().all()]


def _known(connection: Connection, author_id: str) -> Known:
    table = schema.comments
    columns = (table.c.id, table.c.author_name, table.c.text, table.c.thread_title, table.c.thread_id)
    rows = connection.execute(select(*columns).where(table.c.author_id == author_id).order_by(table.c.id)).all()
    titles = {row.thread_title for row in rows if row.thread_title and row.thread_id == row.id}
    return Known(
        author_id,
        tuple(sorted({row.author_name for row in rows if row.author_name})),
        tuple(row.id for row in rows),
        tuple(sorted({row.text for row in rows if row.text} | titles)),
    )


def tell(engine: Engine, member: Known) -> dict[str, list[dict[str, Any]]]:
    """Table -> its rows about this member, as plain values; tables without any are left out."""
    found: dict[str, list[dict[str, Any]]] = {}
    with engine.connect() as connection:
        for table in schema.metadata.sorted_tables:
            rows = [dict(row) for row in _rows_about(connection, table, member)]
            if rows:
                found[table.name] = json.loads(json.dumps(rows, default=_plain, ensure_ascii=False))
    return found


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _rows_about(connection: Connection, table: Table, member: Known) -> Iterator[Any]:
    seen: set[tuple[Any, ...]] = set()
    for condition in _about(table, member):
        for row in connection.execute(select(table).where(condition)).mappings():
            key = tuple(row[column.name] for column in table.primary_key)
            if key not in seen:
                seen.add(key)
                yield row


def _about(table: Table, member: Known) -> Iterator[Any]:
    """Conditions that, together, hold for the rows about this member: rows of theirs, and rows on what they wrote."""
    if table is schema.comments:
        yield table.c.author_id == member.id
        for part in chunks(member.comment_ids):
            yield (table.c.state == "ours") & table.c.parent_id.in_(part)
        return
    columns = [column for column in table.columns if isinstance(column.type, String) and not _is_long(column)]
    for part in chunks([member.id, *member.comment_ids]):
        if columns:
            yield or_(*(column.in_(part) for column in columns))


def _is_long(column: Column[Any]) -> bool:
    return isinstance(column.type, (Text, JSON))


def forget(engine: Engine, member: Known, now: datetime) -> int:
    """Erase a member: their comments, all that was decided and drafted on them, and every mention by handle.

    One transaction. What they write later, or what a platform shows again, is not kept: a fingerprint of their id
    stays, and nothing else. Replies of others keep their place in the thread. Gives how many comments went.
    """
    with engine.begin() as connection:
        for table in reversed(schema.metadata.sorted_tables):
            for condition in list(_about(table, member)):
                connection.execute(delete(table).where(condition))
        for part in chunks(member.comment_ids):
            in_their_threads = schema.comments.c.thread_id.in_(part)
            connection.execute(update(schema.comments).where(in_their_threads).values(thread_title=None, raw="{}"))
            connection.execute(delete(schema.actions).where(schema.actions.c.comment_id.in_(part)))
        _forget_learned(connection, set(member.comment_ids))
        _redact(connection, member)
        _redact_quotations(connection, member)
        upsert(connection, schema.forgotten, [{"fingerprint": fingerprint(member.id), "at": now}])
    return len(member.comment_ids)


def _forget_learned(connection: Connection, comment_ids: set[str]) -> None:
    """Entries that rest on the member's questions; those that a human published are in the workspace's files."""
    table = schema.learned
    for row in connection.execute(select(table.c.id, table.c.evidence)).all():
        if comment_ids & set(row.evidence):
            connection.execute(delete(table).where(table.c.id == row.id))


def _redact(connection: Connection, member: Known) -> None:
    """Take the member's id, comment ids and handles out of the long texts and JSON of all other rows."""
    pattern = mentions(member)
    for table in schema.metadata.sorted_tables:
        long = [column for column in table.columns if _is_long(column)]
        if not long:
            continue
        keys = list(table.primary_key)
        for row in connection.execute(select(*keys, *long)).mappings().all():
            changed = {
                column.name: _without(row[column.name], pattern)
                for column in long
                if row[column.name] and pattern.search(_as_text(row[column.name]))
            }
            if changed:
                this = [column == row[column.name] for column in keys]
                connection.execute(update(table).where(*this).values(**changed))


def _redact_quotations(connection: Connection, member: Known) -> None:
    """Take the member's words out of the hand-offs of others, which name the thread in which they were written."""
    least, most = QUOTED_CHARACTERS
    beginnings = {" ".join(text.split())[:most] for text in member.texts}
    words = [regex.escape(one) for one in sorted(beginnings, key=len, reverse=True) if len(one) >= least]
    if not words:
        return
    quoted = regex.compile(rf'(?:{"|".join(words)})[^»”"\n]*')
    table = schema.handoffs
    for row in connection.execute(select(table.c.comment_id, table.c.summary)).all():
        if quoted.search(row.summary):
            this = table.c.comment_id == row.comment_id
            connection.execute(update(table).where(this).values(summary=quoted.sub(ERASED, row.summary)))


def mentions(member: Known) -> regex.Pattern[str]:
    """The ids of a member and of their comments, and their names written as handles."""
    names = "|".join(regex.escape(name.removeprefix("@")) for name in member.names if name.strip("@ "))
    ids = [rf"(?<!\w){regex.escape(one)}(?!\w)" for one in (member.id, *member.comment_ids)]
    parts = [*ids, HANDLE.format(names=names)] if names else ids
    return regex.compile("|".join(parts), regex.IGNORECASE)


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _without(value: Any, pattern: regex.Pattern[str]) -> Any:
    if isinstance(value, str):
        return pattern.sub(ERASED, value)
    if isinstance(value, list):
        return [_without(one, pattern) for one in value]
    if isinstance(value, dict):
        return {_without(key, pattern): _without(one, pattern) for key, one in value.items()}
    return value


def fingerprint(author_id: str) -> str:
    """By which a forgotten member is recognised without being known."""
    return hashlib.sha256(f"forgotten:{author_id}".encode()).hexdigest()


def is_forgotten(connection: Connection, author_ids: Iterable[str | None]) -> set[str]:
    """Those of the ids that belong to forgotten members."""
    prints = {fingerprint(one): one for one in author_ids if one}
    table, found = schema.forgotten, set[str]()
    for part in chunks(list(prints)):
        rows = connection.execute(select(table.c.fingerprint).where(table.c.fingerprint.in_(part))).scalars()
        found |= {prints[one] for one in rows}
    return found
