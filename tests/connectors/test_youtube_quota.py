"""YouTube's units: reading leaves enough to reply, tells what it postponed, and spends nothing on what did not change."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from connectors import youtube, youtube_quota
from connectors.contract import RateLimited
from connectors.memory import Memory
from connectors.youtube_quota import QUOTA_UNITS_A_DAY, RESERVE_UNITS, quota_day
from deployments.sandbox import ids
from deployments.sandbox.seed import SEED_SCHEMA
from deployments.sandbox.server import Sandbox, running_sandbox
from domain.records import Action, ActionKind, Page, Platform, Source, SourceKind, Watermark

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
CHANNEL = Source(Platform.YOUTUBE, SourceKind.CHANNEL, ids.youtube_channel("Vigie"))


def seed() -> pl.DataFrame:
    """Two videos; on the quiet one two long threads, on the busy one, which is older, six, and twenty without answers."""
    rows: list[dict[str, Any]] = []

    def add(key: str, kind: str, thread: str, parent: str | None, minutes: int) -> None:
        rows.append({
            "key": key, "platform": "youtube", "source": "Vigie", "thread": thread, "thread_title": thread, "kind": kind,
            "parent": parent, "author": "member", "text": key, "created_at": NOW - timedelta(minutes=minutes), "score": 0,
        })  # fmt: skip

    for video, threads, begun in (("quiet", 2, 10), ("busy", 26, 100)):
        add(video, "video", video, None, 5_000)
        for number in range(threads):
            top = f"{video}-{number}"
            add(top, "comment", video, None, begun + number)
            for reply in range(8 if number < 6 else 0):
                add(f"{top}-{reply}", "comment", video, top, begun + number - 1)
    return pl.DataFrame(rows, schema=SEED_SCHEMA)


@pytest.fixture
def sandbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    with running_sandbox(seed(), clock=lambda: NOW) as found:
        for name, value in found.environment.items():
            monkeypatch.setenv(name, value)
        yield found


class Remembering(Memory):
    """A memory that also counts the replies that came out, as the store does."""

    def __init__(self) -> None:
        super().__init__()
        self.replies: dict[str, set[str]] = {}

    def pull(self, since: Watermark | None = None) -> list[Page]:
        return [self._keep(page) for page in youtube.connect(self).pull(CHANNEL, since)]

    def _keep(self, page: Page) -> Page:
        for id_, parent in page.comments.select("id", "parent_id").iter_rows():
            self.replies.setdefault(id_, set())
            self.replies.setdefault(parent, set()).add(id_)
        return page

    def known_replies(self, comment_ids: Any) -> dict[str, int]:
        return {id_: len(self.replies[id_]) for id_ in comment_ids if id_ in self.replies}


def _keys(sandbox: Sandbox, pages: list[Page]) -> list[str]:
    names = {native: key for key, native in sandbox.native_ids.items()}
    return [names[native] for page in pages for native in page.comments["native_id"]]


def test_the_most_active_video_comes_first_and_the_rest_is_told_and_read_next_time(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(youtube_quota, "LEAST_SHARE_UNITS", 5)
    memory = Remembering()
    memory.charge(Platform.YOUTUBE, quota_day(), {"earlier": QUOTA_UNITS_A_DAY - RESERVE_UNITS - 10})
    first = memory.pull()
    out = set(_keys(sandbox, first))
    whole = [f"busy-{n}" for n in range(6) if all(f"busy-{n}-{reply}" in out for reply in range(8))]
    assert len(whole) == 5
    assert not all(f"quiet-0-{reply}" in out for reply in range(8))
    assert first[-1].gap == "the replies of 3 threads are still to be read, to spare quota: the next patrols will"
    assert first[-1].watermark is not None

    memory.charge(Platform.YOUTUBE, quota_day(), {"earlier": 0})
    second = memory.pull(first[-1].watermark)
    assert {*out, *_keys(sandbox, second)} == set(seed().filter(pl.col("kind") == "comment")["key"])
    assert second[-1].gap is None
    assert memory.postponed(CHANNEL) == []


def test_a_thread_without_a_new_reply_costs_nothing(sandbox: Sandbox):
    memory = Remembering()
    since = memory.pull()[-1].watermark
    before = sandbox.youtube.used_units
    memory.pull(since)
    assert sandbox.youtube.used_units - before == 4, "one page, the title of its videos, and both of the owner's queues"
    top = sandbox.community.items["youtube", sandbox.native_ids["busy-3"]]
    answer = sandbox.community.reply(top, "late", "member", top=top.native)
    before = sandbox.youtube.used_units
    assert answer.native in [native for page in memory.pull(since) for native in page.comments["native_id"]]
    assert sandbox.youtube.used_units - before == 4, "the newest replies are inlined"
    for number in range(6):
        sandbox.community.reply(top, f"later {number}", "member", top=top.native)
    before = sandbox.youtube.used_units
    texts = [text for page in memory.pull(since) for text in page.comments["text"]]
    assert [f"later {number}" in texts for number in range(6)] == [True] * 6
    assert sandbox.youtube.used_units - before == 5


def test_a_postponed_thread_that_was_read_otherwise_is_no_longer_owed(sandbox: Sandbox):
    memory = Remembering()
    since = memory.pull()[-1].watermark
    gone = sandbox.native_ids["busy-5"]
    sandbox.community.items["youtube", gone].deleted = True
    memory.postpone(CHANNEL, [sandbox.native_ids["busy-2"], gone])
    assert memory.pull(since)[-1].gap is None
    assert memory.postponed(CHANNEL) == []


def test_reading_stops_where_the_units_for_replies_begin(sandbox: Sandbox):
    memory = Memory()
    memory.charge(Platform.YOUTUBE, quota_day(), {"earlier": QUOTA_UNITS_A_DAY - RESERVE_UNITS})
    connector = youtube.connect(memory)
    with pytest.raises(RateLimited, match="2000 units left today are kept for replies") as caught:
        list(connector.pull(CHANNEL, None))
    assert 0 < (caught.value.retry_after or 0) <= 25 * 3600
    with pytest.raises(RateLimited):
        list(connector.refresh(CHANNEL, ["a"]))
    native = sandbox.native_ids["busy-1"]
    connector.act(Action("key", Platform.YOUTUBE, ActionKind.HOLD, f"youtube:{native}", native))
    assert connector.limits()[0].remaining == RESERVE_UNITS - 50


def test_what_the_channel_holds_back_is_read_by_its_owner_only(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch):
    native = sandbox.native_ids["quiet-1"]
    item = sandbox.community.items["youtube", native]
    sandbox.community.moderate(item, "hold", "heldForReview")
    held = [
        row
        for page in youtube.connect().pull(CHANNEL, None)
        for row in page.comments.to_dicts()
        if row["native_id"] == native
    ]
    assert [row["raw"].count('"moderationStatus":"heldForReview"') for row in held] == [1]
    for name in ("CLIENT_ID", "CLIENT_SECRET", "REFRESH_TOKEN"):
        monkeypatch.delenv(f"VIGIE_YOUTUBE_{name}")
    assert native not in [n for page in youtube.connect().pull(CHANNEL, None) for n in page.comments["native_id"]]


def test_a_refresh_asks_for_fifty_at_once_and_finds_new_replies(sandbox: Sandbox):
    memory = Remembering()
    pages = memory.pull()
    natives = [native for page in pages for native in page.comments["native_id"]]
    top = sandbox.community.items["youtube", sandbox.native_ids["busy-0"]]
    late = [sandbox.community.reply(top, f"late {n}", "member", top=top.native).native for n in range(6)]
    gone = sandbox.native_ids["quiet-0-2"]
    sandbox.community.items["youtube", gone].deleted = True
    before = sandbox.youtube.used_units
    found = list(youtube.connect(memory).refresh(CHANNEL, natives))
    again = [native for page in found for native in page.comments["native_id"]]
    assert {*late, *natives} - {gone} == set(again)
    assert [id_ for page in found for id_ in page.gone] == [f"youtube:{gone}"]
    assert sandbox.youtube.used_units - before == 4, "28 threads, their titles, one that grew, and replies by their ids"
