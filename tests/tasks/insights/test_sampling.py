"""Very large periods are read in bounded parts; what fits is read whole and comes out the same."""

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from tasks.insights import crisis, sampling, topics, trends
from tasks.insights.annotate import annotate
from tasks.insights.crisis import crises
from tasks.insights.topics import cluster

START = datetime(2026, 3, 2, tzinfo=UTC)
NO_VERDICTS = pl.DataFrame(schema={"comment_id": pl.String, "action": pl.String, "norms": pl.List(pl.String)})
Comments = Callable[[list[dict[str, Any]]], pl.DataFrame]


def test_few_are_all_read_and_many_evenly() -> None:
    rows = pl.DataFrame({"at": range(100)})
    assert sampling.evenly(rows, 100).equals(rows)
    assert sampling.evenly(rows, 30)["at"].to_list() == list(range(0, 100, 4))


def test_a_span_is_half_open_and_may_be_empty() -> None:
    times = pl.DataFrame({"created_at": [START + timedelta(hours=n) for n in (0, 1, 1, 2, 3)]})
    inside = sampling.within(times, START + timedelta(hours=1), START + timedelta(hours=3))
    assert inside["created_at"].to_list() == times["created_at"].to_list()[1:4]
    assert sampling.within(times, START + timedelta(hours=3), START).is_empty()
    assert sampling.within(times.clear(), START, START + timedelta(hours=3)).is_empty()


@pytest.fixture
def few_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if a hundred comments were too many to read at once."""

    def evenly(table: pl.DataFrame, most: int = 100) -> pl.DataFrame:
        return sampling.evenly(table, min(most, 100))

    for module in (topics, crisis, trends):
        monkeypatch.setattr(module, "evenly", evenly)
    monkeypatch.setattr(sampling, "ROWS_AT_ONCE", 70)


def written(comments: Comments) -> pl.DataFrame:
    """Six hundred comments, of which a third speak of a battery, angrily, and the rest of parcels and colours."""
    said = [
        "the battery swells, terrible, it broke and I hate it",
        "my parcel arrived with the delivery service this morning",
        "the blue colour of this lamp on the desk",
    ]
    draw = random.Random(0)  # not in turns: evenly spaced ones would be all alike
    rows = [
        {"text": f"{draw.choice(said)} {n}", "author": f"m{n}", "created_at": START + timedelta(minutes=n)}
        for n in range(600)
    ]
    return annotate(comments(rows), NO_VERDICTS)


@pytest.mark.usefixtures("few_are_read")
def test_topics_that_were_found_in_some_count_all(comments: Comments) -> None:
    table = written(comments)
    found = cluster(table, table.clear(), "en")
    speak = [table["text"].str.contains(word).sum() for word in ("battery", "parcel", "colour")]
    assert sorted(topic.comments for topic in found) == sorted(speak)
    assert sum(round(topic.mood.negative * topic.comments) for topic in found) == speak[0]


@pytest.mark.usefixtures("few_are_read")
def test_a_crisis_that_was_found_in_some_counts_all(comments: Comments) -> None:
    table = written(comments)
    found = crises(table, table.clear(), "en", frozenset())
    assert [each.value for each in found] == [table["text"].str.contains("battery").sum()]
