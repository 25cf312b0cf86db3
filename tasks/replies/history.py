"""Adds to each hand-off where the words were written and what is known of the member, so that a CM knows whom they answer."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, NamedTuple

import polars as pl

from domain.community import Language
from domain.records import HANDOFF_SCHEMA
from tasks.publishing.quoting import shorten
from tasks.publishing.wording import Wording
from tasks.replies.concerns import masked
from tasks.replies.handoff import TOPICS, summary, topic_of

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
        if comment:
            parts += _thread(comment, wording.language)
        if comment and comment["author_id"] in members and comment["author_id"] not in opted_out:
            parts.append(_told(members[comment["author_id"]], wording))
        first, _, rest = row["summary"].partition("\n")
        rows.append(row | {"summary": " · ".join([first, *parts]) + (f"\n{rest}" if rest else "")})
    return pl.DataFrame(rows, schema=dict(HANDOFF_SCHEMA))


def retold(handoff: Mapping[str, Any], wording: Wording, member: History | None = None) -> str:
    """The summary of a hand-off for a reader of that language: what, who, where and the words, from the comment itself.

    handoff: `summary` with author_name, platform, text, kind and thread_title of its comment. member: who wrote it, where
    something may be told of them. A summary without a topic of ours, such as a note of the team, stays as it was written.
    """
    language, topic = wording.language, topic_of(handoff["summary"])
    if topic is None or handoff["summary"].startswith(TOPICS[topic][language] + " · "):
        return str(handoff["summary"])
    first, _, rest = summary(handoff, topic, language).partition("\n")
    known = [_told(member, wording)] if member else []
    return " · ".join([first, *_thread(handoff, language), *known]) + f"\n{rest}"


def _thread(comment: Mapping[str, Any], language: Language) -> list[str]:
    if comment["kind"] == "post" or not comment["thread_title"]:
        return []
    return [_THREAD[language].format(shorten(masked(comment["thread_title"]), TITLE_GRAPHEMES))]


def _told(member: History, wording: Wording) -> str:
    one, many = _COUNT[wording.language]
    counted = (one if member.comments == 1 else many).format(
        count=wording.number(member.comments), since=member.first_seen
    )
    return f"{counted} ({wording.named('segment', member.segment).lower()})"
