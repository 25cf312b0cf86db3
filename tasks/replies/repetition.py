"""Nobody gets the same answer twice: who asks again was not helped, and is handed to a person."""

from collections.abc import Collection
from datetime import datetime

import polars as pl

from domain.community import Community
from domain.records import DRAFT_SCHEMA, HANDOFF_SCHEMA, DraftKind, Urgency, frame
from tasks.replies.drafting import entries_of
from tasks.replies.handoff import handoff


def without_repetition(
    drafts: pl.DataFrame,
    comments: pl.DataFrame,
    given: Collection[tuple[str, str]],
    community: Community,
    now: datetime,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The drafts (DRAFT_SCHEMA) that are no repetition, and hand-offs (HANDOFF_SCHEMA) in the place of the others.

    comments: COMMENT_SCHEMA of the drafts. given: (member id, entry id) of the answers that members had before; within
    the batch, the first counts.
    """
    asked = {row["id"]: row for row in comments.iter_rows(named=True)}
    seen, kept, handoffs = set(given), [], []
    for row in drafts.iter_rows(named=True):
        comment = asked.get(row["comment_id"])
        author = comment["author_id"] if comment else None
        answers = {(author or "", entry) for entry in entries_of(row)}
        if row["kind"] == DraftKind.ANSWER and comment and author and answers & seen:
            handoffs.append(handoff(comment, "asked_again", "no_answer", Urgency.HIGH, now, community))
            continue
        if author:
            seen |= answers
        kept.append(row)
    return pl.DataFrame(kept, schema=dict(DRAFT_SCHEMA)), frame(handoffs, HANDOFF_SCHEMA)
