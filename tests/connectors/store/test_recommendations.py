"""What members say after a recommendation is found in the store, by the member and thread that it was made in."""

from datetime import timedelta

from sqlalchemy import update

from connectors.store import schema
from connectors.store.comments import save_page
from connectors.store.members import after_recommendations, save_recommendations
from connectors.store.replies import save_replies
from domain.records import HANDOFF_SCHEMA, Page, empty
from tasks.members.recommend import reactions


def test_thanks_after_a_posted_recommendation_are_counted_for_its_item(
    engine, community, comments, source, drafts, now
):
    asked = community.head(2)
    save_replies(engine, drafts(asked, autonomy="act"), empty(HANDOFF_SCHEMA), now, "run")
    authors = asked["author_id"].to_list()
    given = {f"answer:{comment}": ("winter", who) for comment, who in zip(asked["id"], authors, strict=True)}
    save_recommendations(engine, given, now)
    with engine.begin() as connection:  # the first was posted, the second still waits
        sent = schema.actions.c.comment_id == asked["id"][0]
        connection.execute(update(schema.actions).where(sent).values(status="done", done_at=now))
    later = {"thread_id": asked["thread_id"][0], "text": "Thanks, that helped!", "created_at": now + timedelta(hours=1)}
    for at, who in enumerate((*authors, "reddit:t2_stranger")):
        own = {"id": f"reddit:t1_9{at}", "native_id": f"t1_9{at}", "author_id": who}
        save_page(engine, source, Page(comments(1, **(own | later))), now)
    assert reactions(*after_recommendations(engine, now - timedelta(days=1))) == ({"winter": 1}, {})
    assert reactions(*after_recommendations(engine, now + timedelta(days=1))) == ({}, {})
