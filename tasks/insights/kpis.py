"""The figures of a period beside those of the period before it, each with one definition."""

from collections.abc import Callable
from datetime import datetime

import polars as pl

from domain.insights import Kpi, Period, ReportData, Waiting
from tasks.insights.addressing import answered
from tasks.insights.sampling import within
from tasks.insights.satisfaction import follow_ups

BAD_ACTIONS = ("hold", "remove", "escalate")
_ADDRESSED = ["id", "platform", "thread_id", "parent_id", "author_name", "created_at", "text", "team"]
_PLACE_OF_TEAM = 6  # after what Vigie answered


def kpis(data: ReportData, annotated: pl.DataFrame, period: Period) -> tuple[Kpi, ...]:
    """Every figure, in the order in which a digest shows them.

    annotated: COMMENT_SCHEMA + ANNOTATIONS, oldest first. previous is None for a community without a comment before the period, and
    for what only the present can tell (open hand-offs); value is None where nothing was there to be measured. What the
    team answered is counted where accounts of the team wrote.
    """
    first = annotated["created_at"].min()
    counted: list[tuple[str, Callable[[Period], float | None], str, str]] = [
        ("comments", lambda p: comments(annotated, p), "count", "neither"),
        ("members", lambda p: active_members(annotated, p), "count", "up"),
        ("new_members", lambda p: new_members(data.members, p, first), "count", "up"),
        ("questions", lambda p: questions(annotated, p), "count", "neither"),
        ("drafts_proposed", lambda p: float(len(_within(data.drafts, "created_at", p))), "count", "neither"),
        ("answered_by_vigie", lambda p: float(len(_replies(data, p))), "count", "up"),
        ("first_response_minutes", lambda p: first_response_minutes(data, annotated, p), "minutes", "down"),
        ("first_response_p90_minutes", lambda p: first_response_minutes(data, annotated, p, 0.9), "minutes", "down"),
        ("unanswered_share", lambda p: unanswered_share(data, annotated, p), "share", "down"),
        ("corrected_share", lambda p: corrected_share(data, p), "share", "down"),
        ("handoff_minutes", lambda p: handoff_minutes(data, p), "minutes", "down"),
        ("satisfaction", lambda p: satisfaction(data, annotated, p), "share", "up"),
        ("held", lambda p: _decided(data, p, "hold"), "count", "neither"),
        ("removed", lambda p: _decided(data, p, "remove"), "count", "neither"),
        ("escalated", lambda p: _decided(data, p, "escalate"), "count", "down"),
        ("set_aside", lambda p: float(len(_within(data.set_aside, "created_at", p))), "count", "down"),
        ("negative_share", lambda p: negative_share(annotated, p), "share", "down"),
    ]
    if annotated["team"].any():
        team = ("answered_by_team", lambda p: float(len(_team_replies(annotated, p))), "count", "up")
        counted.insert(_PLACE_OF_TEAM, team)
    before = period.previous()
    known_before = isinstance(first, datetime) and first < period.start
    figures = [
        Kpi(name, measure(period), measure(before) if known_before else None, unit, better)  # type: ignore[arg-type]
        for name, measure, unit, better in counted
    ]
    now = data.waiting or waiting(data, period.end)
    open_ones = [Kpi("handoffs_open", float(now.handoffs), None, "count", "down")]
    return (*figures, *open_ones, Kpi("handoffs_overdue", float(now.overdue), None, "count", "down"))


def comments(annotated: pl.DataFrame, period: Period) -> float:
    """Comments and posts written in the period, deleted and moderated ones included."""
    return float(len(within(annotated, period.start, period.end)))


def active_members(annotated: pl.DataFrame, period: Period) -> float:
    """Different authors who wrote in the period; deleted accounts and the team's do not count."""
    return float(
        within(annotated, period.start, period.end)
        .select("author_id", "team")
        .filter(~pl.col("team"))["author_id"]
        .drop_nulls()
        .n_unique()
    )


def new_members(members: pl.DataFrame, period: Period, first: object) -> float | None:
    """Members first seen in the period; None when nothing is known before it, since everybody would be new."""
    if not isinstance(first, datetime) or first >= period.start:
        return None
    return float(len(_within(members, "first_seen", period)))


def questions(annotated: pl.DataFrame, period: Period) -> float:
    """Comments of the period that ask something, spam and the team's own aside."""
    own = within(annotated, period.start, period.end)
    return float((own["asks"] & ~own["spam"] & ~own["team"]).sum())


def negative_share(annotated: pl.DataFrame, period: Period) -> float | None:
    """Share of the members' comments, spam and deleted texts aside, that sound negative; None without comments."""
    own = within(annotated, period.start, period.end)
    voices = ~own["spam"] & ~own["team"] & own["text"].is_not_null()
    return float(((own["mood"] == "negative") & voices).sum()) / count if (count := int(voices.sum())) else None


def unanswered_share(data: ReportData, annotated: pl.DataFrame, period: Period) -> float | None:
    """Share of the period's questions to which neither Vigie nor the team replied before its end.

    None without questions, and where no answer of either was ever seen: an export, say, does not tell.
    """
    if data.actions.is_empty() and not annotated["team"].any():
        return None
    own = within(annotated, period.start, period.end).select("id", "asks", "spam", "team")
    asked = own.filter("asks", ~pl.col("spam"), ~pl.col("team"))
    replied = pl.concat(
        [_replies(data, period).select("comment_id"), _team_replies(annotated, period).select("comment_id")]
    )
    left = asked.join(replied, left_on="id", right_on="comment_id", how="anti")
    return len(left) / len(asked) if len(asked) else None


def corrected_share(data: ReportData, period: Period) -> float | None:
    """Share of the drafts that humans decided on in the period which they edited or rejected; None without decisions."""
    if data.decisions is None:
        return None
    own = _within(data.decisions, "decided_at", period).filter(pl.col("item_kind") == "draft")
    return float(own["decision"].is_in(["edit", "reject"]).sum()) / len(own) if len(own) else None


def handoff_minutes(data: ReportData, period: Period) -> float | None:
    """Median minutes for which the members waited whose hand-offs were done in the period; None without any.

    A hand-off is done when a human decides on it, or with the first reply of the team on the platform.
    """
    done = _within(data.handoffs.filter(pl.col("status") == "done"), "done_at", period)
    waited = (done["done_at"] - done["created_at"]).dt.total_seconds() / 60
    found = waited.median()
    return float(found) if isinstance(found, (int, float)) else None


def satisfaction(data: ReportData, annotated: pl.DataFrame, period: Period) -> float | None:
    """Share of thanks among the members who thanked or protested in the period after an answer; None without any."""
    posted = data.actions.filter(pl.col("kind") == "reply", pl.col("status") == "done")
    told = _within(follow_ups(posted, annotated), "at", period)
    return float(told["content"].sum()) / len(told) if len(told) else None


def first_response_minutes(
    data: ReportData, annotated: pl.DataFrame, period: Period, quantile: float = 0.5
) -> float | None:
    """Minutes from a comment to the first reply of the period by Vigie or the team, the median or another quantile.

    None without replies.
    """
    found = waits(data, annotated, period)["minutes"].quantile(quantile, "linear")
    return float(found) if found is not None else None


def waits(data: ReportData, annotated: pl.DataFrame, period: Period) -> pl.DataFrame:
    """platform, asked_at, minutes: of each comment that got its first response of the period by Vigie or the team."""
    replies = pl.concat([_replies(data, period).select("comment_id", "done_at"), _team_replies(annotated, period)])
    answered = replies.group_by("comment_id").agg(pl.col("done_at").min())
    asked = annotated.select("platform", comment_id="id", asked_at="created_at").join(answered, on="comment_id")
    minutes = (pl.col("done_at") - pl.col("asked_at")).dt.total_seconds() / 60
    return asked.select("platform", "asked_at", minutes=minutes).filter(pl.col("minutes") >= 0)


def waiting(data: ReportData, now: datetime) -> Waiting:
    """What waits for a human at `now`: verdicts proposed by the machine, proposed drafts, open hand-offs."""
    verdicts = data.verdicts.filter(
        pl.col("created_at") < now,
        pl.col("action").is_in(BAD_ACTIONS),
        pl.col("autonomy") == "propose",
        pl.col("decided_by") != "human",
    )
    drafts = data.drafts.filter(pl.col("created_at") < now, pl.col("status") == "proposed")
    handoffs = data.handoffs.filter(pl.col("created_at") < now, pl.col("status") == "open")
    coming = handoffs.filter(pl.col("due_at") >= now)["due_at"].min()
    return Waiting(
        verdicts=len(verdicts),
        drafts=len(drafts),
        handoffs=len(handoffs),
        overdue=len(handoffs.filter(pl.col("due_at") < now)),
        next_due_at=coming if isinstance(coming, datetime) else None,
    )


def norms(verdicts: pl.DataFrame, period: Period) -> dict[str, int]:
    """Norm -> comments held, removed or escalated under it by verdicts of the period, commonest first."""
    own = _within(verdicts, "created_at", period).filter(pl.col("action").is_in(BAD_ACTIONS))
    named = own.select(norm=pl.col("norms").list.unique()).explode("norm").drop_nulls()
    counted = named.group_by("norm").agg(comments=pl.len()).sort(["comments", "norm"], descending=[True, False])
    return dict(counted.iter_rows())


def _decided(data: ReportData, period: Period, action: str) -> float:
    """Comments whose latest verdict, of the period, is this action."""
    return float(len(_within(data.verdicts, "created_at", period).filter(pl.col("action") == action)))


def _replies(data: ReportData, period: Period) -> pl.DataFrame:
    posted = data.actions.filter(pl.col("kind") == "reply", pl.col("status") == "done")
    return _within(posted, "done_at", period)


def _team_replies(annotated: pl.DataFrame, period: Period) -> pl.DataFrame:
    """comment_id, done_at: members' comments to which an account of the team replied in the period, once each."""
    told = annotated.select(_ADDRESSED)
    replies = answered(within(told, period.start, period.end).filter("team"), told)
    first = replies.group_by(comment_id="answers_id").agg(done_at=pl.col("created_at").min())
    by_members = told.select("id", "team").filter(pl.col("id").is_in(first["comment_id"].implode()), ~pl.col("team"))
    return first.filter(pl.col("comment_id").is_in(by_members["id"].implode()))


def _within(table: pl.DataFrame, column: str, period: Period) -> pl.DataFrame:
    return table.filter(pl.col(column) >= period.start, pl.col(column) < period.end)
