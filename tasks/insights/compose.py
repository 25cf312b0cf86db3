"""Puts together everything that a digest may say of a period, from what the store knows."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import polars as pl

from domain.catalogue import Item
from domain.insights import ActiveMember, Example, Insights, Period, ReportData
from tasks.insights import activity
from tasks.insights.annotate import annotate
from tasks.insights.calendar import proposals
from tasks.insights.crisis import Outbreak
from tasks.insights.evidence import example, measure
from tasks.insights.identity import recognised
from tasks.insights.kpis import kpis, norms, waiting, waits
from tasks.insights.people import people
from tasks.insights.questions import recurring
from tasks.insights.response_times import response_times
from tasks.insights.sampling import MOST_READ, chosen, evenly, within
from tasks.insights.signals import outbreaks_by_week, signals
from tasks.insights.timing import best_hours
from tasks.insights.topics import Gathered, gather, name
from tasks.insights.words import key

MAX_ACTIVE_MEMBERS = 10
MAX_VOTED = 3
_SHORTEST_CURVE = timedelta(days=14)  # days by day that a digest shows even of a shorter period

_BEGINNING = datetime.min.replace(tzinfo=UTC)
_STALE_AFTER = timedelta(hours=3)  # patrols come hourly; one or two may fail
_FORGOTTEN_AFTER = timedelta(days=7)  # a source that others outlived by so much is watched no more
L = TypeVar("L", bound=str)

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
    """`compute_insights_in` one language (fr | en)."""
    annotated = annotate(data.comments, data.verdicts, team)
    return compute_insights_in((language,), annotated, data, period, community, now, catalogue)[language]


def compute_insights_in(
    languages: Sequence[L],
    annotated: pl.DataFrame,
    data: ReportData,
    period: Period,
    community: str,
    now: datetime,
    catalogue: Sequence[Item] = (),
) -> dict[L, Insights]:
    """Everything about `period`, as known at `now`: the same figures in each language, with its own labels.

    annotated: the comments of `data`, which need not be in there any longer, as `annotate` gives them. catalogue: whose
    events the calendar proposes to announce. The team's comments are counted but are no member's voice: they make no
    topic, mood, question or active member, and their replies answer members. Works without history, on empty days and on a first run: figures without meaning are None, lists are empty.
    """
    undated = annotated["created_at"].null_count()  # they come first
    annotated = within(annotated.slice(undated), end=period.end)
    voices = chosen(annotated, ~annotated["spam"] & ~annotated["team"] & annotated["text"].is_not_null())
    ignored = frozenset(map(key, community.split()))
    shared = _figures(data, annotated, voices, period, community, now)
    gathered = gather(_of(voices, period), _of(voices, period.previous()), ignored)
    broken_out = outbreaks_by_week(voices, period, ignored)
    return {
        language: _labelled(shared, gathered, broken_out, data, annotated, voices, language, ignored, now, catalogue)
        for language in languages
    }


def _figures(
    data: ReportData, annotated: pl.DataFrame, voices: pl.DataFrame, period: Period, community: str, now: datetime
) -> Insights:
    """What is the same in every language."""
    inside, told = _of(annotated, period), _of(voices, period)
    curve_start = _curve_start(annotated, period)
    return Insights(
        community=community,
        period=period,
        kpis=kpis(data, annotated, period),
        by_day=activity.by_day(within(annotated, curve_start, period.end), curve_start, period.end, period.timezone),
        by_hour=activity.by_hour(annotated, period.timezone),
        by_platform=activity.by_platform(inside),
        mood=measure(told),
        previous_mood=measure(_of(voices, period.previous())),
        mood_by_day=activity.mood_by_day(
            within(voices, curve_start, period.end), curve_start, period.end, period.timezone
        ),
        topics=(),
        members=most_active(told, data.members),
        questions=(),
        signals=(),
        waiting=data.waiting or waiting(data, min(now, period.end)),
        norms=norms(data.verdicts, period),
        most_voted=most_voted(told),
        costs=data.costs,
        people=people(voices, data.members, period, data.opted_out),
        responses=response_times(waits(data, annotated, period), period),
        sampled=sampled(voices, period),
    )


def _labelled(
    shared: Insights,
    gathered: Gathered | None,
    broken_out: Sequence[Outbreak],
    data: ReportData,
    annotated: pl.DataFrame,
    voices: pl.DataFrame,
    language: str,
    ignored: frozenset[str],
    now: datetime,
    catalogue: Sequence[Item],
) -> Insights:
    """The figures with what has words of one language."""
    period = shared.period
    told, told_before = _of(voices, period), _of(voices, period.previous())
    named = name(gathered, told, told_before, language, ignored, period.timezone)
    topics = recognised(named, data.topics, period)
    questions = recurring(told, data.drafts, language)
    found = signals(annotated, voices, broken_out, data.members, period, language, ignored)
    hours = best_hours(voices, topics, period.timezone)
    may_rise = topics if len(told_before) else ()  # without a period before, nobody can tell what rises
    return replace(
        shared,
        topics=topics,
        questions=questions,
        signals=found,
        blind_spots=blind_spots(data.sources, language, data.postponed, min(now, period.end)),
        best_hours=hours,
        calendar=proposals(questions, found, may_rise, hours, shared.by_hour, catalogue, period, language),
    )


def sampled(voices: pl.DataFrame, period: Period) -> tuple[int, int]:
    """How many comments of the period are read for words, and of how many; (0, 0) where all are."""
    told = len(_of(voices, period))
    return (len(evenly(_of(voices, period).select("id"))), told) if told > MOST_READ else (0, 0)


def most_active(comments: pl.DataFrame, members: pl.DataFrame) -> tuple[ActiveMember, ...]:
    """Who wrote most in these comments, ties by the scores they received; their counts are those of these comments."""
    known = dict(members.select("id", "segment").iter_rows())
    counted = (
        comments.select("author_id", "author_name", "platform", "parent_id", "score")
        .filter(pl.col("author_id").is_not_null())
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
    scored = comments.select("shown", "score").with_row_index("row").filter(pl.col("shown"), pl.col("score") > 0)
    best = scored.sort("score", descending=True, maintain_order=True)["row"].head(MAX_VOTED)
    return tuple((example(row), row["score"]) for row in comments[best].iter_rows(named=True))


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
    for source, last_run_at, error, gap in sources.sort("id").select("id", "last_run_at", "error", gaps).iter_rows():
        if error or last_run_at is None:
            told.append(f"{source}: {error or _NEVER_READ[language]}")
        elif gap:
            told.append(f"{source}: {gap}")
        elif until and newest - _FORGOTTEN_AFTER < last_run_at < until - _STALE_AFTER:
            told.append(f"{source}: {_NOT_SINCE[language].format(at=last_run_at.astimezone(until.tzinfo))}")
        if threads := (postponed or {}).get(source, 0):
            told.append(f"{source}: {_POSTPONED[language].format(n=threads)}")
    return tuple(told)


def _curve_start(annotated: pl.DataFrame, period: Period) -> datetime:
    first = annotated["created_at"].min()
    wanted = min(period.start, period.end - _SHORTEST_CURVE)
    if not isinstance(first, datetime):
        return period.start
    return max(first, wanted)  # days before anything was known are no zeros


def _of(table: pl.DataFrame, period: Period) -> pl.DataFrame:
    return within(table, period.start, period.end)
