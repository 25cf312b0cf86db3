"""Which three things matter most, by rules that a CM can foresee.

Each candidate has a weight from 0 to 100, and the three heaviest are told, at most one of each family:

| family | what | weight |
| --- | --- | --- |
| crisis | a crisis of level 2 or 3 | 90, 100 |
| waiting | members whose answer is overdue | 85 |
| crisis | a tension: a crisis of level 1 | 80 |
| blind | sources that could not be read | 75 |
| mood | a mood shift, by level | 60 + 5 for each level |
| peak | a peak, by level | 55 + 5 for each level |
| question | a recurring question that no entry answers | 50 + times asked, up to 68 |
| waiting | other decisions that wait | 50 + half their number, up to 66 |
| trend | a trend or weak signal, by level | 45 + 5 for each level |
| kpi | a KPI that moved the wrong way by 30 % or more, from at least 10 if it is a count | 52 |
| topic | a topic that did not exist before, of at least 5 comments | 48 |
| kpi | a KPI that moved the right way by as much | 40 |
| norms | comments that break the charter, of at least a sixth of all and 10 | 57, from a third on 67 |
| voted | the comment with most votes, of at least 10 | 35 |
| topic | otherwise the largest topic | 30 |
| day | the busiest day, of at least twice the usual and 10 comments | 28 |
| mood | the mood of at least 30 comments | 20 |

The families norms, voted, day and mood fill the digest of an export, which has no past to compare with. Equal weights
keep the order of the table. With nothing at all, one line says so.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from domain.insights import Kpi, Signal
from tasks.publishing.edition import Link, Matter, Tone
from tasks.publishing.grain import coarsened, grain_of, long_name
from tasks.publishing.quoting import label, safe_url
from tasks.publishing.reading import Reading, kpi_tone

MATTERS_SHOWN = 3
NOTABLE_CHANGE = 0.30
NOTABLE_COUNT = 10
NOTABLE_NEW_TOPIC = 5
NOTABLE_QUESTION = 2
NOTABLE_NORMS_SHARE, NOTABLE_NORMS = 1 / 6, 10
NOTABLE_VOTES = 10
NOTABLE_DAY = 2.0  # times the median of the days with comments
NOTABLE_MOOD = 30

_SIGNAL_FAMILIES = {"crisis": "crisis", "wave": "wave", "mood_shift": "mood", "peak": "peak"}  # all others: trend
_SIGNAL_WEIGHTS = {
    "crisis": 70,
    "wave": 62,
    "mood_shift": 60,
    "peak": 55,
    "burst": 46,
    "trend": 45,
    "weak_signal": 45,
}


@dataclass(frozen=True)
class Candidate:
    """Something that may matter."""

    weight: float
    family: str
    matter: Matter


def what_matters(reading: Reading) -> tuple[Matter, ...]:
    """The heaviest candidates of different families, or the one line that nothing is to report."""
    candidates = [*_signals(reading), *_waiting(reading), *_blind(reading), *_questions(reading), *_kpis(reading)]
    candidates += _topics(reading)
    if reading.origin == "file":
        candidates += [*_norms(reading), *_voted(reading), *_busiest_day(reading), *_mood(reading)]
    chosen: dict[str, Matter] = {}
    for candidate in sorted(candidates, key=lambda c: -c.weight):
        chosen.setdefault(candidate.family, candidate.matter)
    quiet = Matter(reading.words.say("matter_quiet"), reading.words.say("matter_quiet_detail"))
    return tuple(chosen.values())[:MATTERS_SHOWN] or (quiet,)


def _signals(reading: Reading) -> Iterator[Candidate]:
    for signal in reading.insights.signals:
        title, detail = reading.signal_title(signal), reading.signal_detail(signal)
        evidence, of_all = reading.evidence(signal.examples), signal.kind == "mood_shift"
        matter = Matter(title, detail, _signal_tone(signal), evidence, of_all=of_all)
        yield Candidate(_signal_weight(signal), _SIGNAL_FAMILIES.get(signal.kind, "trend"), matter)


def _signal_weight(signal: Signal) -> float:
    return _SIGNAL_WEIGHTS[signal.kind] + (10 if signal.kind == "crisis" else 5) * signal.level


def _signal_tone(signal: Signal) -> Tone:
    darker = signal.kind == "mood_shift" and signal.value > signal.expected
    return "alarm" if signal.kind == "crisis" or signal.level >= 3 or darker else "plain"


def waiting_parts(reading: Reading) -> list[str]:
    """What waits, one phrase for each kind that is not empty."""
    waiting = reading.insights.waiting
    kinds = (("handoffs", waiting.handoffs), ("verdicts", waiting.verdicts), ("drafts", waiting.drafts))
    return [reading.words.count(f"waiting_{kind}", n) for kind, n in kinds if n]


def waiting_total(reading: Reading) -> int:
    waiting = reading.insights.waiting
    return waiting.verdicts + waiting.drafts + waiting.handoffs


def review_link(reading: Reading) -> Link | None:
    url = safe_url(reading.links.review)
    return Link(reading.words.say("decide"), url) if url else None


def _waiting(reading: Reading) -> Iterator[Candidate]:
    words, waiting, total = reading.words, reading.insights.waiting, waiting_total(reading)
    if not total and not waiting.overdue:
        return
    detail = capitalised(words.joined(waiting_parts(reading))) + "."
    if waiting.next_due_at:
        detail += " " + words.say("waiting_due", when=words.moment(waiting.next_due_at))
    if waiting.overdue:
        title = words.count("matter_overdue", waiting.overdue)
        yield Candidate(85, "waiting", Matter(title, detail, "alarm", link=review_link(reading)))
    else:
        title = words.count("matter_waiting", total)
        yield Candidate(50 + min(16, total / 2), "waiting", Matter(title, detail, link=review_link(reading)))


def _blind(reading: Reading) -> Iterator[Candidate]:
    spots = reading.insights.blind_spots
    if spots and reading.origin == "store":
        sources = reading.words.joined([reading.blind_spot(spot) for spot in spots[:2]])
        title = reading.words.count("matter_blind", len(spots))
        detail = reading.words.say("matter_blind_detail", sources=sources)
        yield Candidate(75, "blind", Matter(title, detail, "alarm"))


def _questions(reading: Reading) -> Iterator[Candidate]:
    words = reading.words
    for question in reading.insights.questions:
        if question.entry_id is None and question.asked >= NOTABLE_QUESTION:
            title = words.say(f"matter_question_{reading.origin}", question=words.quoted(label(question.text)))
            detail = f"{question_facts(reading, question.asked, question.members)}. {words.say(f'question_advice_{reading.origin}')}"
            evidence = reading.evidence(question.examples)
            yield Candidate(min(68, 50 + question.asked), "question", Matter(title, detail, evidence=evidence))


def question_facts(reading: Reading, asked: int, members: int) -> str:
    """`Asked 23 times by 21 members`; an export without authors has no members to count."""
    times, by = reading.words.count("n_times", asked), reading.words.count("n_members", members)
    return reading.words.say("question_asked" if members else "question_asked_bare", times=times, members=by)


def _kpis(reading: Reading) -> Iterator[Candidate]:
    for kpi in reading.insights.kpis:
        if kpi.value is None or not kpi.previous or not _notable(kpi, kpi.value, kpi.previous):
            continue
        direction = "up" if kpi.value > kpi.previous else "down"
        name, value = reading.words.named("kpi", kpi.key), reading.kpi_value(kpi, kpi.value)
        title = reading.words.say(f"matter_kpi_{direction}", label=name, value=value)
        change = reading.kpi_change(kpi)
        before = reading.kpi_value(kpi, kpi.previous)
        detail = reading.words.say("matter_kpi_detail", change=change, before=before)
        tone = kpi_tone(kpi)
        yield Candidate(52 if tone == "alarm" else 40, "kpi", Matter(title, detail, tone))


def _notable(kpi: Kpi, value: float, previous: float) -> bool:
    small = kpi.unit == "count" and max(value, previous) < NOTABLE_COUNT
    return kpi_tone(kpi) != "plain" and not small and abs(value - previous) / abs(previous) >= NOTABLE_CHANGE


def _topics(reading: Reading) -> Iterator[Candidate]:
    topics = reading.insights.topics
    fresh = [t for t in topics if t.previous_comments == 0 and t.comments >= NOTABLE_NEW_TOPIC]
    observed_before = bool(reading.previous_comments)
    for topic, key, weight in [(t, "matter_topic_new", 48) for t in fresh if observed_before] + [
        (t, "matter_topic", 30) for t in topics[:1]
    ]:
        words = reading.words
        title = words.say(key, topic=words.quoted(label(topic.label)))
        before = reading.compared(topic.comments, topic.previous_comments)
        counts = reading.comments_from(topic.comments, topic.members) + (f", {before}" if before else "")
        detail = f"{counts}. {capitalised(reading.shares(topic.mood).said)}."
        yield Candidate(weight, "topic", Matter(title, detail, evidence=reading.evidence(topic.examples)))


def _norms(reading: Reading) -> Iterator[Candidate]:
    """Judged comments of an export; in a community that is watched the figures and the waiting decisions tell them."""
    words = reading.words
    judged = next((kpi.value for kpi in reading.insights.kpis if kpi.key == "to_review"), None) or 0
    if judged >= NOTABLE_NORMS and judged >= NOTABLE_NORMS_SHARE * reading.comments:
        share = words.percent(judged / reading.comments)
        counted = sorted(reading.insights.norms.items(), key=lambda item: (-item[1], item[0]))[:3]
        named = [f"{reading.norm_title(norm)} ({words.number(n)})" for norm, n in counted]
        title = words.say("matter_norms", share=share)
        detail = words.say("matter_norms_detail", norms=words.joined(named))
        weight = 67 if judged >= reading.comments / 3 else 57
        yield Candidate(weight, "norms", Matter(title, detail, "alarm"))


def _voted(reading: Reading) -> Iterator[Candidate]:
    for example, votes in reading.insights.most_voted[:1]:
        if votes >= NOTABLE_VOTES:
            title = reading.words.count("matter_voted", votes)
            detail = reading.words.say("matter_voted_detail")
            yield Candidate(35, "voted", Matter(title, detail, evidence=reading.evidence((example,))))


def _busiest_day(reading: Reading) -> Iterator[Candidate]:
    """The day, week or month, as finely as the chart tells time, that stands out."""
    words, by_day = reading.words, reading.insights.by_day
    grain = grain_of(by_day["date"])
    totals = coarsened(by_day.drop("platform"), grain).filter(pl.col("comments") > 0)
    usual = totals["comments"].median()
    if totals.height < 4 or not isinstance(usual, float):
        return
    day, most = totals.sort("comments", descending=True).select("date", "comments").row(0)
    if most >= max(NOTABLE_DAY * usual, NOTABLE_COUNT):
        title = words.say(
            "matter_day", when=capitalised(long_name(day, grain, words)), comments=words.count("n_comments", most)
        )
        usually = words.number(usual, 0 if usual == round(usual) else 1)
        yield Candidate(28, "day", Matter(title, words.say(f"matter_day_{grain}", usual=usually)))


def _mood(reading: Reading) -> Iterator[Candidate]:
    words, mood = reading.words, reading.insights.mood
    if mood.comments >= NOTABLE_MOOD:
        title = words.say("matter_mood", positive=words.percent(mood.positive), negative=words.percent(mood.negative))
        yield Candidate(20, "mood", Matter(title, words.count("matter_mood_detail", mood.comments)))


def capitalised(text: str) -> str:
    """With a capital first letter; the rest is left alone."""
    return text[:1].upper() + text[1:]
