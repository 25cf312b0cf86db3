"""Tells in which hours of the week somebody of the team is there, from what the team wrote or from its working hours."""

from datetime import time

import polars as pl

from domain.community import WorkingHours
from domain.insights import Period
from domain.survey import Hour, Presence, Witness
from tasks.replies.hours import WEEKDAYS
from tasks.survey.answers import answering, weeks_between

HOURS_OF_A_WEEK = tuple((day, hour) for day in range(1, 8) for hour in range(24))
BRIDGED_HOURS = 2  # who writes at noon and at three was there in between
SEEN_EVERY_WEEKS = 4  # the team is there in an hour of the week in which it wrote at least once in so many weeks


def presence(
    annotated: pl.DataFrame,
    requests: pl.DataFrame,
    found: pl.DataFrame,
    seen: Witness,
    period: Period,
    working_hours: WorkingHours | None,
) -> Presence | None:
    """None where neither the team's messages nor its working hours are known.

    annotated: COMMENT_SCHEMA + team. requests: rows of it that call for an answer. found: ANSWERS_SCHEMA.
    """
    written = _by_hour_of_week(annotated.filter("team"), period.timezone)
    if written:
        least = weeks_between(period.start, period.end) / SEEN_EVERY_WEEKS
        staffed = _bridged({hour for hour, count in written.items() if count >= max(1.0, least)})
    elif working_hours is not None:
        staffed = _open(working_hours)
    else:
        return None
    voices = _by_hour_of_week(annotated.filter(~pl.col("team")), period.timezone)
    total = sum(voices.values())
    there = _is_in(staffed, period.timezone)
    return Presence(
        known_from="messages" if written else "working_hours",
        staffed=staffed,
        alone_share=sum(count for hour, count in voices.items() if hour not in staffed) / total if total else 0.0,
        longest_alone_hours=_longest_without(staffed),
        attended=answering(requests.filter(there), found, seen),
        alone=answering(requests.filter(~there), found, seen),
    )


def _by_hour_of_week(comments: pl.DataFrame, timezone: str) -> dict[Hour, int]:
    local = pl.col("created_at").dt.convert_time_zone(timezone)
    counted = comments.group_by(day=local.dt.weekday(), hour=local.dt.hour()).len()
    return {(day, hour): count for day, hour, count in counted.iter_rows()}


def _bridged(hours: set[Hour]) -> frozenset[Hour]:
    """These hours, and up to BRIDGED_HOURS between two of one day."""
    between = {
        (day, hour + step)
        for day, hour in hours
        for width in range(1, BRIDGED_HOURS + 1)
        if (day, hour + width + 1) in hours
        for step in range(1, width + 1)
    }
    return frozenset(hours | between)


def _open(rules: WorkingHours) -> frozenset[Hour]:
    """The hours of the week that begin within the working hours; holidays aside."""
    return frozenset(
        (day, hour)
        for day, hour in HOURS_OF_A_WEEK
        if WEEKDAYS[day - 1] in rules.days and rules.opens <= time(hour) < rules.closes
    )


def _is_in(hours: frozenset[Hour], timezone: str) -> pl.Expr:
    local = pl.col("created_at").dt.convert_time_zone(timezone)
    return (local.dt.weekday().cast(pl.Int64) * 24 + local.dt.hour().cast(pl.Int64)).is_in(
        [day * 24 + hour for day, hour in hours]
    )


def _longest_without(staffed: frozenset[Hour]) -> int:
    """Hours of the longest stretch of the week, which begins again on Monday, that holds no staffed hour."""
    longest = run = 0
    for hour in HOURS_OF_A_WEEK * 2:
        run = 0 if hour in staffed else run + 1
        longest = max(longest, run)
    return min(longest, len(HOURS_OF_A_WEEK))


def spans(staffed: frozenset[Hour]) -> list[tuple[tuple[int, ...], tuple[tuple[int, int], ...]]]:
    """Weekdays with the same hours, and these as (from, to) of a 24-hour clock: [((1, 2), ((9, 12), (14, 18)))]."""
    by_hours: dict[tuple[tuple[int, int], ...], list[int]] = {}
    for day in range(1, 8):
        if hours := [hour for hour in range(24) if (day, hour) in staffed]:
            by_hours.setdefault(tuple(_joined(hours)), []).append(day)
    return [(tuple(days), hours) for hours, days in by_hours.items()]


def _joined(hours: list[int]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for hour in hours:
        if found and found[-1][1] == hour:
            found[-1] = (found[-1][0], hour + 1)
        else:
            found.append((hour, hour + 1))
    return found
