"""Peaks in series of counts."""

import json
import math
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.insights.peaks import FLAG_AT, detect, trace

START = datetime(2026, 3, 2, tzinfo=UTC)


def hourly(values: list[float | None]) -> pl.DataFrame:
    return pl.DataFrame(
        {"timestamp": [START + timedelta(hours=i) for i in range(len(values))], "value": values},
        schema={"timestamp": pl.Datetime("us", "UTC"), "value": pl.Float64()},
    )


def rhythm(days: int, seed: int = 7) -> list[float]:
    """Counts with nights, days and weekends, as a community has them."""
    random = np.random.default_rng(seed)
    means = [
        20 * (1.1 - math.cos(2 * math.pi * (h % 24) / 24)) * (0.6 if h // 24 % 7 >= 5 else 1) for h in range(days * 24)
    ]
    return [float(each) for each in random.poisson(means)]


def test_a_sudden_crowd_is_flagged_in_its_first_hour() -> None:
    values = rhythm(28)
    values[600:604] = [240.0, 300.0, 280.0, 200.0]
    flagged = detect(hourly(values)).with_row_index("hour").filter(pl.col("flagged") == 1)["hour"].to_list()
    assert 600 in flagged
    assert len(flagged) <= 3


def test_an_ordinary_month_has_at_most_two_peaks() -> None:
    for seed in range(4):
        assert detect(hourly(rhythm(28, seed)))["flagged"].sum() <= 2


def test_a_trend_is_not_a_peak() -> None:
    values = [value * (1 + hour / 400) for hour, value in enumerate(rhythm(28))]
    assert detect(hourly(values))["flagged"].sum() <= 2


def test_a_constant_series_has_no_peak_and_then_one_when_it_ends() -> None:
    values: list[float | None] = [5.0] * 400
    assert detect(hourly(values))["flagged"].sum() == 0
    values[350] = 60.0
    assert detect(hourly(values))["flagged"].to_list().index(1) == 350


def test_first_hours_without_history_are_never_flagged() -> None:
    assert detect(hourly([0.0, 3.0, 50.0, 2.0, 400.0, 1.0]))["flagged"].sum() == 0


def test_gaps_and_missing_values_are_passed_over() -> None:
    values: list[float | None] = [*rhythm(21)]
    values[100:130] = [None] * 30
    values[200] = float("nan")
    values[480] = 400.0
    table = hourly(values)
    found = detect(pl.concat([table[:250], table[300:]]))
    assert len(found) == len(table) - 50
    assert found["timestamp"].gather(found["flagged"].arg_max()).item() == START + timedelta(hours=480)
    assert not found.filter(pl.col("score").is_nan()).height


def test_timestamps_come_back_exactly_as_they_were_written() -> None:
    written = ["2026-03-02 10:00:00", "2026-03-02T11:00:00.000", "2026-03-02T12:00:00Z", "1772456400"]
    found = detect(pl.DataFrame({"timestamp": written, "value": [1, 2, 3, 4]}))
    assert found.columns == ["timestamp", "score", "flagged"]
    assert found["timestamp"].to_list() == written


def test_a_timestamp_that_cannot_be_read_is_named_with_its_row() -> None:
    with pytest.raises(ValueError, match="row 2: 'yesterday'"):
        detect(pl.DataFrame({"timestamp": ["2026-03-02", "yesterday"], "value": [1, 2]}))


def test_rows_out_of_order_are_judged_in_the_order_of_time_and_returned_as_given() -> None:
    table = hourly(rhythm(14))
    shuffled = table.sample(fraction=1, shuffle=True, seed=3)
    in_order, as_given = detect(table), detect(shuffled)
    assert as_given["timestamp"].to_list() == shuffled["timestamp"].to_list()
    assert as_given.sort("timestamp").equals(in_order)


def test_a_row_is_flagged_exactly_when_its_score_says_so() -> None:
    values = rhythm(28)
    values[600:604] = [240.0, 300.0, 280.0, 200.0]
    found = detect(hourly(values))
    assert found["flagged"].to_list() == [int(score >= FLAG_AT) for score in found["score"]]


def test_a_peak_is_told_once_and_the_next_day_again_only_if_it_is_louder() -> None:
    values = rhythm(28)
    values[500:506] = [300.0] * 6
    values[530:536] = [1500.0] * 6
    flagged = detect(hourly(values)).with_row_index("hour").filter(pl.col("flagged") == 1)["hour"].to_list()
    assert [hour for hour in flagged if 500 <= hour < 524] == [500]
    assert [hour for hour in flagged if 524 <= hour < 554] == [530]


@pytest.mark.real
def test_every_labelled_peak_of_real_tweet_volumes_is_found_with_few_false_alarms(real_data: Path) -> None:
    name = "Twitter_volume_AAPL.csv"
    windows = json.loads((real_data / "nab_tweets" / "windows.json").read_text())[name]
    table = pl.read_csv(real_data / "nab_tweets" / f"{name}.gz", schema_overrides={"timestamp": pl.String})
    flagged = detect(table).filter(pl.col("flagged") == 1)["timestamp"].to_list()
    inside = [[at for at in flagged if start <= at <= end] for start, end in windows]
    assert all(inside)
    assert len(flagged) - sum(map(len, inside)) <= 6


def test_an_empty_series_gives_an_empty_answer() -> None:
    assert detect(hourly([])).is_empty()


@settings(max_examples=15, deadline=None)
@given(
    st.lists(st.one_of(st.none(), st.floats(-1e6, 1e9), st.just(math.nan)), min_size=2, max_size=120),
    st.integers(1, 119),
)
def test_what_comes_later_never_changes_a_score(values: list[float | None], cut: int) -> None:
    whole, beginning = trace(hourly(values)), trace(hourly(values[:cut]))
    assert whole[: len(beginning)].equals(beginning)
    assert whole.filter(~pl.col("score").is_between(0, 1)).is_empty()
