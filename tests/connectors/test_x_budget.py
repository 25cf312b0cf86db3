"""X bills each read: every resource is charged once a day, a budget is never exceeded, and what it left undone is named."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from connectors import x
from connectors.contract import RateLimited
from connectors.memory import Memory
from connectors.x_ledger import POST_USD, USER_USD, WRITE_USD, WRITE_WITH_LINK_USD, Ledger
from deployments.sandbox.seed import SEED_SCHEMA
from deployments.sandbox.server import Sandbox, running_sandbox
from domain.records import Action, ActionKind, Platform, Source, SourceKind

MENTIONS = Source(Platform.X, SourceKind.MENTIONS, "vigie")


@pytest.fixture
def sandbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """Forty mentions by four members."""
    now = datetime.now(UTC)
    rows = [
        {
            "key": f"x-{n}", "platform": "x", "source": "vigie", "thread": "x-0" if n < 5 else f"x-{n}", "kind": "comment",
            "parent": "x-0" if 0 < n < 5 else None, "author": f"member{n % 4}", "text": f"@vigie {n}",
            "created_at": now - timedelta(hours=50 - n), "score": 0,
        }
        for n in range(40)
    ]  # fmt: skip
    with running_sandbox(pl.DataFrame(rows, schema=SEED_SCHEMA)) as found:
        for name, value in found.environment.items():
            monkeypatch.setenv(name, value)
        yield found


def _spent(memory: Memory) -> float:
    return round(Ledger(memory).spent(), 6)


def _rows(connector: Any, source: Source) -> list[dict[str, Any]]:
    return [row for page in connector.pull(source, None) for row in page.comments.to_dicts()]


def test_a_post_and_a_user_are_charged_once_a_day(sandbox: Sandbox):
    memory = Memory()
    assert len(_rows(x.connect(memory), MENTIONS)) == 40
    users = 4 + 1  # the members, and the account that was looked up
    assert _spent(memory) == round(40 * POST_USD + users * USER_USD, 6)
    _rows(x.connect(memory), MENTIONS)
    assert _spent(memory) == round(40 * POST_USD + users * USER_USD, 6)


def test_a_write_costs_more_with_a_link(sandbox: Sandbox):
    memory = Memory()
    target = sandbox.native_ids["x-7"]
    for text, price in (("Merci", WRITE_USD), ("Voir https://noctilo.example", WRITE_WITH_LINK_USD)):
        before = _spent(memory)
        x.connect(memory).act(Action(text, Platform.X, ActionKind.REPLY, f"x:{target}", target, text))
        assert _spent(memory) - before == pytest.approx(price)


def test_a_budget_is_not_exceeded_and_the_read_that_it_left_undone_is_named(sandbox: Sandbox):
    memory = Memory(x_usd_a_month=0.35)
    with pytest.raises(RateLimited, match=r"x:mentions:vigie: not read, X.s budget of 0.35 USD a month") as caught:
        for _ in range(9):
            _rows(x.connect(memory), MENTIONS)
            memory.charge(Platform.X, datetime.now(UTC).date(), {"post:other": 0.2})
    assert 0 < (caught.value.retry_after or 0) <= 31 * 86_400
    assert _spent(memory) <= 0.35 + 0.2


def test_pages_shrink_to_what_can_be_paid(sandbox: Sandbox):
    memory = Memory(x_usd_a_month=0.01 + 40 * 0.02 * 0.5)
    pages = list(x.connect(memory).pull(MENTIONS, None))
    assert len(pages) > 1
    assert sum(page.comments.height for page in pages) == 40
    assert _spent(memory) <= 0.41


def test_looking_again_keeps_to_the_pace_of_the_month(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("connectors.x_ledger._share_of_month", lambda: 0.25)
    memory = Memory(x_usd_a_month=0.8)
    connector = x.connect(memory)
    natives = [sandbox.native_ids[f"x-{n}"] for n in range(40)]
    found: list[str] = []
    with pytest.raises(RateLimited, match=r"put off, so that X.s budget of 0.8 USD a month"):
        for page in connector.refresh(MENTIONS, natives):
            found += page.comments["native_id"].to_list()
    assert 10 <= len(found) < 40
    assert _spent(memory) <= 0.2
    assert len(_rows(connector, MENTIONS)) == 40, "new mentions may still be read"


def test_the_replies_below_a_post_are_read(sandbox: Sandbox):
    post = sandbox.native_ids["x-0"]
    rows = _rows(x.connect(), Source(Platform.X, SourceKind.CONVERSATION, post))
    assert {row["native_id"] for row in rows} == {sandbox.native_ids[f"x-{n}"] for n in range(5)}
    assert {row["thread_id"] for row in rows} == {f"x:{post}"}
