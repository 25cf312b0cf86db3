"""A hand-off tells in which thread it began and whom the CM will answer."""

from datetime import UTC, datetime

import polars as pl
import pytest

from domain.records import COMMENT_SCHEMA, HANDOFF_SCHEMA
from tasks.publishing.wording import Wording
from tasks.replies.handoff import TOPICS, summary, topic_of
from tasks.replies.history import History, retold, with_history

REGULAR = History(42, "regular", datetime(2025, 3, 1, tzinfo=UTC))


def told(language, title="Delivery of lea@example.org", members=None, opted_out=(), kind="comment", author="a"):
    comment = {"id": "c", "kind": kind, "author_id": author, "thread_title": title}
    row = {"comment_id": "c", "reason": "conflict", "urgency": "high", "summary": "Angry · ana\n“hi”"}
    found = with_history(
        pl.DataFrame([row], schema=dict(HANDOFF_SCHEMA)),
        pl.DataFrame([comment], schema=dict(COMMENT_SCHEMA)),
        {"a": REGULAR} if members is None else members,
        opted_out,
        Wording(language),
    )
    assert dict(found.schema) == HANDOFF_SCHEMA
    return found["summary"][0]


def test_thread_and_member_are_told_in_the_cms_language_without_personal_data():
    assert told("en") == "Angry · ana · thread “Delivery of [...]” · 42 comments since 03/2025 (regular)\n“hi”"
    assert told("fr") == (
        "Angry · ana · fil «\u00a0Delivery of [...]\u00a0» · 42 commentaires depuis 03/2025 (habitué)\n“hi”"
    )


@pytest.mark.parametrize(
    "values", [{"members": {}}, {"opted_out": {"a"}}, {"author": None}], ids=["unknown", "opted out", "deleted"]
)
def test_nothing_is_told_of_who_is_unknown_or_opted_out(values):
    assert told("en", title=None, **values) == "Angry · ana\n“hi”"


def test_a_post_does_not_repeat_its_own_title():
    assert "thread" not in told("en", kind="post")


@pytest.mark.parametrize("topic", list(TOPICS))
def test_who_reads_another_language_than_the_community_gets_the_summary_in_theirs(topic: str):
    comment = {
        "author_name": "ana",
        "platform": "x",
        "text": "call 01 23 45 67 89",
        "kind": "comment",
        "thread_title": "Ça chauffe",
    }
    written = summary(comment, topic, "fr")
    assert topic_of(written) == topic
    assert retold(comment | {"summary": written}, Wording("fr")) == written
    first, words = retold(comment | {"summary": written}, Wording("en")).split("\n")
    assert first == f"{TOPICS[topic]['en']} · ana (X) · thread “Ça chauffe”"
    known = retold(comment | {"summary": written}, Wording("en"), REGULAR).split("\n")[0]
    assert known == f"{first} · 42 comments since 03/2025 (regular)"
    assert words == "“call [...]”"


def test_what_a_human_wrote_stays_as_it_is():
    note = {
        "summary": "Voir avec Paul · demain",
        "author_name": None,
        "platform": "x",
        "text": "",
        "kind": "post",
        "thread_title": "",
    }
    assert retold(note, Wording("en")) == note["summary"]
