"""The digest's sections. A section with nothing to say is left out, so that a quiet day makes a short digest."""

import math
from collections.abc import Callable

from tasks.publishing.calendar import best_hour_items, calendar_section
from tasks.publishing.crisis import crisis_curve, crisis_facts
from tasks.publishing.edition import Item, Link, Section, Tone
from tasks.publishing.matters import capitalised, question_facts, review_link, waiting_parts
from tasks.publishing.members import members_section
from tasks.publishing.pictures import activity_picture, busiest_hour, mood_picture, rhythm_picture
from tasks.publishing.quoting import (
    QUOTE_GRAPHEMES,
    isolated,
    safe_url,
    shorten,
)
from tasks.publishing.reading import Reading
from tasks.publishing.responses import response_facts
from tasks.publishing.topics import margin_of, topics_section
from tasks.spending import spending_line

TOPICS_SHOWN, QUESTIONS_SHOWN, MEMBERS_SHOWN, SIGNALS_SHOWN, BLIND_SPOTS_SHOWN = 8, 8, 10, 6, 20
CRISIS_FROM_LEVEL = 2  # below, it is a tension


def all_sections(reading: Reading) -> tuple[Section, ...]:
    """Every section that has something to say, in the order of reading."""
    builders: tuple[Callable[[Reading], Section | None], ...] = (
        _waiting,
        _signals,
        topics_section,
        _questions,
        calendar_section,
        _activity,
        _mood,
        members_section,
        _norms,
        _costs,
        _blind_spots,
    )
    return tuple(section for build in builders if (section := build(reading)))


def _waiting(reading: Reading) -> Section | None:
    words, waiting, parts = reading.words, reading.insights.waiting, waiting_parts(reading)
    title = words.say("section_waiting")
    if not parts:
        return None
    overdue = words.count("waiting_overdue", waiting.overdue) if waiting.overdue else ""
    handoffs_first = bool(waiting.handoffs)
    items = [
        Item(capitalised(part), (overdue,) if at == 0 and handoffs_first and overdue else ())
        for at, part in enumerate(parts)
    ]
    lead = words.say("waiting_due", when=words.moment(waiting.next_due_at)) if waiting.next_due_at else ""
    tone: Tone = "alarm" if waiting.overdue else "plain"
    return Section("waiting", title, lead, tuple(items), link=review_link(reading), tone=tone)


def _signals(reading: Reading) -> Section | None:
    """The state of crisis first, told even when there is none, where Vigie watches."""
    signals = sorted(reading.insights.signals, key=lambda s: (s.kind != "crisis", -s.level, -s.at.timestamp()))
    if not signals and (reading.origin == "file" or not reading.comments):
        return None
    items = [
        Item(
            reading.signal_title(signal),
            (reading.signal_detail(signal), *(crisis_facts(reading, signal) if signal.kind == "crisis" else ())),
            badge=reading.words.say(f"level_{min(3, max(1, signal.level))}"),
            tone="alarm" if signal.level >= 3 or signal.kind == "crisis" else "plain",
            curve=crisis_curve(reading, signal) if signal.kind == "crisis" else None,
            evidence=reading.evidence(signal.examples),
        )
        for signal in signals[:SIGNALS_SHOWN]
    ]
    tone: Tone = "alarm" if any(item.tone == "alarm" for item in items) else "plain"
    return Section("signals", reading.words.say("section_signals"), _crisis_state(reading), tuple(items), tone=tone)


def _crisis_state(reading: Reading) -> str:
    levels = [signal.level for signal in reading.insights.signals if signal.kind == "crisis"]
    crises = sum(level >= CRISIS_FROM_LEVEL for level in levels)
    if crises:
        return reading.words.count("crises_now", crises)
    if reading.origin == "file":
        return ""
    others = "tension" if levels else "others" if reading.insights.signals else "nothing"
    return reading.words.say(f"no_crisis_{others}")


def _questions(reading: Reading) -> Section | None:
    questions = reading.insights.questions[:QUESTIONS_SHOWN]
    if not questions:
        return None
    words, items = reading.words, []
    for question in questions:
        published = reading.answers.get(question.entry_id or "")
        url = safe_url(published.url) if published else None
        answered = question.entry_id is not None
        badge = "" if answered or reading.origin == "file" else words.say("question_open")
        items.append(
            Item(
                _asked(published.text if published else question.text),
                (question_facts(reading, question.asked, question.members),),
                badge=badge,
                tone="alarm" if badge else "plain",
                evidence=reading.evidence(question.examples[:2]),
                link=Link(words.say("question_answered"), url) if url else None,
            )
        )
    faq = safe_url(reading.links.faq)
    link = Link(words.say("see_faq"), faq) if faq else None
    return Section("questions", words.say("section_questions"), items=tuple(items), link=link)


def _asked(question: str) -> str:
    return isolated(capitalised(shorten(question, QUOTE_GRAPHEMES // 2)))


def _activity(reading: Reading) -> Section | None:
    if reading.comments == 0 and reading.insights.by_day["comments"].sum() == 0:
        return None
    words, pictures = reading.words, []
    if reading.insights.by_day["date"].n_unique() > 1:
        pictures.append(activity_picture(reading))
    lead = ""
    if reading.insights.by_hour["comments"].sum():
        weekday, hour, _ = busiest_hour(reading.insights.by_hour)
        lead = words.say("activity_peak_hour", weekday=words.weekday(weekday), hour=words.hour(hour))
        pictures.append(rhythm_picture(reading))
    several = reading.insights.by_platform.height > 1 or reading.origin == "store"
    items = tuple(
        Item(
            words.platform(row["platform"]),
            (
                words.count("n_comments", row["comments"]),
                *([words.count("n_members", row["members"])] if row["members"] else []),
                words.say("negative_fact", negative=words.percent(row["negative"] or 0)),
                *response_facts(reading, row["platform"]),
            ),
        )
        for row in reading.insights.by_platform.sort("comments", descending=True).iter_rows(named=True)
        if several
    )
    hours = best_hour_items(reading)
    return Section("activity", words.say("section_activity"), lead, (*items, *hours), tuple(pictures))


def _mood(reading: Reading) -> Section | None:
    words, mood, before = reading.words, reading.insights.mood, reading.insights.previous_mood
    if mood.comments == 0:
        return None
    negative = words.percent(mood.negative)
    lead = words.say("mood_now", negative=negative)
    if before.comments:
        ref = words.say(f"ref_{reading.form}")
        lead = words.say("mood_compared", negative=negative, before=words.percent(before.negative), ref=ref)
    margin = words.number(max(1, math.ceil(margin_of(mood.negative, mood.comments) * 100)))
    caution = words.say("mood_caution", n=words.number(mood.comments), margin=margin)
    item = Item(capitalised(reading.shares(mood).said), (caution,), mood=reading.shares(mood))
    several_days = reading.insights.mood_by_day["date"].n_unique() > 1
    pictures = (mood_picture(reading),) if several_days else ()
    return Section("mood", words.say("section_mood"), lead, (item,), pictures)


def _norms(reading: Reading) -> Section | None:
    words = reading.words
    counted = sorted(reading.insights.norms.items(), key=lambda item: (-item[1], item[0]))
    items = tuple(
        Item(
            reading.norm_title(norm),
            (words.count("n_held" if reading.origin == "store" else "n_to_review", n),),
        )
        for norm, n in counted
        if n
    )
    lead = words.say("norms_file") if reading.origin == "file" else ""
    return Section("norms", words.say("section_norms"), lead, items) if items else None


def _costs(reading: Reading) -> Section | None:
    """What the platforms' calls cost; dollars first, in all."""
    words, items = reading.words, []
    for cost in sorted(reading.insights.costs, key=lambda each: each.unit != "usd"):
        now, before = (
            words.money(amount) if cost.unit == "usd" else words.count("n_units", round(amount))
            for amount in (cost.value, cost.previous)
        )
        against = words.say("against", before=before, ref=words.say(f"ref_{reading.form}")) if cost.previous else ""
        items.append(Item(words.platform(cost.platform), tuple(part for part in (now, against) if part)))
    spending = reading.insights.x_spending
    lead = spending_line(spending, words.language) if spending else ""
    return Section("costs", words.say("section_costs"), lead, tuple(items)) if items or lead else None


def _blind_spots(reading: Reading) -> Section | None:
    spots = reading.insights.blind_spots[:BLIND_SPOTS_SHOWN]
    if not spots:
        return None
    words = reading.words
    items = tuple(Item(reading.blind_spot(spot)) for spot in spots)
    if reading.origin == "file":
        return Section("blind_spots", words.say("section_blind_spots_file"), items=items)
    return Section("blind_spots", words.say("section_blind_spots"), words.say("blind_lead"), items, tone="alarm")
