"""When a member may expect a human: working hours, week-ends, public holidays, and clocks that change."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.community import Community, WatchedSource, WorkingHours
from domain.documents import WorkspaceError, parse
from tasks.replies.handoff import due_at
from tasks.replies.hours import after_working_hours, is_closed

PARIS = ZoneInfo("Europe/Paris")


def community(**fields: object) -> Community:
    source = WatchedSource(platform="reddit", kind="subreddit", name="lumio")
    return Community(name="Lumio", sources=[source], **({"working_hours": WorkingHours(country="FR")} | fields))


def paris(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=PARIS).astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "hours", "due"),
    [
        (paris(2026, 11, 24, 10), 4, paris(2026, 11, 24, 14)),
        (paris(2026, 11, 24, 16), 4, paris(2026, 11, 25, 11)),
        (paris(2026, 11, 24, 3), 4, paris(2026, 11, 24, 13)),
        (paris(2026, 11, 27, 17), 4, paris(2026, 11, 30, 12)),
        (paris(2026, 12, 24, 17), 4, paris(2026, 12, 28, 12)),
        (paris(2026, 10, 23, 17), 2, paris(2026, 10, 26, 10)),
        (paris(2026, 11, 24, 9), 9, paris(2026, 11, 24, 18)),
    ],
    ids=[
        "in the day",
        "over a night",
        "at night",
        "a week-end",
        "Christmas and a week-end",
        "clocks go back",
        "to the end",
    ],
)
def test_hours_count_only_while_somebody_is_there(now: datetime, hours: int, due: datetime):
    assert after_working_hours(now, hours, community()) == due


def test_a_closed_day_of_the_cm_and_a_public_holiday_are_closed():
    rules = WorkingHours(country="FR", closed=[date(2026, 11, 24)])
    assert is_closed(date(2026, 11, 24), rules)
    assert is_closed(date(2026, 11, 11), rules)
    assert not is_closed(date(2026, 11, 11), WorkingHours())
    assert is_closed(date(2026, 11, 29), rules)


def test_what_is_critical_does_not_wait_for_the_morning_and_without_hours_somebody_is_always_there():
    night = paris(2026, 11, 24, 3)
    assert due_at(night, "critical", community()) == night + timedelta(hours=1)
    assert due_at(night, "high", community()) == paris(2026, 11, 24, 13)
    assert due_at(night, "high", community(working_hours=None)) == night + timedelta(hours=4)


@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)), st.floats(0.1, 100))
def test_the_due_time_is_never_early_and_falls_into_working_hours(now: datetime, hours: float):
    due = after_working_hours(now, hours, community())
    assert due >= now + timedelta(hours=hours) - timedelta(microseconds=5)
    local = due.astimezone(PARIS)
    assert not is_closed(local.date(), WorkingHours(country="FR"))
    assert 9 <= local.hour <= 18


def test_mistakes_are_told_with_their_line():
    text = "name: L\nsources:\n  - {platform: reddit, kind: subreddit, name: l}\nworking_hours:\n  country: XX\n"
    with pytest.raises(WorkspaceError, match="country"):
        parse(text, Community, "community.yaml")
    with pytest.raises(WorkspaceError, match="closes"):
        parse(text.replace("country: XX", "opens: '18:00'\n  closes: '09:00'"), Community, "community.yaml")
