"""What happens in the season and when: the daily rhythm, everyday talk, spam waves and the slow crisis."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from deployments.sandbox.demo.wording import entries, load

ZONE = ZoneInfo("Europe/Paris")
DAYS_BEFORE = 20
DAYS_AFTER = 2  # the last one holds the last of the hours after
HOURS_AFTER = 26
EVERYDAY_BEATS = 1930
FRENCH_SHARE = 0.56
PLATFORM_SHARES = {"reddit": 0.4, "youtube": 0.35, "x": 0.25}

# Local hours 0..23 and weekdays Monday..Sunday: quiet nights, a lunch bump, an evening peak, busier Sundays.
HOUR_WEIGHTS = (4, 2, 1, 1, 1, 3, 8, 18, 22, 20, 20, 22, 34, 30, 22, 22, 26, 36, 48, 58, 68, 64, 40, 16)
WEEKDAY_WEIGHTS = (1.0, 0.95, 1.0, 1.0, 0.9, 1.05, 1.25)

SHARES = {
    "question": 0.27,
    "question:none": 0.045,
    "praise": 0.13,
    "complaint": 0.085,
    "feature_request": 0.045,
    "chitchat": 0.105,
    "joke": 0.03,
    "peer": 0.07,
    "answer": 0.06,
    "team": 0.03,
    "thanks": 0.035,
    "protest": 0.012,
    "handoff:human": 0.01,
    "spam": 0.01,
    "scam": 0.006,
    "self_promotion": 0.01,
    "insult": 0.012,
    "hate": 0.005,
    "threat": 0.002,
    "personal_data": 0.007,
    "quoted_insult": 0.006,
    "counter_speech": 0.005,
    "off_topic": 0.007,
    "handoff:press": 0.0011,
    "handoff:health": 0.002,
    "handoff:legal": 0.002,
    "handoff:refund": 0.004,
    "handoff:named": 0.0016,
}
WAVE_SECONDS = 3500
SECOND_QUESTION_SHARE = 0.07
SOURED_PRAISE_SHARE = 0.4  # what would have been praise turns into complaint while the crisis lasts

# Reports of the crisis by day, from its peak: first odd ones on Reddit, then everywhere.
CRISIS_BY_DAY = {-9: 2, -8: 1, -7: 3, -6: 5, -5: 8, -4: 12, -3: 18, -2: 28, -1: 45, 0: 95, 1: 60, 2: 40, 3: 24}
CRISIS_REACHES = {"reddit": -9, "youtube": -6, "x": -4}
CRISIS_ECHO_SHARE = 0.25


@dataclass(frozen=True)
class Beat:
    """One message to come. Scripted beats bring their `text`, threads also a `title`; others are written when played."""

    at: datetime
    platform: str
    lang: str
    label: str
    text: str | None = None
    title: str | None = None
    source: str | None = None
    crisis: bool = False


def beats(rng: Random, end: datetime) -> list[Beat]:
    """Everything from the first hour of the twentieth day before that of `end` to 26 hours after it, in order of time.

    Whole days are drawn whatever the hour of `end`, so that all of a day's demos tell the same story.
    """
    last_day = end.astimezone(ZONE).date()
    rhythm = Rhythm(
        rng, _local(last_day - timedelta(days=DAYS_BEFORE), 0), _local(last_day + timedelta(days=DAYS_AFTER + 1), 0)
    )
    stop = end + timedelta(hours=HOURS_AFTER)
    peak = last_day - timedelta(days=2)
    everything = [
        *_threads(last_day),
        *_everyday(rng, rhythm, peak),
        *_waves(rng, end),
        *_crisis(rng, rhythm, peak),
        *_foreign(rng, rhythm),
        Beat(_local(peak - timedelta(days=7), 20), "reddit", "en", "huge_text"),
    ]
    return sorted((b for b in everything if rhythm.start <= b.at < stop), key=lambda beat: beat.at)


class Rhythm:
    """Draws instants as people write: by local hour and weekday, counted on UTC hours so that clock changes are safe."""

    def __init__(self, rng: Random, start: datetime, stop: datetime) -> None:
        self.rng, self.start, self.stop = rng, start.astimezone(UTC), stop.astimezone(UTC)
        count = int((self.stop - self.start) / timedelta(hours=1))
        self.hours = [self.start + timedelta(hours=n) for n in range(count)]
        self.weights = [_weight(hour) for hour in self.hours]

    def instants(self, count: int) -> list[datetime]:
        """Instants over the whole season."""
        return [self._within(hour) for hour in self.rng.choices(self.hours, self.weights, k=count)]

    def on(self, day: date, count: int) -> list[datetime]:
        """Instants on one local day; none when the season does not reach it."""
        chosen = [(h, w) for h, w in zip(self.hours, self.weights, strict=True) if h.astimezone(ZONE).date() == day]
        if not chosen:
            return []
        hours, weights = zip(*chosen, strict=True)
        share = min(1.0, sum(weights) / (sum(HOUR_WEIGHTS) * WEEKDAY_WEIGHTS[day.weekday()]))
        return [self._within(hour) for hour in self.rng.choices(hours, weights, k=max(1, round(count * share)))]

    def _within(self, hour: datetime) -> datetime:
        return hour + timedelta(seconds=self.rng.randrange(3600))


def _weight(hour: datetime) -> float:
    local = hour.astimezone(ZONE)
    return HOUR_WEIGHTS[local.hour] * WEEKDAY_WEIGHTS[local.weekday()]


def _local(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), ZONE).astimezone(UTC)


def _threads(last_day: date) -> list[Beat]:
    return [
        Beat(
            _local(last_day - timedelta(days=thread["day"]), thread["hour"]),
            thread["platform"],
            thread["lang"],
            thread.get("label", "team"),
            text=thread["text"],
            title=thread["title"],
            source=thread.get("source"),
            crisis=thread.get("about_crisis", False),
        )
        for thread in load("threads.yaml")
    ]


def _everyday(rng: Random, rhythm: Rhythm, peak: date) -> list[Beat]:
    labels = [label for label, share in SHARES.items() for _ in range(max(2, round(share * EVERYDAY_BEATS)))]
    rng.shuffle(labels)
    return [_beat(rng, at, label, peak) for at, label in zip(rhythm.instants(len(labels)), labels, strict=True)]


def _beat(rng: Random, at: datetime, label: str, peak: date) -> Beat:
    lang = "fr" if rng.random() < FRENCH_SHARE else "en"
    platform = _platform(rng, PLATFORM_SHARES)
    days_from_peak = (at.astimezone(ZONE).date() - peak).days
    if label == "praise" and days_from_peak >= -1 and rng.random() < SOURED_PRAISE_SHARE:
        label = "complaint"
    if label == "question":
        label = f"question:{_asked(rng, lang)}"
    return Beat(at, platform, lang, label)


def _asked(rng: Random, lang: str) -> str:
    """One entry, sometimes two; those at the top of the file come up more often."""
    known = list(entries(lang))
    weights = [1 / (rank + 4) ** 0.5 for rank in range(len(known))]
    first, second = rng.choices(known, weights, k=2)
    return f"{first}+{second}" if first != second and rng.random() < SECOND_QUESTION_SHARE else first


def _platform(rng: Random, shares: dict[str, float]) -> str:
    return rng.choices(list(shares), list(shares.values()))[0]


def _waves(rng: Random, end: datetime) -> list[Beat]:
    return [
        Beat(
            _start(wave, end) + timedelta(seconds=rng.randrange(WAVE_SECONDS)),
            wave["platform"],
            wave["lang"],
            wave["label"],
            text=wave["text"],
        )
        for wave in load("waves.yaml")
        for _ in range(wave["size"])
    ]


def _start(wave: dict[str, Any], end: datetime) -> datetime:
    if "hours_after_end" in wave:
        return end.astimezone(UTC).replace(microsecond=0) + timedelta(hours=wave["hours_after_end"])
    return _local(end.astimezone(ZONE).date() - timedelta(days=wave["day"]), wave["hour"])


def _crisis(rng: Random, rhythm: Rhythm, peak: date) -> list[Beat]:
    found = []
    for offset, count in CRISIS_BY_DAY.items():
        reached = {p: PLATFORM_SHARES[p] for p, since in CRISIS_REACHES.items() if offset >= since}
        for at in rhythm.on(peak + timedelta(days=offset), count):
            lang = "fr" if rng.random() < FRENCH_SHARE else "en"
            echo = offset > -7 and rng.random() < CRISIS_ECHO_SHARE
            stage = "echo" if echo else _stage(offset)
            found.append(Beat(at, _platform(rng, reached), lang, f"crisis:{stage}", crisis=True))
    return found


def _stage(offset: int) -> str:
    if offset <= -7:
        return "odd"
    if offset <= -2:
        return "growing"
    return "peak" if offset <= 1 else "after"


def _foreign(rng: Random, rhythm: Rhythm) -> list[Beat]:
    lines = load("others.yaml")
    return [
        Beat(at, _platform(rng, PLATFORM_SHARES), line["lang"], line["label"], text=line["text"])
        for at, line in zip(rhythm.instants(len(lines)), lines, strict=True)
    ]
