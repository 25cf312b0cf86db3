"""Comments arrive once, change when they changed, and vanish when their author deletes them."""

from datetime import datetime, timedelta
from typing import Any

import polars as pl
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, select

from connectors.store import comments as store
from connectors.store import replies, review, schema
from connectors.store.engine import StoreUnavailable, open_store
from connectors.store.verdicts import known_verdicts, save_verdicts
from domain.records import DRAFT_SCHEMA, HANDOFF_SCHEMA, Page, Source, Unreadable, Watermark, frame
from domain.review import Choice, Decision


def _save(engine: Engine, source: Source, page: Page, now: datetime) -> store.Saved:
    store.register_sources(engine, [source])
    return store.save_page(engine, source, page, now)


def _check(engine: Engine, now: datetime) -> None:
    store.mark_checked(engine, store.unchecked(engine).with_columns(lang=pl.lit("fr")), {}, now)


def _by_id(engine: Engine, comment_id: str) -> dict[str, Any]:
    return store.by_ids(engine, [comment_id]).to_dicts()[0]


def test_the_migrations_build_exactly_the_declared_tables(engine: Engine):
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "render_as_batch": True})
        assert compare_metadata(context, schema.metadata) == []


def test_a_page_seen_twice_changes_nothing(engine: Engine, comments, source, now):
    page = Page(comments(3), Watermark(now, "t1_0"))
    assert _save(engine, source, page, now).new == 3
    again = _save(engine, source, page, now + timedelta(hours=1))
    assert (again.new, again.changed) == (0, 0)
    assert store.watermark(engine, source) == Watermark(now, "t1_0")


def test_text_survives_the_store_to_the_letter(engine: Engine, comments, source, now):
    text = "Ça marche 👍🏽 — مرحبا \u200f « oui » ' \" \\ ; DROP TABLE comments"
    _save(engine, source, Page(comments(1, text=text)), now)
    row = _by_id(engine, "reddit:t1_0")
    assert row["text"] == text
    assert row["created_at"] == now


def test_an_edit_is_checked_and_judged_again_but_a_new_score_is_not(engine: Engine, comments, verdicts, source, now):
    first = comments(1)
    _save(engine, source, Page(first), now)
    _check(engine, now)
    save_verdicts(engine, verdicts(first), now, "run")
    _save(engine, source, Page(comments(1, score=50)), now)
    assert store.unchecked(engine).is_empty()
    assert _by_id(engine, "reddit:t1_0")["score"] == 50

    _save(engine, source, Page(comments(1, text="autre chose")), now)
    assert store.unchecked(engine)["text"].to_list() == ["autre chose"]
    _check(engine, now)
    assert store.unjudged(engine, now - timedelta(days=1))["text"].to_list() == ["autre chose"]


def test_what_waited_on_the_old_words_of_an_edited_comment_waits_no_more(
    engine: Engine, community, comments, verdicts, drafts, handoffs, source, now
):
    both = community.head(2)
    first, second = both["id"]
    save_verdicts(engine, verdicts(both, action="hold"), now, "run")
    replies.save_replies(engine, drafts(both), handoffs(both), now, "run")
    waiting = review.waiting(engine, 10)
    assert len(waiting) == 6
    passed_on = next(item for item in waiting if (item.kind, item.id) == ("handoff", second))
    review.record(engine, Decision(passed_on, Choice.ESCALATE), now, "review")

    edited = both.with_columns(text=pl.lit("autre chose"), edited_at=now)
    _save(engine, source, Page(edited), now)
    _check(engine, now)
    assert [(item.kind, item.id) for item in review.waiting(engine, 10)] == [("handoff", second)]
    assert set(store.unjudged(engine, now - timedelta(days=1))["id"]) >= {first, second}
    save_verdicts(engine, verdicts(edited, action="allow"), now, "run")
    assert replies.unanswered(engine, now - timedelta(days=1))["id"].to_list() == [first]

    _save(engine, source, Page(both), now)
    back = {(item.kind, item.comment["id"]) for item in review.waiting(engine, 10)}
    assert back == {("handoff", second), ("verdict", first), ("verdict", second)}


def test_a_deleted_comment_leaves_no_text_and_nothing_to_do(engine: Engine, comments, verdicts, source, now):
    written = comments(1, text="mon numéro est le 01 99 00 12 34")
    _save(engine, source, Page(written), now)
    _check(engine, now)
    evidence = '[{"norm": "personal_data", "start": 0, "end": 5, "text": "01 99 00 12 34"}]'
    save_verdicts(
        engine,
        verdicts(written, action="remove", autonomy="act", norms=["personal_data"], evidence=evidence),
        now,
        "run",
    )
    draft = {"comment_id": "reddit:t1_0", "kind": "answer", "lang": "fr", "text": "…", "sources": [], "confidence": 0.9}
    handoff = {
        "comment_id": "reddit:t1_0",
        "reason": "sensitive",
        "urgency": "high",
        "due_at": now,
        "summary": "01 99 00",
    }
    replies.save_replies(
        engine, frame([{**draft, "autonomy": "propose"}], DRAFT_SCHEMA), frame([handoff], HANDOFF_SCHEMA), now, "run"
    )

    _save(engine, source, Page(comments(1, text="[deleted]", deleted=True)), now)

    with engine.connect() as connection:
        everything = " ".join(
            str(row) for table in schema.metadata.sorted_tables for row in connection.execute(select(table)).all()
        )
        assert "01 99" not in everything
        assert connection.execute(select(schema.actions.c.status)).scalars().all() == ["cancelled"]
        assert connection.execute(select(schema.drafts.c.status)).scalars().all() == ["rejected"]
        assert connection.execute(select(schema.handoffs.c.status)).scalars().all() == ["done"]


def test_a_bad_row_is_set_aside_whole_with_its_reason(engine: Engine, comments, source, now):
    _save(engine, source, Page(comments(2)), now)
    new = store.unchecked(engine).with_columns(lang=pl.lit("fr"))
    store.mark_checked(engine, new, {"reddit:t1_1": "no_text"}, now)
    with engine.connect() as connection:
        kept = connection.execute(select(schema.set_aside)).mappings().one()
    assert kept["reason"] == "no_text"
    assert '"id":"reddit:t1_1"' in kept["raw"]
    assert store.unjudged(engine, now - timedelta(days=1))["id"].to_list() == ["reddit:t1_0"]


def test_what_could_not_be_read_is_kept_once(engine: Engine, comments, source, now):
    page = Page(comments(0), unreadable=(Unreadable('{"kind": "t9"}', "unknown kind t9"),))
    _save(engine, source, page, now)
    _save(engine, source, page, now)
    with engine.connect() as connection:
        assert connection.execute(select(schema.set_aside.c.raw)).scalars().all() == ['{"kind": "t9"}']


def test_the_watermark_never_goes_back(engine: Engine, comments, source, now):
    _save(engine, source, Page(comments(0), Watermark(now)), now)
    _save(engine, source, Page(comments(0), Watermark(now - timedelta(hours=1))), now)
    assert store.watermark(engine, source) == Watermark(now)


def test_our_own_words_are_neither_checked_nor_judged(engine: Engine, comments, source, now):
    store.register_sources(engine, [source])
    store.save_page(engine, source, Page(comments(2)), now, ours="reddit:t2_0")
    assert store.unchecked(engine)["id"].to_list() == ["reddit:t1_1"]


def test_a_follow_up_is_told_what_its_author_asked_before(engine: Engine, comments, source, now):
    def said(name: str, parent: str | None, author: str, text: str):
        own = {"id": f"reddit:{name}", "native_id": name, "author_id": f"reddit:{author}", "text": text}
        return comments(1, **own, parent_id=parent and f"reddit:{parent}")

    asked = said("a", None, "ann", "Where is my order?")
    ours = said("b", "a", "us", "Track it there.")
    again = said("c", "b", "ann", "and the other one?")
    own = said("d", "c", "ann", "the blue one")
    other = said("e", "b", "bob", "and mine?")
    store.save_page(engine, source, Page(pl.concat([asked, ours, again, own, other])), now)
    batch = pl.concat([asked, again, own, other])
    assert store.asked_before(engine, batch) == {"reddit:c": "Where is my order?", "reddit:d": "and the other one?"}


def test_an_address_without_a_database_says_what_to_check():
    with pytest.raises(StoreUnavailable, match="VIGIE_DATABASE_URL") as caught:
        open_store("postgresql+psycopg://vigie:hunter2@127.0.0.1:1/none")
    assert "hunter2" not in str(caught.value)


def test_a_judged_text_is_known_again_under_the_same_charter_only(engine: Engine, comments, verdicts, source, now):
    written = comments(2, text="Gagnez des cryptos")
    _save(engine, source, Page(written), now)
    save_verdicts(engine, verdicts(written, action="hold"), now, "run")
    known = known_verdicts(engine, "c1")
    assert known["action"].to_list() == ["hold"]
    assert known_verdicts(engine, "c2").is_empty()
