"""What a member deletes leaves the store, with every copy of it: a tombstone keeps only that something was there.

The platforms' terms ask for it; so does respect.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, delete, exists, update

from connectors.store import schema
from connectors.store.engine import chunks
from domain.records import DraftStatus, text_hash

CHARGES_KEPT = timedelta(days=35)  # longer than what could not be read
NEVER_SENT = (DraftStatus.PROPOSED, DraftStatus.REJECTED, DraftStatus.ESCALATED)


def bury(connection: Connection, comment_ids: Sequence[str], now: datetime) -> None:
    """Drop text, author and platform fields of comments that are no longer there, and every copy of their text."""
    table = schema.comments
    nothing = {"text": "", "text_hash": text_hash(""), "author_id": None, "author_name": None, "raw": "{}"}
    for part in chunks(comment_ids):
        these = table.c.id.in_(part)
        connection.execute(
            update(table).where(these).values(deleted=True, updated_at=now, missing_since=None, **nothing)
        )
        connection.execute(update(table).where(these, table.c.kind == "post").values(thread_title=None))
    forget_copies(connection, comment_ids)


def forget_copies(connection: Connection, comment_ids: Sequence[str]) -> None:
    """What a member deleted must not live on in evidence, drafts or the outbox, and waits for nobody."""
    verdicts, drafts, handoffs, actions = schema.verdicts, schema.drafts, schema.handoffs, schema.actions
    for part in chunks(comment_ids):
        judged, drafted = verdicts.c.comment_id.in_(part), drafts.c.comment_id.in_(part)
        connection.execute(update(verdicts).where(judged).values(evidence="[]"))
        connection.execute(update(verdicts).where(judged, verdicts.c.status == "waiting").values(status="none"))
        connection.execute(update(drafts).where(drafted, drafts.c.status.in_(NEVER_SENT)).values(text=""))
        connection.execute(
            update(drafts).where(drafted, drafts.c.status == DraftStatus.PROPOSED).values(status=DraftStatus.REJECTED)
        )
        connection.execute(update(handoffs).where(handoffs.c.comment_id.in_(part)).values(summary="", status="done"))
        concerned = actions.c.comment_id.in_(part)
        connection.execute(update(actions).where(concerned).values(raw="{}"))
        connection.execute(
            update(actions)
            .where(concerned, actions.c.status.in_(("waiting", "ready")))
            .values(status="cancelled", text=None, error="the comment was deleted")
        )
        connection.execute(delete(schema.set_aside).where(schema.set_aside.c.id.in_(part)))


def forget_the_departed(engine: Engine, unreadable_before: datetime) -> int:
    """Drop members of whom no comment is left, what could not be read so long ago, and the charges of past months.

    Gives how many members were dropped.
    """
    members, comments, set_aside = schema.members, schema.comments, schema.set_aside
    has_written = exists().where(comments.c.author_id == members.c.id)
    with engine.begin() as connection:
        gone = connection.execute(delete(members).where(~has_written)).rowcount
        old = set_aside.c.id.like("unreadable:%") & (set_aside.c.created_at < unreadable_before)
        connection.execute(delete(set_aside).where(old))
        last_month = (unreadable_before - CHARGES_KEPT).date()
        connection.execute(delete(schema.charges).where(schema.charges.c.day < last_month))
    return int(gone)
