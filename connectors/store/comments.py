"""Comments in the store: pages as they arrive, watermarks, and what still waits to be checked or judged.

A comment's `state` is `new` until the checks have seen it, then `checked` or `set_aside`; `ours` marks what Vigie
itself wrote. An edit makes it `new` again. A deletion drops its text everywhere.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

import polars as pl
from sqlalchemy import Engine, Select, bindparam, delete, exists, insert, or_, select, update
from sqlalchemy.engine import Connection

from connectors.store import schema
from connectors.store.engine import chunks, rows_by_id, upsert
from connectors.store.erasure import is_forgotten
from connectors.store.forgetting import forget_copies
from domain.records import COMMENT_SCHEMA, Page, Source, Unreadable, Urgency, Watermark, frame, text_hash

CHANGEABLE = [
    "author_id",
    "author_name",
    "text",
    "lang",
    "edited_at",
    "deleted",
    "score",
    "thread_title",
    "permalink",
    "raw",
    "text_hash",
    "state",
    "updated_at",
]


@dataclass(frozen=True)
class Saved:
    """What a page changed; what Vigie itself wrote does not count as new."""

    new: int = 0
    changed: int = 0
    unreadable: int = 0
    deleted: int = 0  # of the changed ones, those whose text was dropped

    def __add__(self, other: "Saved") -> "Saved":
        return Saved(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))


def save_page(engine: Engine, source: Source, page: Page, now: datetime, ours: str = "") -> Saved:
    """Keep a page and its watermark in one transaction; a page seen before changes nothing.

    ours: the author id under which Vigie itself writes.
    """
    rows = [_stored(row, ours, now) for row in page.comments.to_dicts()]
    rows = list({row["id"]: row for row in rows}.values())
    with engine.begin() as connection:
        forgotten = is_forgotten(connection, {row["author_id"] for row in rows})
        rows = [row for row in rows if row["author_id"] not in forgotten]
        known = rows_by_id(connection, schema.comments, [row["id"] for row in rows], *KEPT_FOR_COMPARISON)
        new = [row for row in rows if row["id"] not in known]
        changed = [
            _merged(row, known[row["id"]]) for row in rows if row["id"] in known and _differs(row, known[row["id"]])
        ]
        upsert(connection, schema.comments, new + changed, CHANGEABLE)
        deleted = [row["id"] for row in changed if row["deleted"] and not known[row["id"]]["deleted"]]
        forget_copies(connection, deleted)
        edited = [row for row in changed if row["text_hash"] != known[row["id"]]["text_hash"] and not row["deleted"]]
        _withdraw(connection, edited)
        _set_aside_unreadable(connection, source, page.unreadable, now)
        if page.watermark:
            _advance(connection, source, page.watermark)
    theirs = sum(row["state"] != "ours" for row in new)
    return Saved(theirs, len(changed), len(page.unreadable), len(deleted))


KEPT_FOR_COMPARISON = ("text_hash", "state", "deleted", "score", "thread_title", "author_id", "lang")


def _stored(row: Mapping[str, Any], ours: str, now: datetime) -> dict[str, Any]:
    text = "" if row["deleted"] else row["text"]
    state = "ours" if ours and row["author_id"] == ours else "new"
    return {
        **row,
        "text": text,
        "deleted": bool(row["deleted"]),
        "text_hash": text_hash(text or ""),
        "state": state,
        "collected_at": now,
        "updated_at": now,
    }


def _differs(row: Mapping[str, Any], known: Mapping[str, Any]) -> bool:
    watched = ("text_hash", "deleted", "score", "thread_title", "author_id")
    return any(row[name] != known[name] for name in watched)


def _merged(row: dict[str, Any], known: Mapping[str, Any]) -> dict[str, Any]:
    same_text = row["text_hash"] == known["text_hash"]
    return {**row, "state": known["state"], "lang": row["lang"] or known["lang"]} if same_text else row


def _withdraw(connection: Connection, edited: list[dict[str, Any]]) -> None:
    """What waited for a human on the old words waits no more: the new ones will be judged and answered.

    What is critical, as all that a human passed on is, stays open. A text that comes back finds its verdict waiting.
    """
    verdicts, drafts, handoffs = schema.verdicts, schema.drafts, schema.handoffs
    for part in chunks([row["id"] for row in edited]):
        waiting = verdicts.c.comment_id.in_(part) & (verdicts.c.status == "waiting")
        connection.execute(update(verdicts).where(waiting).values(status="superseded"))
        connection.execute(delete(drafts).where(drafts.c.comment_id.in_(part), drafts.c.status == "proposed"))
        still = (handoffs.c.status == "open") & (handoffs.c.urgency != Urgency.CRITICAL)
        connection.execute(delete(handoffs).where(handoffs.c.comment_id.in_(part), still))
    for row in edited:
        same = (verdicts.c.comment_id == row["id"]) & (verdicts.c.comment_text_hash == row["text_hash"])
        connection.execute(update(verdicts).where(same, verdicts.c.status == "superseded").values(status="waiting"))


def _set_aside_unreadable(connection: Connection, source: Source, items: tuple[Unreadable, ...], now: datetime) -> None:
    rows = [
        {
            "id": f"unreadable:{hashlib.sha256(item.raw.encode()).hexdigest()[:32]}",
            "source_id": source.id,
            "raw": item.raw,
            "reason": item.reason,
            "created_at": now,
        }
        for item in items
    ]
    upsert(connection, schema.set_aside, rows)


# --- sources -------------------------------------------------------------------------------------------------------


def register_sources(engine: Engine, sources: list[Source]) -> None:
    """Make every watched source known, so that one that never answered is seen, too."""
    rows = [{"id": s.id, "platform": s.platform, "kind": s.kind, "name": s.name} for s in sources]
    with engine.begin() as connection:
        upsert(connection, schema.sources, rows)


def watermark(engine: Engine, source: Source) -> Watermark | None:
    """How far the source has been read."""
    table = schema.sources
    with engine.connect() as connection:
        query = select(table.c.watermark_at, table.c.watermark_native_id).where(table.c.id == source.id)
        row = connection.execute(query).first()
    return Watermark(row[0], row[1]) if row and row[0] else None


def _advance(connection: Connection, source: Source, mark: Watermark) -> None:
    """Never backwards: of two runs at once, the one that read further wins."""
    table = schema.sources
    connection.execute(
        update(table)
        .where(table.c.id == source.id, or_(table.c.watermark_at.is_(None), table.c.watermark_at <= mark.at))
        .values(watermark_at=mark.at, watermark_native_id=mark.native_id)
    )


def record_pull(engine: Engine, source: Source, now: datetime, error: str | None, gap: str | None = None) -> None:
    """Remember when the source was last asked, what went wrong (None: nothing), and what a pull to its end left unread."""
    values: dict[str, Any] = {"last_run_at": now, "error": error}
    if error is None:
        values |= {"last_ok_at": now, "gap": gap}
    with engine.begin() as connection:
        connection.execute(_this(source, **values))


def _this(source: Source, **values: Any) -> Any:
    return update(schema.sources).where(schema.sources.c.id == source.id).values(**values)


# --- batches -------------------------------------------------------------------------------------------------------

COMMENT_COLUMNS = [schema.comments.c[name] for name in COMMENT_SCHEMA]
TOLD_SCHEMA = {
    name: kind for name, kind in COMMENT_SCHEMA.items() if name not in {"native_id", "kind", "edited_at", "raw"}
}
"""What a report needs of a comment: all but what only an action on the platform needs."""
_ROWS_AT_ONCE = 20_000  # as Python objects, which take ten times the room of a frame


def unchecked(engine: Engine) -> pl.DataFrame:
    """COMMENT_SCHEMA: what the checks have not seen yet."""
    with engine.connect() as connection:
        query = select(*COMMENT_COLUMNS).where(schema.comments.c.state == "new").order_by(schema.comments.c.id)
        return read(connection, query)


def mark_checked(engine: Engine, comments: pl.DataFrame, reasons: Mapping[str, str], now: datetime) -> None:
    """Store languages, and set aside the rows in `reasons` (comment id -> why), in one transaction."""
    table = schema.comments
    with engine.begin() as connection:
        if comments.height:
            states = [
                {"key": id_, "new_lang": lang, "new_state": "set_aside" if id_ in reasons else "checked"}
                for id_, lang in comments.select("id", "lang").iter_rows()
            ]
            statement = update(table).where(table.c.id == bindparam("key"))
            connection.execute(statement.values(lang=bindparam("new_lang"), state=bindparam("new_state")), states)
        bad = comments.filter(pl.col("id").is_in(list(reasons)))
        connection.execute(delete(schema.set_aside).where(schema.set_aside.c.id.in_(list(reasons))))
        if bad.height:
            connection.execute(
                insert(schema.set_aside),
                [
                    {
                        "id": row["id"],
                        "source_id": row["source_id"],
                        "raw": raw,
                        "reason": reasons[row["id"]],
                        "created_at": now,
                    }
                    for row, raw in zip(bad.to_dicts(), _as_json(bad), strict=True)
                ],
            )


def _as_json(comments: pl.DataFrame) -> list[str]:
    return comments.write_ndjson().rstrip("\n").split("\n")


def unjudged(engine: Engine, since: datetime) -> pl.DataFrame:
    """COMMENT_SCHEMA: checked comments created since then whose present text has no verdict yet."""
    comments, verdicts = schema.comments, schema.verdicts
    judged = exists().where(
        verdicts.c.comment_id == comments.c.id, verdicts.c.comment_text_hash == comments.c.text_hash
    )
    query = (
        select(*COMMENT_COLUMNS)
        .where(comments.c.state == "checked", comments.c.deleted.is_(False), comments.c.created_at >= since, ~judged)
        .order_by(comments.c.created_at, comments.c.id)
    )
    with engine.connect() as connection:
        return read(connection, query)


def by_ids(engine: Engine, ids: list[str]) -> pl.DataFrame:
    """COMMENT_SCHEMA: the comments with these ids."""
    with engine.connect() as connection:
        parts = [
            read(connection, select(*COMMENT_COLUMNS).where(schema.comments.c.id.in_(part))) for part in chunks(ids)
        ]
    return pl.concat(parts) if parts else frame([], COMMENT_SCHEMA)


def parent_texts(engine: Engine, comments: pl.DataFrame) -> dict[str, str]:
    """Comment id -> the text that it answers, for those whose parent is known."""
    parents = comments.select("id", "parent_id").drop_nulls()
    texts = dict(by_ids(engine, parents["parent_id"].unique().to_list()).select("id", "text").iter_rows())
    return {comment: texts[parent] for comment, parent in parents.iter_rows() if texts.get(parent)}


def asked_before(engine: Engine, comments: pl.DataFrame) -> dict[str, str]:
    """Comment id -> what its author asked last in the thread, for follow-ups.

    That is the author's own comment which it follows, or the one to which our reply answered that it answers.
    """
    parents = by_ids(engine, comments["parent_id"].drop_nulls().unique().to_list())
    above = by_ids(engine, parents["parent_id"].drop_nulls().unique().to_list())
    known = {row["id"]: row for row in pl.concat([parents, above]).iter_rows(named=True)}
    found: dict[str, str] = {}
    for comment, parent_id, author in comments.select("id", "parent_id", "author_id").drop_nulls().iter_rows():
        parent = known.get(parent_id, {})
        for asked in (parent, known.get(parent.get("parent_id"), {})):
            if asked.get("author_id") == author and asked.get("text"):
                found[comment] = asked["text"]
                break
    return found


def between(engine: Engine, start: datetime, end: datetime) -> pl.DataFrame:
    """COMMENT_SCHEMA: checked comments created in [start, end), oldest first, ours left out."""
    comments = schema.comments
    query = (
        select(*COMMENT_COLUMNS)
        .where(comments.c.state == "checked", comments.c.created_at >= start, comments.c.created_at < end)
        .order_by(comments.c.created_at, comments.c.id)
    )
    with engine.connect() as connection:
        return read(connection, query)


def told_between(engine: Engine, start: datetime, end: datetime) -> pl.DataFrame:
    """TOLD_SCHEMA of the comments of `between`."""
    with engine.connect() as connection:
        return read(
            connection, _told(start, end).order_by(schema.comments.c.created_at, schema.comments.c.id), TOLD_SCHEMA
        )


def newest_told(engine: Engine, start: datetime, end: datetime, most: int) -> pl.DataFrame:
    """TOLD_SCHEMA of the newest comments of `between` that have an author and a text, oldest first."""
    table = schema.comments
    query = _told(start, end).where(table.c.author_id.is_not(None), table.c.deleted.is_(False))
    with engine.connect() as connection:
        found = read(connection, query.order_by(table.c.created_at.desc(), table.c.id.desc()).limit(most), TOLD_SCHEMA)
    return found.reverse()


def _told(start: datetime, end: datetime) -> Select[Any]:
    table = schema.comments
    return select(*(table.c[name] for name in TOLD_SCHEMA)).where(
        table.c.state == "checked", table.c.created_at >= start, table.c.created_at < end
    )


def read(connection: Connection, query: Any, columns: Mapping[str, pl.DataType] | None = None) -> pl.DataFrame:
    """A query as a frame of the given schema (COMMENT_SCHEMA by default), in its column order, read in parts."""
    wanted = dict(COMMENT_SCHEMA if columns is None else columns)
    rows = connection.execute(query, execution_options={"yield_per": _ROWS_AT_ONCE}).partitions()
    parts = [pl.DataFrame([tuple(row) for row in part], schema=wanted, orient="row") for part in rows]
    return pl.concat(parts) if parts else pl.DataFrame(schema=wanted)
