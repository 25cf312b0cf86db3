"""When and where a community speaks."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import polars as pl

from tasks.insights.activity import by_day, by_hour, by_platform, hourly, mood_by_day

Comments = Callable[[list[dict[str, Any]]], pl.DataFrame]


def at(*instants: datetime) -> list[dict[str, Any]]:
    return [{"created_at": instant} for instant in instants]


def test_a_day_is_the_day_of_the_cm(comments: Comments) -> None:
    late = datetime(2026, 6, 30, 22, 30, tzinfo=UTC)  # half past midnight on 1 July in Paris
    found = by_day(
        comments(at(late)), datetime(2026, 6, 29, 22, tzinfo=UTC), datetime(2026, 7, 1, 22, tzinfo=UTC), "Europe/Paris"
    )
    assert found.rows() == [(date(2026, 6, 30), "reddit", 0), (date(2026, 7, 1), "reddit", 1)]


def test_every_day_and_platform_has_a_row(comments: Comments) -> None:
    own = comments([{"platform": "x"}, {"platform": "youtube"}])
    found = by_day(own, datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 4, tzinfo=UTC), "UTC")
    assert len(found) == 3 * 2
    assert found["comments"].sum() == 2


def test_hours_are_those_of_the_clock_on_both_sides_of_summer_time(comments: Comments) -> None:
    # 29 March 2026, Paris: 1:30 (UTC+1), then clocks go from 2:00 to 3:00.
    found = by_hour(
        comments(at(datetime(2026, 3, 29, 0, 30, tzinfo=UTC), datetime(2026, 3, 29, 1, 30, tzinfo=UTC))), "Europe/Paris"
    )
    assert len(found) == 7 * 24
    assert found.filter(pl.col("comments") > 0).rows() == [(7, 1, 1), (7, 3, 1)]


def test_an_hour_that_autumn_repeats_counts_twice_under_one_clock_hour(comments: Comments) -> None:
    found = by_hour(
        comments(at(datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC))),
        "Europe/Paris",
    )
    assert found.filter(pl.col("comments") > 0).rows() == [(7, 2, 2)]


def test_platforms_count_members_without_deleted_accounts(comments: Comments) -> None:
    own = comments([{"author": "a"}, {"author": "a"}, {"author": None}, {"platform": "x"}])
    own = own.with_columns(mood=pl.Series(["negative", "neutral", "neutral", "negative"]))
    assert by_platform(own).rows() == [("reddit", 3, 1, 1 / 3), ("x", 1, 1, 1.0)]


def test_moods_are_counted_day_by_day(comments: Comments) -> None:
    own = comments(at(datetime(2026, 3, 1, 12, tzinfo=UTC), datetime(2026, 3, 3, 12, tzinfo=UTC)))
    own = own.with_columns(mood=pl.Series(["negative", "positive"]))
    found = mood_by_day(own, datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 4, tzinfo=UTC), "UTC")
    assert found.rows() == [(date(2026, 3, 1), 1, 0, 0), (date(2026, 3, 2), 0, 0, 0), (date(2026, 3, 3), 0, 0, 1)]


def test_hourly_volume_has_its_zeros(comments: Comments) -> None:
    own = comments(at(datetime(2026, 3, 1, 0, 5, tzinfo=UTC), datetime(2026, 3, 1, 2, 59, tzinfo=UTC)))
    found = hourly(own, datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 1, 4, tzinfo=UTC))
    assert found["value"].to_list() == [1, 0, 1, 0]
