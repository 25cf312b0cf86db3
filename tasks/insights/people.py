"""What goes on among members: who answers whom, who writes much more or no longer, and whether a few dominate."""

from collections.abc import Collection
from datetime import datetime, timedelta
from math import ceil

import polars as pl
from scipy.stats import poisson

from domain.insights import HelpfulMember, MovingMember, People, Period
from tasks.insights.addressing import answered
from tasks.insights.sampling import within
from tasks.insights.satisfaction import follow_ups

MAX_LISTED = 5
REMEMBERED = timedelta(days=28)
_WEEK = timedelta(days=7)
_MIN_ANSWERED = 2  # members, to be called helpful
_MIN_RISING, _RISES_TIMES, _BY_CHANCE = 5, 3.0, 0.001
_LEFT_WITHIN = timedelta(days=35)
_FEW = 0.1  # of the members; when they write half of all, a few dominate
_DOMINATES, _MIN_MEMBERS, _MIN_COMMENTS = 0.5, 10, 30

_NAMED = ["author_id", "author_name", "platform", "created_at"]
_READ = [*_NAMED, "id", "parent_id", "thread_id", "text", "asks"]

GRAPH_SCHEMA: dict[str, pl.DataType] = {
    "author_id": pl.String(),
    "to_author_id": pl.String(),
    "comment_id": pl.String(),  # the comment that is answered
    "done_at": pl.Datetime("us", "UTC"),
    "answers": pl.Boolean(),  # it asked something, and the reply does not
}


def people(
    voices: pl.DataFrame, members: pl.DataFrame, period: Period, opted_out: Collection[str] = frozenset()
) -> People:
    """Members of note. voices: COMMENT_SCHEMA + ANNOTATIONS of the period and the days before, without spam and team.

    members: MEMBER_SCHEMA. opted_out: ids of members who are named nowhere here.
    """
    known = within(voices.select(_READ), end=period.end)
    named = known.select(_NAMED).filter(pl.col("author_id").is_not_null(), ~pl.col("author_id").is_in(list(opted_out)))
    written = known.select("author_id", "created_at").filter(pl.col("author_id").is_not_null())
    loudest, share = _loudest(written.filter(pl.col("created_at") >= period.start))
    return People(
        helpful=_helpful(reply_graph(known), known, named, period),
        rising=_rising(named, period),
        leaving=_leaving(members.filter(~pl.col("id").is_in(list(opted_out))), period),
        loudest=loudest,
        loudest_share=share,
    )


def reply_graph(comments: pl.DataFrame) -> pl.DataFrame:
    """GRAPH_SCHEMA: who replied to whom, one row for each reply to somebody else whose comment is known."""
    replies = answered(comments, comments).select("author_id", "asks", comment_id="answers_id", done_at="created_at")
    known = comments.select(comment_id="id", to_author_id="author_id", asked="asks")
    parents = known.filter(pl.col("comment_id").is_in(replies["comment_id"].implode())).unique("comment_id")
    joined = replies.join(parents, on="comment_id").filter(pl.col("author_id") != pl.col("to_author_id"))
    return joined.with_columns(answers=pl.col("asked") & ~pl.col("asks")).select(list(GRAPH_SCHEMA))


def _helpful(
    graph: pl.DataFrame, known: pl.DataFrame, named: pl.DataFrame, period: Period
) -> tuple[HelpfulMember, ...]:
    """Who answered the questions of most different members in the last weeks, ties by thanks."""
    answers = graph.filter("answers", pl.col("done_at") >= period.end - REMEMBERED)
    grateful = follow_ups(answers.select("comment_id", "done_at"), known).filter("content").select("comment_id")
    thanks = answers.join(grateful, on="comment_id", how="semi").group_by("author_id")
    counted = (
        answers.group_by("author_id")
        .agg(answered=pl.col("to_author_id").n_unique(), replies=pl.len())
        .filter(pl.col("answered") >= _MIN_ANSWERED)
        .join(thanks.agg(thanked=pl.col("to_author_id").n_unique()), on="author_id", how="left")
        .join(_names(named), on="author_id")
        .with_columns(pl.col("thanked").fill_null(0))
        .sort(["answered", "thanked", "author_id"], descending=[True, True, False])
    )
    return tuple(
        HelpfulMember(row["author_id"], row["name"], row["platform"], row["answered"], row["replies"], row["thanked"])
        for row in counted.head(MAX_LISTED).iter_rows(named=True)
    )


def _rising(named: pl.DataFrame, period: Period) -> tuple[MovingMember, ...]:
    """Who wrote far more in the last week than in the weeks before, more than chance explains."""
    first, start = named["created_at"].min(), period.end - _WEEK
    if not isinstance(first, datetime) or start - first < _WEEK:
        return ()
    since = max(first, start - 3 * _WEEK)
    weeks = (start - since) / _WEEK
    recent = pl.col("created_at") >= start
    counted = (
        named.filter(pl.col("created_at") >= since)
        .group_by("author_id")
        .agg(
            now=recent.sum(),
            usual=(~recent).sum() / weeks,
            days=pl.col("created_at").filter(recent).dt.date().n_unique(),
            last_seen=pl.col("created_at").max(),
        )
        .filter(
            pl.col("now") >= _MIN_RISING,
            pl.col("days") >= 2,
            pl.col("now") >= _RISES_TIMES * pl.max_horizontal("usual", pl.lit(1.0)),
        )
    )
    chance = poisson.sf(counted["now"].to_numpy() - 1, counted["usual"].to_numpy() + 0.5)
    sure = counted.filter(pl.Series(chance < _BY_CHANCE)).join(_names(named), on="author_id")
    return _moving(sure.sort(["now", "author_id"], descending=[True, False]))


def _leaving(members: pl.DataFrame, period: Period) -> tuple[MovingMember, ...]:
    """Regulars who fell silent in the last weeks, those who wrote most first."""
    weeks = ((pl.col("last_seen") - pl.col("first_seen")).dt.total_hours() / 168).clip(lower_bound=1.0)
    silent = members.filter(pl.col("segment") == "leaving", pl.col("last_seen") >= period.end - _LEFT_WITHIN)
    counted = silent.select(
        "platform", "name", "last_seen", "comments", author_id="id", usual=pl.col("comments") / weeks
    )
    ordered = counted.sort(["comments", "author_id"], descending=[True, False])
    return _moving(ordered.with_columns(now=pl.lit(0)))


def _moving(counted: pl.DataFrame) -> tuple[MovingMember, ...]:
    return tuple(
        MovingMember(row["author_id"], row["name"], row["platform"], row["now"], row["usual"], row["last_seen"])
        for row in counted.head(MAX_LISTED).iter_rows(named=True)
    )


def _names(comments: pl.DataFrame) -> pl.DataFrame:
    """author_id, name, platform: as each member was last called."""
    bare = pl.col("author_id").str.split(":").list.last()
    found = comments.group_by("author_id").agg(
        name=pl.col("author_name").drop_nulls().last(), platform=pl.col("platform").last()
    )
    return found.with_columns(pl.coalesce("name", bare))


def _loudest(inside: pl.DataFrame) -> tuple[int, float | None]:
    """How many members are the tenth who wrote most, and their share of the comments; (0, None) where it is no half."""
    counts = inside.group_by("author_id").len().sort(["len", "author_id"], descending=[True, False])["len"]
    if len(counts) < _MIN_MEMBERS or len(inside) < _MIN_COMMENTS:
        return 0, None
    few = ceil(_FEW * len(counts))
    share = float(counts.head(few).sum()) / len(inside)
    return (few, share) if share >= _DOMINATES else (0, None)
