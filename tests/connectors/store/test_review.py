"""What a human decides has exactly the effect that its choice promises, once."""

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import polars as pl
import pytest
from sqlalchemy import Engine, select

from connectors.store import outbox as outbox_store
from connectors.store import review, schema
from connectors.store.comments import register_sources, save_page
from connectors.store.learned import propose
from connectors.store.replies import save_replies
from connectors.store.verdicts import latest_verdicts, save_verdicts
from domain.knowledge import KnowledgeEntry, Learned
from domain.records import DRAFT_SCHEMA, HANDOFF_SCHEMA, ActionStatus, Page, Platform, Receipt, empty
from domain.review import Choice, Decision, ItemKind, ReviewItem

FIRST = "reddit:t1_0"
NO_DRAFTS, NO_HANDOFFS = empty(DRAFT_SCHEMA), empty(HANDOFF_SCHEMA)


@pytest.fixture
def item(
    engine: Engine, community: pl.DataFrame, verdicts: Any, drafts: Any, handoffs: Any, now: datetime
) -> Callable[[ItemKind], ReviewItem]:
    """The one thing of that kind that waits."""

    def make(kind: ItemKind) -> ReviewItem:
        one = community.filter(pl.col("id") == FIRST)
        if kind is ItemKind.VERDICT:
            save_verdicts(engine, verdicts(one, action="remove", norms=["spam"], reason="Publicité."), now, "run")
        elif kind is ItemKind.DRAFT:
            save_replies(engine, drafts(one), NO_HANDOFFS, now, "run")
        elif kind is ItemKind.HANDOFF:
            save_replies(engine, NO_DRAFTS, handoffs(one), now, "run")
        elif kind is ItemKind.KNOWLEDGE:
            entry = KnowledgeEntry("when", "fr", "Quand ?", "Lundi.", origin="learned")
            propose(engine, [Learned(entry, (FIRST,), 2)], now, "run")
        else:
            save_replies(engine, drafts(one, autonomy="act"), NO_HANDOFFS, now, "run")
            assert len(list(outbox_store.claim(engine, lambda: now, [Platform.REDDIT]))) == 1
            assert not list(outbox_store.claim(engine, lambda: now + timedelta(hours=1), [Platform.REDDIT]))
        (waiting,) = review.waiting(engine, 10)
        assert waiting.kind is kind
        return waiting

    return make


def status(engine: Engine, table: Any) -> list[str]:
    with engine.connect() as connection:
        return list(connection.execute(select(table.c.status).order_by(table.c.created_at)).scalars())


V, D, H, A = ItemKind.VERDICT, ItemKind.DRAFT, ItemKind.HANDOFF, ItemKind.ACTION
REMOVE, HOLD, REPLY = f"remove {FIRST}", f"hold {FIRST}", f"reply {FIRST}"


@pytest.mark.parametrize(
    ("kind", "choice", "text", "outbox_after", "handoff"),
    [
        (V, Choice.APPROVE, "", {REMOVE: "ready"}, []),
        (V, Choice.EDIT, "hold", {HOLD: "ready"}, []),
        (V, Choice.EDIT, " allow ", {}, []),
        (V, Choice.REJECT, "", {}, []),
        (V, Choice.ESCALATE, "", {}, ["open"]),
        (V, Choice.TAKE_OVER, "", {}, ["open"]),
        (D, Choice.APPROVE, "", {REPLY: "ready"}, []),
        (D, Choice.EDIT, "Par USB-C.", {REPLY: "ready"}, []),
        (D, Choice.REJECT, "", {}, []),
        (D, Choice.ESCALATE, "", {}, ["open"]),
        (D, Choice.TAKE_OVER, "", {}, ["open"]),
        (H, Choice.APPROVE, "", {}, ["done"]),
        (H, Choice.EDIT, "Nous vous écrivons.", {REPLY: "ready"}, ["done"]),
        (H, Choice.REJECT, "", {}, ["done"]),
        (H, Choice.ESCALATE, "", {}, ["open"]),
        (H, Choice.TAKE_OVER, "", {}, ["open"]),
        (A, Choice.APPROVE, "", {REPLY: "ready"}, []),
        (A, Choice.REJECT, "", {REPLY: "cancelled"}, []),
        (A, Choice.ESCALATE, "", {REPLY: "cancelled"}, ["open"]),
        (A, Choice.TAKE_OVER, "", {REPLY: "cancelled"}, ["open"]),
    ],
)
def test_each_choice_has_its_effect_and_deciding_twice_has_none(
    engine: Engine, item: Any, outbox: Any, now: datetime, kind: ItemKind, choice: Choice, text: str,
    outbox_after: dict[str, str], handoff: list[str],
):  # fmt: skip
    waiting = item(kind)
    assert review.record(engine, Decision(waiting, choice, text, by="Ana"), now, "review")
    assert outbox() == outbox_after
    assert status(engine, schema.handoffs) == handoff
    left = [(i.kind, i.urgency, i.details["taken_by"]) for i in review.waiting(engine, 10)]
    passed_on = {Choice.ESCALATE: [(H, "critical", None)], Choice.TAKE_OVER: [(H, "normal", "Ana")]}
    assert left == passed_on.get(choice, [])
    with engine.connect() as connection:
        kept = connection.execute(select(schema.decisions)).mappings().one()
        sent = connection.execute(select(schema.actions.c.text)).scalars().all()
    assert (kept["decided_by"], kept["decision"], kept["item_kind"]) == ("Ana", choice, kind)
    if outbox_after == {REPLY: "ready"}:
        assert sent == [text or "Avec le câble."]

    if (kind, choice) not in {(H, Choice.ESCALATE), (H, Choice.TAKE_OVER)}:  # an open hand-off may be passed on again
        for again in (Choice.APPROVE, Choice.REJECT, Choice.ESCALATE):
            assert not review.record(engine, Decision(waiting, again), now, "review")
        assert outbox() == outbox_after
        assert status(engine, schema.handoffs) == handoff


@pytest.mark.parametrize(("choice", "text", "action"), [("reject", "", "allow"), ("edit", "hold", "hold")])
def test_overturning_leaves_a_humans_verdict_as_the_newest(
    engine: Engine, item: Any, now: datetime, choice: str, text: str, action: str
):
    review.record(engine, Decision(item(V), Choice(choice), text), now + timedelta(hours=1), "review")
    newest = latest_verdicts(engine, now - timedelta(days=1), now + timedelta(days=1)).to_dicts()[0]
    assert (newest["action"], newest["decided_by"], newest["status"]) == (action, "human", "confirmed")
    assert newest["norms"] == ([] if action == "allow" else ["spam"])
    assert status(engine, schema.verdicts)[0] == "overturned"


def applied(engine: Engine, community: pl.DataFrame, verdicts: Any, now: datetime) -> ReviewItem:
    one = community.filter(pl.col("id") == FIRST)
    save_verdicts(engine, verdicts(one, action="remove", autonomy="act", norms=["spam"]), now, "run")
    (done,) = review.done_alone(engine, now, 10)
    return done


def test_undoing_what_was_not_done_yet_cancels_it(engine, community, verdicts, outbox, now):
    done = applied(engine, community, verdicts, now)
    assert outbox() == {REMOVE: "ready"}
    assert review.record(engine, Decision(done, Choice.REJECT), now, "review")
    assert outbox() == {REMOVE: "cancelled"}
    assert review.done_alone(engine, now, 10) == []


def test_undoing_what_was_done_approves_it_on_the_platform(engine, community, verdicts, outbox, now):
    done = applied(engine, community, verdicts, now)
    (action,) = outbox_store.claim(engine, lambda: now, [Platform.REDDIT])
    outbox_store.settle(engine, action, Receipt("t1_0", None, now))
    review.record(engine, Decision(done, Choice.REJECT), now + timedelta(hours=1), "review")
    assert outbox() == {REMOVE: "done", f"approve {FIRST}": "ready"}
    (undo,) = outbox_store.claim(engine, lambda: now + timedelta(hours=1), [Platform.REDDIT])
    assert (undo.kind, undo.target_native_id) == ("approve", "t1_0")


@pytest.mark.parametrize(
    ("left", "after"),
    [
        (ActionStatus.READY, {REMOVE: "cancelled", f"approve {FIRST}": "ready"}),
        (ActionStatus.UNCERTAIN, {REMOVE: "cancelled", f"approve {FIRST}": "ready"}),
        (ActionStatus.FAILED, {REMOVE: "failed"}),
    ],
)
def test_undoing_what_may_have_been_done_approves_it_too(engine, community, verdicts, outbox, now, left, after):
    done = applied(engine, community, verdicts, now)
    (action,) = outbox_store.claim(engine, lambda: now, [Platform.REDDIT])
    outbox_store.release(engine, action, left, "cut connection")
    review.record(engine, Decision(done, Choice.REJECT), now + timedelta(hours=1), "review")
    assert outbox() == after
    assert review.waiting(engine, 10) == []


def test_replacing_an_applied_verdict_never_does_both(engine, community, verdicts, outbox, now):
    done = applied(engine, community, verdicts, now)
    review.record(engine, Decision(done, Choice.EDIT, "hold"), now + timedelta(hours=1), "review")
    assert outbox() == {REMOVE: "cancelled", HOLD: "ready"}


def test_confirming_what_was_done_alone_does_nothing_more(engine, community, verdicts, outbox, now):
    done = applied(engine, community, verdicts, now)
    assert review.record(engine, Decision(done, Choice.APPROVE), now, "review")
    assert outbox() == {REMOVE: "ready"}


@pytest.mark.parametrize(("kind", "text"), [(V, "delete it"), (V, ""), (D, "  "), (H, ""), (A, "again")], ids=str)
def test_a_decision_that_cannot_be_carried_out_changes_nothing(engine, item, outbox, now, kind, text):
    waiting, before = item(kind), outbox()
    with pytest.raises(ValueError, match="edit"):
        review.record(engine, Decision(waiting, Choice.EDIT, text), now, "review")
    assert outbox() == before
    assert review.waiting(engine, 10) == [waiting]


@pytest.mark.parametrize("kind", ItemKind)
def test_of_two_who_decide_at_once_one_wins(engine: Engine, item: Any, now: datetime, kind: ItemKind):
    waiting = item(kind)
    start, won = Barrier(2), list[bool]()

    def decide(choice: Choice) -> None:
        start.wait()
        won.append(review.record(engine, Decision(waiting, choice), now, "review"))

    people = [Thread(target=decide, args=(choice,)) for choice in (Choice.APPROVE, Choice.REJECT)]
    for person in people:
        person.start()
    for person in people:
        person.join()
    assert sorted(won) == [False, True]


def test_the_most_urgent_and_the_first_due_come_first(engine, community, verdicts, drafts, handoffs, now):
    ids = [f"reddit:t1_{n}" for n in range(4)]
    urgent = handoffs(community).with_columns(
        urgency=pl.Series(["low", "high", "high", "normal"]),
        due_at=pl.Series(
            [now, now + timedelta(hours=2), now + timedelta(hours=1), now], dtype=pl.Datetime("us", "UTC")
        ),
    )
    save_replies(engine, drafts(community.head(1)), urgent, now + timedelta(hours=3), "run")
    save_verdicts(engine, verdicts(community.tail(1), action="escalate"), now, "run")
    order = [(item.kind, item.comment["id"]) for item in review.waiting(engine, 10)]
    assert order == [(V, ids[3]), (H, ids[2]), (H, ids[1]), (H, ids[3]), (D, ids[0]), (H, ids[0])]
    assert [(item.kind, item.comment["id"]) for item in review.waiting(engine, 2)] == order[:2]


def test_an_item_carries_its_comment_and_what_it_answers(engine, comments, source, verdicts, now):
    question, answer = comments(1, text="Où est ma lampe ?"), comments(2, parent_id=FIRST).tail(1)
    register_sources(engine, [source])
    save_page(engine, source, Page(pl.concat([question, answer])), now)
    save_verdicts(engine, verdicts(answer, action="hold", evidence='[{"norm": "spam"}]'), now, "run")
    (item,) = review.waiting(engine, 10)
    assert item.parent_text == "Où est ma lampe ?"
    assert item.comment["id"] == "reddit:t1_1" and item.comment["platform"] == "reddit"
    assert item.details["evidence"] == [{"norm": "spam"}]


def test_an_action_that_runs_still_is_not_put_in_front_of_a_human(engine, community, drafts, now):
    save_replies(engine, drafts(community.head(1), autonomy="act"), NO_HANDOFFS, now, "run")
    list(outbox_store.claim(engine, lambda: now, [Platform.REDDIT]))
    list(outbox_store.claim(engine, lambda: now + timedelta(minutes=29), [Platform.REDDIT]))
    assert review.waiting(engine, 10) == []


def test_what_somebody_has_in_hand_comes_after_what_nobody_has(engine, community, handoffs, now):
    save_replies(engine, NO_DRAFTS, handoffs(community), now, "run")
    first, second, *_ = review.waiting(engine, 10)
    review.record(engine, Decision(first, Choice.TAKE_OVER, by="Ana"), now, "review")
    after = review.waiting(engine, 10)
    assert (after[0].id, after[-1].id, after[-1].details["taken_by"]) == (second.id, first.id, "Ana")


def test_nobody_takes_over_without_a_name(engine, item, now):
    waiting = item(H)
    with pytest.raises(ValueError, match="take_over_needs_name"):
        review.record(engine, Decision(waiting, Choice.TAKE_OVER), now, "review")
    assert review.waiting(engine, 10) == [waiting]
