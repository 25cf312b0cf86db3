"""What people answered is found wherever they answered it, and an entry made of it is published once, when approved."""

from datetime import datetime, timedelta

import polars as pl
import pytest
from sqlalchemy import Engine, insert, update

from connectors.store import learned, review, schema
from connectors.store.comments import register_sources, save_page
from domain.knowledge import KnowledgeEntry, Learned
from domain.records import Page, Platform, Source, SourceKind
from domain.review import Choice, Decision, ItemKind

SOURCE = Source(Platform.REDDIT, SourceKind.SUBREDDIT, "france")


@pytest.fixture
def asked(engine: Engine, community: pl.DataFrame, now: datetime) -> list[str]:
    """Ids of two comments that wait, of which the team answered the first on the platform, the second in a review."""
    one, two, told = community.head(3).to_dicts()
    told |= {"id": "reddit:t1_told", "native_id": "t1_told", "parent_id": one["id"], "text": "On Monday."}
    told |= {"author_name": "Team_Account", "author_id": "reddit:t2_team"}
    page = pl.DataFrame([told], schema=community.schema)
    register_sources(engine, [SOURCE])
    save_page(engine, SOURCE, Page(page), now)
    decision = {
        "item_kind": "handoff",
        "item_id": two["id"],
        "comment_id": two["id"],
        "decision": "edit",
        "run_id": "r",
    }
    with engine.begin() as connection:
        connection.execute(update(schema.comments).values(state="checked", deleted=False))
        connection.execute(
            insert(schema.decisions).values(**decision, text="On Tuesday.", decided_by="ana", decided_at=now)
        )
    return [one["id"], two["id"]]


def test_an_entry_goes_from_answers_to_a_human_to_the_workspace_once(engine: Engine, asked: list[str], now: datetime):
    found = learned.answered_by_people(engine, ["u/team_account"], now - timedelta(days=36_500))
    assert dict(found.select("id", "answer").iter_rows()) == {asked[0]: "On Monday.", asked[1]: "On Tuesday."}

    entry = KnowledgeEntry("when", "en", "When?", "On Monday.", ("and when",), status="draft", origin="learned")
    for _ in range(2):
        learned.propose(engine, [Learned(entry, tuple(asked), 2)], now, "run")
    assert learned.answered_by_people(engine, ["team_account"], now - timedelta(days=36_500)).is_empty()
    assert learned.approved(engine) == []  # nothing without a human

    [item] = review.new_entries(engine, 10)
    assert (item.kind, item.comment["id"], item.details["question"]) == (ItemKind.KNOWLEDGE, asked[0], "When?")
    assert review.count_waiting(engine, now).entries == 1
    decision = Decision(item, Choice.EDIT, "On Monday at nine.", by="ana")
    assert review.record(engine, decision, now, "run")
    assert not review.record(engine, decision, now, "run")
    [published] = learned.approved(engine)
    assert (published.id, published.answer, published.variants) == ("when", "On Monday at nine.", ("and when",))
    learned.published(engine, [published])
    assert learned.approved(engine) == [] and review.new_entries(engine, 10) == []


def test_what_a_human_rejects_is_not_proposed_again(engine: Engine, asked: list[str], now: datetime):
    entry = KnowledgeEntry("when", "en", "When?", "On Monday.", origin="learned")
    learned.propose(engine, [Learned(entry, tuple(asked), 2)], now, "run")
    [item] = review.new_entries(engine, 10)
    review.record(engine, Decision(item, Choice.REJECT), now, "run")
    learned.propose(engine, [Learned(entry, tuple(asked), 2)], now, "run")
    assert review.new_entries(engine, 10) == [] and learned.approved(engine) == []
    assert ("when", "en") in learned.known_ids(engine)
