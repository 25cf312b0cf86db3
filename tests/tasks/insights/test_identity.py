"""A topic is the same one the next day, and the one after, so that it has a curve."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import polars as pl

from domain.insights import KnownTopic, Period, Topic
from tasks.insights.annotate import annotate
from tasks.insights.identity import merged, recognised
from tasks.insights.topics import cluster

START = datetime(2026, 3, 2, tzinfo=UTC)
NO_VERDICTS = pl.DataFrame(schema={"comment_id": pl.String, "action": pl.String, "norms": pl.List(pl.String)})
BATTERY = ("the battery swells after the update", "my battery is swelling, what now", "swelling battery here too")
BATTERIE = ("la batterie gonfle depuis la mise à jour", "ma batterie gonfle aussi", "batterie qui gonfle, encore")
PARCEL = ("delivery takes weeks, no parcel", "my parcel is late, delivery stuck", "late delivery, where is the parcel")
COLOUR = ("the blue colour of this lamp", "love the lamp in blue", "such a blue colour, this lamp")

Rows = list[dict[str, Any]]
Comments = Callable[[Rows], pl.DataFrame]


def day(number: int) -> Period:
    return Period(START + timedelta(days=number), START + timedelta(days=number + 1), "UTC")


def on(comments: Comments, number: int, *said: Sequence[str], lang: str = "en") -> tuple[Topic, ...]:
    texts = [f"{text} {n}" for texts in said for n, text in enumerate(texts * 3)]
    at = day(number).start + timedelta(hours=9)
    table = annotate(comments([{"text": text, "lang": lang, "created_at": at} for text in texts]), NO_VERDICTS)
    return cluster(table, table.clear(), "en")


def about(topics: Sequence[Topic], word: str) -> Topic:
    return max(topics, key=lambda topic: sum(weight for key, weight in topic.keys.items() if key.startswith(word)))


def kept(known: Sequence[KnownTopic], new: Sequence[KnownTopic]) -> tuple[KnownTopic, ...]:
    """What a store holds after it was told of `new`."""
    before = {each.id: each for each in known}
    for each in new:
        old = before.get(each.id, each)
        days, negative = ({**old.by_day, **each.by_day}, {**old.negative_by_day, **each.negative_by_day})
        before[each.id] = replace(each, by_day=days, negative_by_day=negative)
    return tuple(before.values())


def test_a_subject_keeps_its_identity_across_days_and_languages_and_has_a_curve(comments: Comments) -> None:
    known: tuple[KnownTopic, ...] = ()
    first = recognised(on(comments, 0, BATTERY, PARCEL), known, day(0))
    known = kept(known, merged(first, known))
    second = recognised(on(comments, 1, BATTERIE, COLOUR, lang="fr"), known, day(1))
    known = kept(known, merged(second, known))
    third = recognised(on(comments, 2, BATTERY, PARCEL), known, day(2))
    battery = [about(topics, "batter") for topics in (first, second, third)]
    assert len({topic.id for topic in battery}) == 1
    assert battery[0].since is None
    assert battery[2].since == date(2026, 3, 2)
    assert list(battery[2].by_day) == [date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 4)]
    assert about(third, "parcel").id == about(first, "parcel").id
    assert about(second, "blu").id not in {topic.id for topic in first}


def test_a_subject_keeps_its_mood_day_by_day(comments: Comments) -> None:
    angry = ("the battery swells, terrible, I hate it", "swelling battery, awful, scam", "my battery swells, horrible")
    glad = (
        "battery swelling solved, thanks, great",
        "no more swelling battery, perfect",
        "battery swells no more, lovely",
    )
    known = merged(recognised(on(comments, 0, angry), (), day(0)), ())
    later = about(recognised(on(comments, 1, glad), known, day(1)), "batter")
    first, second = date(2026, 3, 2), date(2026, 3, 3)
    assert later.negative_by_day == {first: later.by_day[first], second: 0}
    assert min(later.by_day.values()) > 0


def test_the_same_report_again_changes_nothing(comments: Comments) -> None:
    topics = on(comments, 0, BATTERY, PARCEL)
    known = kept((), merged(recognised(topics, (), day(0)), ()))
    again = recognised(topics, known, day(0))
    assert {topic.id: topic.since for topic in again} == {each.id: None for each in known}
    assert kept(known, merged(again, known)) == known


def test_another_subject_with_the_same_leading_word_has_a_name_of_its_own() -> None:
    known = KnownTopic("topic-lamp", {"lamp": 0.1, "glass": 0.9, "crack": 0.9}, date(2026, 3, 1), date(2026, 3, 1))
    now = Topic("topic-lamp", "Lamp", ("lamp",), 5, 0, 5, 5, None, {}, (), keys={"lamp": 0.3, "price": 0.9})  # type: ignore[arg-type]
    assert recognised([now], [known], day(1))[0].id == "topic-lamp-20260303"
