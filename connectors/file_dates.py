"""Reads the dates of a CM's file without guessing: what may be meant in two ways is asked about, never decided alone."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from domain.language import say

SLASHED = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})(?:[ ,T]+(?:à |at )?(\d{1,2})[:h](\d{2})(?::(\d{2}))?)?")
EPOCH = re.compile(r"\d{9,10}(?:\.\d+)?|\d{12,13}")
MILLISECONDS_FROM = 10**11


class Unclear(ValueError):
    """A date that cannot be read without doubt. row: its index."""

    def __init__(self, row: int, message: str) -> None:
        super().__init__(message)
        self.row = row


def instants(values: Sequence[Any], zone: ZoneInfo, day_first: bool) -> list[datetime]:
    """The UTC instants of a column: ISO 8601, 24/11/2026 14:05, or seconds or milliseconds since 1970.

    Those without a zone are in `zone`. Whether the day comes first in dates with slashes is what the file's own dates
    tell (24/11 or 11/24); where none tells, `day_first`. Raises Unclear.
    """
    order = _order_of(values, day_first)
    return [_instant(row, value, zone, order) for row, value in enumerate(values)]


def _order_of(values: Sequence[Any], day_first: bool) -> bool:
    days, months = False, False
    for row, value in enumerate(values):
        found = SLASHED.fullmatch(value.strip()) if isinstance(value, str) else None
        if found:
            days |= int(found[1]) > 12
            months |= int(found[2]) > 12
        if days and months:
            raise Unclear(
                row,
                say(
                    fr="`{value}` : les dates du fichier mêlent jour/mois et mois/jour ; écrivez-les 2026-11-24 14:05",
                    en="`{value}`: the file mixes day/month and month/day; write dates as 2026-11-24 14:05",
                    value=value,
                ),
            )
    return days or (day_first and not months)


def _instant(row: int, value: Any, zone: ZoneInfo, day_first: bool) -> datetime:
    try:
        return _read(value, zone, day_first)
    except (ValueError, OverflowError, OSError):
        shown = "" if value is None else str(value)[:60]
    raise Unclear(
        row,
        say(
            fr="`{value}` n'est pas une date lisible ; écrivez-la 2026-11-24 14:05 ou 24/11/2026 14:05",
            en="`{value}` is not a date that can be read; write it as 2026-11-24 14:05",
            value=shown,
        ),
    )


def _read(value: Any, zone: ZoneInfo, day_first: bool) -> datetime:
    """Raises ValueError, OverflowError or OSError for what is no date."""
    if isinstance(value, datetime):
        found = value
    elif isinstance(value, date):
        found = datetime.combine(value, time())
    elif isinstance(value, int | float) and not isinstance(value, bool):
        return _since_1970(float(value))
    else:
        text = str(value or "").strip()
        if EPOCH.fullmatch(text):
            return _since_1970(float(text))
        slashed = SLASHED.fullmatch(text)
        found = _slashed(slashed, day_first) if slashed else datetime.fromisoformat(text.removesuffix(" UTC"))
        if text.endswith(" UTC"):
            found = found.replace(tzinfo=UTC)
    return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)


def _since_1970(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds / 1000 if seconds >= MILLISECONDS_FROM else seconds, UTC)


def _slashed(found: re.Match[str], day_first: bool) -> datetime:
    first, second, year, hour, minute, second_of_minute = (int(part or 0) for part in found.groups())
    day, month = (first, second) if day_first else (second, first)
    return datetime(year, month, day, hour, minute, second_of_minute)  # noqa: DTZ001  the file does not tell
