"""Tells a member that a person will answer, and when: nobody is handed over without a word.

Where each reply waits for a human anyway, such a note would tell nothing that the human could not: there only who asks
for a person gets one. Nobody in danger and nobody who threatens is told by a bot; nor is who was not speaking to us.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

import polars as pl

from domain.charter import Charter
from domain.community import Community, Language
from domain.records import DRAFT_SCHEMA, Autonomy, DraftKind, Platform, Urgency, frame
from tasks.replies import drafting


def is_told(reason: str, urgency: str, to_us: bool, platform: str, charter: Charter) -> bool:
    """Whether the member gets a note with this hand-off. reason, urgency: as in HANDOFF_SCHEMA."""
    if reason == "wants_human":
        return True
    alone = charter.replies.autonomy_on(platform) == Autonomy.ACT
    return alone and to_us and urgency != Urgency.CRITICAL and reason != "escalated"


def note(
    comment: Mapping[str, Any], due_at: datetime, lang: Language, charter: Charter, community: Community
) -> list[dict[str, Any]]:
    """The note as a row of DRAFT_SCHEMA; none where the platform has no room for it. due_at: when a person will have answered."""
    local, disclosure = due_at.astimezone(community.zone), charter.replies.disclosure
    text = drafting.handoff_note(local, lang, Platform(comment["platform"]), disclosure, comment["author_name"])
    if not text:
        return []
    return [
        {
            "comment_id": comment["id"],
            "kind": str(DraftKind.HANDOFF_NOTE),
            "lang": lang,
            "text": text,
            "entry_id": None,
            "sources": [],
            "confidence": 1.0,
            "autonomy": str(charter.replies.autonomy_on(comment["platform"])),
        }
    ]


def notes_instead(
    handoffs: pl.DataFrame, dropped: pl.DataFrame, comments: pl.DataFrame, charter: Charter, community: Community
) -> pl.DataFrame:
    """DRAFT_SCHEMA: a note for each hand-off (HANDOFF_SCHEMA) that took the place of a draft among `dropped`."""
    langs = dict(dropped.select("comment_id", "lang").iter_rows())
    asked = {row["id"]: row for row in comments.iter_rows(named=True)}
    rows = [
        made
        for row in handoffs.iter_rows(named=True)
        if is_told(row["reason"], row["urgency"], True, asked[row["comment_id"]]["platform"], charter)
        for made in note(asked[row["comment_id"]], row["due_at"], langs[row["comment_id"]], charter, community)
    ]
    return frame(rows, DRAFT_SCHEMA)


def told_once(drafts: pl.DataFrame, comments: pl.DataFrame, told: Collection[str]) -> pl.DataFrame:
    """The drafts without the notes to members who wait for a person already and were told so.

    told: member ids; within the batch, the first note counts.
    """
    authors, seen, kept = dict(comments.select("id", "author_id").iter_rows()), set(told), []
    for row in drafts.iter_rows(named=True):
        author = authors.get(row["comment_id"])
        if row["kind"] == DraftKind.HANDOFF_NOTE and author:
            if author in seen:
                continue
            seen.add(author)
        kept.append(row)
    return pl.DataFrame(kept, schema=dict(DRAFT_SCHEMA))
