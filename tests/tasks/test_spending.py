"""A CM reads what X costs before the bill comes."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Engine

from connectors.store.memory import StoredMemory
from domain.insights import Spending
from domain.records import Platform
from tasks.spending import spending_line, x_spending

NOON = datetime(2026, 11, 10, 12, tzinfo=UTC)


def _charge(engine: Engine, day: date, usd: float) -> None:
    StoredMemory(engine).charge(Platform.X, day, {"post:1": usd})


def test_the_forecast_goes_on_at_the_pace_of_the_last_week(engine: Engine):
    for day in range(1, 10):
        _charge(engine, date(2026, 11, day), 9.0 if day < 4 else 2.0)
    _charge(engine, date(2026, 11, 10), 1.0)
    found = x_spending(engine, None, NOON)
    assert found is not None
    assert found.spent == pytest.approx(3 * 9 + 6 * 2 + 1)
    assert found.forecast == pytest.approx(found.spent + 2 * 20.5, rel=0.02)
    assert found.runs_out is None


def test_the_day_on_which_a_budget_ends_is_told(engine: Engine):
    _charge(engine, date(2026, 11, 8), 4.0)
    _charge(engine, date(2026, 11, 9), 4.0)
    found = x_spending(engine, 20.0, NOON)
    assert found is not None
    assert found.runs_out is not None
    assert date(2026, 11, 12) <= found.runs_out <= date(2026, 11, 14)
    assert x_spending(engine, 500.0, NOON) == Spending(found.spent, found.forecast, 500.0, None)


def test_the_first_day_which_reads_what_was_there_before_makes_no_forecast(engine: Engine):
    _charge(engine, NOON.date(), 4.4)
    found = x_spending(engine, 50.0, NOON)
    assert found == Spending(4.4, None, 50.0, None)
    assert spending_line(found, "fr") == (
        "X a coûté 4,40 $ ce mois-ci\u202f; il est lu depuis aujourd’hui, trop peu pour une prévision."
    )
    _charge(engine, date(2026, 11, 11), 0.5)
    next_day = x_spending(engine, 50.0, NOON + timedelta(days=1))
    assert next_day is not None
    assert next_day.forecast == pytest.approx(4.9 + 19.5, rel=0.05)


def test_another_month_and_another_platform_cost_nothing_now(engine: Engine):
    _charge(engine, date(2026, 10, 31), 4.0)
    StoredMemory(engine).charge(Platform.YOUTUBE, NOON.date(), {"connector": 12})
    assert x_spending(engine, 20.0, NOON) is None
    _charge(engine, date(2026, 11, 1), 1.0)
    found = x_spending(engine, None, NOON - timedelta(days=9))
    assert found is not None
    assert found.spent == 1.0


def test_the_sentence_reads_in_both_languages():
    over = Spending(12.5, 60.0, 50.0, date(2026, 11, 25))
    assert spending_line(over, "fr").startswith(
        "X a coûté 12,50 $ ce mois-ci sur un budget de 50,00 $\u00a0: à ce rythme"
    )
    assert "il sera épuisé le 25/11/2026" in spending_line(over, "fr")
    assert spending_line(Spending(1, 2, None, None), "en") == (
        "X has cost $1.00 this month; at this pace, $2.00 at the month’s end."
    )
