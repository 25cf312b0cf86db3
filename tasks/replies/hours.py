"""When a human can be expected: so many working hours from now, by the community's week, holidays and time zone."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

import holidays

from domain.community import Community, WorkingHours

LONGEST_CLOSURE_DAYS = 400
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def after_working_hours(now: datetime, hours: float, community: Community) -> datetime:
    """The instant at which so many hours of work have passed since `now`, in UTC where `now` is.

    Without working hours all hours count. A day is counted as its clock shows it, also where the clocks change.
    """
    if community.working_hours is None:
        return now + timedelta(hours=hours)
    left, moment = timedelta(hours=hours), now
    for opens, closes in _open_spans(now, community.working_hours, community):
        begins = max(opens, moment)
        if closes <= begins:
            continue
        if closes - begins >= left:
            return (begins + left).astimezone(now.tzinfo)
        left -= closes - begins
    return now + timedelta(hours=hours)  # a community that is closed for more than a year


def _open_spans(now: datetime, rules: WorkingHours, community: Community) -> Iterator[tuple[datetime, datetime]]:
    first = now.astimezone(community.zone).date()
    for number in range(LONGEST_CLOSURE_DAYS):
        day = first + timedelta(days=number)
        if not is_closed(day, rules):
            yield _instant(day, rules.opens, community, now), _instant(day, rules.closes, community, now)


def _instant(day: date, clock: time, community: Community, now: datetime) -> datetime:
    return datetime.combine(day, clock, community.zone).astimezone(now.tzinfo)


def is_closed(day: date, rules: WorkingHours) -> bool:
    """Whether nobody works on that day: its weekday, a public holiday, or one of the CM's own closed days."""
    if WEEKDAYS[day.weekday()] not in rules.days or day in rules.closed:
        return True
    return bool(rules.country) and day in holidays.country_holidays(rules.country, years=day.year)
