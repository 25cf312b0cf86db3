"""What humans decided on verdicts, as examples to learn from."""

import polars as pl
from sqlalchemy import Engine, String, cast, select

from connectors.store import schema
from connectors.store.comments import read
from domain.records import UTC_INSTANT, VerdictAction
from domain.review import Choice, ItemKind

LABEL_SCHEMA: dict[str, pl.DataType] = {
    "text": pl.String(),
    "norms": pl.List(pl.String()),  # those that the judged verdict named
    "broken": pl.Boolean(),  # whether the human found that they were broken
    "decided_at": UTC_INSTANT,
}


def human_labels(engine: Engine) -> pl.DataFrame:
    """LABEL_SCHEMA: every verdict that a human confirmed, changed or overturned, oldest decision first.

    Left out: texts that were deleted, or edited since they were judged.
    """
    decisions, verdicts, comments = schema.decisions, schema.verdicts, schema.comments
    overturned = (decisions.c.decision == Choice.REJECT) | (
        (decisions.c.decision == Choice.EDIT) & (decisions.c.text == VerdictAction.ALLOW)
    )
    query = (
        select(comments.c.text, verdicts.c.norms, (~overturned).label("broken"), decisions.c.decided_at)
        .join(verdicts, cast(verdicts.c.id, String) == decisions.c.item_id)
        .join(comments, comments.c.id == verdicts.c.comment_id)
        .where(decisions.c.item_kind == ItemKind.VERDICT)
        .where(decisions.c.decision.in_((Choice.APPROVE, Choice.EDIT, Choice.REJECT)))
        .where(comments.c.deleted.is_(False), comments.c.text.is_not(None))
        .where(comments.c.text_hash == verdicts.c.comment_text_hash)
        .order_by(decisions.c.decided_at, decisions.c.id)
    )
    with engine.connect() as connection:
        return read(connection, query, LABEL_SCHEMA)
