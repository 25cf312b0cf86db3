"""How a language writes numbers, shares, dates and plurals, and how it says each phrase of the catalogue.

French follows the Imprimerie nationale's usage: thin no-break spaces in numbers and before ; ! ?, wide ones before : and %.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from domain.insights import Period
from domain.language import NO_BREAK, THIN_NO_BREAK, Language, typeset
from tasks.publishing.day_names import DAYS, DAYS_SHORT, MONTHS, MONTHS_SHORT
from tasks.publishing.phrases import PHRASES
from tasks.publishing.quoting import label

MINUS = "\u2212"
HALF_UP = 1e-9  # 12.5 is shown as 13, as readers round, although Python rounds it to the even 12


@dataclass(frozen=True)
class Wording:
    """One language, and the time zone in which its reader lives."""

    language: Language
    timezone: str = "UTC"

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def french(self) -> bool:
        return self.language == "fr"

    def say(self, key: str, **values: object) -> str:
        """The phrase of that key. Raises KeyError for an unknown key or a missing value."""
        return typeset(PHRASES[key][self.language], self.language).format(**values)

    def count(self, key: str, n: float, **values: object) -> str:
        """The phrase `one|other` of that key with `n` things; {n} is the number as the language writes it.

        French counts 0 and 1.5 in the singular, English only 1.
        """
        one, other = typeset(PHRASES[key][self.language], self.language).split("|")
        singular = abs(n) < 2 if self.french else n == 1
        written = self.number(n, 0 if n == round(n) else 1)
        return (one if singular else other).format(n=written, **values)

    def named(self, kind: str, key: str) -> str:
        """The name of a platform, KPI, segment or norm; a key that the catalogue does not know is shown as words."""
        phrase = PHRASES.get(f"{kind}_{key}")
        return typeset(phrase[self.language], self.language) if phrase else label(key.replace("_", " ")).capitalize()

    def platform(self, key: str) -> str:
        return self.named("platform", key)

    def number(self, value: float, decimals: int = 0) -> str:
        """1 234 or 1,234; a true minus sign."""
        text = f"{abs(value):,.{decimals}f}"
        if self.french:
            text = text.replace(",", THIN_NO_BREAK).replace(".", ",")
        return (MINUS if value < 0 and text.strip("0.,") else "") + text

    def percent(self, share: float) -> str:
        """12,5 % or 12.5%; decimals only where a whole number would hide the difference."""
        percents = share * 100 + math.copysign(HALF_UP, share)
        decimals = 0 if abs(percents) >= 10 or round(percents, 1) == round(percents) else 1
        return self.number(percents, decimals) + (NO_BREAK + "%" if self.french else "%")

    def change(self, now: float, before: float) -> str | None:
        """The change with its sign, as a share of `before`; None where `before` is zero."""
        if before == 0:
            return None
        share = (now - before) / abs(before)
        if round(share, 3) == 0:
            return self.say("no_change")
        sign = "+" if share > 0 else MINUS
        return sign + self.percent(round(abs(share), 2 if abs(share) >= 0.1 else 3))

    def duration(self, minutes: float) -> str:
        """12 min, 3 h 05, 2 j 4 h."""
        whole = max(0, round(minutes))
        hours, rest = divmod(whole, 60)
        if hours == 0:
            return f"{whole}{NO_BREAK}min"
        if hours < 48:
            return f"{hours}{NO_BREAK}h" + (f"{NO_BREAK}{rest:02d}" if rest else "")
        days, hours = divmod(hours, 24)
        return f"{days}{NO_BREAK}{'j' if self.french else 'd'}" + (f" {hours}{NO_BREAK}h" if hours else "")

    def money(self, usd: float) -> str:
        """3,20 $ US or $3.20."""
        amount = self.number(usd, 2)
        return f"{amount}{NO_BREAK}${NO_BREAK}US" if self.french else f"${amount}"

    def joined(self, parts: Sequence[str]) -> str:
        """a, b and c."""
        if len(parts) < 2:
            return "".join(parts)
        return ", ".join(parts[:-1]) + self.say("and") + parts[-1]

    def quoted(self, text: str) -> str:
        return f"«{NO_BREAK}{text}{NO_BREAK}»" if self.french else f"“{text}”"

    def local(self, instant: datetime) -> datetime:
        """That instant on the reader's clock."""
        return instant.astimezone(self.zone)

    def day(self, day: date, year: bool = False, weekday: bool = True) -> str:
        """mardi 3 novembre, Tuesday 3 November; 1er in French."""
        number = "1er" if self.french and day.day == 1 else str(day.day)
        text = f"{number}{NO_BREAK}{MONTHS[self.language][day.month - 1]}"
        if weekday:
            text = f"{self.weekday(day.isoweekday())} {text}"
        return f"{text} {day.year}" if year else text

    def short_day(self, day: date) -> str:
        """3 nov."""
        return f"{day.day}{NO_BREAK}{MONTHS_SHORT[self.language][day.month - 1]}"

    def short_month(self, day: date) -> str:
        """nov. 2013."""
        return f"{MONTHS_SHORT[self.language][day.month - 1]} {day.year}"

    def weekday(self, number: int, short: bool = False) -> str:
        """The name of weekday 1 (Monday) to 7."""
        return (DAYS_SHORT if short else DAYS)[self.language][number - 1]

    def month(self, day: date) -> str:
        return f"{MONTHS[self.language][day.month - 1]} {day.year}"

    def hour(self, hour: int) -> str:
        """18 h or 6 pm."""
        if self.french:
            return f"{hour}{NO_BREAK}h"
        return f"{hour % 12 or 12}{NO_BREAK}{'am' if hour % 24 < 12 else 'pm'}"

    def clock(self, instant: datetime) -> str:
        """18 h 05 or 18:05, on the reader's clock."""
        at = self.local(instant)
        if self.french:
            return f"{at.hour}{NO_BREAK}h{NO_BREAK}{at.minute:02d}" if at.minute else f"{at.hour}{NO_BREAK}h"
        return f"{at.hour:02d}:{at.minute:02d}"

    def moment(self, instant: datetime) -> str:
        """mardi 3 novembre à 18 h 05."""
        return self.say("day_at_time", day=self.day(self.local(instant).date()), time=self.clock(instant))

    def period(self, period: Period) -> str:
        """A day, a part of a day, a month, or the first and last day with what they do not share."""
        first, last = self.first_day(period), self.last_day(period)
        if first == last:
            day = self.day(first, year=True)
            if is_whole_days(period):
                return day
            return self.say("day_between", day=day, start=self.clock(period.start), end=self.clock(period.end))
        if is_whole_month(period):
            return self.month(first)
        if first.year != last.year:
            return self.say("days_from_to", first=self.day(first, year=True), last=self.day(last, year=True))
        return self.say("days_from_to", first=self.day(first), last=self.day(last, year=True))

    def first_day(self, period: Period) -> date:
        return self.local(period.start).date()

    def last_day(self, period: Period) -> date:
        return self.local(max(period.start, period.end - timedelta(microseconds=1))).date()


def is_whole_days(period: Period) -> bool:
    """Whether the period begins and ends at the reader's midnight."""
    zone = ZoneInfo(period.timezone)
    return all((at.hour, at.minute) == (0, 0) for at in (period.start.astimezone(zone), period.end.astimezone(zone)))


def is_whole_month(period: Period) -> bool:
    """Whether the period is one month of the reader's calendar."""
    zone = ZoneInfo(period.timezone)
    start, end = period.start.astimezone(zone), period.end.astimezone(zone)
    following = (start.year + start.month // 12, start.month % 12 + 1)
    return is_whole_days(period) and start.day == end.day == 1 and (end.year, end.month) == following
