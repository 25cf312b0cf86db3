"""What a community's history tells before Vigie does anything: where members come, what they ask, who is there to answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import polars as pl

from domain.insights import Example, Period

Witness = Literal["team", "members", "nobody"]
Hour = tuple[int, int]  # weekday 1 (Monday) to 7, hour 0 to 23, on the CM's clock


@dataclass(frozen=True)
class Answering:
    """How a group of messages that call for an answer fared. minutes: the median until the first answer, None without any."""

    asked: int
    answered: int
    minutes: float | None

    @property
    def unanswered_share(self) -> float:
        return 1 - self.answered / self.asked if self.asked else 0.0


@dataclass(frozen=True)
class ContactPoint:
    """A place where members write: a subreddit, a channel, a query. negative: share of 0..1, None without a message."""

    platform: str
    name: str
    comments: int
    members: int
    answering: Answering
    negative: float | None


@dataclass(frozen=True)
class SurveyedQuestion:
    """A question that several members asked.

    entry_id: the knowledge entry that answers it, None when none does. concern: what makes it a matter for people, as
    most of those who ask it do; empty for none. variants: other ways in which it was asked, without personal data.
    answer: what the team answered last, without personal data; empty when it never did.
    """

    text: str
    lang: str
    members: int
    answering: Answering
    entry_id: str | None = None
    concern: str = ""
    variants: tuple[str, ...] = ()
    answer: str = ""
    platforms: Mapping[str, int] = field(default_factory=dict)
    examples: tuple[Example, ...] = ()


@dataclass(frozen=True)
class Presence:
    """When somebody of the team is there. Known from what the team wrote, from its working hours, or not at all.

    staffed: hours of the week. alone_share: of the members' messages, those that came in the other hours.
    longest_alone_hours: the longest stretch without anybody. attended and alone: how requests
    fared that came while somebody was there, and while nobody was.
    """

    known_from: Literal["messages", "working_hours"]
    staffed: frozenset[Hour]
    alone_share: float
    longest_alone_hours: int
    attended: Answering
    alone: Answering


@dataclass(frozen=True)
class Shares:
    """Requests by who could answer them. concerns: topic -> requests that only people should answer.

    known: those that an entry answers. recurring: those that several members ask and no entry answers. rare: the others.
    """

    known: int
    recurring: int
    rare: int
    concerns: Mapping[str, int]

    @property
    def for_people(self) -> int:
        return sum(self.concerns.values())

    @property
    def automatable(self) -> int:
        return self.known + self.recurring

    @property
    def total(self) -> int:
        return self.automatable + self.rare + self.for_people


@dataclass(frozen=True)
class Survey:
    """The map of journeys of a community over a period.

    requests: messages that ask something or that touch on a concern. witness: whose answers are seen in the history:
    the team's, only members', or nobody's because replies do not tell what they answer. peers: how many were answered by
    another member. requests_by_hour: weekday, hour,
    comments (all 168 hours), None without dates. norms: norm id -> messages that the charter would hold, remove or
    escalate.
    """

    community: str
    period: Period
    dated: bool
    comments: int
    members: int
    witness: Witness
    answering: Answering
    peers: Answering
    points: tuple[ContactPoint, ...]
    questions: tuple[SurveyedQuestion, ...]
    shares: Shares
    norms: Mapping[str, int]
    concern_examples: Mapping[str, tuple[Example, ...]] = field(default_factory=dict)
    presence: Presence | None = None
    requests_by_hour: pl.DataFrame | None = None

    @property
    def days(self) -> float:
        """Days of the period, at least one."""
        return max(1.0, (self.period.end - self.period.start).total_seconds() / 86_400)

    def a_week(self, count: float) -> float:
        """So many in the period, as a number for each week; a shorter period is taken as it is."""
        return count * 7 / max(7.0, self.days)
