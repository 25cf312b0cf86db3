"""What the review flow needs of the store: what waits, and decisions kept."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from prefect import task
from prefect.cache_policies import NO_CACHE
from sqlalchemy import Engine

from connectors.store import review as store
from connectors.store.members import known_members, opted_out
from domain.review import Decision, ItemKind, ReviewItem
from tasks.publishing.wording import Wording
from tasks.replies.history import History, retold

DONE_ALONE_DAYS = 7


def count_waiting(engine: Engine, now: datetime) -> int:
    """How many verdicts, drafts, hand-offs and new entries wait for a human."""
    waiting = store.count_waiting(engine, now)
    return waiting.verdicts + waiting.drafts + waiting.handoffs + waiting.entries


@task(name="load what waits", cache_policy=NO_CACHE)
def load_items(engine: Engine, what: str, limit: int, now: datetime, wording: Wording) -> list[ReviewItem]:
    """The items to put in front of a human, the most urgent first, told in the language that they read."""
    if what == "done alone":
        return store.done_alone(engine, now - timedelta(days=DONE_ALONE_DAYS), limit)
    if what == "new entries":
        return store.new_entries(engine, limit)
    return _retold(engine, store.waiting(engine, limit), wording)


def _retold(engine: Engine, items: Sequence[ReviewItem], wording: Wording) -> list[ReviewItem]:
    """Hand-offs were summed up in the community's first language."""
    authors = {item.comment["author_id"] for item in items if item.kind is ItemKind.HANDOFF} - {None}
    known = known_members(engine, sorted(authors - opted_out(engine)))
    members = {author: History(*facts) for author, facts in known.items()}
    return [
        replace(
            item, why=retold({**item.comment, "summary": item.why}, wording, members.get(item.comment["author_id"]))
        )
        if item.kind is ItemKind.HANDOFF
        else item
        for item in items
    ]


@task(name="record decisions", cache_policy=NO_CACHE)
def record_decisions(engine: Engine, decisions: Sequence[Decision], now: datetime, run_id: str) -> list[Decision]:
    """Keep each decision; gives those whose item was decided elsewhere in the meantime."""
    return [decision for decision in decisions if not store.record(engine, decision, now, run_id)]
