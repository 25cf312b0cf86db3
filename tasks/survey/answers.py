"""When each message got its first answer, and from whom: the team (Vigie included) or another member."""

from collections.abc import Sequence
from datetime import datetime

import polars as pl

from domain.records import UTC_INSTANT
from domain.survey import Answering, Witness

ANSWERS_SCHEMA: dict[str, pl.DataType] = {
    "id": pl.String(),  # of the message that was answered
    "at": UTC_INSTANT,
    "answer_id": pl.String(),  # of the first answer; null for one of Vigie's own
    "team": pl.Boolean(),
}


def answers(annotated: pl.DataFrame, actions: pl.DataFrame) -> pl.DataFrame:
    """ANSWERS_SCHEMA: for each message its first answer by the team and its first by another member, where there are.

    annotated: COMMENT_SCHEMA + team. actions: comment_id, kind, status, done_at: what Vigie posted. What answers is told
    by the parent; a message without one answers the message with which its thread began. Nobody answers themselves.
    """
    asked = annotated.select("id", asked_by="author_id", asked_at="created_at", by_team="team").filter(
        ~pl.col("by_team")
    )
    begins = pl.when(pl.col("thread_id") != pl.col("id")).then("thread_id")
    told = annotated.select(
        pl.coalesce("parent_id", begins).alias("id"), "team", answer_id="id", author="author_id", at="created_at"
    )
    human = (
        told.drop_nulls("id")
        .join(asked, on="id")
        .filter(pl.col("team") | pl.col("author").ne_missing(pl.col("asked_by")), pl.col("at") >= pl.col("asked_at"))
    )
    ours = actions.filter(pl.col("kind") == "reply", pl.col("status") == "done").select(
        id="comment_id", at="done_at", answer_id=pl.lit(None, pl.String), team=pl.lit(True)
    )
    found = pl.concat([human.select(list(ANSWERS_SCHEMA)), ours.select(list(ANSWERS_SCHEMA))]).sort("at", "answer_id")
    return found.unique(["id", "team"], keep="first", maintain_order=True)


def witness(found: pl.DataFrame) -> Witness:
    """Whose answers can be seen at all."""
    if found["team"].any():
        return "team"
    return "members" if found.height else "nobody"


def answering(requests: pl.DataFrame, found: pl.DataFrame, seen: Witness, dated: bool = True) -> Answering:
    """How these messages fared. requests: id, created_at. Without dates nothing is known of times."""
    first = found.filter(pl.col("team") == (seen == "team")).select("id", "at")
    waited = requests.select("id", "created_at").join(first, on="id")
    minutes = ((waited["at"] - waited["created_at"]).dt.total_seconds() / 60).median() if dated else None
    return Answering(requests.height, waited.height, float(minutes) if isinstance(minutes, (int, float)) else None)


def last_team_answer(ids: Sequence[str], found: pl.DataFrame, texts: dict[str, str]) -> str:
    """What the team last answered to one of these messages; empty where it did not."""
    own = found.filter(pl.col("team"), pl.col("id").is_in(list(ids)), pl.col("answer_id").is_not_null()).sort("at")
    told = [texts[answer] for answer in own["answer_id"].to_list() if texts.get(answer)]
    return told[-1] if told else ""


def weeks_between(first: datetime, last: datetime) -> float:
    """Weeks of a span, at least one."""
    return max(1.0, (last - first).total_seconds() / (7 * 86_400))
