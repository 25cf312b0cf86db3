"""What grows from small numbers is told early, and what only seems to grow is not."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import polars as pl

from domain.insights import Period, Signal
from tasks.insights.subjects import subjects
from tasks.insights.trends import discoveries, trends

END = datetime(2026, 3, 30, tzinfo=UTC)
DAY = Period(END - timedelta(days=1), END, "Europe/Paris")
Rows = list[dict[str, Any]]
Build = Callable[[Rows], pl.DataFrame]
USUAL = ("my garden grows well", "the new lamp is here", "a trip to the lake", "photos of the mountain")


def month() -> Rows:
    first = END - timedelta(days=30)
    return [{"text": USUAL[hour % 4], "created_at": first + timedelta(hours=hour)} for hour in range(720)]


def said(text: str, count: int, **others: Any) -> Rows:
    return [{"text": text, "created_at": END - timedelta(hours=30 - 3 * n), **others} for n in range(count)]


def told(build: Build, rows: Rows, language: str = "en") -> list[Signal]:
    return trends(build(rows).with_columns(shown=True), DAY, language)


def test_a_word_that_six_members_take_up_is_one_weak_signal_with_evidence(comments: Build) -> None:
    (found,) = told(comments, month() + said("does the turntable adapter fit?", 6))
    assert (found.kind, found.value, found.expected) == ("weak_signal", 6.0, 0.0)
    assert "turntable" in found.terms and found.at == END - timedelta(hours=30)
    assert found.examples[0].text == "does the turntable adapter fit?"


def test_what_grows_where_a_crisis_is_told_of_belongs_to_it(comments: Build) -> None:
    hot = [{"text": "the charger smells of plastic", "created_at": END - timedelta(hours=30 - 3 * n)} for n in range(8)]
    rows = month() + hot + said("does the turntable adapter fit?", 6)
    crises = {"Burnt": subjects("charger"), "Elsewhere": subjects("lake")}
    found = trends(comments(rows).with_columns(shown=True), DAY, "en", crises=crises)
    assert {("plastic" in each.terms, each.within) for each in found} == {(True, "Burnt"), (False, "")}


def test_a_usual_month_tells_nothing(comments: Build) -> None:
    assert told(comments, month()) == []


def test_one_member_alone_makes_no_signal(comments: Build) -> None:
    assert told(comments, month() + said("look at my turntable", 9, author="loud")) == []


def test_a_link_that_spreads_is_told_by_its_host(comments: Build) -> None:
    (found,) = told(comments, month() + said("https://www.lampes-soldes.example/promo?x=1", 7), "fr")
    assert found.terms == ("lampes-soldes.example",) and found.label == "lampes-soldes.example"


def test_what_many_say_is_a_trend(comments: Build) -> None:
    rows = [{"text": "the turntable", "created_at": END - timedelta(minutes=30 * n + 1)} for n in range(30)]
    assert [(found.kind, found.level) for found in told(comments, month() + rows)] == [("trend", 2)]


def test_the_first_days_and_an_empty_community_tell_nothing(comments: Build) -> None:
    assert told(comments, said("does the turntable adapter fit?", 9)) == []
    assert told(comments, []) == []


def test_chance_among_many_terms_is_rarely_taken_for_growth() -> None:
    random = np.random.default_rng(1)
    totals = random.geometric(0.05, 3_000)
    counts = {
        f"t{n}": (now, int(total) - now) for n, total in enumerate(totals) for now in [int(random.binomial(total, 0.1))]
    }
    assert len(discoveries(counts, 0.1)) <= 1
    assert next(iter(discoveries({**counts, "grows": (12, 1)}, 0.1))) == "grows"
