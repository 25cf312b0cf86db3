"""What the team answered on the platform itself: it needs neither a draft nor a person any more.

On YouTube a reply names the thread's first comment, and what answers another reply begins with its author's handle.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import CTE, ColumnElement, Engine, Select, and_, exists, func, or_, select, union_all, update

from connectors.store import schema
from domain.records import DraftStatus, Platform

_PREFIXES = ("", "@", "u/", "/u/")


def answered_by_team(engine: Engine, team: Sequence[str], since: datetime) -> set[str]:
    """Ids of the comments created since then to which an account of the team replied."""
    asked = schema.comments.alias("asked")
    with engine.connect() as connection:
        rows = connection.execute(_first_answers(team, asked.c.created_at >= since, asked))
        return {row.comment_id for row in rows}


def close_answered(engine: Engine, team: Sequence[str]) -> int:
    """Close open hand-offs, and withdraw proposed drafts, where the team replied itself. Gives how many of both.

    A hand-off is done at the time of the team's first reply.
    """
    asked, handoffs, drafts = schema.comments.alias("asked"), schema.handoffs, schema.drafts
    waits = or_(
        asked.c.id.in_(select(handoffs.c.comment_id).where(handoffs.c.status == "open")),
        asked.c.id.in_(select(drafts.c.comment_id).where(drafts.c.status == DraftStatus.PROPOSED)),
    )
    closed = 0
    with engine.begin() as connection:
        for comment_id, at in connection.execute(_first_answers(team, waits, asked)).all():
            still_open = (handoffs.c.comment_id == comment_id) & (handoffs.c.status == "open")
            proposed = (drafts.c.comment_id == comment_id) & (drafts.c.status == DraftStatus.PROPOSED)
            withdrawn = {"status": DraftStatus.SUPERSEDED, "decided_at": at}
            closed += connection.execute(
                update(handoffs).where(still_open, handoffs.c.created_at <= at).values(status="done", done_at=at)
            ).rowcount
            closed += connection.execute(update(drafts).where(proposed).values(**withdrawn)).rowcount
    return closed


def names_of(team: Sequence[str]) -> list[str]:
    """The names of the team's accounts as the platforms write them, in lower case."""
    plain = [name.strip().lower().removeprefix("@").removeprefix("/").removeprefix("u/") for name in team]
    return [prefix + name for name in plain for prefix in _PREFIXES]


def told_by(names: Sequence[str]) -> CTE:
    """The comments of the accounts of these names, as `names_of` gives them: few, and read once for both ways below."""
    table = schema.comments
    columns = ("id", "native_id", "platform", "thread_id", "parent_id", "author_id", "text", "created_at")
    own = select(*(table.c[name] for name in columns))
    own = own.where(table.c.deleted.is_(False), func.lower(table.c.author_name).in_(names))
    return own.cte("told").prefix_with("MATERIALIZED")


def answers(told: CTE, asked: Any) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """The two ways in which a comment of `told` surely answers the comment `asked`: as its reply, and by its handle.

    asked: an alias of `schema.comments`. On YouTube a reply without a handle may be meant for any reply before it: only
    where no third person wrote before it does it answer the thread's first comment.
    """
    handle = "@" + func.ltrim(func.lower(asked.c.author_name), "@") + " "
    begins = func.substr(func.lower(told.c.text) + " ", 1, func.length(handle))
    between = schema.comments.alias("between")
    others = (
        select(between.c.id)
        .correlate(told, asked)
        .where(
            between.c.parent_id == asked.c.id,
            between.c.created_at < told.c.created_at,
            func.coalesce(between.c.author_id, "").not_in((asked.c.author_id, told.c.author_id)),
        )
    )
    on_youtube, addressed = told.c.platform == Platform.YOUTUBE, told.c.text.like("@%")
    as_reply = and_(told.c.parent_id == asked.c.id, or_(~on_youtube, and_(~addressed, ~exists(others))))
    by_handle = and_(told.c.thread_id == asked.c.thread_id, on_youtube, addressed, begins == handle)
    return as_reply, and_(by_handle, told.c.created_at > asked.c.created_at)


def _first_answers(team: Sequence[str], condition: ColumnElement[bool], asked: Any) -> Select[Any]:
    """comment_id, at: the team's first reply to each comment of the condition."""
    names = names_of(team)
    told = told_by(names)
    by_member = ~func.lower(func.coalesce(asked.c.author_name, "")).in_(names)
    pairs = select(asked.c.id.label("comment_id"), told.c.created_at.label("at")).select_from(asked)
    found = union_all(*(pairs.join(told, way).where(condition, by_member) for way in answers(told, asked))).subquery()
    earliest = func.min(found.c.at, type_=schema.Instant).label("at")
    return select(found.c.comment_id, earliest).group_by(found.c.comment_id)
