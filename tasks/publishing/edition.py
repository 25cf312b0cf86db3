"""A digest as its reader will see it: worded, in order, ready for any face. Nothing here is escaped yet.

Every text is plain: faces (page, mail, Slack, Markdown) escape it in their own way and never word anything themselves
but their buttons.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from domain.community import Language

Tone = Literal["alarm", "good", "plain"]
Form = Literal["daily", "weekly", "monthly", "period", "undated"]
Origin = Literal["store", "file"]  # what Vigie watches, or an export that somebody gave


@dataclass(frozen=True)
class Links:
    """Where a digest may lead; an empty address leaves its link out. Only http(s) addresses are shown.

    page: this digest on the web. archive: the index of digests. feed: their Atom feed. faq: the FAQ page.
    calendar: what to publish, as an iCalendar file; may be relative to the page, the only face that then shows it.
    review: where waiting decisions are taken. unsubscribe: stops the mail at one click. editions: language -> page.
    """

    page: str = ""
    archive: str = ""
    feed: str = ""
    faq: str = ""
    calendar: str = ""
    review: str = ""
    unsubscribe: str = ""
    editions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Link:
    """A labelled address."""

    text: str
    url: str


@dataclass(frozen=True)
class Evidence:
    """What a member wrote, shortened; `url` leads to it on its platform, None where it has no safe address.

    author and when are empty where an export does not tell them.
    """

    quote: str
    author: str
    where: str
    when: str
    url: str | None

    @property
    def credit(self) -> str:
        """Who and when, as far as known."""
        return " · ".join(part for part in (self.author, self.when) if part)


@dataclass(frozen=True)
class Shares:
    """Moods of a group of comments, as shares that sum to 1, and the same said in words."""

    negative: float
    neutral: float
    positive: float
    said: str


@dataclass(frozen=True)
class Curve:
    """A small course of counts, each with what it says; None where nothing was measured. said: the same in words.

    parts: of each count, the part that is drawn at the bottom of its bar, such as the negative comments; empty for none.
    """

    points: tuple[tuple[str, int | None], ...]
    said: str
    parts: tuple[int, ...] = ()

    @property
    def most(self) -> int:
        return max((count or 0 for _, count in self.points), default=0)


@dataclass(frozen=True)
class Matter:
    """One of the things that matter most. of_all: its figures are the whole community's, whatever its title names."""

    title: str
    detail: str
    tone: Tone = "plain"
    evidence: tuple[Evidence, ...] = ()
    link: Link | None = None
    of_all: bool = False


@dataclass(frozen=True)
class Figure:
    """A KPI: its value, its change against the previous period, and whether that is good."""

    label: str
    value: str
    change: str = ""
    tone: Tone = "plain"


@dataclass(frozen=True)
class Picture:
    """A chart with what it says in words, and its data as a table (first row: the heads).

    draw: the chart's Vega-Lite specification for a width in pixels.
    """

    key: str
    title: str
    alt: str
    draw: Callable[[int], Mapping[str, Any]] = field(compare=False)
    table: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Item:
    """One entry of a section. curve: drawn on the page; other faces have its words among the facts, if anywhere."""

    title: str
    facts: tuple[str, ...] = ()
    badge: str = ""
    tone: Tone = "plain"
    mood: Shares | None = None
    curve: Curve | None = None
    evidence: tuple[Evidence, ...] = ()
    link: Link | None = None


@dataclass(frozen=True)
class Section:
    """A part of the digest under one heading."""

    key: str
    title: str
    lead: str = ""
    items: tuple[Item, ...] = ()
    pictures: tuple[Picture, ...] = ()
    link: Link | None = None
    tone: Tone = "plain"


@dataclass(frozen=True)
class Digest:
    """The whole edition. `slug` is unique among one community's digests and fits a file name."""

    slug: str
    form: Form
    language: Language
    timezone: str
    community: str
    start: datetime
    end: datetime
    title: str
    dateline: str
    headline: str
    summary: tuple[str, ...]
    matters: tuple[Matter, ...]
    figures: tuple[Figure, ...]
    sections: tuple[Section, ...]
    links: Links
    footer: str = ""
    brand: str = ""  # at the head of the page; empty for a digest

    def section(self, key: str) -> Section:
        """The section of that key. Raises KeyError."""
        return {section.key: section for section in self.sections}[key]
