"""Verdicts, drafts and hand-offs are kept once, however often a run repeats itself."""

from datetime import timedelta

import polars as pl
import pytest

from connectors.store.comments import save_page
from connectors.store.replies import (
    STORED_DRAFT_SCHEMA,
    STORED_HANDOFF_SCHEMA,
    answering_ours,
    asked_by_entry,
    drafts_between,
    handoffs_between,
    save_replies,
    unanswered,
)
from connectors.store.verdicts import save_verdicts, status_of
from domain.records import DRAFT_SCHEMA, HANDOFF_SCHEMA, Page, empty

DAY = timedelta(days=1)
NO_DRAFTS, NO_HANDOFFS = empty(DRAFT_SCHEMA), empty(HANDOFF_SCHEMA)


def test_verdicts_are_kept_once(engine, community, verdicts, outbox, now):
    judged = verdicts(community, action="remove", autonomy="act")
    assert save_verdicts(engine, judged, now, "run") == 4
    assert save_verdicts(engine, judged, now + DAY, "again") == 0
    assert outbox() == {f"remove reddit:t1_{n}": "ready" for n in range(4)}
    assert save_verdicts(engine, judged.with_columns(charter_version=pl.lit("c2")), now, "run") == 4


@pytest.mark.parametrize("autonomy", ["observe", "propose", "act"])
@pytest.mark.parametrize("action", ["allow", "hold", "remove", "escalate"])
def test_only_act_is_applied_and_a_grave_matter_always_waits(action: str, autonomy: str):
    status = status_of(action, autonomy)
    assert (status == "applied") == (autonomy == "act" and action in {"hold", "remove"})
    assert (status == "waiting") == (action == "escalate" or (autonomy == "propose" and action != "allow"))


def test_drafts_and_hand_offs_are_kept_once(engine, community, drafts, handoffs, outbox, now):
    written = drafts(community.head(2), autonomy="act"), handoffs(community.tail(2))
    assert save_replies(engine, *written, now, "run") == (2, 2)
    assert save_replies(engine, *written, now + DAY, "again") == (0, 0)
    assert save_replies(engine, pl.concat([written[0], written[0]]), written[1], now, "twice") == (0, 0)
    assert outbox() == {"reply reddit:t1_0": "ready", "reply reddit:t1_1": "ready"}
    assert save_replies(engine, NO_DRAFTS, NO_HANDOFFS, now, "empty") == (0, 0)


def test_a_comment_waits_for_a_reply_from_its_verdict_to_its_draft_or_hand_off(
    engine, community, verdicts, drafts, handoffs, now
):
    assert unanswered(engine, now - DAY).is_empty()
    save_verdicts(engine, verdicts(community), now, "run")
    assert unanswered(engine, now - DAY)["id"].to_list() == [f"reddit:t1_{n}" for n in (3, 2, 1, 0)]
    assert unanswered(engine, now - timedelta(minutes=1))["id"].to_list() == ["reddit:t1_1", "reddit:t1_0"]
    save_replies(engine, drafts(community.head(1)), handoffs(community[1]), now, "run")
    assert unanswered(engine, now - DAY)["id"].to_list() == ["reddit:t1_3", "reddit:t1_2"]


def test_what_was_wanted_is_counted_by_entry(engine, community, drafts, now):
    three = drafts(community.head(3)).with_columns(entry_id=pl.Series(["charge", "charge", None]))
    save_replies(engine, three, NO_HANDOFFS, now, "run")
    assert asked_by_entry(engine, now) == {"charge": 2}
    assert asked_by_entry(engine, now + 91 * DAY) == {}


def test_a_period_is_half_open(engine, community, drafts, handoffs, now):
    save_replies(engine, drafts(community), handoffs(community), now, "run")
    start, end = now - timedelta(minutes=3), now
    found = drafts_between(engine, start, end), handoffs_between(engine, start, end)
    assert [frame.schema for frame in found] == [STORED_DRAFT_SCHEMA, STORED_HANDOFF_SCHEMA]
    for frame in found:
        assert frame["comment_id"].to_list() == ["reddit:t1_1", "reddit:t1_2", "reddit:t1_3"]


@pytest.mark.parametrize(
    ("platform", "parent", "author", "text", "to_us"),
    [
        ("reddit", "ours", "ann", "that does not help", True),
        ("reddit", "top", "ann", "that does not help", False),
        ("youtube", "top", "ann", "that does not help", True),  # who opened the thread
        ("youtube", "top", "bob", "that does not help", True),  # whom our words name
        ("youtube", "top", "eve", "that does not help", False),
        ("youtube", "top", "eve", "@Lumio why?", True),
        ("youtube", "other", "ann", "@lumio why?", False),
    ],
)
def test_who_answers_our_words_is_known_on_each_platform(
    engine, comments, source, now, platform, parent, author, text, to_us
):
    def said(name, parent, author, text, minutes):
        native = {"id": f"{platform}:{name}", "native_id": name, "platform": platform, "thread_id": f"{platform}:v"}
        who = {"author_id": f"{platform}:{author}", "author_name": f"@{author}"}
        at = now + timedelta(minutes=minutes)
        return comments(1, **native, **who, text=text, parent_id=parent and f"{platform}:{parent}", created_at=at)

    thread = [
        said("top", None, "ann", "How do I open it?", 0),
        said("other", None, "ann", "What a light!", 1),
        said("ours", "top", "lumio", "Hi @bob, press the button.", 5),
        said("reply", parent, author, text, 9),
        said("before", "top", "ann", "anyone?", 3),
    ]
    save_page(engine, source, Page(pl.concat(thread)), now, ours=f"{platform}:lumio")
    assert answering_ours(engine, now - DAY) == ({f"{platform}:reply"} if to_us else set())
