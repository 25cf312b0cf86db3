"""What each answer of a platform makes of an action, on a tiny platform of our own that keeps what it was asked."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from connectors.contract import ConnectorError, Gone, RateLimited, Rejected, Unauthorized, Unavailable
from connectors.store import schema
from connectors.store.engine import open_store, upsert
from connectors.store.verdicts import outbox_row
from domain.records import Action, ActionKind, ActionStatus, Limit, Page, Platform, Receipt, Source, Watermark
from tasks.outbox import send_ready

NOW = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)


@dataclass
class Noticeboard:
    """A platform in memory. troubles: target -> the error that it answers with, once."""

    platform: Platform = Platform.REDDIT
    troubles: dict[str, ConnectorError] = field(default_factory=dict)
    posted: list[tuple[str, str]] = field(default_factory=list)

    def identity(self) -> str:
        return "reddit:vigie"

    def pull(self, source: Source, since: Watermark | None) -> Iterator[Page]:
        yield from ()

    def act(self, action: Action) -> Receipt:
        error = self.troubles.pop(action.target_native_id, None)
        if error:
            raise error
        self.posted.append((action.kind, action.target_native_id))
        return Receipt(f"r{len(self.posted)}", f"https://board.example/{len(self.posted)}", NOW)

    def done(self, action: Action) -> Receipt | None:
        if (action.kind, action.target_native_id) in self.posted:
            return Receipt(f"seen:{action.target_native_id}", None, NOW)
        return None

    def grants(self) -> dict[str, str]:
        return {"read": ""}

    def limits(self) -> list[Limit]:
        return []


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Engine]:
    engine = open_store(f"sqlite:///{tmp_path / 'vigie.db'}")
    yield engine
    engine.dispose()


def fill(engine: Engine, *kinds: ActionKind, platform: Platform = Platform.REDDIT) -> None:
    actions = [
        Action(f"{platform}:{n}", platform, kind, f"{platform}:{n}", str(n), "Bonjour") for n, kind in enumerate(kinds)
    ]
    with engine.begin() as connection:
        rows = [outbox_row(action, ActionStatus.READY, "draft:a", NOW) for action in actions]
        upsert(connection, schema.actions, rows)


def statuses(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return list(connection.execute(select(schema.actions.c.status).order_by(schema.actions.c.key)).scalars())


REPLY, HOLD = ActionKind.REPLY, ActionKind.HOLD


def test_everything_is_done_once(store: Engine):
    fill(store, REPLY, HOLD)
    board = Noticeboard()
    done = send_ready(store, {Platform.REDDIT: board}, lambda: NOW)
    assert [(one.status, one.permalink) for one in done] == [
        ("done", "https://board.example/1"),
        ("done", "https://board.example/2"),
    ]
    assert send_ready(store, {Platform.REDDIT: board}, lambda: NOW) == []
    assert board.posted == [("reply", "0"), ("hold", "1")]


@pytest.mark.parametrize(
    ("error", "kind", "after", "others_done"),
    [
        (Gone("deleted"), REPLY, "failed", True),
        (Rejected("locked thread"), REPLY, "failed", True),
        (Rejected("not a moderator"), HOLD, "failed", True),
        (RateLimited("slow down", 60), REPLY, "ready", False),
        (Unauthorized("token expired"), HOLD, "ready", False),
        (Unavailable("cut"), REPLY, "uncertain", True),  # it may have been posted: only a human may try again
        (Unavailable("cut"), HOLD, "ready", True),  # holding twice is holding once
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, ConnectorError) else str(value),
)
def test_each_error_has_its_outcome(
    store: Engine, error: ConnectorError, kind: ActionKind, after: str, others_done: bool
):
    fill(store, kind, HOLD)
    board = Noticeboard(troubles={"0": error})
    done = send_ready(store, {Platform.REDDIT: board}, lambda: NOW)
    assert statuses(store) == [after, "done" if others_done else "ready"]
    assert done[0].status == after
    assert done[0].error == f"{type(error).__name__}: {error}"

    send_ready(store, {Platform.REDDIT: board}, lambda: NOW)
    assert statuses(store) == ["done" if after == "ready" else after, "done"]
    assert len(board.posted) == len(set(board.posted))


def test_one_platform_that_refuses_does_not_stop_another(store: Engine):
    fill(store, REPLY, REPLY)
    fill(store, REPLY, REPLY, platform=Platform.X)
    reddit, x = Noticeboard(troubles={"0": RateLimited("wait")}), Noticeboard(Platform.X)
    send_ready(store, {Platform.REDDIT: reddit, Platform.X: x}, lambda: NOW)
    assert (len(reddit.posted), len(x.posted)) == (0, 2)


def test_without_a_connector_everything_stays_ready(store: Engine):
    fill(store, REPLY)
    assert send_ready(store, {}, lambda: NOW) == []
    assert statuses(store) == ["ready"]
