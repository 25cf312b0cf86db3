"""What was done on a platform is seen there, is never done twice, and can be taken back; Reddit gets its own reasons."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from sqlalchemy import Engine, select

from connectors import contract
from connectors.contract import Rejected, Unavailable
from connectors.store import outbox, schema
from connectors.store.engine import open_store, upsert
from connectors.store.verdicts import outbox_row
from deployments.sandbox.faults import Fault
from deployments.sandbox.seed import SEED_SCHEMA
from deployments.sandbox.server import Sandbox, running_sandbox
from domain.language import speaking
from domain.records import Action, ActionKind, ActionStatus, Platform
from tasks.outbox import send_ready

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
WRITES = {Platform.REDDIT: "/api/", Platform.YOUTUBE: "/youtube/", Platform.X: "/2/"}
EVERYWHERE = pytest.mark.parametrize("platform", list(WRITES))


def seed() -> pl.DataFrame:
    rows = []
    for platform in WRITES:
        first = {"reddit": "post", "youtube": "video", "x": "comment"}[platform]
        for number, kind in enumerate([first, "comment", "comment"]):
            rows.append({
                "key": f"{platform}-{number}", "platform": platform, "source": "Vigie", "thread": f"{platform}-0",
                "thread_title": "Hello", "kind": kind, "parent": f"{platform}-0" if number else None, "author": "lea",
                "text": "@Vigie where is it?", "created_at": NOW - timedelta(hours=9 - number), "score": 1,
                "lang": "en", "label": None,
            })  # fmt: skip
    return pl.DataFrame(rows, schema=SEED_SCHEMA)


@pytest.fixture
def sandbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    with running_sandbox(seed(), clock=lambda: NOW, x_search_window=None) as found:
        monkeypatch.setattr("prawcore.sessions.FiniteRetryStrategy._sleep_seconds", lambda self: None)
        for name, value in found.environment.items():
            monkeypatch.setenv(name, value)
        yield found


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Engine]:
    engine = open_store(f"sqlite:///{tmp_path / 'vigie.db'}")
    yield engine
    engine.dispose()


def action(sandbox: Sandbox, platform: Platform, kind: ActionKind, text: str | None = None, **raw: Any) -> Action:
    native = sandbox.native_ids[f"{platform}-1"]
    return Action(f"{kind}:1", platform, kind, f"{platform}:{native}", native, text, {"subreddit": "Vigie", **raw})


def queue(engine: Engine, *actions: Action) -> None:
    with engine.begin() as connection:
        upsert(connection, schema.actions, [outbox_row(one, ActionStatus.READY, "draft:a", NOW) for one in actions])


def statuses(engine: Engine) -> dict[str, str]:
    with engine.connect() as connection:
        rows = connection.execute(select(schema.actions.c.key, schema.actions.c.status)).all()
    return {row.key: row.status for row in rows}


@EVERYWHERE
@pytest.mark.parametrize("kind", ["cut", "malformed"])
def test_a_reply_whose_answer_was_lost_is_found_by_the_next_run(
    platform: Platform, kind: str, sandbox: Sandbox, store: Engine
) -> None:
    queue(store, action(sandbox, platform, ActionKind.REPLY, "Merci & à bientôt <3 https://vigie.example/a"))
    sandbox.inject(Fault(platform.value, kind, times=9, method="POST", path=WRITES[platform]))
    connectors = {platform: contract.connect(platform)}
    send_ready(store, connectors, lambda: NOW)
    assert statuses(store) == {"reply:1": "uncertain"}
    sandbox.faults.waiting.clear()
    send_ready(store, connectors, lambda: NOW + timedelta(minutes=1))
    assert statuses(store) == {"reply:1": "uncertain"}, "the platform is given time to show it"
    (found,) = send_ready(store, connectors, lambda: NOW + timedelta(minutes=9))
    assert statuses(store) == {"reply:1": "done"}
    assert str(found.permalink).startswith("https://")
    assert len(sandbox.posted) == 1


@EVERYWHERE
def test_a_reply_that_never_arrived_is_posted_by_the_next_run(
    platform: Platform, sandbox: Sandbox, store: Engine
) -> None:
    queue(store, action(sandbox, platform, ActionKind.REPLY, "Merci"))
    sandbox.inject(Fault(platform.value, "503", times=9, method="POST", path=WRITES[platform]))
    connectors = {platform: contract.connect(platform)}
    send_ready(store, connectors, lambda: NOW)
    assert (statuses(store), len(sandbox.posted)) == ({"reply:1": "uncertain"}, 0)
    sandbox.faults.waiting.clear()
    send_ready(store, connectors, lambda: NOW + timedelta(minutes=9))
    assert (statuses(store), len(sandbox.posted)) == ({"reply:1": "done"}, 1)


@EVERYWHERE
def test_a_run_that_died_after_posting_does_not_post_again(platform: Platform, sandbox: Sandbox, store: Engine) -> None:
    reply = action(sandbox, platform, ActionKind.REPLY, "Merci")
    queue(store, reply)
    connector = contract.connect(platform)
    next(outbox.claim(store, lambda: NOW, [platform]))
    connector.act(reply)  # and here the run dies
    later = NOW + timedelta(minutes=40)
    send_ready(store, {platform: connector}, lambda: later)
    send_ready(store, {platform: connector}, lambda: later)
    assert (statuses(store), len(sandbox.posted)) == ({"reply:1": "done"}, 1)


@pytest.mark.parametrize(
    ("platform", "kind", "undone"),
    [
        (Platform.REDDIT, ActionKind.REMOVE, "approve"),
        (Platform.REDDIT, ActionKind.LOCK, "unlock"),
        (Platform.REDDIT, ActionKind.DISTINGUISH, "undistinguish"),
        (Platform.REDDIT, ActionKind.REPLY, "delete"),
        (Platform.YOUTUBE, ActionKind.HOLD, "approve"),
        (Platform.YOUTUBE, ActionKind.REMOVE, "approve"),
        (Platform.YOUTUBE, ActionKind.REPLY, "delete"),
        (Platform.X, ActionKind.HIDE, "unhide"),
        (Platform.X, ActionKind.REPLY, "delete"),
    ],
)
def test_each_act_is_seen_and_has_its_undo(
    platform: Platform, kind: ActionKind, undone: str, sandbox: Sandbox, store: Engine
) -> None:
    done = action(sandbox, platform, kind, "Merci" if kind is ActionKind.REPLY else None)
    queue(store, done)
    connectors = {platform: contract.connect(platform)}
    assert [one.status for one in send_ready(store, connectors, lambda: NOW)] == ["done"]
    assert outbox.undo(store, done.comment_id, NOW) == [kind]
    assert outbox.undo(store, done.comment_id, NOW) == [], "it is asked for once"
    (undo,) = send_ready(store, connectors, lambda: NOW)
    assert (undo.action.kind, undo.status) == (undone, "done")
    assert sandbox.community.written[-1].kind == undone
    item = sandbox.community.items[platform.value, done.target_native_id]
    assert (item.status, item.locked, item.distinguished) == ("published", False, None)
    assert kind is not ActionKind.REPLY or undo.action.target_native_id != done.target_native_id


@EVERYWHERE
def test_what_was_held_or_removed_is_shown_again_by_an_approval(
    platform: Platform, sandbox: Sandbox, store: Engine
) -> None:
    first = action(sandbox, platform, ActionKind.REMOVE if platform is Platform.REDDIT else ActionKind.HOLD)
    item = sandbox.community.items[platform.value, first.target_native_id]
    connectors = {platform: contract.connect(platform)}
    queue(store, first)
    assert [one.status for one in send_ready(store, connectors, lambda: NOW)] == ["done"]
    assert item.status != "published"
    queue(store, action(sandbox, platform, ActionKind.APPROVE))
    assert [one.status for one in send_ready(store, connectors, lambda: NOW)] == ["done"]
    assert item.status == "published"


def test_a_refusal_is_told_in_the_language_of_the_community(sandbox: Sandbox) -> None:
    with speaking("fr"), pytest.raises(Rejected, match="X ne sait pas faire"):
        contract.connect(Platform.X).act(action(sandbox, Platform.X, ActionKind.LOCK))


def test_an_act_that_cannot_be_seen_waits_for_a_human(sandbox: Sandbox, store: Engine) -> None:
    removal = action(sandbox, Platform.REDDIT, ActionKind.REMOVE)
    queue(store, removal)
    item = sandbox.community.items["reddit", removal.target_native_id]
    connector = contract.connect(Platform.REDDIT)
    sandbox.inject(Fault("reddit", "503", times=9, method="GET", path="/api/info"))
    (done,) = send_ready(store, {Platform.REDDIT: connector}, lambda: NOW)
    assert (done.status, item.status) == ("uncertain", "removed")
    sandbox.faults.waiting.clear()
    send_ready(store, {Platform.REDDIT: connector}, lambda: NOW + timedelta(minutes=6))
    assert statuses(store) == {"remove:1": "done"}


def test_what_a_platform_does_not_show_is_said(sandbox: Sandbox) -> None:
    with pytest.raises(Rejected, match="hidden"):
        contract.connect(Platform.X).done(action(sandbox, Platform.X, ActionKind.HIDE))
    with pytest.raises(Rejected, match="report"):
        contract.connect(Platform.REDDIT).done(action(sandbox, Platform.REDDIT, ActionKind.REPORT, "spam"))


def test_a_removal_on_reddit_carries_the_subreddits_own_reason_and_a_message(sandbox: Sandbox) -> None:
    sandbox.community.removal_reasons = {"110abc": "Be kind"}
    removal = action(
        sandbox, Platform.REDDIT, ActionKind.REMOVE,
        removal_reason="be kind ", mod_note="Vigie: insult", removal_title="Removed", removal_message="Why: …",
    )  # fmt: skip
    receipt = contract.connect(Platform.REDDIT).act(removal)
    kinds = [one.kind for one in sandbox.community.written]
    assert kinds == ["remove", "removal_reason", "removal_message"]
    reason = json.loads(sandbox.community.written[1].target)
    assert (reason["reason_id"], reason["mod_note"]) == ("110abc", "Vigie: insult")
    assert (sandbox.community.written[2].text, receipt.note) == ("Why: …", "")


def test_without_such_a_reason_it_is_removed_all_the_same_and_said(sandbox: Sandbox, store: Engine) -> None:
    removal = action(sandbox, Platform.REDDIT, ActionKind.REMOVE, removal_reason="Be kind")
    queue(store, removal)
    (done,) = send_ready(store, {Platform.REDDIT: contract.connect(Platform.REDDIT)}, lambda: NOW)
    assert done.status == "done"
    assert "no removal reason “Be kind”" in str(done.error) or "« Be kind »" in str(done.error)


def test_a_message_that_does_not_leave_does_not_undo_the_removal(sandbox: Sandbox) -> None:
    sandbox.inject(Fault("reddit", "503", times=9, path="/api/v1/modactions/removal_comment_message"))
    removal = action(sandbox, Platform.REDDIT, ActionKind.REMOVE, removal_message="Why: …")
    receipt = contract.connect(Platform.REDDIT).act(removal)
    assert "503" in receipt.note
    assert sandbox.community.items["reddit", removal.target_native_id].status == "removed"


@pytest.mark.parametrize("kind", [ActionKind.REMOVE, ActionKind.LOCK])
def test_a_broken_act_is_unavailable_and_tried_again(kind: ActionKind, sandbox: Sandbox, store: Engine) -> None:
    queue(store, action(sandbox, Platform.REDDIT, kind))
    sandbox.inject(Fault("reddit", "cut", times=1, method="POST", path=f"/api/{kind}"))
    connector = contract.connect(Platform.REDDIT)
    with pytest.raises(Unavailable):
        connector.act(action(sandbox, Platform.REDDIT, kind))
    (done,) = send_ready(store, {Platform.REDDIT: connector}, lambda: NOW)
    assert done.status == "done"
