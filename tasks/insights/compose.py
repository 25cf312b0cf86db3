"""Puts together everything that a digest may say of a period, from what the store knows."""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta

import polars as pl

from domain.catalogue import Item
from domain.insights import ActiveMember, Example, Insights, Period, ReportData
from tasks.insights import activity
from tasks.insights.annotate import annotate
from tasks.insights.calendar import proposals
from tasks.insights.evidence import example, measure
from tasks.insights.identity import recognised
from tasks.insights.kpis import kpis, norms, waiting, waits
from tasks.insights.people import people
from tasks.insights.questions import recurring
from tasks.insights.response_times import response_times
from tasks.insights.signals import signals
from tasks.insights.timing import best_hours
from tasks.insights.topics import cluster
from tasks.insights.words import key

MAX_ACTIVE_MEMBERS = 10
MAX_VOTED = 3
_SHORTEST_CURVE = timedelta(days=14)  # days by day that a digest shows even of a shorter period

_BEGINNING = datetime.min.replace(tzinfo=UTC)
_STALE_AFTER = timedelta(hours=3)  # patrols come hourly; one or two may fail
_FORGOTTEN_AFTER = timedelta(days=7)  # a source that others outlived by so much is watched no more

_NOT_SINCE = {
    "fr": "pas relue depuis le {at:%Y-%m-%d %H:%M} (UTC)",
    "en": "not read since {at:%Y-%m-%d %H:%M} (UTC)",
}
_NEVER_READ = {"fr": "pas encore lue", "en": "not read yet"}
_POSTPONED = {
    "fr": "quota insuffisant, discussions remises à plus tard\u00a0: {n}",
    "en": "too little quota, threads left for later: {n}",
}


def compute_insights(
    data: ReportData,
    period: Period,
    community: str,
    language: str,
    now: datetime,
    team: Collection[str] = (),
    catalogue: Sequence[Item] = (),
) -> Insights:
    """Everything about `period`, with labels in `language` (fr | en), as known at `now`.

    catalogue: whose events the calendar proposes to announce. team: names of the team's own accounts, whose comments are counted but are no member's voice: they make no topic,
    mood, question or active member, and their replies answer members. Works without history, on empty days and on a first run: figures without meaning are None, lists are empty.
    """
    annotated = annotate(data.comments, data.verdicts, team).filter(pl.col("created_at") < period.end)
    inside = _of(annotated, period)
    voices = annotated.filter(~pl.col("spam"), ~pl.col("team"), pl.col("text").is_not_null())
    told, told_before = _of(voices, period), _of(voices, period.previous())
    ignored = frozenset(map(key, community.split()))
    curve_start = _curve_start(annotated, period)
    curve = annotated.filter(pl.col("created_at") >= curve_start)
    told_curve = voices.filter(pl.col("created_at") >= curve_start)
    clustered = cluster(told, told_before, language, ignored, period.timezone)
    topics = recognised(clustered, data.topics, period)
    questions = recurring(told, data.drafts, language)
    with_text = annotated.filter(pl.col("text").is_not_null())
    found = signals(with_text, data.members, period, language, ignored)
    by_hour = activity.by_hour(annotated, period.timezone)
    hours = best_hours(voices, topics, period.timezone)
    may_rise = topics if len(told_before) else ()  # without a period before, nobody can tell what rises
    return Insights(
        community=community,
        period=period,
        kpis=kpis(data, annotated, period),
        by_day=activity.by_day(curve, curve_start, period.end, period.timezone),
        by_hour=by_hour,
        by_platform=activity.by_platform(inside),
        mood=measure(told),
        previous_mood=measure(told_before),
        mood_by_day=activity.mood_by_day(told_curve, curve_start, period.end, period.timezone),
        topics=topics,
        members=most_active(told, data.members),
        questions=questions,
        signals=found,
        waiting=data.waiting or waiting(data, min(now, period.end)),
        norms=norms(data.verdicts, period),
        most_voted=most_voted(told),
        costs=data.costs,
        blind_spots=blind_spots(data.sources, language, data.postponed, min(now, period.end)),
        people=people(voices, data.members, period, data.opted_out),
        responses=response_times(waits(data, annotated, period), period),
        best_hours=hours,
        calendar=proposals(questions, found, may_rise, hours, by_hour, catalogue, period, language),
    )


def most_active(comments: pl.DataFrame, members: pl.DataFrame) -> tuple[ActiveMember, ...]:
    """Who wrote most in these comments, ties by the scores they received; their counts are those of these comments."""
    known = dict(members.select("id", "segment").iter_rows())
    counted = (
        comments.filter(pl.col("author_id").is_not_null())
        .group_by("author_id")
        .agg(
            name=pl.col("author_name").drop_nulls().last(),
            platform=pl.col("platform").last(),
            comments=pl.len(),
            replies=pl.col("parent_id").is_not_null().sum(),
            score=pl.col("score").fill_null(0).sum(),
        )
        .sort(["comments", "score", "author_id"], descending=[True, True, False])
        .head(MAX_ACTIVE_MEMBERS)
    )
    return tuple(
        ActiveMember(
            id=row["author_id"],
            name=row["name"] or row["author_id"].split(":", 1)[-1],
            platform=row["platform"],
            comments=row["comments"],
            replies=row["replies"],
            score=row["score"],
            segment=known.get(row["author_id"], "newcomer"),
        )
        for row in counted.iter_rows(named=True)
    )


def most_voted(comments: pl.DataFrame) -> tuple[tuple[Example, int], ...]:
    """The comments that may be shown and have the highest scores, with these; comments without a score do not count."""
    scored = comments.filter(pl.col("shown"), pl.col("score") > 0).sort("score", descending=True, maintain_order=True)
    return tuple((example(row), row["score"]) for row in scored.head(MAX_VOTED).iter_rows(named=True))


def blind_spots(
    sources: pl.DataFrame,
    language: str,
    postponed: Mapping[str, int] | None = None,
    until: datetime | None = None,
) -> tuple[str, ...]:
    """Each source that Vigie could not read or not wholly, with what was in the way, by id.

    sources: as in ReportData, with an optional `gap`. postponed: source id -> threads left for a later run. until: the
    end of what is reported, which every source must have been read up to.
    """
    told: list[str] = []
    newest = max((at for at in sources["last_run_at"].to_list() if at), default=_BEGINNING)
    gaps = pl.col("gap") if "gap" in sources.columns else pl.lit(None, pl.String).alias("gap")
    for name, last_run_at, error, gap in sources.sort("id").select("id", "last_run_at", "error", gaps).iter_rows():
        if error or last_run_at is None:
            told.append(f"{name}: {error or _NEVER_READ[language]}")
        elif gap:
            told.append(f"{name}: {gap}")
        elif until and newest - _FORGOTTEN_AFTER < last_run_at < until - _STALE_AFTER:
            told.append(f"{name}: {_NOT_SINCE[language].format(at=last_run_at.astimezone(until.tzinfo))}")
        if threads := (postponed or {}).get(name, 0):
            told.append(f"{name}: {_POSTPONED[language].format(n=threads)}")
    return tuple(told)


def _curve_start(annotated: pl.DataFrame, period: Period) -> datetime:
    first = annotated["created_at"].min()
    wanted = min(period.start, period.end - _SHORTEST_CURVE)
    if not isinstance(first, datetime):
        return period.start
    return max(first, wanted)  # days before anything was known are no zeros


def _of(table: pl.DataFrame, period: Period) -> pl.DataFrame:
    return table.filter(pl.col("created_at") >= period.start, pl.col("created_at") < period.end)
