"""What the review flow needs of the store: what waits, and decisions kept."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from prefect import task
from prefect.cache_policies import NO_CACHE
from sqlalchemy import Engine

from connectors.store import review as store
from domain.review import Decision, ReviewItem

DONE_ALONE_DAYS = 7


def count_waiting(engine: Engine, now: datetime) -> int:
    """How many verdicts, drafts, hand-offs and new entries wait for a human."""
    waiting = store.count_waiting(engine, now)
    return waiting.verdicts + waiting.drafts + waiting.handoffs + waiting.entries


@task(name="load what waits", cache_policy=NO_CACHE)
def load_items(engine: Engine, what: str, limit: int, now: datetime) -> list[ReviewItem]:
    """The items to put in front of a human, the most urgent first."""
    if what == "done alone":
        return store.done_alone(engine, now - timedelta(days=DONE_ALONE_DAYS), limit)
    if what == "new entries":
        return store.new_entries(engine, limit)
    return store.waiting(engine, limit)


@task(name="record decisions", cache_policy=NO_CACHE)
def record_decisions(engine: Engine, decisions: Sequence[Decision], now: datetime, run_id: str) -> list[Decision]:
    """Keep each decision; gives those whose item was decided elsewhere in the meantime."""
    return [decision for decision in decisions if not store.record(engine, decision, now, run_id)]
