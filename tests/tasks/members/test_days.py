"""What is known of members from counts by day is what a whole year of their comments would tell."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from sqlalchemy import Engine

from connectors.store import member_days, reports
from connectors.store.comments import mark_checked, register_sources, save_page, unchecked
from deployments.demo import write_workspace
from domain.records import COMMENT_SCHEMA, MEMBER_SCHEMA, Page, Platform, Source, SourceKind, frame
from tasks.members.segment import members
from tasks.members.step import segment
from tasks.workspace import Workspace, open_workspace

PARIS = ZoneInfo("Europe/Paris")
AS_OF = datetime(2026, 3, 30, 22, tzinfo=UTC)  # midnight in Paris
SUBREDDIT = Source(Platform.REDDIT, SourceKind.SUBREDDIT, "test")


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    monkeypatch.setenv("VIGIE_WORKSPACE", str(write_workspace(tmp_path, "http://127.0.0.1:1/")))
    opened = open_workspace()
    register_sources(opened.store, [SUBREDDIT])
    yield opened
    opened.store.dispose()


def written() -> pl.DataFrame:
    """A year in which ann helps, bob fell silent and others come and go."""
    rows = []
    for n in range(300):
        at = AS_OF - timedelta(days=n + 0.3)
        asker, text = f"asker{n % 17}", ("how does it work?" if n % 2 else "I love this lamp")
        rows.append({"id": f"reddit:q{n}", "author_id": f"reddit:{asker}", "author_name": asker, "text": text})
        rows[-1] |= {"created_at": at, "score": n % 5}
        helper = "ann" if n % 3 else "bob"
        if helper == "ann" or n > 40:
            reply = {"author_id": f"reddit:{helper}", "author_name": helper, "text": "press the button", "score": 2}
            rows.append(
                reply | {"id": f"reddit:a{n}", "parent_id": f"reddit:q{n}", "created_at": at + timedelta(hours=9)}
            )
    same = {
        "platform": "reddit",
        "source_id": SUBREDDIT.id,
        "kind": "comment",
        "lang": "en",
        "deleted": False,
        "raw": "{}",
    }
    return frame([same | {"native_id": row["id"]} | row for row in rows], COMMENT_SCHEMA)


def keep(store: Engine, comments: pl.DataFrame, now: datetime) -> None:
    save_page(store, SUBREDDIT, Page(comments), now)
    mark_checked(store, unchecked(store), {}, now)


def test_counts_by_day_tell_what_all_comments_would(workspace: Workspace) -> None:
    comments = written()
    keep(workspace.store, comments, AS_OF)
    segment.fn(workspace, AS_OF)
    found = reports.members_seen(workspace.store, AS_OF - timedelta(days=400))
    verdicts = reports.everything_between(workspace.store, AS_OF, AS_OF)[1]
    known = members(comments.filter(pl.col("created_at") < AS_OF), verdicts, AS_OF)
    exact = [name for name in MEMBER_SCHEMA if name not in {"interests", "mood"}]
    assert found.select(exact).equals(known.select(exact))
    assert found["mood"].to_list() == pytest.approx(known["mood"].to_list())
    assert dict(found.select("id", "segment").iter_rows())["reddit:bob"] == "leaving"


def test_only_the_days_that_changed_since_the_last_report_are_read_again(workspace: Workspace) -> None:
    comments = written()
    keep(workspace.store, comments, AS_OF - timedelta(days=5))
    edited = comments.filter(pl.col("id") == "reddit:q200").with_columns(text=pl.lit("gone wrong, terrible"))
    keep(workspace.store, edited, AS_OF)
    changed = member_days.changed_days(workspace.store, AS_OF - timedelta(days=1), PARIS)
    assert changed == [edited["created_at"].to_list()[0].astimezone(PARIS).date()]
    assert len(member_days.changed_days(workspace.store, None, PARIS)) >= 300
