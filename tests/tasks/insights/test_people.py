"""Who helps, rises or drifts away is told from what they did; nobody is named who does not want to be profiled."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl

from domain.insights import People, Period
from tasks.insights.annotate import annotate
from tasks.insights.people import people
from tasks.members.segment import members

END = datetime(2026, 3, 30, tzinfo=UTC)
WEEK = Period(END - timedelta(days=7), END, "Europe/Paris")
NO_VERDICTS = pl.DataFrame(schema={"comment_id": pl.String, "action": pl.String, "norms": pl.List(pl.String)})
Rows = list[dict[str, Any]]


def told(comments: Callable[[Rows], pl.DataFrame], rows: Rows, opted_out: frozenset[str] = frozenset()) -> People:
    table = comments(rows)
    return people(annotate(table, NO_VERDICTS), members(table, NO_VERDICTS, END), WEEK, opted_out)


def ago(days: float) -> datetime:
    return END - timedelta(days=days)


def asked_and_answered(helper: str) -> Rows:
    """Three members ask, the helper answers each and one of them says thanks."""
    rows: Rows = []
    for n in range(3):
        rows.append({"id": f"reddit:q{n}", "author": f"asker{n}", "text": "How do I open it?", "created_at": ago(3)})
        reply = {"author": helper, "text": "Press both buttons", "parent_id": f"reddit:q{n}"}
        rows.append(reply | {"id": f"reddit:a{n}", "created_at": ago(2.5)})
    rows.append({"author": "asker1", "text": "thanks, it works", "parent_id": "reddit:a1", "created_at": ago(2)})
    return rows


def test_who_answers_other_members_questions_is_helpful_and_thanks_are_counted(
    comments: Callable[[Rows], pl.DataFrame],
) -> None:
    chat = [
        {"author": "chatty", "text": "nice day", "parent_id": "reddit:a0", "created_at": ago(1 + n / 10)}
        for n in range(9)
    ]
    own = [
        {"id": "reddit:own", "author": "alone", "text": "How does it work?", "created_at": ago(2)},
        {"author": "alone", "text": "Found it", "parent_id": "reddit:own", "created_at": ago(1)},
    ]
    found = told(comments, [*asked_and_answered("ann"), *chat, *own]).helpful
    assert [(each.name, each.answered, each.replies, each.thanked) for each in found] == [("ann", 3, 3, 1)]
    assert told(comments, asked_and_answered("ann"), frozenset({"reddit:ann"})).helpful == ()


def test_who_writes_far_more_than_before_rises_and_who_falls_silent_leaves(
    comments: Callable[[Rows], pl.DataFrame],
) -> None:
    rows: Rows = [{"author": "steady", "created_at": ago(day + 0.5)} for day in range(28)]
    rows += [{"author": "riser", "created_at": ago(20)}]
    rows += [{"author": "riser", "created_at": ago(1 + n / 2)} for n in range(9)]
    rows += [{"author": "goer", "created_at": ago(day)} for day in (28, 27, 26, 25, 24, 23)]
    found = told(comments, rows)
    assert [(each.name, each.now) for each in found.rising] == [("riser", 9)]
    assert [(each.name, each.last_seen) for each in found.leaving] == [("goer", ago(23))]


def test_a_few_who_write_most_of_it_are_told_without_names(comments: Callable[[Rows], pl.DataFrame]) -> None:
    loud: Rows = [{"author": "loud", "created_at": ago(1)}] * 40
    others: Rows = [{"author": f"m{n}", "created_at": ago(1)} for n in range(10)]
    found = told(comments, [*loud, *others])
    assert (found.loudest, found.loudest_share) == (2, 41 / 50)
    even: Rows = [{"author": f"m{n % 20}", "created_at": ago(1)} for n in range(60)]
    assert told(comments, even).loudest_share is None
    gone = [{"author": None, "created_at": ago(1)} for _ in range(60)]
    assert told(comments, [*even, *gone]).loudest_share is None  # deleted accounts are not one member
