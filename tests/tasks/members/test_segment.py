"""Who the members are."""

from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from domain.records import COMMENT_SCHEMA, MEMBER_SCHEMA, VERDICT_SCHEMA, empty, frame
from tasks.members.segment import SEGMENTS, members

NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)


def written(author: str | None, days_ago: float, text: str = "a lamp", **others: Any) -> dict[str, Any]:
    return {
        "platform": "reddit",
        "author_id": author and f"reddit:{author}",
        "author_name": author,
        "text": text,
        "lang": "en",
        "created_at": NOW - timedelta(days=days_ago),
        "deleted": False,
        "score": 1,
        **others,
    }


def table(rows: list[dict[str, Any]]) -> pl.DataFrame:
    return frame([{"id": f"reddit:{n}", **row} for n, row in enumerate(rows)], COMMENT_SCHEMA)


def segment_of(rows: list[dict[str, Any]]) -> str:
    found = members(table(rows), empty(VERDICT_SCHEMA), NOW)
    return str(found.filter(pl.col("id") == "reddit:ann")["segment"].item())


ASKED = [written(f"asker{n}", 20, "how does it work?", id=f"reddit:q{n}") for n in range(5)]


@pytest.mark.parametrize(
    ("segment", "rows"),
    [
        ("newcomer", [written("ann", 2)]),
        ("occasional", [written("ann", 20)]),
        ("regular", [written("ann", days) for days in (20, 18, 15, 5, 2)]),
        ("leaving", [written("ann", days) for days in (28, 27, 26, 25, 22)]),
        ("dissatisfied", [written("ann", days, "this is terrible, I hate it") for days in (4, 3, 2)]),
        ("advocate", [written("ann", days, "I love it, wonderful team") for days in (14, 9, 3, 1)]),
        ("expert", [*ASKED, *(written("ann", n + 1, "press the button", parent_id=f"reddit:q{n}") for n in range(5))]),
    ],
)
def test_a_member_is_in_the_segment_that_their_comments_tell(segment: str, rows: list[dict[str, Any]]) -> None:
    assert segment_of(rows) == segment
    assert segment in SEGMENTS


def test_answering_oneself_makes_no_expert() -> None:
    rows = [written("ann", 10, "how does it work?", id="reddit:q")]
    rows += [written("ann", n + 1, "press it", parent_id="reddit:q") for n in range(6)]
    found = members(table(rows), empty(VERDICT_SCHEMA), NOW)
    assert found.select("replies", "segment").row(0) == (0, "regular")


def test_counts_are_those_of_the_comments() -> None:
    rows = [
        written("ann", 9, "where is it?", score=3),
        written("bob", 8, "over there", parent_id="reddit:0", score=5),
        written("ann", 7, "thank you", parent_id="reddit:1", score=-1),
        written(None, 6, "gone"),
    ]
    verdicts = frame([{"comment_id": "reddit:2", "action": "hold", "norms": ["spam"]}], VERDICT_SCHEMA)
    found = members(table(rows), verdicts, NOW)
    assert dict(found.schema) == MEMBER_SCHEMA
    ann = found.row(0, named=True)
    assert (ann["comments"], ann["replies"], ann["questions"], ann["score"], ann["held"]) == (2, 1, 1, 2, 1)
    assert (ann["first_seen"], ann["last_seen"]) == (NOW - timedelta(days=9), NOW - timedelta(days=7))
    assert found["id"].to_list() == ["reddit:ann", "reddit:bob"]


def test_interests_are_the_words_that_a_member_uses_more_than_others() -> None:
    rows = [written("ann", n + 1, f"my telescope again, look at the lamp {n}") for n in range(3)]
    rows += [written(f"m{n}", 3, "the lamp, the lamp") for n in range(8)]
    found = members(table(rows), empty(VERDICT_SCHEMA), NOW)
    assert found.filter(pl.col("id") == "reddit:ann")["interests"].item()[0] == "telescope"


def test_a_community_without_comments_has_no_members() -> None:
    assert members(empty(COMMENT_SCHEMA), empty(VERDICT_SCHEMA), NOW).equals(empty(MEMBER_SCHEMA))
