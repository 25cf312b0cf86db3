"""Composes a digest from insights: headline, what matters, figures and sections, written by template."""

import re
import unicodedata
from collections.abc import Collection, Mapping

from domain.community import Language
from domain.insights import Insights
from tasks.publishing.edition import Digest, Figure, Link, Links, Origin
from tasks.publishing.matters import waiting_total, what_matters
from tasks.publishing.quoting import label
from tasks.publishing.reading import Reading, is_partial_day, kpi_tone
from tasks.publishing.sections import all_sections
from tasks.publishing.wording import Wording


def compose(
    insights: Insights,
    language: Language,
    *,
    links: Links | None = None,
    norm_titles: Mapping[str, str] | None = None,
    answers: Mapping[str, Link] | None = None,
    sections: Collection[str] | None = None,
    origin: Origin = "store",
) -> Digest:
    """The digest of a period in one language.

    norm_titles: the charter's titles in that language, by norm id. answers: question and address in the FAQ of each
    knowledge entry, by entry id. sections: keys of the sections that the reader wants; None for all. origin: whether Vigie watched
    the community itself, or was given an export, which knows of no decisions.
    """
    words = Wording(language, insights.period.timezone)
    reading = Reading(insights, words, links or Links(), norm_titles or {}, answers or {}, origin)
    shown = tuple(s for s in all_sections(reading) if sections is None or s.key in sections)
    return Digest(
        slug=f"{words.first_day(insights.period).isoformat()}-{reading.form}-{language}",
        form=reading.form,
        language=language,
        timezone=insights.period.timezone,
        community=label(insights.community),
        start=insights.period.start,
        end=insights.period.end,
        title=words.say(f"title_{reading.form}", community=label(insights.community)),
        dateline=reading.dateline(),
        headline=_headline(reading),
        summary=_summary(reading),
        matters=what_matters(reading),
        figures=_figures(reading),
        sections=shown,
        links=reading.links,
        footer=_footer(reading),
    )


def community_slug(name: str) -> str:
    """A name for files and addresses: lower-case ASCII letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "community"


def _footer(reading: Reading) -> str:
    """Where the digest comes from, and that nothing was missed when nothing was."""
    words, insights = reading.words, reading.insights
    name = label(insights.community)
    told = [words.say(f"footer_{reading.origin}", community=name, timezone=insights.period.timezone)]
    if reading.origin == "store" and not insights.blind_spots:
        told.append(words.say("all_sources_read"))
    if insights.sampled[1]:
        read, of = map(words.number, insights.sampled)
        told.append(words.say("sampled", read=read, of=of))
    return " ".join(told)


def _headline(reading: Reading) -> str:
    words = reading.words
    crises = [signal for signal in reading.insights.signals if signal.kind == "crisis"]
    if crises:
        return reading.named_signal("headline", max(crises, key=lambda signal: signal.level))
    if reading.comments == 0:
        return words.say("headline_empty")
    return reading.volume()


def _summary(reading: Reading) -> tuple[str, ...]:
    """Two short paragraphs at most: what happened; what the reader must know of these figures and do about them."""
    words = reading.words
    if reading.comments == 0:
        return tuple(part for part in (words.say("summary_empty"), *_caveats(reading), _to_do(reading)) if part)
    happened = [_busiest(reading), _main_topics(reading)]
    mood = reading.insights.mood
    if mood.comments:
        shares = {"negative": words.percent(mood.negative), "positive": words.percent(mood.positive)}
        happened.append(words.say("summary_mood", **shares))
    if any(signal.kind == "crisis" for signal in reading.insights.signals):
        happened.insert(0, words.say("summary_volume", volume=reading.volume()))
    paragraphs = (happened, [*_caveats(reading), _to_do(reading)])
    joined = (" ".join(part for part in parts if part) for parts in paragraphs)
    return tuple(paragraph for paragraph in joined if paragraph)


def _busiest(reading: Reading) -> str:
    platforms = reading.insights.by_platform
    if platforms.height < 2:
        return ""
    platform, comments = (
        platforms.sort(["comments", "platform"], descending=[True, False]).select("platform", "comments").row(0)
    )
    name, share = reading.words.platform(platform), reading.words.percent(comments / reading.comments)
    key = "summary_busiest" if comments > reading.comments / 2 else "summary_leading"
    return reading.words.say(key, platform=name, share=share)


def _main_topics(reading: Reading) -> str:
    words, topics = reading.words, reading.insights.topics[:3]
    if not topics:
        return ""
    names = words.joined([words.quoted(label(topic.label)) for topic in topics])
    return words.say("summary_topics", topics=names) if len(topics) > 1 else words.say("summary_topic", topic=names)


def _caveats(reading: Reading) -> list[str]:
    words, period = reading.words, reading.insights.period
    if reading.origin == "file":
        return []
    told = []
    if is_partial_day(period):
        told.append(words.say("summary_partial", time=words.clock(period.end)))
    if reading.comments and not reading.previous_comments:
        told.append(words.say("summary_first"))
    return told


def _to_do(reading: Reading) -> str:
    if reading.origin == "file":
        return ""
    total = waiting_total(reading)
    return reading.words.count("summary_waiting", total) if total else reading.words.say("summary_nothing_waits")


def _figures(reading: Reading) -> tuple[Figure, ...]:
    """Every KPI that has a value, but those that are and were zero."""
    figures = []
    for kpi in reading.insights.kpis:
        if kpi.value is None or (kpi.value == 0 and not kpi.previous):
            continue
        name, value = reading.words.named("kpi", kpi.key), reading.kpi_value(kpi, kpi.value)
        figures.append(Figure(name, value, reading.kpi_change(kpi), kpi_tone(kpi)))
    return tuple(figures)
