"""How long members wait is told by platform and by the hour at which they wrote, on the CM's clock."""

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from domain.insights import Period
from tasks.insights.response_times import RESPONSE_SCHEMA, response_times

DAY = datetime(2026, 7, 1, tzinfo=UTC)
PERIOD = Period(DAY, DAY + timedelta(days=1), "Europe/Paris")  # two hours before UTC in July


def waited(*rows: tuple[str, int, float]) -> pl.DataFrame:
    """(platform, hour in UTC, minutes)."""
    return pl.DataFrame(
        [(platform, DAY + timedelta(hours=hour), minutes) for platform, hour, minutes in rows],
        schema={"platform": pl.String, "asked_at": pl.Datetime("us", "UTC"), "minutes": pl.Float64},
        orient="row",
    )


def test_each_platform_and_each_of_its_hours_has_median_and_ninth_decile() -> None:
    found = response_times(waited(("x", 8, 10), ("x", 8, 20), ("x", 23, 300), ("reddit", 8, 5)), PERIOD)
    rows = {(row["platform"], row["hour"]): row for row in found.iter_rows(named=True)}
    assert rows.keys() == {("reddit", None), ("reddit", 10), ("x", None), ("x", 1), ("x", 10)}
    assert (rows["x", None]["answered"], rows["x", None]["median_minutes"]) == (3, 20)
    assert rows["x", 10]["median_minutes"] == 15
    assert rows["x", 10]["p90_minutes"] == pytest.approx(19)
    assert rows["x", 1]["p90_minutes"] == 300


def test_nobody_answered_means_no_row() -> None:
    found = response_times(waited(), PERIOD)
    assert found.is_empty()
    assert found.schema == pl.Schema(RESPONSE_SCHEMA)
