"""A sudden question, link or group of members is told, and so is a wave of new accounts; the usual talk is not."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from domain.insights import Period, Signal
from tasks.insights.annotate import annotate
from tasks.insights.bursts import bursts
from tasks.insights.waves import waves
from tasks.members.segment import members

END = datetime(2026, 3, 30, tzinfo=UTC)
DAY = Period(END - timedelta(days=1), END, "Europe/Paris")
NO_VERDICTS = pl.DataFrame(schema={"comment_id": pl.String, "action": pl.String, "norms": pl.List(pl.String)})
USUAL = ("my garden grows well", "how tall is the lamp?", "a trip to the lake", "see https://shop.example/lamp")
PITCH = "Huge giveaway today, claim your free lamp at the Glowmart store now"
Rows = list[dict[str, Any]]
Build = Callable[[Rows], pl.DataFrame]


def month() -> Rows:
    """Thirty members who each write once a day, of the usual."""
    return [
        {"text": USUAL[n % 4], "author": f"m{n % 30}", "created_at": END - timedelta(hours=1 + n * 0.8)}
        for n in range(840)
    ]


def today(text: str, count: int, prefix: str = "m") -> Rows:
    return [
        {"text": f"{text} {'!' * (n % 3)}", "author": f"{prefix}{n}", "created_at": END - timedelta(hours=2 + n / 10)}
        for n in range(count)
    ]


def told(build: Build, rows: Rows) -> list[Signal]:
    table = build(rows)
    return bursts(annotate(table, NO_VERDICTS), members(table, NO_VERDICTS, END), DAY, "en")


def waved(build: Build, rows: Rows) -> list[Signal]:
    table = build(rows)
    return waves(annotate(table, NO_VERDICTS), members(table, NO_VERDICTS, END), DAY)


def test_the_usual_month_has_no_burst_and_no_wave(comments: Build) -> None:
    assert told(comments, month()) == []
    assert waved(comments, month()) == []


def test_a_question_that_many_suddenly_ask_is_told_as_one_of_them_asked_it(comments: Build) -> None:
    found = told(comments, [*month(), *today("Why is the hinge so loose?", 14)])
    assert [(each.about, each.value, each.expected) for each in found] == [("question", 14, 0)]
    assert found[0].label.startswith("Why is the hinge so loose?")
    assert found[0].examples


def test_a_link_that_many_suddenly_share_is_told_and_the_usual_one_is_not(comments: Build) -> None:
    found = told(comments, [*month(), *today("look: https://www.News.example/lamp-story?id=7", 12)])
    assert [(each.about, each.label) for each in found] == [("link", "news.example/lamp-story?id=7")]


def test_a_group_of_newcomers_that_suddenly_speaks_is_told(comments: Build) -> None:
    found = told(comments, [*month(), *today("glad to be here", 25, prefix="new")])
    assert [(each.about, each.label) for each in found] == [("group", "newcomer")]


def test_many_comments_are_read_in_parts_and_told_as_few_are(comments: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [*month(), *today("we saw https://news.example/story", 14), *today("Hello, a word from me", 20, "new")]
    whole = told(comments, rows)
    assert {each.about for each in whole} == {"link", "group"}
    monkeypatch.setattr("tasks.insights.bursts.ROWS_AT_ONCE", 7)
    assert told(comments, rows) == whole


def test_new_accounts_that_write_nearly_the_same_are_a_wave(comments: Build) -> None:
    found = waved(comments, [*month(), *today(PITCH, 8, prefix="new"), *today(PITCH, 2)])
    assert [(each.value, each.expected, each.level) for each in found] == [(10, 8, 2)]
    assert found[0].label.startswith("Huge giveaway")


def test_regulars_who_repeat_one_another_and_short_courtesies_are_no_wave(comments: Build) -> None:
    assert waved(comments, [*month(), *today(PITCH, 10)]) == []
    assert waved(comments, [*month(), *today("thank you so much", 9, prefix="new")]) == []


def test_where_nothing_is_known_before_nobody_is_new(comments: Build) -> None:
    assert waved(comments, today(PITCH, 9, prefix="new")) == []
