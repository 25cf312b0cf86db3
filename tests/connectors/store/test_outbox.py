"""Nothing is done on a platform twice, and nothing without leave."""

from datetime import timedelta
from threading import Thread

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, create_engine, delete, select

from connectors.store import outbox as store
from connectors.store import review, schema
from connectors.store.comments import save_page
from connectors.store.replies import save_replies
from connectors.store.verdicts import save_verdicts
from domain.records import (
    COMMENT_SCHEMA,
    DRAFT_SCHEMA,
    HANDOFF_SCHEMA,
    ActionStatus,
    Page,
    Platform,
    Receipt,
    Source,
    SourceKind,
    empty,
    frame,
)
from domain.review import Choice, Decision

REDDIT = [Platform.REDDIT]
NO_DRAFTS, NO_HANDOFFS = empty(DRAFT_SCHEMA), empty(HANDOFF_SCHEMA)


def test_two_runs_at_once_never_get_the_same_action(engine: Engine, community, drafts, verdicts, now):
    save_replies(engine, drafts(community, autonomy="act"), NO_HANDOFFS, now, "run")
    save_verdicts(engine, verdicts(community, action="hold", autonomy="act"), now, "run")
    other = create_engine(engine.url)
    claimed: list[str] = []

    def run(own: Engine) -> None:
        claimed.extend(action.key for action in store.claim(own, lambda: now, REDDIT))

    runs = [Thread(target=run, args=(own,)) for own in (engine, other, engine)]
    for thread in runs:
        thread.start()
    for thread in runs:
        thread.join()
    other.dispose()
    assert len(claimed) == 8
    assert len(set(claimed)) == 8


def test_an_interrupted_action_is_uncertain_after_half_an_hour_and_never_handed_out_alone(
    engine, community, drafts, outbox, now
):
    save_replies(engine, drafts(community.head(1), autonomy="act"), NO_HANDOFFS, now, "run")
    next(store.claim(engine, lambda: now, REDDIT))
    assert list(store.claim(engine, lambda: now + timedelta(minutes=30), REDDIT)) == []
    assert set(outbox().values()) == {"sending"}
    assert list(store.claim(engine, lambda: now + timedelta(minutes=31), REDDIT)) == []
    assert list(store.claim(engine, lambda: now + timedelta(days=31), REDDIT)) == []
    assert set(outbox().values()) == {"uncertain"}


def test_in_a_long_run_an_action_is_claimed_when_it_is_handed_out(engine, community, drafts, outbox, now):
    save_replies(engine, drafts(community.head(3), autonomy="act"), NO_HANDOFFS, now, "run")
    hours = iter(now + timedelta(hours=hour) for hour in range(4))
    long_run = store.claim(engine, lambda: next(hours), REDDIT)
    next(long_run), next(long_run)
    list(store.claim(engine, lambda: now + timedelta(hours=2, minutes=10), [Platform.X]))
    assert sorted(outbox().values()) == ["ready", "sending", "uncertain"]


def test_an_action_is_handed_out_whole_and_only_for_connected_platforms(engine, community, drafts, now):
    save_replies(engine, drafts(community.head(1), autonomy="act", text="Oui 🎉"), NO_HANDOFFS, now, "run")
    assert list(store.claim(engine, lambda: now, [Platform.X])) == []
    assert list(store.claim(engine, lambda: now, [])) == []
    (action,) = store.claim(engine, lambda: now, REDDIT)
    assert (action.kind, action.target_native_id, action.text, action.raw) == ("reply", "t1_0", "Oui 🎉", {})


def test_a_receipt_marks_the_draft_as_posted(engine, community, drafts, outbox, now):
    save_replies(engine, drafts(community.head(2), autonomy="act"), NO_HANDOFFS, now, "run")
    first, second = store.claim(engine, lambda: now, REDDIT)
    store.settle(engine, first, Receipt("t1_new", "https://reddit.example/new", now))
    store.release(engine, second, ActionStatus.FAILED, "Gone")
    kept = store.actions_between(engine, now - timedelta(days=1), now + timedelta(days=1))
    assert kept.schema == store.ACTION_SCHEMA
    assert kept.select("status", "receipt_permalink", "error").rows() == [
        ("done", "https://reddit.example/new", None),
        ("failed", None, "Gone"),
    ]
    with engine.connect() as connection:
        assert sorted(connection.execute(select(schema.drafts.c.status)).scalars()) == ["approved", "posted"]


steps = st.lists(
    st.tuples(
        st.sampled_from(["verdict", "draft", "decide"]),
        st.integers(0, 3),
        st.sampled_from(["observe", "propose", "act"]),
        st.sampled_from(["allow", "hold", "remove", "escalate"]),
        st.sampled_from(list(Choice)),
    ),
    min_size=1,
    max_size=10,
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=steps)
def test_nothing_reaches_the_outbox_without_leave(engine, community, verdicts, drafts, now, steps):
    with engine.begin() as connection:
        for table in (schema.verdicts, schema.drafts, schema.handoffs, schema.actions, schema.decisions):
            connection.execute(delete(table))
    leave: set[str] = set()
    for number, (step, index, autonomy, asked, choice) in enumerate(steps):
        one = community[index]
        comment_id = one["id"][0]
        if step == "verdict":
            saved = save_verdicts(
                engine, verdicts(one, action=asked, autonomy=autonomy, charter_version=f"c{number}"), now, "run"
            )
            if saved and autonomy == "act" and asked in {"hold", "remove"}:
                leave.add(comment_id)
        elif step == "draft":
            new, _ = save_replies(engine, drafts(one, autonomy=autonomy), NO_HANDOFFS, now, "run")
            if new and autonomy == "act":
                leave.add(comment_id)
        else:
            for item in review.waiting(engine, 1):
                written = "hold" if item.kind == "verdict" else "Bonjour"
                text = written if choice is Choice.EDIT else ""
                if review.record(engine, Decision(item, choice, text, by="Ana"), now, "review") and choice in {
                    Choice.APPROVE,
                    Choice.EDIT,
                }:
                    leave.add(item.comment["id"])
        with engine.connect() as connection:
            assert set(connection.execute(select(schema.actions.c.comment_id)).scalars()) <= leave


@pytest.mark.parametrize(("source", "status"), [("x:mentions:lumio", "approved"), ("x:query:lumio", "proposed")])
def test_on_x_only_what_mentions_the_account_is_answered_without_a_human(
    engine: Engine, drafts, source: str, status: str, now
):
    row = {
        "id": "x:1", "platform": "x", "source_id": source, "native_id": "1", "kind": "comment", "thread_id": "x:1",
        "text": "Where?", "created_at": now, "deleted": False, "raw": "{}",
    }  # fmt: skip
    comment = frame([row], COMMENT_SCHEMA)
    save_page(engine, Source(Platform.X, SourceKind(source.split(":")[1]), "lumio"), Page(comment), now)
    save_replies(engine, drafts(comment, autonomy="act"), NO_HANDOFFS, now, "run")
    with engine.connect() as connection:
        assert connection.execute(select(schema.drafts.c.status)).scalar_one() == status
    assert len(list(store.claim(engine, lambda: now, [Platform.X]))) == (status == "approved")
