"""What a period of a community's life comes down to: the numbers and evidence that every face of the digest shows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

import polars as pl


@dataclass(frozen=True)
class Period:
    """A half-open span [start, end) of UTC instants; `timezone` is the one in which the CM lives its days."""

    start: datetime
    end: datetime
    timezone: str

    def previous(self) -> "Period":
        """The span of the same length just before."""
        return Period(self.start - (self.end - self.start), self.start, self.timezone)


@dataclass(frozen=True)
class Waiting:
    """What a human has to decide at the moment of the report. overdue: hand-offs whose time is over. entries: learned ones."""

    verdicts: int
    drafts: int
    handoffs: int
    overdue: int
    next_due_at: datetime | None = None
    entries: int = 0


@dataclass(frozen=True)
class ReportData:
    """What the store knows of a period and of the 28 days before it. Frames:

    comments: COMMENT_SCHEMA (native_id, kind, edited_at and raw may be missing), of the period and the 28 days before,
    newest state, our own replies left out.
    verdicts: comment_id, action, norms, decided_by, autonomy, created_at: latest of each comment; those that allow it
    may be missing. drafts: DRAFT_SCHEMA + status, created_at.
    handoffs: HANDOFF_SCHEMA + status (open | done), created_at, done_at. members: MEMBER_SCHEMA.
    actions: key, comment_id, platform, kind, status, created_at, done_at (UTC instants).
    sources: id, platform, kind, name, watermark_at, last_run_at, error (null when the last pull went well).
    set_aside: source_id, reason, created_at.
    waiting: as the store counts it now, whatever the period; None: to be counted from the frames.
    decisions: item_kind, decision, decided_at, of humans; None where nobody keeps them.
    """

    comments: pl.DataFrame
    verdicts: pl.DataFrame
    drafts: pl.DataFrame
    handoffs: pl.DataFrame
    members: pl.DataFrame
    actions: pl.DataFrame
    sources: pl.DataFrame
    set_aside: pl.DataFrame
    waiting: Waiting | None = None
    decisions: pl.DataFrame | None = None
    costs: "tuple[Cost, ...]" = ()
    postponed: Mapping[str, int] = field(default_factory=dict)  # source id -> threads left for a later run
    topics: "tuple[KnownTopic, ...]" = ()  # of the last two months, so that a subject keeps its identity
    opted_out: frozenset[str] = frozenset()  # ids of members of whom no profile is made


@dataclass(frozen=True)
class Spending:
    """A month on X in USD. forecast: None on the day on which X was first read. budget: None without one. runs_out: the
    day on which it ends at this pace, if it does.
    """

    spent: float
    forecast: float | None
    budget: float | None
    runs_out: date | None


@dataclass(frozen=True)
class Cost:
    """What calls to a platform cost in a period and in the one before: US dollars, or units of a daily quota."""

    platform: str
    value: float
    previous: float
    unit: Literal["usd", "quota"]


@dataclass(frozen=True)
class Kpi:
    """One figure with that of the previous period; None where it has no meaning (an empty day).

    unit: count | share (0..1) | minutes | usd. better: which direction is good for the community.
    """

    key: str
    value: float | None
    previous: float | None
    unit: Literal["count", "share", "minutes", "usd"] = "count"
    better: Literal["up", "down", "neither"] = "neither"


@dataclass(frozen=True)
class Example:
    """A comment shown as evidence."""

    comment_id: str
    platform: str
    author: str | None
    text: str
    permalink: str
    created_at: datetime


@dataclass(frozen=True)
class Mood:
    """Shares of negative, neutral and positive comments (sum 1), their number, and the mean of -1..1."""

    negative: float
    neutral: float
    positive: float
    comments: int
    mean: float


@dataclass(frozen=True)
class KnownTopic:
    """A topic of earlier reports. keys: weights of what its comments say, the same in every language.

    by_day: comments of each local day on which a report found it; negative_by_day: those that sound negative, of the days
    on which that was counted.
    """

    id: str
    keys: Mapping[str, float]
    first_day: date
    last_day: date
    by_day: Mapping[date, int] = field(default_factory=dict)
    negative_by_day: Mapping[date, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Topic:
    """A cluster of comments of the period.

    id: that of the earlier topic that it goes on, if any. previous_mood: of its comments in the period before.
    fresh_terms: words of its comments that were not among those of the period before. by_day: comments of each local
    day, of the period and of the days before on which a report found it; negative_by_day: those that sound negative, as
    far as it was counted. since: the first of these days, None when it
    is new. keys: weights of what its comments say.
    """

    id: str
    label: str
    terms: tuple[str, ...]
    comments: int
    previous_comments: int
    members: int
    engagement: int
    mood: Mood
    platforms: Mapping[str, int]
    examples: tuple[Example, ...]
    previous_mood: Mood | None = None
    fresh_terms: tuple[str, ...] = ()
    by_day: Mapping[date, int] = field(default_factory=dict)
    since: date | None = None
    keys: Mapping[str, float] = field(default_factory=dict)
    negative_by_day: Mapping[date, int] = field(default_factory=dict)
    hours: tuple[int, ...] = ()  # comments of each hour of the local day, 0 to 23, of the period and the one before


@dataclass(frozen=True)
class ActiveMember:
    """A member as the digest lists them."""

    id: str
    name: str
    platform: str
    comments: int
    replies: int
    score: int
    segment: str


@dataclass(frozen=True)
class HelpfulMember:
    """Who answers others. answered: different members whom they answered; thanked: those who then thanked."""

    id: str
    name: str
    platform: str
    answered: int
    replies: int
    thanked: int


@dataclass(frozen=True)
class MovingMember:
    """Who writes much more, or no longer. now: comments of the last week. usual: of a week before it."""

    id: str
    name: str
    platform: str
    now: int
    usual: float
    last_seen: datetime


@dataclass(frozen=True)
class People:
    """What goes on among members. loudest_share: of the period's comments, those of the `loudest` members who wrote
    most; None where nobody dominates."""

    helpful: tuple[HelpfulMember, ...] = ()
    rising: tuple[MovingMember, ...] = ()
    leaving: tuple[MovingMember, ...] = ()
    loudest: int = 0
    loudest_share: float | None = None


@dataclass(frozen=True)
class BestHour:
    """When what is published finds people awake: `share` of the comments (of a platform, or of a topic) are written
    in that hour of the local day or the one after; even: the share of any two hours if all were alike."""

    platform: str  # empty for a topic
    topic: str  # label; empty for a platform
    hour: int
    share: float
    comments: int
    even: float = 2 / 24


@dataclass(frozen=True)
class Proposal:
    """Something to publish, with the reason: a question that `count` members ask, a subject that `count` comments
    raise, or an event of the catalogue, which takes `days` days. at: the proposed instant."""

    kind: Literal["question", "topic", "event"]
    at: datetime
    subject: str
    count: int = 0
    platform: str = ""
    url: str = ""
    event_day: date | None = None
    days: int = 1


@dataclass(frozen=True)
class Signal:
    """A peak, trend, weak signal, burst, wave, mood shift or crisis. level: 1 (notice) to 3 (act now). terms: words that drive it.

    value and expected: comments of the hour (peak), share of negative comments (mood_shift), negative comments of the
    topic (crisis), comments with the leading term (trend, weak_signal), comments (burst), accounts and those of them
    that are new (wave). label: the topic's label, the question, link or segment of a burst, empty where the signal is
    about the whole community. about: what a burst is of. first, timeline, members, thread: of a crisis, its first
    negative comment, its negative comments as they came, how many members wrote them, and the discussion that holds
    most of them. parts: of a crisis, labels of what grew within it, with comments. within: of a trend, the label of the
    crisis that it is part of. crisis: the id under which an alert told of it, if one did.
    """

    kind: Literal["peak", "trend", "weak_signal", "burst", "wave", "mood_shift", "crisis"]
    at: datetime
    level: int
    value: float
    expected: float
    terms: tuple[str, ...] = ()
    examples: tuple[Example, ...] = ()
    label: str = ""
    platforms: tuple[str, ...] = ()
    about: Literal["", "question", "link", "group"] = ""
    first: Example | None = None
    timeline: tuple[tuple[datetime, int], ...] = ()
    members: int = 0
    thread: str = ""
    parts: tuple[tuple[str, int], ...] = ()
    within: str = ""
    crisis: str = ""


@dataclass(frozen=True)
class RecurringQuestion:
    """A question that several members asked; `entry_id` is the knowledge entry that answers it, None when none does."""

    text: str
    asked: int
    members: int
    entry_id: str | None
    examples: tuple[Example, ...] = ()


@dataclass(frozen=True)
class Insights:
    """Everything a digest may say. Frames:

    by_day: date, platform, comments; zeros included; of at least the 14 days that end the period, as far as known.
    by_hour: weekday (1 Monday..7), hour (0..23), comments, in the CM's time zone; of all that is known up to the end.
    by_platform: platform, comments, members, negative (share), of the period.
    responses: platform, hour (0..23, null: the whole day), answered, median_minutes, p90_minutes: first responses of the
    period; empty without any.
    mood_by_day: date, negative, neutral, positive (counts), of the same days as by_day.
    """

    community: str
    period: Period
    kpis: tuple[Kpi, ...]
    by_day: pl.DataFrame
    by_hour: pl.DataFrame
    by_platform: pl.DataFrame
    mood: Mood
    previous_mood: Mood
    mood_by_day: pl.DataFrame
    topics: tuple[Topic, ...]
    members: tuple[ActiveMember, ...]
    questions: tuple[RecurringQuestion, ...]
    signals: tuple[Signal, ...]
    waiting: Waiting
    norms: Mapping[str, int] = field(default_factory=dict)  # norm id -> comments held, removed or escalated
    blind_spots: tuple[str, ...] = ()  # what Vigie could not see: source ids with their error or gap

    costs: tuple[Cost, ...] = ()
    x_spending: Spending | None = None
    most_voted: tuple[tuple[Example, int], ...] = ()  # the members' comments with the highest scores of the period
    people: People = People()
    best_hours: tuple[BestHour, ...] = ()
    sampled: tuple[int, int] = (0, 0)  # of how many comments words were read, of how many; (0, 0): of all
    responses: pl.DataFrame = field(default_factory=pl.DataFrame)
    calendar: tuple[Proposal, ...] = ()  # of the week that follows, in order of time

    def kpi(self, key: str) -> Kpi:
        """The figure of that key. Raises KeyError."""
        return {kpi.key: kpi for kpi in self.kpis}[key]
