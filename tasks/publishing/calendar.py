"""The week to come: when to publish, what and why, as a section of the digest and as an iCalendar file."""

from datetime import timedelta
from hashlib import sha256

from icalendar import Calendar, Event

from domain.insights import BestHour, Insights, Proposal
from domain.language import Language
from domain.records import Platform
from tasks.publishing.edition import Item, Link, Section
from tasks.publishing.quoting import LABEL_GRAPHEMES, isolated, label, safe_url, shorten
from tasks.publishing.reading import Reading
from tasks.publishing.wording import Wording

_HOURS_SHOWN = 6
_WRITING = timedelta(minutes=30)  # what an entry takes in the calendar


def calendar_section(reading: Reading) -> Section | None:
    """What to publish in the week to come; None without a proposal."""
    words, proposed = reading.words, reading.insights.calendar
    if not proposed:
        return None
    items = tuple(_item(words, proposal) for proposal in proposed)
    link = Link(words.say("calendar_add"), reading.links.calendar) if reading.links.calendar else None
    return Section("calendar", words.say("section_calendar"), words.say("calendar_lead"), items, link=link)


def calendar_name(language: Language) -> str:
    """The file of the newest proposals, beside the digests: one address to which a calendar can subscribe."""
    return f"calendar.{language}.ics"


def best_hour_items(reading: Reading) -> tuple[Item, ...]:
    """When to publish on each platform and on the largest topics."""
    return tuple(_best_hour(reading.words, best) for best in reading.insights.best_hours[:_HOURS_SHOWN])


def render_calendar(insights: Insights, language: Language) -> str:
    """The proposals as an iCalendar file (RFC 5545), the same for the same insights.

    A proposal keeps its UID from one report to the next, so that a calendar that subscribes moves it rather than doubling it.
    """
    words = Wording(language, insights.period.timezone)
    calendar = Calendar()
    calendar.add("prodid", "-//Vigie//editorial calendar//")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", words.say("calendar_name", community=insights.community))
    for proposal in insights.calendar:
        calendar.add_component(_event(words, proposal, insights))
    written: bytes = calendar.to_ical()
    return written.decode()


def _event(words: Wording, proposal: Proposal, insights: Insights) -> Event:
    event = Event()
    named = f"{insights.community}|{proposal.kind}|{proposal.subject}".encode()
    event.add("uid", f"{sha256(named).hexdigest()[:24]}@vigie")
    event.add("dtstamp", insights.period.end)
    event.add("dtstart", proposal.at)
    event.add("dtend", proposal.at + _WRITING)
    event.add("summary", _title(words, proposal))
    event.add("description", _why(words, proposal))
    event.add("status", "TENTATIVE")
    event.add("transp", "TRANSPARENT")
    if url := safe_url(proposal.url):
        event.add("url", url)
    return event


def _item(words: Wording, proposal: Proposal) -> Item:
    where = words.platform(proposal.platform) if proposal.platform else ""
    facts = tuple(fact for fact in (words.moment(proposal.at), where, _why(words, proposal)) if fact)
    url = safe_url(proposal.url)
    return Item(_title(words, proposal), facts, link=Link(words.say("calendar_event_link"), url) if url else None)


def _title(words: Wording, proposal: Proposal) -> str:
    return words.say(f"calendar_{proposal.kind}", subject=isolated(shorten(proposal.subject, 2 * LABEL_GRAPHEMES)))


def _why(words: Wording, proposal: Proposal) -> str:
    if proposal.kind == "event" and proposal.event_day:
        return words.say("calendar_event_why", day=words.day(proposal.event_day))
    return words.count(f"calendar_{proposal.kind}_why", proposal.count)


def _best_hour(words: Wording, best: BestHour) -> Item:
    name = words.quoted(label(best.topic)) if best.topic else words.platform(best.platform)
    title = words.say("best_hour_here") if best.platform == Platform.FILE else words.say("best_hour_of", name=name)
    shares = {"share": words.percent(best.share), "even": words.percent(best.even)}
    return Item(title, (words.say("best_hour", hour=words.hour(best.hour), **shares),))
