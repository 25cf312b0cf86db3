"""The units of YouTube's daily quota: what was spent by every run of the day, and what a run may still spend on reading.

Costs as documented (developers.google.com/youtube/v3/determine_quota_cost): a list 1 unit, a write 50, invalid calls
cost, too. An answer 304 to an ETag costs as much as a full one, so ETags save nothing here and are not sent.
"""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

from connectors.contract import RateLimited
from connectors.memory import Memory
from domain.language import say
from domain.records import Limit, Platform

QUOTA_UNITS_A_DAY = 10_000
READ_UNITS = 1
WRITE_UNITS = 50
RESERVE_UNITS = 2_000  # forty replies or removals: reading never takes them
LEAST_SHARE_UNITS = 100
QUOTA_ZONE = ZoneInfo("America/Los_Angeles")


class Quota:
    """Counts the units of one connector, and knows those of the others through its memory."""

    def __init__(self, memory: Memory) -> None:
        self.memory = memory
        self.key = f"connector {uuid4().hex[:12]}"
        self._units: dict[date, float] = {}
        self._ceiling = 0.0

    def spend(self, units: float) -> None:
        """Count a call before it is made."""
        day = quota_day()
        self._units[day] = self._units.get(day, 0) + units
        self.memory.charge(Platform.YOUTUBE, day, {self.key: self._units[day]})

    def remaining(self) -> float:
        """Units left of the day; other users of the same Google project are not seen."""
        day = quota_day()
        return max(QUOTA_UNITS_A_DAY - self.memory.spent(Platform.YOUTUBE, day, day), 0)

    def plan(self) -> None:
        """Begin a pull: it may spend half of what remains for reading on replies, so that later runs find some, too."""
        self._ceiling = max((self.remaining() - RESERVE_UNITS) / 2, LEAST_SHARE_UNITS)

    def may_spend(self) -> bool:
        """Whether the plan has a unit for what can wait; takes it."""
        if self._ceiling < READ_UNITS or self.remaining() - RESERVE_UNITS < READ_UNITS:
            return False
        self._ceiling -= READ_UNITS
        return True

    def require(self) -> None:
        """Raises RateLimited when only what is kept for writing remains."""
        if self.remaining() - RESERVE_UNITS < READ_UNITS:
            message = say(
                fr="lecture de YouTube suspendue : les {units} unités qui restent aujourd'hui sont gardées pour répondre et "
                "modérer ; le quota est renouvelé à minuit, heure du Pacifique",
                en="reading YouTube is paused: the {units} units left today are kept for replies and moderation; the quota "
                "is renewed at midnight, Pacific time",
                units=int(self.remaining()),
            )
            raise RateLimited(message, seconds_to_renewal())

    def limit(self) -> Limit:
        return Limit("youtube quota", self.remaining(), float(QUOTA_UNITS_A_DAY), "units", next_quota_day())


def quota_day() -> date:
    return datetime.now(QUOTA_ZONE).date()


def next_quota_day() -> datetime:
    """The instant of the next midnight in California."""
    tomorrow = quota_day() + timedelta(days=1)
    return datetime(tomorrow.year, tomorrow.month, tomorrow.day, tzinfo=QUOTA_ZONE).astimezone(UTC)


def seconds_to_renewal() -> float:
    return (next_quota_day() - datetime.now(UTC)).total_seconds()
