"""What every part of a digest needs to read Insights in one language: names, comparisons, evidence, signals."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from domain.insights import Example, Insights, Kpi, Mood, Period, Signal
from tasks.publishing.edition import Evidence, Form, Link, Links, Origin, Shares, Tone
from tasks.publishing.phrases import PHRASES
from tasks.publishing.quoting import LABEL_GRAPHEMES, NAME_GRAPHEMES, isolated, label, safe_url, shorten
from tasks.publishing.wording import MINUS, Wording, is_whole_days, is_whole_month

EXAMPLES_SHOWN = 3
TERMS_SHOWN = 3
_SOURCE = re.compile(r"(?P<platform>[a-z]+):(?P<kind>[a-z]+):(?P<name>.+?): (?P<reason>.+)", re.DOTALL)
MOST_AS_SHARE = 1.0  # beyond a doubling, the number before says more than a percentage
LONGEST_DAY = timedelta(hours=25)  # the day on which summer time ends
UNDATED = datetime(1970, 1, 1, tzinfo=UTC)  # the start of the period of an export without dates


@dataclass(frozen=True)
class Reading:
    """Insights with the words to tell them. norm_titles: the charter's. answers: entry id -> in the FAQ."""

    insights: Insights
    words: Wording
    links: Links
    norm_titles: Mapping[str, str] = field(default_factory=dict)
    answers: Mapping[str, Link] = field(default_factory=dict)
    origin: Origin = "store"

    @property
    def form(self) -> Form:
        return form_of(self.insights.period)

    @property
    def comments(self) -> int:
        """Comments of the period."""
        return int(self.insights.by_platform["comments"].sum())

    @property
    def members(self) -> int:
        """Members who wrote in the period; somebody on two platforms counts twice."""
        counted = {kpi.key: kpi.value for kpi in self.insights.kpis}.get("members")
        return int(counted or 0)

    @property
    def previous_comments(self) -> float | None:
        """Comments of the period before; None or 0 when it was not observed or empty."""
        return next((kpi.previous for kpi in self.insights.kpis if kpi.key == "comments"), None)

    def dateline(self) -> str:
        """The period as its reader says it; that an export has no dates."""
        return self.words.say("undated") if self.form == "undated" else self.words.period(self.insights.period)

    def norm_title(self, norm: str) -> str:
        """The charter's title of a norm, else the catalogue's."""
        return shorten(self.norm_titles.get(norm) or self.words.named("norm", norm), LABEL_GRAPHEMES)

    def compared(self, now: float, before: float | None) -> str:
        """`12 % more than the day before`; empty where there is nothing to compare with."""
        if not before:
            return ""
        ref = self.words.say(f"ref_{self.form}")
        share = (now - before) / before
        if share > MOST_AS_SHARE:
            return self.words.say("against", before=self.words.number(before), ref=ref)
        if round(abs(share), 2) == 0:
            return self.words.say("as_many", ref=ref)
        written = self.words.percent(round(abs(share), 2))
        return self.words.say("more" if share > 0 else "fewer", share=written, ref=ref)

    def evidence(self, examples: tuple[Example, ...]) -> tuple[Evidence, ...]:
        return tuple(self._evidence(example) for example in examples[:EXAMPLES_SHOWN])

    def _evidence(self, example: Example) -> Evidence:
        author = isolated(shorten(example.author, NAME_GRAPHEMES)) if example.author else self._nobody()
        where, url = self.words.platform(example.platform), safe_url(example.permalink)
        return Evidence(shorten(example.text), author, where, self._when(example.created_at), url)

    def _nobody(self) -> str:
        """An export without authors has comments from nobody, not from deleted members."""
        return "" if self.origin == "file" and self.members == 0 else self.words.say("deleted_member")

    def _when(self, instant: datetime) -> str:
        if self.form == "undated":
            return ""
        at = self.words.local(instant)
        first, last = self.words.first_day(self.insights.period), self.words.last_day(self.insights.period)
        year = f" {at.year}" if first.year != last.year or at.year != last.year else ""
        return f"{self.words.short_day(at.date())}{year}, {self.words.clock(instant)}"

    def shares(self, mood: Mood) -> Shares:
        said = self.words.say(
            "mood_shares",
            negative=self.words.percent(mood.negative),
            neutral=self.words.percent(mood.neutral),
            positive=self.words.percent(mood.positive),
        )
        return Shares(mood.negative, mood.neutral, mood.positive, said)

    def terms(self, terms: tuple[str, ...]) -> str:
        return self.words.joined([self.words.quoted(label(term)) for term in terms[:TERMS_SHOWN]])

    def signal_subject(self, signal: Signal) -> str:
        """What a signal is about, quoted: its topic, else the words that drive it; empty for neither."""
        if signal.about == "group":
            return self.words.quoted(self.words.named("segment", signal.label))
        return self.words.quoted(label(signal.label)) if signal.label else self.terms(signal.terms)

    def signal_title(self, signal: Signal) -> str:
        return self.named_signal("signal", signal)

    def named_signal(self, prefix: str, signal: Signal) -> str:
        """The phrase of the signal's kind; a crisis of level 1 is told as a tension."""
        kind: str = "tension" if signal.kind == "crisis" and signal.level < 2 else signal.kind
        if signal.about:
            kind += f"_{signal.about}"
        subject = self.signal_subject(signal)
        return self.words.say(f"{prefix}_{kind}", terms=subject) if subject else self.words.say(f"{prefix}_{kind}_bare")

    def signal_detail(self, signal: Signal) -> str:
        """The value against what was expected, in the unit of the signal's kind, and where it was seen."""
        told = self._signal_measure(signal)
        if len(self.insights.by_platform) > 1 and signal.platforms:
            names = [self.words.platform(name) for name in signal.platforms]
            told += " " + self.words.say("on_platforms", platforms=self.words.joined(names))
        return told

    def _signal_measure(self, signal: Signal) -> str:
        words = self.words
        if signal.kind == "mood_shift":
            value, usual = words.percent(signal.value), words.percent(signal.expected)
            return words.say("signal_detail_mood", value=value, expected=usual)
        if signal.kind == "wave":
            accounts = {"value": words.number(signal.value), "expected": words.number(signal.expected)}
            return words.say("signal_detail_wave", when=words.moment(signal.at), **accounts)
        key = f"signal_detail_{signal.kind}" if signal.kind in {"peak", "crisis"} else "signal_detail"
        counted = "n_negative_comments" if signal.kind == "crisis" else "n_comments"
        decimals = 1 if signal.expected < 10 and signal.expected != round(signal.expected) else 0
        value = words.count(counted, round(signal.value))
        return words.say(
            key, value=value, expected=words.number(signal.expected, decimals), when=words.moment(signal.at)
        )

    def blind_spot(self, told: str) -> str:
        """`platform:kind:name: reason` with the source's name as its platform writes it; any other text as it is."""
        found = _SOURCE.fullmatch(told)
        if not found or f"source_{found['kind']}" not in PHRASES:
            return isolated(shorten(told))
        source = self.words.say(f"source_{found['kind']}", name=label(found["name"]))
        return f"{source}{self.words.say('colon')}{isolated(shorten(found['reason']))}"

    def kpi_change(self, kpi: Kpi) -> str:
        """The change with its sign: in points for a share, as a share for everything else; empty without a past."""
        if kpi.value is None or kpi.previous is None:
            return ""
        if kpi.unit != "share":
            return self.words.change(kpi.value, kpi.previous) or ""
        points = round((kpi.value - kpi.previous) * 100, 1)
        if points == 0:
            return self.words.say("no_change")
        return self.words.count("points", abs(points), sign="+" if points > 0 else MINUS)

    def comments_from(self, comments: int, members: int) -> str:
        """`48 comments from 31 members`; an export without authors has comments from nobody."""
        counted = self.words.count("n_comments", comments)
        if members == 0:
            return counted
        return self.words.say("comments_from", comments=counted, members=self.words.count("n_members", members))

    def volume(self) -> str:
        """`1,284 comments from 486 members, 12% more than the week before`."""
        comparison = self.compared(self.comments, self.previous_comments)
        counted = self.comments_from(self.comments, self.members)
        return f"{counted}, {comparison}" if comparison else counted

    def kpi_value(self, kpi: Kpi, value: float) -> str:
        match kpi.unit:
            case "share":
                return self.words.percent(value)
            case "minutes":
                return self.words.duration(value)
            case "usd":
                return self.words.money(value)
            case _:
                return self.words.number(value, 0 if value == round(value) else 1)


def kpi_tone(kpi: Kpi) -> Tone:
    """Whether the change is good for the community."""
    if kpi.value is None or kpi.previous is None or kpi.better == "neither" or kpi.value == kpi.previous:
        return "plain"
    return "good" if (kpi.value > kpi.previous) == (kpi.better == "up") else "alarm"


def form_of(period: Period) -> Form:
    """Daily up to a day, weekly for 7 days, monthly for a calendar month, else just a period."""
    if period.start == UNDATED:
        return "undated"
    span = period.end - period.start
    if span <= LONGEST_DAY:
        return "daily"
    if is_whole_month(period):
        return "monthly"
    if abs(span - timedelta(days=7)) <= timedelta(hours=1):
        return "weekly"
    return "period"


def is_partial_day(period: Period) -> bool:
    """Whether the period is a day of which a part is missing."""
    return form_of(period) == "daily" and not is_whole_days(period) and period.end - period.start < timedelta(hours=23)
