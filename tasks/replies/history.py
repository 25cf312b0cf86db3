"""Adds to each hand-off where the words were written and what is known of the member, so that a CM knows whom they answer."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import NamedTuple

import polars as pl

from domain.community import Language
from domain.records import HANDOFF_SCHEMA
from tasks.publishing.quoting import shorten
from tasks.publishing.wording import Wording
from tasks.replies.concerns import masked

TITLE_GRAPHEMES = 60

_THREAD: dict[Language, str] = {"fr": "fil «\u00a0{}\u00a0»", "en": "thread “{}”"}
_COUNT: dict[Language, tuple[str, str]] = {
    "fr": ("{count} commentaire depuis {since:%m/%Y}", "{count} commentaires depuis {since:%m/%Y}"),
    "en": ("{count} comment since {since:%m/%Y}", "{count} comments since {since:%m/%Y}"),
}


class History(NamedTuple):
    """A member as the last report found them."""

    comments: int
    segment: str
    first_seen: datetime


def with_history(
    handoffs: pl.DataFrame,
    comments: pl.DataFrame,
    members: Mapping[str, History],
    opted_out: Collection[str],
    wording: Wording,
) -> pl.DataFrame:
    """The hand-offs (HANDOFF_SCHEMA) with thread and member at the end of the first line of their summary.

    comments: COMMENT_SCHEMA of the hand-offs. members: author id -> history. Of who opted out nothing is told.
    """
    asked = {row["id"]: row for row in comments.iter_rows(named=True)}
    rows = []
    for row in handoffs.iter_rows(named=True):
        comment, parts = asked.get(row["comment_id"]), []
        if comment and comment["kind"] != "post" and comment["thread_title"]:
            parts.append(_THREAD[wording.language].format(shorten(masked(comment["thread_title"]), TITLE_GRAPHEMES)))
        if comment and comment["author_id"] in members and comment["author_id"] not in opted_out:
            parts.append(_told(members[comment["author_id"]], wording))
        first, _, rest = row["summary"].partition("\n")
        rows.append(row | {"summary": " · ".join([first, *parts]) + (f"\n{rest}" if rest else "")})
    return pl.DataFrame(rows, schema=dict(HANDOFF_SCHEMA))


def _told(member: History, wording: Wording) -> str:
    one, many = _COUNT[wording.language]
    counted = (one if member.comments == 1 else many).format(
        count=wording.number(member.comments), since=member.first_seen
    )
    return f"{counted} ({wording.named('segment', member.segment).lower()})"
