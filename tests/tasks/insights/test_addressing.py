"""Whom a reply answers is told by the platform, or by the handle with which it begins."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from tasks.insights.addressing import answered

AT = datetime(2026, 11, 2, 12, tzinfo=UTC)
THREAD = (
    ("top", None, "ann", "How do I open it?"),
    ("second", "top", "Bob.B", "and how do I close it?"),
    ("third", "top", "bob.b", "anyone?"),
)


@pytest.mark.parametrize(
    ("platform", "text", "whom"),
    [
        ("youtube", "Press the button", "top"),
        ("youtube", "@bob.b press the other button", "third"),
        ("youtube", "@BOB.B, press it twice", "third"),
        ("youtube", "  @ann press the button", "top"),
        ("youtube", "@nobody press the button", None),
        ("youtube", "@late press the button", None),
        ("reddit", "@ann press the button", "second"),
    ],
)
def test_a_reply_answers_the_member_whose_handle_it_begins_with(
    comments: Callable[[list[dict[str, Any]]], pl.DataFrame], platform: str, text: str, whom: str | None
) -> None:
    parent = "top" if platform == "youtube" else "second"
    said = [*THREAD, ("reply", parent, "team", text), ("later", "top", "late", "me too")]
    rows = [
        {
            "id": f"{platform}:{name}",
            "platform": platform,
            "thread_id": f"{platform}:v",
            "parent_id": f"{platform}:{to}" if to else None,
            "author": author,
            "text": what,
            "created_at": AT + timedelta(minutes=number),
        }
        for number, (name, to, author, what) in enumerate(said)
    ]
    thread = comments(rows).sort("id")
    found = answered(thread.filter(pl.col("id") == f"{platform}:reply"), thread)["answers_id"].to_list()
    assert found == ([f"{platform}:{whom}"] if whom else [])
