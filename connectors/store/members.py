"""Members in the store: newcomers, interests, who opted out, and what was recommended to whom."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import polars as pl
from sqlalchemy import Engine, exists, func, select

from connectors.store import schema
from connectors.store.comments import COMMENT_COLUMNS, read
from connectors.store.engine import chunks, upsert
from domain.records import COMMENT_SCHEMA, UTC_INSTANT, empty

RECOMMENDED_BEFORE_POSTED = timedelta(days=30)  # a proposed reply may wait for its approval


def opt_out(engine: Engine, member_ids: Sequence[str], now: datetime) -> None:
    """Remember that these members want nothing that is made from what Vigie knows of them."""
    with engine.begin() as connection:
        upsert(connection, schema.opt_outs, [{"member_id": one, "at": now} for one in member_ids])


def opted_out(engine: Engine) -> set[str]:
    """The ids of the members who opted out."""
    with engine.connect() as connection:
        return set(connection.execute(select(schema.opt_outs.c.member_id)).scalars())


def first_comments(engine: Engine, since: datetime, known_for: timedelta) -> pl.DataFrame:
    """COMMENT_SCHEMA: the first comment of each member who began since then, where nothing answers it yet.

    known_for: how long before `since` the store must have been watching; a store that is younger knows no newcomers.
    """
    comments, drafts, handoffs = schema.comments, schema.drafts, schema.handoffs
    own = comments.alias("own")
    earlier = exists().where(
        own.c.author_id == comments.c.author_id,
        (own.c.created_at < comments.c.created_at)
        | ((own.c.created_at == comments.c.created_at) & (own.c.id < comments.c.id)),
    )
    answered = exists().where(drafts.c.comment_id == comments.c.id) | exists().where(
        handoffs.c.comment_id == comments.c.id
    )
    query = (
        select(*COMMENT_COLUMNS)
        .where(comments.c.state == "checked", comments.c.deleted.is_(False), comments.c.author_id.is_not(None))
        .where(comments.c.created_at >= since, ~earlier, ~answered)
        .order_by(comments.c.created_at, comments.c.id)
    )
    with engine.connect() as connection:
        oldest = connection.execute(select(func.min(comments.c.created_at))).scalar()
        if oldest is None or oldest > since - known_for:
            return empty(COMMENT_SCHEMA)
        return read(connection, query)


def interests(engine: Engine) -> dict[str, list[str]]:
    """Member id -> what they care about, as the last report found it."""
    table = schema.members
    with engine.connect() as connection:
        return {row.id: row.interests for row in connection.execute(select(table.c.id, table.c.interests))}


def known_members(engine: Engine, member_ids: Sequence[str]) -> dict[str, tuple[int, str, datetime]]:
    """Member id -> (comments, segment, first seen) of those that the last report knew."""
    table = schema.members
    found: dict[str, tuple[int, str, datetime]] = {}
    with engine.connect() as connection:
        for part in chunks(member_ids):
            query = select(table.c.id, table.c.comments, table.c.segment, table.c.first_seen).where(
                table.c.id.in_(part)
            )
            found |= {row.id: (row.comments, row.segment, row.first_seen) for row in connection.execute(query)}
    return found


def recommended(engine: Engine, since: datetime) -> tuple[set[str], dict[str, int], dict[str, int]]:
    """The members who got a recommendation since then; how often each item was ever shown, and clicked."""
    table, clicks = schema.recommendations, schema.clicks
    with engine.connect() as connection:
        recently = set(connection.execute(select(table.c.member_id).where(table.c.at >= since)).scalars())
        shown = connection.execute(select(table.c.item_id, func.count()).group_by(table.c.item_id)).all()
        clicked = connection.execute(
            select(clicks.c.item_id, func.sum(clicks.c.count)).group_by(clicks.c.item_id)
        ).all()
    return recently, {row[0]: row[1] for row in shown}, {row[0]: int(row[1]) for row in clicked}


def after_recommendations(engine: Engine, since: datetime) -> tuple[pl.DataFrame, pl.DataFrame]:
    """item_id, comment_id, done_at of the replies posted since then that recommended something; and COMMENT_SCHEMA of
    what was written in their threads since, by the members who got them."""
    given, drafts, actions, comments = schema.recommendations, schema.drafts, schema.actions, schema.comments
    posted = (
        select(given.c.item_id, drafts.c.comment_id, actions.c.done_at)
        .join(drafts, drafts.c.id == given.c.draft_id)
        .join(actions, actions.c.cause == "draft:" + given.c.draft_id)
        .where(actions.c.kind == "reply", actions.c.status == "done", actions.c.done_at >= since)
    )
    asked = comments.alias("asked")
    threads = (
        select(asked.c.thread_id, given.c.member_id)
        .join(drafts, drafts.c.comment_id == asked.c.id)
        .join(given, given.c.draft_id == drafts.c.id)
        .where(given.c.at >= since - RECOMMENDED_BEFORE_POSTED)
        .subquery()
    )
    written = (
        select(*COMMENT_COLUMNS)
        .where(comments.c.deleted.is_(False))
        .where(exists().where(threads.c.thread_id == comments.c.thread_id, threads.c.member_id == comments.c.author_id))
    )
    columns = {"item_id": pl.String(), "comment_id": pl.String(), "done_at": UTC_INSTANT}
    with engine.connect() as connection:
        return read(connection, posted, columns), read(connection, written, COMMENT_SCHEMA)


def save_recommendations(engine: Engine, given: Mapping[str, tuple[str, str]], now: datetime) -> None:
    """Keep what was recommended. given: draft id -> (item id, member id)."""
    rows = [{"draft_id": draft, "item_id": item, "member_id": who, "at": now} for draft, (item, who) in given.items()]
    with engine.begin() as connection:
        upsert(connection, schema.recommendations, rows)


def save_clicks(engine: Engine, counts: Mapping[tuple[str, str], int]) -> int:
    """Keep the site's counts, (item id, day) -> clicks; the same day again replaces. Gives how many rows."""
    rows = [{"item_id": item, "day": day, "count": count} for (item, day), count in counts.items()]
    with engine.begin() as connection:
        upsert(connection, schema.clicks, rows, ("count",))
    return len(rows)
