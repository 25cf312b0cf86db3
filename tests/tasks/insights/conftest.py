"""Builds comments, and all that the store knows beside them, for the insights' tests."""

import csv
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from domain.insights import ReportData
from domain.records import COMMENT_SCHEMA, DRAFT_SCHEMA, HANDOFF_SCHEMA, UTC_INSTANT, VERDICT_SCHEMA, frame
from tasks.members.segment import members

ACTIONS = {
    "key": pl.String(),
    "comment_id": pl.String(),
    "platform": pl.String(),
    "kind": pl.String(),
    "status": pl.String(),
    "created_at": UTC_INSTANT,
    "done_at": UTC_INSTANT,
}
SOURCES = {
    "id": pl.String(),
    "platform": pl.String(),
    "kind": pl.String(),
    "name": pl.String(),
    "watermark_at": UTC_INSTANT,
    "last_run_at": UTC_INSTANT,
    "error": pl.String(),
}
SET_ASIDE = {"source_id": pl.String(), "reason": pl.String(), "created_at": UTC_INSTANT}

Rows = list[dict[str, Any]]


def build_comments(rows: Rows) -> pl.DataFrame:
    """COMMENT_SCHEMA; each row needs only what its test is about."""
    start = datetime(2026, 3, 2, 9, tzinfo=UTC)
    filled = []
    for number, row in enumerate(rows):
        platform = row.get("platform", "reddit")
        author = row.get("author", f"member{number}")
        filled.append(
            {
                "id": row.get("id", f"{platform}:c{number}"),
                "platform": platform,
                "source_id": f"{platform}:subreddit:test",
                "native_id": f"c{number}",
                "kind": "comment",
                "thread_id": f"{platform}:thread",
                "parent_id": row.get("parent_id"),
                "author_id": author and f"{platform}:{author}",
                "author_name": author,
                "text": row.get("text", "hello"),
                "lang": row.get("lang", "en"),
                "created_at": row.get("created_at", start + timedelta(minutes=number)),
                "deleted": row.get("deleted", False),
                "score": row.get("score", 1),
                "permalink": f"https://example.org/{number}",
                "raw": "{}",
            }
        )
    return frame(filled, COMMENT_SCHEMA)


def build_report_data(comments: pl.DataFrame, now: datetime, **tables: Rows) -> ReportData:
    """All that the store knows; tables that are not given are empty."""

    def table(name: str, schema: Mapping[str, pl.DataType]) -> pl.DataFrame:
        return frame(tables.get(name, []), schema)

    verdicts = table("verdicts", {**VERDICT_SCHEMA, "created_at": UTC_INSTANT})
    return ReportData(
        comments=comments,
        verdicts=verdicts,
        drafts=table("drafts", {**DRAFT_SCHEMA, "status": pl.String(), "created_at": UTC_INSTANT}),
        handoffs=table(
            "handoffs", {**HANDOFF_SCHEMA, "status": pl.String(), "created_at": UTC_INSTANT, "done_at": UTC_INSTANT}
        ),
        members=members(comments, verdicts, now),
        actions=table("actions", ACTIONS),
        sources=table("sources", SOURCES),
        set_aside=table("set_aside", SET_ASIDE),
    )


def read_reddit(path: Path, lang: str) -> pl.DataFrame:
    """Real posts of a subreddit as comments."""
    rows = [
        {
            "id": f"reddit:{post['name']}",
            "platform": "reddit",
            "native_id": post["name"],
            "kind": "post",
            "thread_id": f"reddit:{post['name']}",
            "text": f"{post['title']}\n\n{post['selftext']}".strip(),
            "lang": lang,
            "created_at": datetime.fromtimestamp(float(post["created_utc"]), UTC),
            "deleted": False,
            "score": int(post["score"]),
            "permalink": post["permalink"],
            "raw": "{}",
        }
        for post in csv.DictReader(path.open(newline="", encoding="utf-8"))
    ]
    return frame(rows, COMMENT_SCHEMA).sort("created_at")


@pytest.fixture
def comments() -> Callable[[Rows], pl.DataFrame]:
    return build_comments


@pytest.fixture
def report_data() -> Callable[..., ReportData]:
    return build_report_data


@pytest.fixture
def reddit() -> Callable[[Path, str], pl.DataFrame]:
    return read_reddit
