"""The connectors against the sandbox: everything arrives once, what is written can be read back, faults are typed."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from connectors import contract
from connectors.contract import Connector, ConnectorError, Gone, RateLimited, Rejected, Unauthorized, Unavailable
from connectors.paging import OVERLAP
from connectors.youtube_quota import QUOTA_UNITS_A_DAY
from deployments.sandbox import ids
from deployments.sandbox.faults import Fault
from deployments.sandbox.seed import SEED_SCHEMA
from deployments.sandbox.server import Sandbox, running_sandbox
from domain.records import COMMENT_SCHEMA, Action, ActionKind, Page, Platform, Source, SourceKind, Watermark

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
CHANNEL = ids.youtube_channel("Vigie")
SOURCES = {
    Platform.REDDIT: Source(Platform.REDDIT, SourceKind.SUBREDDIT, "vigie"),
    Platform.YOUTUBE: Source(Platform.YOUTUBE, SourceKind.CHANNEL, CHANNEL),
    Platform.X: Source(Platform.X, SourceKind.MENTIONS, "vigie"),
}
PATHS = {Platform.REDDIT: "/", Platform.YOUTUBE: "/youtube/", Platform.X: "/2/"}
EVERYWHERE = pytest.mark.parametrize("platform", list(SOURCES))
TEXTS = ("Bonjour à tous ! 🎉", "שלום עולם", "a < b & c > d", "two\n\nlines", "x" * 5_000, "@vigie where is it?")


def seed_row(platform: str, number: int, **values: Any) -> dict[str, Any]:
    minutes = number * 7
    row = {
        "key": f"{platform}-{number}", "platform": platform, "source": "Vigie" if platform == "youtube" else "vigie",
        "thread": f"{platform}-{number}", "thread_title": f"Thread {number}", "kind": "comment", "parent": None,
        "author": None if number % 17 == 16 else f"member{number % 23}", "text": TEXTS[number % len(TEXTS)],
        "created_at": NOW - timedelta(minutes=minutes - minutes % 3), "score": number % 5, "lang": None, "label": None,
    }  # fmt: skip
    return row | values


def seed() -> pl.DataFrame:
    """Two pages of each listing; threads deep and wide enough for replies that are not inlined."""
    rows = []
    for number in range(140):
        post = f"reddit-{number - number % 20}"
        kind = "post" if number % 20 == 0 else "comment"
        parent = f"reddit-{number - 1}" if number % 20 > 1 and number % 3 == 0 else post
        rows.append(
            seed_row(
                "reddit", number, thread=post, kind=kind, parent=None if kind == "post" else parent, thread_title=post
            )
        )
        rows.append(seed_row("x", number, thread_title=None, text=f"@vigie {TEXTS[number % len(TEXTS)][:200]}"))
    for video in range(3):
        moment = NOW - timedelta(days=30 + video)
        rows.append(
            seed_row("youtube", 1000 + video, kind="video", created_at=moment, thread=f"youtube-{1000 + video}")
        )
    for number in range(160):
        parent = f"youtube-{number - number % 40 + 1}" if number % 40 in range(2, 14) else None
        thread = f"youtube-{1000 + number // 40 % 3}"
        rows.append(seed_row("youtube", number, thread=thread, parent=parent, thread_title="A video"))
    return pl.DataFrame(rows, schema=SEED_SCHEMA)


@contextmanager
def running() -> Iterator[Sandbox]:
    with (
        running_sandbox(seed(), clock=lambda: NOW, x_search_window=None) as found,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr("prawcore.sessions.FiniteRetryStrategy._sleep_seconds", lambda self: None)
        for name, value in found.environment.items():
            patch.setenv(name, value)
        yield found


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """A sandbox of the test's own, to write to."""
    with running() as found:
        yield found


@pytest.fixture(scope="module")
def untouched() -> Iterator[Sandbox]:
    """A sandbox that tests only read."""
    with running() as found:
        yield found


@pytest.fixture
def reading(untouched: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    for name, value in untouched.environment.items():
        monkeypatch.setenv(name, value)
    return untouched


def pulled(connector: Connector, since: Watermark | None = None) -> tuple[pl.DataFrame, list[Page]]:
    found = list(connector.pull(SOURCES[connector.platform], since))
    return pl.concat([page.comments for page in found]), found


def do(connector: Connector, kind: ActionKind, row: dict[str, Any], text: str | None = None) -> Any:
    raw = json.loads(row["raw"])
    return connector.act(Action("key", connector.platform, kind, row["id"], row["native_id"], text, raw))


@EVERYWHERE
def test_everything_arrives_once_and_as_it_was_written(platform: Platform, reading: Sandbox) -> None:
    comments, found = pulled(contract.connect(platform))
    assert comments.schema == COMMENT_SCHEMA
    expected = seed().filter(pl.col("platform") == platform, pl.col("kind") != "video")
    by_native = {row["native_id"]: row for row in comments.iter_rows(named=True)}
    assert len(by_native) == len(comments) == len(expected)
    for row in expected.iter_rows(named=True):
        got = by_native[reading.native_ids[row["key"]]]
        assert row["text"] in got["text"]
        assert got["created_at"] == row["created_at"]
        assert (got["author_name"] is None) == (row["author"] is None)
        assert got["author_name"] in (row["author"], f"@{row['author']}")
        assert got["score"] == row["score"]
        assert got["kind"] == row["kind"]
        assert got["thread_id"] == f"{platform}:{reading.native_ids[row['thread']]}"
        assert not got["deleted"]
        assert got["permalink"].startswith("https://")
        if platform is not Platform.X:
            assert got["thread_title"] == row["thread_title"] or row["kind"] == "post" or platform is Platform.YOUTUBE
        if row["parent"]:
            assert got["parent_id"] == f"{platform}:{reading.native_ids[row['parent']]}"
    assert [page.watermark is not None for page in found] == [False] * (len(found) - 1) + [True]
    assert found[-1].watermark.at == comments["created_at"].max()  # type: ignore[union-attr]
    assert not any(page.unreadable or page.gap for page in found)


@EVERYWHERE
def test_a_second_pull_brings_only_the_overlap(platform: Platform, reading: Sandbox) -> None:
    connector = contract.connect(platform)
    _, found = pulled(connector)
    since = found[-1].watermark
    assert since is not None
    comments, again = pulled(connector, since)
    assert again[-1].watermark == since
    if platform is Platform.X:
        assert comments["created_at"].min() > since.at - OVERLAP  # type: ignore[operator]
    elif platform is Platform.REDDIT:
        assert len(again) == 2, "one page of posts and one of comments"
    assert 0 < len(comments) <= 300


@EVERYWHERE
def test_a_reply_is_read_back_as_ours(platform: Platform, sandbox: Sandbox) -> None:
    connector = contract.connect(platform)
    comments, found = pulled(connector)
    target = comments.filter(pl.col("kind") == "comment").row(-1, named=True)
    receipt = do(connector, ActionKind.REPLY, target, "Merci ! 🎈")
    assert receipt.permalink.startswith("https://")
    if platform is Platform.X:  # our own replies do not mention us
        query = Source(Platform.X, SourceKind.QUERY, "from:vigie")
        comments = pl.concat([page.comments for page in connector.pull(query, None)])
    else:
        comments, _ = pulled(connector, found[-1].watermark)
    mine = comments.filter(pl.col("native_id") == receipt.native_id).row(0, named=True)
    assert mine["text"] == "Merci ! 🎈"
    assert mine["author_id"] == connector.identity()
    assert mine["thread_id"] == target["thread_id"]
    top_level = target["parent_id"] if platform is Platform.YOUTUBE and target["parent_id"] else target["id"]
    assert mine["parent_id"] == top_level
    assert [one.kind for one in sandbox.posted] == ["reply"]


@pytest.mark.parametrize(
    ("platform", "kind", "status"),
    [
        (Platform.REDDIT, ActionKind.REMOVE, "removed"),
        (Platform.YOUTUBE, ActionKind.REMOVE, "rejected"),
        (Platform.YOUTUBE, ActionKind.HOLD, "heldForReview"),
        (Platform.X, ActionKind.REMOVE, "hidden"),
        (Platform.X, ActionKind.HOLD, "hidden"),
    ],
)
def test_a_removal_is_done_and_undone(platform: Platform, kind: ActionKind, status: str, sandbox: Sandbox) -> None:
    connector = contract.connect(platform)
    comments, _ = pulled(connector)
    target = comments.filter(pl.col("kind") == "comment").row(3, named=True)
    item = sandbox.community.items[platform.value, target["native_id"]]
    assert do(connector, kind, target).native_id == target["native_id"]
    assert item.status == status
    do(connector, ActionKind.APPROVE, target)
    assert item.status == "published"


@EVERYWHERE
def test_a_reply_is_taken_back(platform: Platform, sandbox: Sandbox) -> None:
    connector = contract.connect(platform)
    comments, _ = pulled(connector)
    target = comments.filter(pl.col("kind") == "comment").row(0, named=True)
    receipt = do(connector, ActionKind.REPLY, target, "Oops")
    connector.act(Action("undo", platform, ActionKind.DELETE, f"{platform}:{receipt.native_id}", receipt.native_id))
    assert sandbox.community.items[platform.value, receipt.native_id].deleted


def test_moderators_of_reddit_lock_report_and_distinguish(sandbox: Sandbox) -> None:
    connector = contract.connect(Platform.REDDIT)
    comments, _ = pulled(connector)
    target = comments.filter(pl.col("kind") == "comment").row(0, named=True)
    item = sandbox.community.items["reddit", target["native_id"]]
    do(connector, ActionKind.LOCK, target)
    assert item.locked
    do(connector, ActionKind.UNLOCK, target)
    assert not item.locked
    do(connector, ActionKind.REPORT, target, "spam")
    do(connector, ActionKind.DISTINGUISH, target)
    assert item.distinguished == "moderator"


@pytest.mark.parametrize("platform", [Platform.YOUTUBE, Platform.X])
@pytest.mark.parametrize("kind", [ActionKind.LOCK, ActionKind.REPORT, ActionKind.DISTINGUISH])
def test_what_a_platform_does_not_have_is_refused(platform: Platform, kind: ActionKind, reading: Sandbox) -> None:
    connector = contract.connect(platform)
    with pytest.raises(Rejected, match=f"cannot {kind}"):
        connector.act(Action("key", platform, kind, f"{platform}:1", "1", "text"))


@EVERYWHERE
def test_what_was_edited_or_deleted_is_seen_when_asked_for_again(platform: Platform, sandbox: Sandbox) -> None:
    connector: Any = contract.connect(platform)
    comments, _ = pulled(connector)
    rows = comments.filter(pl.col("kind") == "comment", pl.col("author_id").is_not_null()).rows(named=True)
    edited, deleted = rows[5], rows[8]
    item = sandbox.community.items[platform.value, edited["native_id"]]
    item.text, item.edited_at = "as it stands now", item.created_at + timedelta(minutes=1)
    sandbox.community.items[platform.value, deleted["native_id"]].deleted = True
    found = list(connector.refresh(SOURCES[platform], [edited["native_id"], deleted["native_id"]]))
    now = {row["id"]: row for page in found for row in page.comments.to_dicts()}
    assert now[edited["id"]]["text"] == "as it stands now"
    assert platform is Platform.X or now[edited["id"]]["edited_at"] == item.edited_at
    gone = {one for page in found for one in page.gone}
    assert deleted["id"] in gone or (now[deleted["id"]]["deleted"] and now[deleted["id"]]["text"] == "")
    assert edited["id"] not in gone


@EVERYWHERE
@pytest.mark.parametrize(
    ("kind", "expected"),
    [("429", RateLimited), ("503", Unavailable), ("404", Gone), ("cut", Unavailable), ("malformed", Unavailable),
     ("truncated", Unavailable), ("strange", Unavailable), ("401", Unauthorized)],
)  # fmt: skip
def test_each_fault_has_its_type(platform: Platform, kind: str, expected: type, reading: Sandbox) -> None:
    connector = contract.connect(platform)
    connector.identity()
    reading.inject(Fault(platform.value, kind, times=3, method="GET", path=PATHS[platform]))
    with pytest.raises(ConnectorError) as caught:
        pulled(connector)
    assert type(caught.value) is expected
    reading.faults.waiting.clear()
    comments, _ = pulled(connector)
    assert len(comments) > 100, "the connector is as good as before"


@EVERYWHERE
@pytest.mark.parametrize("kind", ["cut", "truncated", "malformed"])
def test_a_reply_whose_answer_is_lost_was_posted_once_at_most(platform: Platform, kind: str, sandbox: Sandbox) -> None:
    connector = contract.connect(platform)
    comments, _ = pulled(connector)
    target = comments.filter(pl.col("kind") == "comment").row(0, named=True)
    sandbox.inject(Fault(platform.value, kind, times=9, method="POST", path=PATHS[platform]))
    with pytest.raises(Unavailable):
        do(connector, ActionKind.REPLY, target, "once")
    assert len(sandbox.posted) == 1


def test_a_run_out_quota_and_closed_comments_of_youtube(sandbox: Sandbox) -> None:
    connector = contract.connect(Platform.YOUTUBE)
    video = sandbox.native_ids["youtube-1000"]
    sandbox.youtube.comments_disabled.add(video)
    with pytest.raises(Rejected, match="commentsDisabled"):
        list(connector.pull(Source(Platform.YOUTUBE, SourceKind.VIDEO, video), None))
    sandbox.youtube.quota_units = 0
    with pytest.raises(RateLimited):
        pulled(connector)


def test_the_units_that_youtube_counts_are_the_ones_we_tell(sandbox: Sandbox) -> None:
    connector = contract.connect(Platform.YOUTUBE)
    comments, _ = pulled(connector)
    do(connector, ActionKind.APPROVE, comments.row(0, named=True))
    assert connector.limits()[0].remaining == QUOTA_UNITS_A_DAY - sandbox.youtube.used_units


def test_what_lies_beyond_the_ceiling_of_reddit_is_told(sandbox: Sandbox) -> None:
    post = sandbox.native_ids["reddit-0"]
    for number in range(1_000):
        at = NOW - timedelta(seconds=number)
        native = sandbox.community.ids.reddit("t1_", f"more-{number}", at)
        sandbox.community.add(
            platform="reddit", native=native, source="vigie", kind="comment", thread=post, parent=post, title="T",
            author="busy", text="again", created_at=at, score=1,
        )  # fmt: skip
    _, found = pulled(contract.connect(Platform.REDDIT), Watermark(NOW - timedelta(days=2)))
    gaps = [page.gap for page in found if page.gap]
    assert len(gaps) == 1
    assert re.search(r"/r/vigie/comments: anything before 2026-\d\d-\d\d \d\d:\d\d UTC", gaps[0])
    assert found[-1].watermark is not None


def test_a_whole_thread_of_reddit_is_unfolded(reading: Sandbox) -> None:
    connector: Any = contract.connect(Platform.REDDIT)
    post = reading.native_ids["reddit-20"]
    found = list(connector.thread(SOURCES[Platform.REDDIT], post.removeprefix("t3_")))
    comments = pl.concat([page.comments for page in found])
    wanted = seed().filter(pl.col("thread") == "reddit-20")["key"]
    assert set(comments["native_id"]) == {reading.native_ids[key] for key in wanted}
    assert set(comments["thread_title"]) == {"reddit-20"}


def test_moderators_read_their_queue_and_the_account_its_inbox(sandbox: Sandbox) -> None:
    connector = contract.connect(Platform.REDDIT)
    comments, _ = pulled(connector)
    mine, reported = comments.filter(pl.col("kind") == "comment").rows(named=True)[:2]
    do(connector, ActionKind.REPORT, reported, "spam")
    ours = do(connector, ActionKind.REPLY, mine, "Bonjour")
    item = sandbox.community.items["reddit", ours.native_id]
    answered = sandbox.community.reply(item, "Merci !", "someone")
    queue = list(connector.pull(Source(Platform.REDDIT, SourceKind.MODQUEUE, "vigie"), None))
    assert [native for page in queue for native in page.comments["native_id"]] == [reported["native_id"]]
    reports = list(connector.pull(Source(Platform.REDDIT, SourceKind.REPORTS, "vigie"), None))
    assert json.loads(reports[0].comments["raw"][0])["mod_reports"] == [["spam", "vigie_bot"]]
    inbox = list(connector.pull(Source(Platform.REDDIT, SourceKind.INBOX, "vigie"), None))
    (message,) = [row for page in inbox for row in page.comments.to_dicts()]
    assert (message["native_id"], message["parent_id"]) == (answered.native, f"reddit:{ours.native_id}")
    assert message["thread_id"] == mine["thread_id"]
