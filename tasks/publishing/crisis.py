"""What a digest tells of a crisis beside its size: its first sign, its time line, who and what drives it, what to do."""

import re

from domain.insights import Signal
from tasks.publishing.edition import Curve
from tasks.publishing.quoting import label, shorten
from tasks.publishing.reading import Reading

_LONGEST_IN_HOURS = 24
_WORDS_OF_A_SUBJECT, _LONGEST_SUBJECT = 2, 60


def crisis_facts(reading: Reading, signal: Signal) -> tuple[str, ...]:
    """In the order of reading; what is not known is left out."""
    words, facts = reading.words, []
    if signal.first:
        when, where = words.moment(signal.first.created_at), words.platform(signal.first.platform)
        facts.append(words.say("crisis_first", when=when, platform=where))
    if signal.members:
        facts.append(words.count("crisis_members", signal.members))
    if len(signal.timeline) > 1:
        facts.append(_timeline(reading, signal))
    if signal.label and signal.terms:
        facts.append(words.say("crisis_terms", terms=reading.terms(signal.terms)))
    if signal.parts:
        parts = [f"{words.quoted(label(name))} ({words.number(n)})" for name, n in signal.parts]
        facts.append(words.say("crisis_parts", parts=words.joined(parts)))
    if signal.thread:
        facts.append(words.say("crisis_thread", title=words.quoted(label(signal.thread))))
    if signal.level > 1 and reading.origin == "store":
        facts.append(words.say("crisis_pause", subject=_subject(signal)))
    return tuple(facts)


def _subject(signal: Signal) -> str:
    """What `vigie pause` takes: the id that the alert names, else the leading words."""
    if signal.crisis:
        return signal.crisis
    words = re.findall(r"\w+", " ".join(signal.terms[:_WORDS_OF_A_SUBJECT]))  # nothing that a shell would read
    return f'"{shorten(" ".join(words), _LONGEST_SUBJECT)}"'


def crisis_curve(reading: Reading, signal: Signal) -> Curve | None:
    """Its negative comments as they came; None where the time line has but one step."""
    if len(signal.timeline) < 2:
        return None
    words = reading.words
    points = tuple(
        (f"{words.moment(at)}{words.say('colon')}{words.count('n_negative_comments', n)}", n)
        for at, n in signal.timeline
    )
    return Curve(points, _timeline(reading, signal))


def _timeline(reading: Reading, signal: Signal) -> str:
    counts = ", ".join(reading.words.number(n) for _, n in signal.timeline)
    return reading.words.say("crisis_timeline", step=_step(reading, signal), counts=counts)


def _step(reading: Reading, signal: Signal) -> str:
    hours = round((signal.timeline[1][0] - signal.timeline[0][0]).total_seconds() / 3600)
    if hours < _LONGEST_IN_HOURS:
        return reading.words.count("step_hours", hours)
    return reading.words.count("step_days", round(hours / 24))
