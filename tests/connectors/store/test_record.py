"""The record of decisions: what it holds is what happened, on SQLite and on PostgreSQL."""

from datetime import datetime, timedelta
from typing import Any

import polars as pl
from sqlalchemy import Engine, update

from connectors.store import outbox, record, review, schema
from connectors.store.verdicts import opinions_of_models, save_verdicts
from domain.records import ActionKind, Platform, Receipt
from domain.review import Choice, Decision

FIRST = "reddit:t1_0"


def restrict(engine: Engine, community: pl.DataFrame, verdicts: Any, now: datetime) -> None:
    """The first comment is removed by Vigie alone, and the platform did it."""
    one = community.filter(pl.col("id") == FIRST)
    made = verdicts(one, action="remove", norms=["spam"], autonomy="act", reason="Publicité.")
    save_verdicts(engine, made, now, "run")
    carry_out(engine, now)


def carry_out(engine: Engine, now: datetime) -> list[ActionKind]:
    kinds = []
    for action in outbox.claim(engine, lambda: now, [Platform.REDDIT]):
        outbox.settle(engine, action, Receipt(action.target_native_id, None, now))
        kinds.append(action.kind)
    return kinds


def test_a_norm_keeps_the_day_on_which_it_was_first_in_service(engine: Engine, now: datetime):
    assert record.norms_first_seen(engine, ["spam"], now) == {"spam": now}
    later = now + timedelta(days=9)
    assert record.norms_first_seen(engine, ["spam", "hate"], later) == {"spam": now, "hate": later}
    assert record.norms_first_seen(engine, [], later) == {}


def test_a_restriction_is_on_record_until_and_after_it_is_undone(
    engine: Engine, community: pl.DataFrame, verdicts: Any, now: datetime
):
    restrict(engine, community, verdicts, now)
    day = timedelta(days=1)
    (row,) = record.restrictions(engine, now, now + day).to_dicts()
    assert (row["comment_id"], row["kind"], row["norms"], row["status"]) == (FIRST, "remove", ["spam"], "applied")
    assert row["undone_at"] is None
    assert record.restrictions(engine, now + day, now + 2 * day).is_empty()

    (item,) = review.done_alone(engine, now - day, 10)
    review.record(engine, Decision(item, Choice.REJECT, note="trop sévère", by="Ana"), now + day, "review")
    assert carry_out(engine, now + day) == [ActionKind.APPROVE]
    (row,) = record.restrictions(engine, now, now + day).to_dicts()
    assert row["undone_at"] == now + day
    assert record.human_actions(engine, now - day, now + day) == {FIRST: "allow"}


def test_opinions_of_models_are_known_as_long_as_the_comment_reads_the_same(
    engine: Engine, community: pl.DataFrame, verdicts: Any, now: datetime
):
    both = community.head(2)
    save_verdicts(engine, verdicts(both, action="hold", norms=["spam"], decided_by="llm"), now, "run")
    charter = verdicts(both)["charter_version"].to_list()[0]
    found = opinions_of_models(engine, charter)
    assert found.select("comment_id", "text").rows() == both.select("id", "text").rows()
    assert opinions_of_models(engine, "another").is_empty()
    with engine.begin() as connection:
        edited = update(schema.comments).where(schema.comments.c.id == FIRST)
        connection.execute(edited.values(text="Something else", text_hash="else"))
    assert FIRST not in opinions_of_models(engine, charter)["comment_id"].to_list()


def test_an_appeal_brings_a_decided_verdict_back_to_the_review_once(
    engine: Engine, community: pl.DataFrame, verdicts: Any, now: datetime
):
    restrict(engine, community, verdicts, now)
    author = community.filter(pl.col("id") == FIRST)["author_id"][0]
    (row,) = record.contestable(engine, [author]).filter(pl.col("comment_id") == FIRST).to_dicts()
    assert record.reopen(engine, [row["verdict_id"]]) == 1
    assert record.reopen(engine, [row["verdict_id"]]) == 0
    (item,) = review.waiting(engine, 10)
    review.record(engine, Decision(item, Choice.APPROVE, by="Ana"), now, "review")
    assert carry_out(engine, now) == []  # what was upheld is not done a second time
    assert record.contestable(engine, []).is_empty()


def test_the_log_tells_everything_in_the_order_in_which_it_happened(
    engine: Engine, community: pl.DataFrame, verdicts: Any, now: datetime
):
    restrict(engine, community, verdicts, now)
    (item,) = review.done_alone(engine, now - timedelta(days=1), 10)
    later = now + timedelta(hours=1)
    review.record(engine, Decision(item, Choice.REJECT, note="trop sévère", by="Ana"), later, "review")
    carry_out(engine, later)
    told = [(row["event"], row["what"]) for row in record.decision_log(engine, now, later + timedelta(hours=1))]
    assert told == [("judged", "remove"), ("done", "remove"), ("decided", "reject verdict"), ("done", "approve")]
    assert record.decision_log(engine, later + timedelta(hours=1), later + timedelta(hours=2)) == []


def test_every_verdict_of_a_comment_can_be_explained(
    engine: Engine, community: pl.DataFrame, verdicts: Any, now: datetime
):
    restrict(engine, community, verdicts, now)
    (row,) = record.verdicts_of(engine, FIRST)
    assert (row["action"], row["decided_by"]) == ("remove", "rule")
    assert isinstance(row["scores"], dict)
    assert record.verdicts_of(engine, "reddit:t1_unknown") == []
