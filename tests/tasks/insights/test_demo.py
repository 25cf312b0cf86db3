"""The slow crisis of the demo community: seen while it is small, louder as it grows, and nothing before it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from deployments.sandbox.demo import generate
from domain.insights import Insights, Period, ReportData
from domain.records import COMMENT_SCHEMA
from tasks.insights.compose import compute_insights

END = datetime(2026, 11, 23, 4, 30, tzinfo=UTC)
TEAM = ("Noctilo_Team", "@NoctiloLights", "noctilo")


@pytest.fixture(scope="module")
def season() -> pl.DataFrame:
    return generate(7, END)


def as_comments(season: pl.DataFrame) -> pl.DataFrame:
    def ours(column: str) -> pl.Expr:
        return pl.format("{}:{}", "platform", column)

    return season.select(
        pl.lit(None).cast(kind).alias(name) if name not in season.columns else pl.col(name)
        for name, kind in COMMENT_SCHEMA.items()
    ).with_columns(
        id=season.select(ours("key")).to_series(),
        author_id=season.select(ours("author")).to_series(),
        author_name=season["author"],
        thread_id=season.select(ours("thread")).to_series(),
        parent_id=season.select(ours("parent")).to_series(),
        deleted=pl.lit(value=False),
    )


@pytest.fixture(scope="module")
def crisis_began(season: pl.DataFrame) -> datetime:
    began = season.filter(pl.col("label") == "crisis")["created_at"].min()
    assert isinstance(began, datetime)
    return began


def day(season: pl.DataFrame, end: datetime, report_data: Callable[..., ReportData]) -> Insights:
    known = as_comments(season.filter(pl.col("created_at") < end, ~pl.col("label").is_in(["spam", "scam"])))
    period = Period(end - timedelta(days=1), end, "Europe/Paris")
    return compute_insights(report_data(known, end), period, "Noctilo", "fr", end, TEAM)


def crises(insights: Insights) -> list[tuple[int, str]]:
    return [(signal.level, signal.label) for signal in insights.signals if signal.kind == "crisis"]


def test_there_is_no_crisis_before_it_begins(
    season: pl.DataFrame, crisis_began: datetime, report_data: Callable[..., ReportData]
) -> None:
    for days in (0, 2, 4, 6):
        assert crises(day(season, crisis_began - timedelta(days=days), report_data)) == []


def test_what_grows_within_it_is_told_with_it_and_not_beside_it(
    season: pl.DataFrame, report_data: Callable[..., ReportData]
) -> None:
    found = day(season, END, report_data).signals
    crisis = found[0]
    trends = {signal.label: signal for signal in found if signal.kind in ("trend", "weak_signal")}
    assert crisis.parts
    assert [n for _, n in crisis.parts] == sorted((n for _, n in crisis.parts), reverse=True)
    assert trends.keys().isdisjoint(name for name, _ in crisis.parts)


def test_it_is_seen_while_it_is_small_and_is_gravest_when_it_is_loud(
    season: pl.DataFrame, crisis_began: datetime, report_data: Callable[..., ReportData]
) -> None:
    early = [crises(day(season, crisis_began + timedelta(days=days), report_data)) for days in (5, 6, 7)]
    assert any(early)
    [late] = [each for each in day(season, END - timedelta(days=1), report_data).signals if each.kind == "crisis"]
    assert late.level == 3
    assert "2.5" in late.terms


@pytest.mark.parametrize("days", range(7))
def test_whatever_the_weekday_the_first_digest_of_the_demo_tells_it(
    days: int, report_data: Callable[..., ReportData]
) -> None:
    end = datetime(2026, 11, 22, 23, tzinfo=UTC) + timedelta(days=days)  # midnight in Paris
    [(level, label)] = crises(day(generate(1, end + timedelta(hours=1)), end, report_data))
    assert level >= 2
    assert "2.5" in label


def test_its_readers_find_it_as_a_topic_and_in_the_mood(
    season: pl.DataFrame, report_data: Callable[..., ReportData]
) -> None:
    found = day(season, END - timedelta(days=1), report_data)
    topic = max(found.topics, key=lambda each: each.mood.negative * each.comments)
    assert topic.mood.negative > 0.5
    assert len(topic.platforms) == 3
    assert found.mood.negative > 0.3
