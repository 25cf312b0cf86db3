"""Stored comments are asked for again in turn, and what is gone leaves no word behind, once that is certain."""

from datetime import timedelta
from typing import Any

import polars as pl
import pytest
from sqlalchemy import Engine, func, insert, select, update

from connectors.store import comments as store
from connectors.store import refreshing, replies, schema
from connectors.store.forgetting import forget_the_departed
from connectors.store.refreshing import Rhythm
from connectors.store.verdicts import save_verdicts
from domain.records import MEMBER_SCHEMA, Page, Source, Unreadable

RHYTHM = Rhythm(recent=timedelta(weeks=4), every=timedelta(hours=20), older_every=timedelta(days=28))
DAY = timedelta(days=1)


def _everything(engine: Engine) -> str:
    with engine.connect() as connection:
        tables = schema.metadata.sorted_tables
        return " ".join(str(row) for table in tables for row in connection.execute(select(table)).all())


def _deleted(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        query = select(schema.comments.c.id).where(schema.comments.c.deleted).order_by(schema.comments.c.id)
        return list(connection.execute(query).scalars())


def test_what_was_asked_for_longest_ago_comes_first_and_nothing_twice_a_day(
    engine: Engine, community: pl.DataFrame, source: Source, now
):
    assert refreshing.due(engine, source, RHYTHM, now, 10) == []
    tomorrow = now + DAY
    assert refreshing.due(engine, source, RHYTHM, tomorrow, 10) == [f"t1_{n}" for n in range(4)]
    refreshing.settle(engine, ["reddit:t1_0", "reddit:t1_2"], [], tomorrow, doubtful=False)
    assert refreshing.due(engine, source, RHYTHM, tomorrow, 10) == ["t1_1", "t1_3"]
    assert refreshing.due(engine, source, RHYTHM, tomorrow + DAY, 3) == ["t1_1", "t1_3", "t1_0"]


def test_old_comments_are_asked_for_monthly_or_never(engine: Engine, community: pl.DataFrame, source: Source, now):
    later = now + timedelta(weeks=5)
    assert len(refreshing.due(engine, source, RHYTHM, later, 10)) == 4
    refreshing.settle(engine, community["id"].to_list(), [], later, doubtful=False)
    assert refreshing.due(engine, source, RHYTHM, later + DAY, 10) == []
    assert len(refreshing.due(engine, source, RHYTHM, later + timedelta(days=28), 10)) == 4
    assert refreshing.due(engine, source, Rhythm(RHYTHM.recent, RHYTHM.every, None), later, 10) == []


def test_nothing_is_left_of_what_is_gone(engine: Engine, comments, verdicts, drafts, handoffs, source: Source, now):
    words = "mon secret"
    written = comments(2, text=words, author_name=words, raw=f'{{"author_flair_text": "{words}"}}')
    store.register_sources(engine, [source])
    store.save_page(engine, source, Page(written), now)
    store.mark_checked(engine, written.with_columns(lang=pl.lit("fr")), {"reddit:t1_1": "no_text"}, now)
    save_verdicts(
        engine, verdicts(written, action="hold", evidence=f'[{{"text": "{words}"}}]', autonomy="act"), now, "run"
    )
    replies.save_replies(
        engine, drafts(written, text=f"Vous dites « {words} »."), handoffs(written, summary=words), now, "run"
    )
    assert words in _everything(engine)

    buried = refreshing.settle(engine, written["id"].to_list(), written["id"].to_list(), now, doubtful=False)

    assert buried == 2
    assert words not in _everything(engine)
    with engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(schema.comments)).scalar() == 2
        assert set(connection.execute(select(schema.handoffs.c.status)).scalars()) == {"done"}


@pytest.mark.parametrize("hidden_by_us", [False, True])
def test_what_may_only_be_hidden_is_buried_when_it_stays_away(
    engine: Engine, community: pl.DataFrame, source: Source, now, hidden_by_us: bool
):
    ids = community["id"].to_list()
    if hidden_by_us:
        action = {
            "kind": "hold",
            "platform": "reddit",
            "raw": "{}",
            "status": "done",
            "cause": "verdict:1",
            "attempts": 1,
        }
        rows = [action | {"key": id_, "comment_id": id_, "target_native_id": id_, "created_at": now} for id_ in ids]
        with engine.begin() as connection:
            connection.execute(insert(schema.actions), rows)
    patience = refreshing.HIDDEN_FOR if hidden_by_us else refreshing.DOUBTED_FOR
    for moment in (now, now + patience / 2):
        assert refreshing.settle(engine, ids, ids, moment, doubtful=not hidden_by_us) == 0
    refreshing.settle(engine, ids[:1], [], now + patience / 2, doubtful=True)  # seen again: the doubt starts anew
    assert refreshing.settle(engine, ids, ids, now + patience, doubtful=not hidden_by_us) == 3
    assert _deleted(engine) == ids[1:]


def test_a_comment_that_comes_back_is_read_again(engine: Engine, community: pl.DataFrame, source: Source, now):
    refreshing.settle(engine, ["reddit:t1_0"], ["reddit:t1_0"], now, doubtful=False)
    store.save_page(engine, source, Page(community.head(1)), now + DAY)
    assert store.unchecked(engine)["text"].to_list() == community["text"].head(1).to_list()
    assert _deleted(engine) == []


def test_members_without_a_comment_and_old_unreadable_items_are_forgotten(
    engine: Engine, community: pl.DataFrame, source: Source, now
):
    def member(id_: str) -> dict[str, Any]:
        counts = dict.fromkeys(("comments", "replies", "questions", "score", "held"), 1)
        return dict.fromkeys(MEMBER_SCHEMA) | counts | {
            "id": id_, "platform": "reddit", "name": id_, "first_seen": now, "last_seen": now, "segment": "regular",
            "interests": [],
        }  # fmt: skip

    with engine.begin() as connection:
        connection.execute(insert(schema.members), [member("reddit:t2_0"), member("reddit:t2_1")])
    store.save_page(engine, source, Page(community.head(0), unreadable=(Unreadable("{old}", "why"),)), now)
    store.save_page(engine, source, Page(community.head(0), unreadable=(Unreadable("{new}", "why"),)), now + DAY)
    refreshing.settle(engine, ["reddit:t1_0"], ["reddit:t1_0"], now, doubtful=False)
    assert forget_the_departed(engine, now + DAY) == 1
    with engine.connect() as connection:
        assert connection.execute(select(schema.members.c.id)).scalars().all() == ["reddit:t2_1"]
        assert connection.execute(select(schema.set_aside.c.raw)).scalars().all() == ["{new}"]


def test_every_source_ever_watched_is_known(engine: Engine, source: Source):
    store.register_sources(engine, [source])
    with engine.begin() as connection:
        connection.execute(update(schema.sources).values(error="gone"))
    assert refreshing.stored_sources(engine) == [source]
