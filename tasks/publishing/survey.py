"""Words the map of journeys as an edition, so that the digest's page and Markdown show it, too."""

from datetime import datetime
from functools import partial

from domain.language import Language
from domain.survey import Answering, ContactPoint, Hour, Survey, SurveyedQuestion
from tasks.publishing import charts
from tasks.publishing.digest import community_slug
from tasks.publishing.edition import Digest, Evidence, Figure, Item, Links, Matter, Picture, Section
from tasks.publishing.matters import capitalised
from tasks.publishing.pictures import busiest_hour
from tasks.publishing.quoting import label, safe_url, shorten
from tasks.publishing.wording import Wording
from tasks.replies.concerns import masked
from tasks.replies.handoff import TOPICS
from tasks.survey.presence import spans

MINUTES_AN_ANSWER = 3  # assumed, and said so where it is used
SHORTEST_RATED_DAYS = 14
QUESTIONS_SHOWN, POINTS_SHOWN, TOPICS_NAMED = 12, 20, 3
NOT_QUOTED = ("danger", "harassment", "exposed_data")  # a report for a manager shows nobody in distress
CHARTER_FILE, KNOWLEDGE_FOLDER = "charter.proposed.yaml", "knowledge"


def survey_edition(
    found: Survey, language: Language, norm_titles: dict[str, str], *, files: tuple[str, ...] = ()
) -> Digest:
    """The survey in one language. files: names of the proposed knowledge files beside it."""
    words = Wording(language, found.period.timezone)
    sections = (
        _points(found, words),
        _questions(found, words),
        _hours(found, words),
        _takeover(found, words, norm_titles),
        _people(found, words),
        _next(words, files),
    )
    return Digest(
        slug=f"survey-{community_slug(found.community)}-{language}",
        form="period" if found.dated else "undated",
        language=language,
        timezone=found.period.timezone,
        community=label(found.community),
        start=found.period.start,
        end=found.period.end,
        title=words.say("survey_title", community=label(found.community)),
        dateline=words.period(found.period) if found.dated else words.say("undated"),
        headline=_headline(found, words),
        summary=_summary(found, words),
        matters=_matters(found, words),
        figures=_figures(found, words),
        sections=tuple(section for section in sections if section),
        links=Links(),
        brand=words.say("survey_brand"),
        footer=words.say("survey_footer", community=label(found.community), timezone=found.period.timezone),
    )


def _headline(found: Survey, words: Wording) -> str:
    shares = found.shares
    if not shares.total:
        return words.say("survey_headline_empty")
    if not shares.automatable:
        return words.say("survey_headline_none")
    return words.say("survey_headline", share=words.percent(shares.automatable / shares.total))


def _summary(found: Survey, words: Wording) -> tuple[str, ...]:
    comments = words.count("n_comments", found.comments)
    if found.members:
        comments = words.say("comments_from", comments=comments, members=words.count("n_members", found.members))
    what = words.say(
        "survey_what",
        comments=comments,
        requests=words.count("n_requests", found.shares.total),
    )
    answered = words.say(
        f"survey_witness_{found.witness}",
        share=words.percent(1 - found.answering.unanswered_share),
        time=_time(found.answering, words),
    )
    if found.witness == "team" and found.peers.answered:
        share = words.percent(1 - found.peers.unanswered_share)
        answered += " " + words.say("survey_peers", share=share, time=_time(found.peers, words))
    return what, answered


def _time(answering: Answering, words: Wording) -> str:
    return words.say("survey_unknown_time") if answering.minutes is None else words.duration(answering.minutes)


def _matters(found: Survey, words: Wording) -> tuple[Matter, ...]:
    """Three at most: the gain, the gap, and what must not be automated."""
    built = (_gain(found, words), _gap(found, words), _limit(found, words))
    return tuple(matter for matter in built if matter)


def _gain(found: Survey, words: Wording) -> Matter | None:
    shares = found.shares
    if not shares.automatable:
        return None
    counts = {"known": words.number(shares.known), "recurring": words.number(shares.recurring)}
    a_week = round(found.a_week(shares.automatable))
    if not found.dated or not a_week:
        title = words.count("survey_matter_take_undated", shares.automatable)
        return Matter(title, words.say("survey_take_detail_undated", **counts), "good")
    spared = words.duration(a_week * MINUTES_AN_ANSWER)
    detail = words.say("survey_take_detail", **counts, minutes=MINUTES_AN_ANSWER, time=spared)
    return Matter(words.count("survey_matter_take", a_week), detail, "good")


def _gap(found: Survey, words: Wording) -> Matter | None:
    there = found.presence
    if there and there.alone_share:
        told = [words.count("survey_alone_detail", there.longest_alone_hours)]
        if there.alone.minutes is not None and there.attended.minutes is not None:
            times = {"alone": _time(there.alone, words), "attended": _time(there.attended, words)}
            told.append(words.say("survey_alone_times", **times))
        return Matter(words.say("survey_matter_alone", share=words.percent(there.alone_share)), " ".join(told))
    if found.witness == "nobody" or not found.answering.unanswered_share or not found.questions:
        return None
    first = found.questions[0]
    quoted = words.quoted(shorten(first.text, 120))
    detail = words.count("survey_unanswered_detail", first.answering.asked, question=quoted)
    share = words.percent(found.answering.unanswered_share)
    return Matter(words.say("survey_matter_unanswered", share=share), detail)


def _limit(found: Survey, words: Wording) -> Matter | None:
    if not found.shares.for_people:
        return None
    named = [TOPICS[topic][words.language].lower() for topic in list(found.shares.concerns)[:TOPICS_NAMED]]
    title = words.count("survey_matter_people", found.shares.for_people)
    return Matter(title, words.say("survey_people_detail", topics=words.joined(named)))


def _figures(found: Survey, words: Wording) -> tuple[Figure, ...]:
    shown = [("comments", words.number(found.comments))]
    if found.members:
        shown.append(("members", words.number(found.members)))
    shown.append(("requests", words.number(found.shares.total)))
    if found.witness != "nobody" and found.answering.asked:
        shown.append(("answered", words.percent(1 - found.answering.unanswered_share)))
    if found.answering.minutes is not None:
        shown.append(("time", _time(found.answering, words)))
    if found.presence:
        shown.append(("alone", words.percent(found.presence.alone_share)))
    return tuple(Figure(words.say(f"survey_figure_{key}"), value) for key, value in shown)


def _points(found: Survey, words: Wording) -> Section | None:
    items = tuple(_point(point, found, words) for point in found.points[:POINTS_SHOWN])
    if not items:
        return None
    return Section("points", words.say("survey_section_points"), words.say("survey_points_lead"), items)


def _point(point: ContactPoint, found: Survey, words: Wording) -> Item:
    facts = [
        words.count("n_comments", point.comments),
        *([words.count("n_members", point.members)] if point.members else []),
        words.count("n_requests", point.answering.asked),
        *_answered(point.answering, found, words),
    ]
    if point.negative:
        facts.append(words.say("survey_negative", share=words.percent(point.negative)))
    return Item(f"{words.platform(point.platform)} · {label(point.name)}", tuple(facts))


def _answered(answering: Answering, found: Survey, words: Wording) -> list[str]:
    """How long an answer takes and how often none comes, as far as the history tells."""
    if found.witness == "nobody" or not answering.asked:
        return []
    if not answering.answered:
        return [words.say(f"survey_no_answer_{found.witness}")]
    told = []
    if answering.minutes is not None:
        key = "survey_answered_in" if found.witness == "team" else "survey_answered_by_members_in"
        told.append(words.say(key, time=_time(answering, words)))
    if answering.unanswered_share:
        told.append(words.say("survey_without_answer", share=words.percent(answering.unanswered_share)))
    return told


def _questions(found: Survey, words: Wording) -> Section | None:
    items = tuple(_question(question, found, words) for question in found.questions[:QUESTIONS_SHOWN])
    if not items:
        return None
    return Section("questions", words.say("survey_section_questions"), words.say("survey_questions_lead"), items)


def _question(question: SurveyedQuestion, found: Survey, words: Wording) -> Item:
    asked = words.count("survey_asked", question.answering.asked)
    if rate := _a_week(question.answering.asked, found, words):
        asked += f" ({rate})"
    facts = [
        asked,
        *([words.count("survey_by_members", question.members)] if question.members else []),
        *(words.platform(platform) for platform in question.platforms),
        *_answered(question.answering, found, words),
    ]
    evidence = tuple(
        Evidence(
            shorten(masked(example.text)),
            "",
            words.platform(example.platform),
            _when(found, words, example.created_at),
            safe_url(example.permalink),
        )
        for example in question.examples
    )
    return Item(shorten(question.text, 160), tuple(facts), badge=_badge(question, words), evidence=evidence)


def _when(found: Survey, words: Wording, instant: datetime) -> str:
    """The day, with its year where the history spans several; empty without dates."""
    if not found.dated:
        return ""
    day = words.local(instant).date()
    several = words.first_day(found.period).year != words.last_day(found.period).year
    return f"{words.short_day(day)} {day.year}" if several else words.short_day(day)


def _badge(question: SurveyedQuestion, words: Wording) -> str:
    if question.concern:
        return words.say("survey_for_people")
    if question.entry_id:
        return words.say("survey_has_entry", entry=label(question.entry_id))
    return words.say("survey_to_write")


def _hours(found: Survey, words: Wording) -> Section | None:
    by_hour, there = found.requests_by_hour, found.presence
    if by_hour is None or not by_hour["comments"].sum():
        return None
    lead = words.say("survey_hours_unknown")
    if there is not None:
        lead = words.say(f"survey_hours_{there.known_from}" if there.staffed else "survey_hours_never")
    weekday, hour, most = busiest_hour(by_hour)
    alt = words.say(
        "survey_alt_rhythm", weekday=words.weekday(weekday), hour=words.hour(hour), n=words.count("n_requests", most)
    )
    counted = {(day, at): n for day, at, n in by_hour.select("weekday", "hour", "comments").iter_rows()}
    head = (words.say("head_hour"), *(words.weekday(day, short=True) for day in range(1, 8)))
    rows = [(words.hour(at), *(words.number(counted.get((day, at), 0)) for day in range(1, 8))) for at in range(24)]
    draw = partial(charts.rhythm, by_hour, words)
    picture = Picture("requests", words.say("survey_chart_rhythm"), alt, draw, (head, *rows))
    items = _present(there.staffed, words) if there else ()
    return Section("hours", words.say("survey_section_hours"), lead, items, (picture,))


def _present(staffed: frozenset[Hour], words: Wording) -> tuple[Item, ...]:
    """Weekdays that have the same hours, with these."""
    return tuple(
        Item(
            capitalised(words.joined([words.weekday(day) for day in days])),
            tuple(words.say("survey_from_to", start=words.hour(start), end=words.hour(end)) for start, end in hours),
        )
        for days, hours in spans(staffed)
    )


def _takeover(found: Survey, words: Wording, norm_titles: dict[str, str]) -> Section | None:
    shares = found.shares
    counted = [("known", shares.known), ("recurring", shares.recurring), ("route", shares.for_people)]
    items = [
        Item(words.say(f"survey_{key}"), _often(count, found, words), tone="good") for key, count in counted if count
    ]
    if found.norms:
        named = tuple(
            f"{label(norm_titles.get(norm, norm))}{words.say('colon')}{words.number(count)}"
            for norm, count in found.norms.items()
        )
        items.append(Item(words.say("survey_norms"), named, tone="good"))
    if not items:
        return None
    return Section("takeover", words.say("survey_section_takeover"), words.say("survey_takeover_lead"), tuple(items))


def _often(count: int, found: Survey, words: Wording) -> tuple[str, ...]:
    share = words.percent(count / max(1, found.shares.total))
    return tuple(part for part in (words.count("n_requests", count), _a_week(count, found, words), share) if part)


def _a_week(count: int, found: Survey, words: Wording) -> str:
    """How many that makes each week; empty over less than two weeks, and where it is next to nothing."""
    a_week = found.a_week(count)
    if not found.dated or found.days < SHORTEST_RATED_DAYS or round(a_week, 1) == 0:
        return ""
    return words.say("survey_a_week", n=words.number(a_week, 1 if a_week < 10 else 0))


def _people(found: Survey, words: Wording) -> Section | None:
    items = [
        Item(
            TOPICS[topic][words.language],
            _often(count, found, words),
            evidence=tuple(
                Evidence(shorten(masked(each.text)), "", words.platform(each.platform), "", safe_url(each.permalink))
                for each in found.concern_examples.get(topic, ())
                if topic not in NOT_QUOTED
            ),
        )
        for topic, count in found.shares.concerns.items()
    ]
    if found.shares.rare:
        items.append(Item(words.say("survey_rare"), _often(found.shares.rare, found, words)))
    if not items:
        return None
    return Section("people", words.say("survey_section_people"), words.say("survey_people_lead"), tuple(items))


def _next(words: Wording, files: tuple[str, ...]) -> Section:
    items = [
        Item(words.say("survey_next_charter"), (words.say("survey_next_charter_fact", file=CHARTER_FILE),)),
        Item(words.say("survey_next_rehearse"), (f"vigie rehearse {CHARTER_FILE}",)),
        Item(words.say("survey_next_team"), (words.say("survey_next_team_fact"),)),
    ]
    if files:
        items.insert(1, Item(words.say("survey_next_knowledge"), files))
    return Section("next", words.say("survey_section_next"), words.say("survey_next_lead"), tuple(items))
