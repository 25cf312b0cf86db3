"""What the team answers on the platform waits no more."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from connectors.store import review, schema
from connectors.store.comments import save_page
from connectors.store.replies import save_replies
from connectors.store.team_answers import answered_by_team, close_answered
from domain.records import DRAFT_SCHEMA, Page, empty

FIRST = "reddit:t1_0"


def says(engine, comments, source, now, author="/u/Lumio_Team", **values):
    """A reply to the first comment, ten minutes later."""
    reply = comments(1, **{
        "id": "reddit:t1_9",
        "native_id": "t1_9",
        "parent_id": FIRST,
        "author_id": "reddit:t2_9",
        "author_name": author,
        "created_at": now + timedelta(minutes=10),
    } | values)  # fmt: skip
    save_page(engine, source, Page(reply), now)


def test_a_reply_of_the_team_closes_the_hand_off_and_withdraws_the_draft(
    engine, community, comments, source, drafts, handoffs, now
):
    save_replies(engine, drafts(community.head(2)), handoffs(community.head(2)), now, "run")
    assert close_answered(engine, ["@lumio_team"]) == 0
    says(engine, comments, source, now)
    assert close_answered(engine, ["@lumio_team"]) == 2
    assert close_answered(engine, ["@lumio_team"]) == 0
    assert {item.comment["id"] for item in review.waiting(engine, 10)} == {"reddit:t1_1"}
    with engine.connect() as connection:
        done = connection.execute(select(schema.handoffs.c.done_at).where(schema.handoffs.c.status == "done")).scalars()
        assert list(done) == [now + timedelta(minutes=10)]
    assert answered_by_team(engine, ["lumio_team"], now - timedelta(days=1)) == {FIRST}


@pytest.mark.parametrize("values", [{"author": "member3"}, {"deleted": True}, {"parent_id": "reddit:t3_a"}], ids=str)
def test_nothing_else_closes_it(engine, community, comments, source, handoffs, now, values):
    save_replies(engine, _no_drafts(), handoffs(community.head(1)), now, "run")
    says(engine, comments, source, now, **values)
    assert close_answered(engine, ["lumio_team"]) == 0
    assert len(review.waiting(engine, 10)) == 1


@pytest.mark.parametrize(
    ("text", "somebody_replied", "closed"),
    [
        ("It is in the box.", False, True),
        ("It is in the box.", True, False),  # who of the two is meant cannot be told
        ("@Member0 It is in the box.", True, True),
        ("@member01 It is in the box.", True, False),
        ("@helper Thank you!", True, False),
    ],
)
def test_on_youtube_a_handle_tells_whom_the_team_answered(
    engine, comments, source, handoffs, now, text, somebody_replied, closed
):
    asked = comments(
        1, id="youtube:a", native_id="a", platform="youtube", thread_id="youtube:v", author_name="@member0"
    )
    save_page(engine, source, Page(asked), now)
    save_replies(engine, _no_drafts(), handoffs(asked), now, "run")
    thread = {"platform": "youtube", "thread_id": "youtube:v", "parent_id": "youtube:a"}
    if somebody_replied:
        reply = {"id": "youtube:b", "native_id": "b", "author_id": "youtube:h", "author_name": "@helper"}
        save_page(engine, source, Page(comments(1, **thread, **reply, created_at=now + timedelta(minutes=5))), now)
    says(engine, comments, source, now, author="@Lumio_Team", text=text, **thread)
    assert bool(close_answered(engine, ["lumio_team"])) is closed


def test_what_the_team_said_before_the_hand_off_does_not_close_it(engine, community, comments, source, handoffs, now):
    says(engine, comments, source, now)
    save_replies(engine, _no_drafts(), handoffs(community.head(1)), now + timedelta(hours=1), "run")
    assert close_answered(engine, ["lumio_team"]) == 0


def test_a_community_without_named_accounts_closes_nothing(engine, community, comments, source, handoffs, now):
    save_replies(engine, _no_drafts(), handoffs(community.head(1)), now, "run")
    says(engine, comments, source, now)
    assert close_answered(engine, []) == 0


def _no_drafts():
    return empty(DRAFT_SCHEMA)
