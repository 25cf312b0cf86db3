"""What people of the team answered, and the knowledge entries that were made of it."""

from collections.abc import Collection, Sequence
from datetime import datetime

import polars as pl
from sqlalchemy import Engine, func, select, union_all, update

from connectors.store import schema
from connectors.store.comments import read
from connectors.store.engine import upsert
from connectors.store.team_answers import answers, names_of, told_by
from domain.knowledge import KnowledgeEntry, Learned
from domain.records import DraftStatus

ANSWERED_SCHEMA: dict[str, pl.DataType] = {
    "id": pl.String(),
    "author_id": pl.String(),
    "lang": pl.String(),
    "text": pl.String(),
    "answer": pl.String(),
}
_SENT = (DraftStatus.APPROVED, DraftStatus.POSTED)


def answered_by_people(engine: Engine, team: Sequence[str], since: datetime) -> pl.DataFrame:
    """ANSWERED_SCHEMA: comments created since then that a person answered, on the platform or in a review.

    What a knowledge entry answered without a correction, and what was made into an entry before, is left out.
    """
    names = names_of(team)
    asked, told = schema.comments.alias("asked"), told_by(names)
    actions, decisions, drafts = schema.actions, schema.decisions, schema.drafts
    columns = (asked.c.id, asked.c.author_id, asked.c.lang, asked.c.text)
    alive = (asked.c.created_at >= since, asked.c.deleted.is_(False), asked.c.state == "checked")
    posted = select(actions.c.receipt_native_id).where(actions.c.receipt_native_id.is_not(None))
    on_platform = [
        select(*columns, told.c.text.label("answer"))
        .select_from(asked)
        .join(told, way)
        .where(*alive, told.c.native_id.not_in(posted), func.lower(asked.c.author_name).not_in(names))
        for way in answers(told, asked)
    ]
    in_review = (
        select(*columns, decisions.c.text.label("answer"))
        .join(decisions, decisions.c.comment_id == asked.c.id)
        .where(*alive, decisions.c.item_kind.in_(("draft", "handoff")), decisions.c.decision == "edit")
    )
    by_entry = select(drafts.c.comment_id).where(drafts.c.entry_id.is_not(None), drafts.c.status.in_(_SENT))
    with engine.connect() as connection:
        found = read(connection, union_all(*on_platform, in_review), ANSWERED_SCHEMA)
        left_out = set(connection.execute(by_entry).scalars())
        for evidence in connection.execute(select(schema.learned.c.evidence)).scalars():
            left_out |= set(evidence)
    return found.filter(~pl.col("id").is_in(list(left_out))).unique("id", keep="first", maintain_order=True)


def propose(engine: Engine, found: Sequence[Learned], now: datetime, run_id: str) -> None:
    """Put entries before a human; one that is known already stays as it is."""
    rows = [
        {
            "id": f"{one.entry.id}.{one.entry.lang}",
            "entry_id": one.entry.id,
            "lang": one.entry.lang,
            "comment_id": one.evidence[0],
            "question": one.entry.question,
            "variants": list(one.entry.variants),
            "answer": one.entry.answer,
            "evidence": list(one.evidence),
            "members": one.members,
            "status": "proposed",
            "created_at": now,
            "decided_at": None,
            "run_id": run_id,
        }
        for one in found
    ]
    with engine.begin() as connection:
        upsert(connection, schema.learned, rows, ())


def known_ids(engine: Engine) -> set[tuple[str, str]]:
    """(entry id, language) of every entry that was ever proposed."""
    with engine.connect() as connection:
        return {tuple(row) for row in connection.execute(select(schema.learned.c.entry_id, schema.learned.c.lang))}


def approved(engine: Engine) -> list[KnowledgeEntry]:
    """The entries that a human approved and that are not in a file of the workspace yet."""
    table = schema.learned
    query = select(table).where(table.c.status == "approved").order_by(table.c.decided_at, table.c.id)
    with engine.connect() as connection:
        return [
            KnowledgeEntry(row.entry_id, row.lang, row.question, row.answer, tuple(row.variants), origin="learned")
            for row in connection.execute(query)
        ]


def published(engine: Engine, entries: Collection[KnowledgeEntry]) -> None:
    """Note that these are in a file of the workspace now, which is theirs from here on."""
    table = schema.learned
    with engine.begin() as connection:
        for entry in entries:
            this = (table.c.entry_id == entry.id) & (table.c.lang == entry.lang)
            connection.execute(update(table).where(this).values(status="published"))
