"""Comments for the store's tests."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest
from sqlalchemy import Engine, select

from connectors.store import schema
from connectors.store.comments import mark_checked, register_sources, save_page, unchecked
from domain.records import (
    COMMENT_SCHEMA,
    DRAFT_SCHEMA,
    HANDOFF_SCHEMA,
    VERDICT_SCHEMA,
    Page,
    Platform,
    Source,
    SourceKind,
    frame,
    text_hash,
)

NOW = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def source() -> Source:
    return Source(Platform.REDDIT, SourceKind.SUBREDDIT, "lumio")


@pytest.fixture
def comments(source: Source) -> Callable[..., pl.DataFrame]:
    """`comments(3, text="...")` makes three comments; the n-th was written n minutes before noon."""

    def make(count: int = 1, **overrides: Any) -> pl.DataFrame:
        rows = [
            {
                "id": f"reddit:t1_{index}",
                "platform": "reddit",
                "source_id": source.id,
                "native_id": f"t1_{index}",
                "kind": "comment",
                "thread_id": "reddit:t3_a",
                "author_id": f"reddit:t2_{index}",
                "author_name": f"member{index}",
                "text": f"Comment recharger ma lampe numéro {index} ?",
                "lang": None,
                "created_at": NOW - timedelta(minutes=index),
                "deleted": False,
                "score": index,
                "permalink": f"https://reddit.example/{index}",
                "raw": "{}",
            }
            | overrides
            for index in range(count)
        ]
        return frame(rows, COMMENT_SCHEMA)

    return make


@pytest.fixture
def verdicts() -> Callable[..., pl.DataFrame]:
    """A verdict on each of some comments."""

    def make(comments: pl.DataFrame, **overrides: Any) -> pl.DataFrame:
        rows = [
            {
                "comment_id": row["id"],
                "text_hash": text_hash(row["text"]),
                "action": "allow",
                "norms": [],
                "scores": "{}",
                "confidence": 0.9,
                "decided_by": "rule",
                "evidence": "[]",
                "reason": None,
                "autonomy": "propose",
                "charter_version": "c1",
                "model_version": "m1",
            }
            | overrides
            for row in comments.to_dicts()
        ]
        return frame(rows, VERDICT_SCHEMA)

    return make


@pytest.fixture
def community(engine: Engine, comments: Callable[..., pl.DataFrame], source: Source) -> pl.DataFrame:
    """Four checked comments in the store."""
    written = comments(4)
    register_sources(engine, [source])
    save_page(engine, source, Page(written), NOW)
    mark_checked(engine, unchecked(engine).with_columns(lang=pl.lit("fr")), {}, NOW)
    return written


@pytest.fixture
def drafts() -> Callable[..., pl.DataFrame]:
    """A drafted answer to each of some comments."""

    def make(comments: pl.DataFrame, **overrides: Any) -> pl.DataFrame:
        draft = {"kind": "answer", "lang": "fr", "text": "Avec le câble.", "entry_id": "charge", "confidence": 0.8}
        draft |= {"sources": ["knowledge:charge"], "autonomy": "propose"} | overrides
        return frame([{"comment_id": id_} | draft for id_ in comments["id"]], DRAFT_SCHEMA)

    return make


@pytest.fixture
def handoffs() -> Callable[..., pl.DataFrame]:
    """A hand-off of each of some comments."""

    def make(comments: pl.DataFrame, **overrides: Any) -> pl.DataFrame:
        handoff = {"reason": "sensitive", "urgency": "normal", "due_at": NOW + timedelta(hours=24), "summary": "Panne"}
        return frame([{"comment_id": id_} | handoff | overrides for id_ in comments["id"]], HANDOFF_SCHEMA)

    return make


@pytest.fixture
def outbox(engine: Engine) -> Callable[[], dict[str, str]]:
    """The outbox as it stands: kind and comment of each action -> its status."""

    def look() -> dict[str, str]:
        table = schema.actions
        with engine.connect() as connection:
            rows = connection.execute(select(table).order_by(table.c.created_at, table.c.key)).mappings().all()
        return {f"{row['kind']} {row['comment_id']}": row["status"] for row in rows}

    return look
