"""Proposes what to publish in the week after a period, when and why: answers, subjects that rise, events of the catalogue."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import polars as pl

from domain.catalogue import Item
from domain.insights import BestHour, Example, Period, Proposal, RecurringQuestion, Signal, Topic

MAX_QUESTIONS, MAX_TOPICS, MAX_EVENTS = 3, 2, 4
_DAYS = 7
_ANNOUNCED_BEFORE, _ANNOUNCED_UP_TO = timedelta(days=2), timedelta(days=9)
_RISING, _MIN_RISING = 1.5, 6  # times the comments of the period before; comments
_MOSTLY_NEGATIVE = 0.5  # of a topic's comments: what angers is answered, not promoted
_USUAL_HOUR = 18  # where nothing is known of the community's hours


def proposals(
    questions: Sequence[RecurringQuestion],
    signals: Sequence[Signal],
    topics: Sequence[Topic],
    hours: Sequence[BestHour],
    by_hour: pl.DataFrame,
    catalogue: Sequence[Item],
    period: Period,
    language: str,
) -> tuple[Proposal, ...]:
    """What to publish in the seven days that begin where the period ends, in order of time.

    by_hour: weekday, hour, comments. Events keep their days; the rest takes one day each, the community's busiest first.
    """
    zone = ZoneInfo(period.timezone)
    first = period.end.astimezone(zone).date()
    events = _events(catalogue, first, language)
    days = [day for day in _busiest_first(by_hour, first) if day not in {each.at.date() for each in events}]
    wanted = [*_questions(questions), *_topics(topics, signals)]
    planned = [_on(proposal, day, hours, by_hour, zone) for proposal, day in zip(wanted, days, strict=False)]
    planned += [_on(event, event.at.date(), hours, by_hour, zone) for event in events]
    return tuple(sorted(planned, key=lambda each: (each.at, each.kind, each.subject)))


def _questions(questions: Iterable[RecurringQuestion]) -> list[Proposal]:
    """The questions that most members ask and that no knowledge entry answers."""
    unanswered = [each for each in questions if each.entry_id is None][:MAX_QUESTIONS]
    return [_proposal("question", each.text, each.members or each.asked, each.examples) for each in unanswered]


def _topics(topics: Iterable[Topic], signals: Iterable[Signal]) -> list[Proposal]:
    """Subjects that rise, unless they anger: those belong to the crisis."""
    feared = {term for signal in signals if signal.kind == "crisis" for term in signal.terms}
    rising = [
        topic
        for topic in topics
        if topic.comments >= max(_MIN_RISING, _RISING * topic.previous_comments)
        and topic.mood.negative < _MOSTLY_NEGATIVE
        and feared.isdisjoint(topic.terms)
    ]
    return [_proposal("topic", each.label, each.comments, each.examples) for each in rising[:MAX_TOPICS]]


def _proposal(kind: str, subject: str, count: int, examples: Sequence[Example]) -> Proposal:
    """A proposal whose day is still to be found."""
    at, platform = datetime.min.replace(tzinfo=UTC), examples[0].platform if examples else ""
    return Proposal(kind, at, subject, count, platform)  # type: ignore[arg-type]


def _events(catalogue: Sequence[Item], first: date, language: str) -> list[Proposal]:
    """The catalogue's events that begin soon, two days before, or at once where that is over; soonest first."""
    soon = [
        (item.starts, item)
        for item in catalogue
        if item.kind == "event" and item.starts and first <= item.starts <= first + _ANNOUNCED_UP_TO
    ]
    found = []
    for starts, item in sorted(soon, key=lambda each: (each[0], each[1].id))[:MAX_EVENTS]:
        day = datetime.combine(max(first, starts - _ANNOUNCED_BEFORE), time(), UTC)
        title = item.title.get(language) or next(iter(item.title.values()))  # type: ignore[call-overload]
        lasts = ((item.ends or starts) - starts).days + 1
        found.append(Proposal("event", day, title, url=str(item.url), event_day=starts, days=lasts))
    return found


def _busiest_first(by_hour: pl.DataFrame, first: date) -> list[date]:
    """The days of the week from `first` on, those first on which the community writes most."""
    totals = dict(by_hour.group_by("weekday").agg(pl.col("comments").sum()).iter_rows())
    days = [first + timedelta(days=number) for number in range(_DAYS)]
    return sorted(days, key=lambda day: (-totals.get(day.isoweekday(), 0), day))


def _on(proposal: Proposal, day: date, hours: Sequence[BestHour], by_hour: pl.DataFrame, zone: ZoneInfo) -> Proposal:
    """The proposal on that day, at the best hour of its topic or platform, else at the day's busiest."""
    chosen = next((each for each in hours if each.topic and each.topic == proposal.subject), None)
    chosen = chosen or next((each for each in hours if each.platform and each.platform == proposal.platform), None)
    hour = chosen.hour if chosen else _busiest_hour(by_hour, day)
    local = datetime.combine(day, time(hour), zone)
    return replace(proposal, at=local.astimezone(UTC))


def _busiest_hour(by_hour: pl.DataFrame, day: date) -> int:
    own = by_hour.filter(pl.col("weekday") == day.isoweekday(), pl.col("comments") > 0)
    if own.is_empty():
        return _USUAL_HOUR
    return int(own.sort(["comments", "hour"], descending=[True, False])["hour"][0])
