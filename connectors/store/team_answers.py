"""What the team answered on the platform itself: it needs neither a draft nor a person any more.

On YouTube a reply names the thread and not the comment that it answers, so that nothing can be told there.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Engine, Select, and_, func, or_, select, update

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


def _first_answers(team: Sequence[str], condition: ColumnElement[bool], asked: Any) -> Select[Any]:
    """comment_id, at: the team's first reply to each comment of the condition."""
    told = schema.comments.alias("told")
    names = names_of(team)
    answers = and_(
        told.c.parent_id == asked.c.id,
        told.c.platform != Platform.YOUTUBE,
        told.c.deleted.is_(False),
        func.lower(told.c.author_name).in_(names),
        ~func.lower(func.coalesce(asked.c.author_name, "")).in_(names),
    )
    columns = (asked.c.id.label("comment_id"), func.min(told.c.created_at, type_=schema.Instant).label("at"))
    return select(*columns).join(told, answers).where(condition).group_by(asked.c.id)
