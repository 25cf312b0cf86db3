"""Long periods are drawn by week or month, and no comment is lost on the way."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.insights import Insights, Period
from tasks.publishing import charts
from tasks.publishing.digest import compose
from tasks.publishing.grain import bucket, coarsened, grain_of, long_name, short_name
from tasks.publishing.wording import Wording

FR = Wording("fr", "Europe/Paris")


def counts(first: date, days: int) -> pl.DataFrame:
    dates = [first + timedelta(days=at) for at in range(days)]
    return pl.DataFrame({"date": dates, "platform": ["x"] * days, "comments": [at % 5 for at in range(days)]})


@settings(max_examples=60)
@given(st.dates(date(2005, 1, 1), date(2030, 1, 1)), st.integers(1, 2500))
def test_sums_are_kept_and_bars_stay_few_and_apart(first: date, days: int) -> None:
    before = counts(first, days)
    grain = grain_of(before["date"])
    after = coarsened(before, grain, ["platform"])
    assert after["comments"].sum() == before["comments"].sum()
    assert after.height <= 85
    names = [short_name(day, grain, FR) for day in after["date"]]
    assert len(set(names)) == len(names)
    assert {bucket(day, grain) for day in before["date"]} == set(after["date"])


@pytest.mark.parametrize(
    ("days", "name"), [(28, "mardi 3\u00a0novembre"), (200, "semaine du 2\u00a0novembre 2026"), (900, "novembre 2026")]
)
def test_names_say_what_a_bar_stands_for(days: int, name: str) -> None:
    grain = grain_of(counts(date(2026, 1, 1), days)["date"])
    assert long_name(bucket(date(2026, 11, 3), grain), grain, FR) == name


def test_years_of_comments_make_a_chart_by_month(week: Insights) -> None:
    period = Period(datetime(2023, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC), "UTC")
    moods = counts(date(2023, 1, 1), 1096).select("date", negative="comments", neutral="comments", positive="comments")
    years = replace(week, period=period, by_day=counts(date(2023, 1, 1), 1096), mood_by_day=moods)
    digest = compose(years, "en")
    assert digest.form == "period"
    activity = digest.section("activity").pictures[0]
    assert activity.title == "Comments by month and by platform"
    assert len(activity.table) == 1 + 36
    assert charts.svg(activity.draw(charts.WIDE_PIXELS)).count('aria-roledescription="bar"') == 36
    assert len(digest.section("mood").pictures[0].table) == 1 + 36
