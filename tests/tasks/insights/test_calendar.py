"""What is proposed for the week to come has its reason, its day and its hour; a calendar program can read it."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from icalendar import Calendar

from domain.catalogue import Item
from domain.insights import BestHour, Mood, Period, Proposal, RecurringQuestion, ReportData, Signal, Topic
from tasks.insights.calendar import proposals
from tasks.insights.compose import compute_insights
from tasks.insights.timing import best_hours
from tasks.publishing.calendar import render_calendar

END = datetime(2026, 3, 29, 22, tzinfo=UTC)  # Monday 30 March begins in Paris, the day after summer time did
WEEK = Period(END - timedelta(days=7), END, "Europe/Paris")
WEEK_ZONE = ZoneInfo("Europe/Paris")
BUSY = {2: 50, 4: 90}  # Tuesday, Thursday
BY_HOUR = pl.DataFrame(
    [(day, hour, BUSY.get(day, 10) if hour == 20 else 0) for day in range(1, 8) for hour in range(24)],
    schema={"weekday": pl.Int64, "hour": pl.Int64, "comments": pl.Int64},
    orient="row",
)


def topic(label: str, now: int, before: int, negative: float = 0.1) -> Topic:
    mood = Mood(negative, 1 - negative, 0.0, now, 0.0)
    return Topic(label, label, (label.lower(),), now, before, now, now, mood, {}, ())


def event(name: str, starts: date) -> Item:
    title, url = {"fr": f"Soirée {name}", "en": f"{name} evening"}, "https://lumo.example/e"
    return Item(id=name, kind="event", title=title, url=url, topics=[name], starts=starts)  # type: ignore[arg-type]


def planned(**given: Any) -> tuple[Proposal, ...]:
    filled: dict[str, Any] = {"questions": (), "signals": (), "topics": (), "hours": (), "catalogue": ()} | given
    return proposals(by_hour=BY_HOUR, period=WEEK, language="en", **filled)


def test_unanswered_questions_and_rising_subjects_take_the_busiest_days() -> None:
    questions = (RecurringQuestion("Is it waterproof?", 9, 7, None), RecurringQuestion("Price?", 30, 20, "price"))
    found = planned(questions=questions, topics=[topic("Grinder", 30, 10), topic("Steady", 30, 28)])
    assert [(each.kind, each.subject, each.count) for each in found] == [
        ("topic", "Grinder", 30),
        ("question", "Is it waterproof?", 7),
    ]
    local = [each.at.astimezone(WEEK_ZONE) for each in found]
    assert [(at.isoweekday(), at.hour) for at in local] == [(2, 20), (4, 20)]


def test_what_angers_is_not_promoted() -> None:
    crisis = Signal("crisis", END, 3, 9, 1, terms=("battery",))
    found = planned(topics=[topic("Battery", 40, 1), topic("Refund", 40, 1, negative=0.7)], signals=[crisis])
    assert found == ()


def test_events_are_announced_two_days_before_or_at_once_and_past_ones_never() -> None:
    items = [event("soon", date(2026, 3, 31)), event("later", date(2026, 4, 4)), event("over", date(2026, 3, 20))]
    found = planned(catalogue=items)
    days = [(each.subject, each.at.astimezone(WEEK_ZONE).date(), each.event_day) for each in found]
    assert days == [
        ("soon evening", date(2026, 3, 30), date(2026, 3, 31)),
        ("later evening", date(2026, 4, 2), date(2026, 4, 4)),
    ]


def test_the_best_hour_of_a_subject_comes_before_that_of_the_day() -> None:
    hours = (BestHour("", "Grinder", 7, 0.3, 80),)
    at = planned(topics=[topic("Grinder", 30, 10)], hours=hours)[0].at.astimezone(WEEK_ZONE)
    assert at.hour == 7


@pytest.mark.parametrize(("comments", "expected"), [(60, [("reddit", 18)]), (20, [])])
def test_best_hours_need_enough_comments_and_are_those_of_the_clock_on_the_wall(
    comments: int, expected: list[tuple[str, int]]
) -> None:
    at = datetime(2026, 3, 10, 17, 30, tzinfo=UTC)  # 18:30 in Paris
    evening = [{"platform": "reddit", "created_at": at + timedelta(days=n % 5)} for n in range(comments)]
    rest = [{"platform": "x", "created_at": at.replace(hour=n % 24)} for n in range(96)]
    found = best_hours(pl.DataFrame([*evening, *rest]), (), "Europe/Paris")
    assert [(best.platform, best.hour) for best in found] == [(name, hour - 1) for name, hour in expected]


def test_a_calendar_program_reads_the_file_and_finds_the_same_entries_again(
    comments: Callable[[list[dict[str, Any]]], pl.DataFrame], report_data: Callable[..., ReportData]
) -> None:
    rows = [
        {"text": f"Is the lamp waterproof outside? {'!' * n}", "created_at": END - timedelta(hours=3 + n)}
        for n in range(4)
    ]
    items = [event("soon", date(2026, 3, 31))]
    found = compute_insights(report_data(comments(rows), END), WEEK, "Lumo", "fr", END, catalogue=items)
    read = Calendar.from_ical(render_calendar(found, "fr"))
    entries = {str(entry["summary"]): entry for entry in read.walk("VEVENT")}
    assert len(entries) == 2
    announced = entries["Annoncer\u00a0: Soirée soon"]
    assert announced.decoded("dtstart") == found.calendar[0].at
    assert str(announced["url"]) == "https://lumo.example/e"
    assert render_calendar(found, "fr") == render_calendar(found, "fr")
