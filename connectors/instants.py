"""Reads the instants that exports write: seconds or milliseconds since 1970, ISO 8601, X's form, mail's, local dates.

A time without a zone is UTC, as the platforms export it. Whether 03/04 is in March or in April is told by the other
rows of the column, where one of them can be read in one way only.
"""

import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

MILLISECONDS_FROM = 100_000_000_000  # as seconds that would be the year 5138
MICROSECONDS_FROM, NANOSECONDS_FROM = MILLISECONDS_FROM * 1_000, MILLISECONDS_FROM * 1_000_000
X_DATE = "%a %b %d %H:%M:%S %z %Y"
_NUMBER = re.compile(r"-?\d+(\.\d+)?([eE]\+?\d+)?")
_DAY_NUMBER = re.compile(r"(19|20)\d{6}")
_CLOCK = r"(?:[,T]?\s*(?:à|at|-)?\s*(?P<hour>\d{1,2})\s*[:h]\s*(?P<minute>\d{2})?(?::(?P<second>\d{2})(?:[.,]\d+)?)?\s*(?P<half>[ap]\.?m\.?)?)?"
_ZONE = r"\s*(?:Z|UTC|GMT)?"
_LOCAL = re.compile(r"(?P<one>\d{1,2})[/.-](?P<two>\d{1,2})[/.-](?P<year>\d{4}|\d{2})" + _CLOCK + _ZONE, re.I)
_ISO_LIKE = re.compile(r"(?P<year>\d{4})[/.-](?P<one>\d{1,2})[/.-](?P<two>\d{1,2})" + _CLOCK + _ZONE, re.I)
_DAY_MONTH = re.compile(
    r"(?:[^\W\d]+\.?,?\s+)?(?:le\s+)?(?P<day>\d{1,2})(?:er|st|nd|rd|th)?[\s-]+(?P<month>[^\W\d]{3,})\.?,?[\s-]+(?P<year>\d{4})"
    + _CLOCK + _ZONE, re.I,
)  # fmt: skip
_MONTH_DAY = re.compile(
    r"(?:[^\W\d]+\.?,?\s+)?(?P<month>[^\W\d]{3,})\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<year>\d{4})"
    + _CLOCK + _ZONE, re.I,
)  # fmt: skip
_MONTHS = (
    ("jan",), ("feb", "fév", "fev"), ("mar",), ("apr", "avr"), ("may", "mai"), ("jun", "juin"), ("jul", "juil"),
    ("aug", "aoû", "aou"), ("sep",), ("oct",), ("nov",), ("dec", "déc"),
)  # fmt: skip


def read_instant(text: str, day_first: bool | None = None) -> datetime | None:
    """The UTC instant that `text` writes, None where it cannot be read without doubt.

    day_first: whether 03/04 is in April; None: unknown, and then it cannot be read.
    """
    text = text.strip().strip("'\u200e\ufeff").replace("\u202f", " ").replace("\u00a0", " ")
    readers: tuple[Callable[[str], datetime | None], ...] = (
        _from_number,
        datetime.fromisoformat,
        _from_iso_like,
        lambda given: _from_local(given, day_first),
        _from_words,
        lambda given: datetime.strptime(given, X_DATE),  # noqa: DTZ007 the form has its zone
        parsedate_to_datetime,
    )
    for read in readers:
        try:
            at = read(text)
        except (ValueError, OverflowError, OSError, TypeError, IndexError):
            continue
        if at is not None:
            return at.replace(tzinfo=UTC) if at.tzinfo is None else _in_utc(at)
    return None


def writes_day_first(texts: Iterable[str]) -> bool | None:
    """Whether local dates such as 25/12/2026 begin with the day; None where no row of the column tells."""
    for text in texts:
        found = _LOCAL.match(text.strip())
        if found and int(found["one"]) > 12:
            return True
        if found and int(found["two"]) > 12:
            return False
    return None


def _in_utc(at: datetime) -> datetime | None:
    try:
        return at.astimezone(UTC)
    except OverflowError:
        return None


def _from_number(text: str) -> datetime | None:
    if not _NUMBER.fullmatch(text):
        return None
    if _DAY_NUMBER.fullmatch(text):
        return datetime.strptime(text, "%Y%m%d").replace(tzinfo=UTC)
    number = float(text)
    for bound, divisor in ((NANOSECONDS_FROM, 1e9), (MICROSECONDS_FROM, 1e6), (MILLISECONDS_FROM, 1e3)):
        if number > bound:
            return datetime.fromtimestamp(number / divisor, UTC)
    return datetime.fromtimestamp(number, UTC)


def _from_iso_like(text: str) -> datetime | None:
    """2026/3/29 14:05 and 2026-03-29 14:05:00 UTC."""
    found = _ISO_LIKE.fullmatch(text)
    return _built(found, int(found["one"]), int(found["two"])) if found else None


def _from_local(text: str, day_first: bool | None) -> datetime | None:
    found = _LOCAL.fullmatch(text)
    if not found:
        return None
    one, two = int(found["one"]), int(found["two"])
    if day_first is None and one != two and max(one, two) <= 12:
        return None
    first_is_day = one > 12 if day_first is None else day_first
    return _built(found, two, one) if first_is_day else _built(found, one, two)


def _from_words(text: str) -> datetime | None:
    """5 mars 2026 à 14:05, March 5, 2026 2:05 PM."""
    found = _DAY_MONTH.fullmatch(text) or _MONTH_DAY.fullmatch(text)
    if not found:
        return None
    name = found["month"].lower()
    month = next((n for n, starts in enumerate(_MONTHS, start=1) if name.startswith(starts)), 0)
    return _built(found, month, int(found["day"]))


def _built(found: re.Match[str], month: int, day: int) -> datetime:
    year = int(found["year"])
    hour = int(found["hour"] or 0)
    if half := (found["half"] or "").lower():
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    full = year + 2000 if year < 100 else year
    return datetime(full, month, day, hour, int(found["minute"] or 0), int(found["second"] or 0), tzinfo=UTC)
