"""The communities in memory: what a seed holds, what is posted on top, and who did what.

Rows whose time has not come by the clock are not there yet. Everything is found through an index, never by a scan.
"""

import re
from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from operator import attrgetter
from typing import Any

import polars as pl

from deployments.sandbox import ids
from deployments.sandbox.seed import SEED_SCHEMA

Clock = Callable[[], datetime]
Order = tuple[datetime, int]

MENTION = re.compile(r"(?<![\w@])@(\w{1,15})")
FIRST_KIND = {"reddit": "post", "youtube": "video", "x": "comment"}
REDDIT_PREFIX = {"post": "t3_", "comment": "t1_"}
DEFAULT_NAME = "vigie_bot"


@dataclass(slots=True, eq=False)
class Item:
    """A post, video or comment as it stands now. thread, parent: native ids; parent is None for a first row."""

    platform: str
    native: str
    source: str
    kind: str
    thread: str
    parent: str | None
    title: str | None
    author: str | None
    text: str
    created_at: datetime
    score: int
    order: Order
    edited_at: datetime | None = None
    status: str = (
        "published"  # published | heldForReview | likelySpam | rejected (YouTube), removed (Reddit), hidden (X)
    )
    deleted: bool = False
    locked: bool = False
    approved_by: str | None = None
    removed_by: str | None = None
    distinguished: str | None = None
    stickied: bool = False
    mod_reports: list[list[str]] = field(default_factory=list)


@dataclass(frozen=True)
class Written:
    """What a client wrote; at is UTC, target and native_id are the platform's own ids.

    kind: reply, post, edit, delete, remove, approve, hold, hide, unhide, lock, unlock, distinguish, report,
    removal_reason or removal_message.
    """

    platform: str
    kind: str
    target: str
    text: str | None
    at: datetime
    native_id: str | None = None


class Timeline:
    """Items in the order of their time."""

    def __init__(self) -> None:
        self._items: list[Item] = []

    def add(self, item: Item) -> None:
        if self._items and item.order < self._items[-1].order:
            insort(self._items, item, key=attrgetter("order"))
        else:
            self._items.append(item)

    def count(self, now: datetime) -> int:
        """How many are there at `now`, deleted ones included."""
        return bisect_right(self._items, now, key=attrgetter("created_at"))

    def position(self, order: Order) -> int:
        """How many are older than `order`."""
        return bisect_left(self._items, order, key=attrgetter("order"))

    def newest_first(self, now: datetime, older_than: Order | None = None) -> Iterator[Item]:
        """Newest first, from just before `older_than` or from `now`."""
        start = self.count(now)
        if older_than is not None:
            start = min(start, self.position(older_than))
        return (self._items[index] for index in range(start - 1, -1, -1))

    def oldest_first(self, now: datetime, newer_than: Order | None = None) -> Iterator[Item]:
        """Oldest first up to `now`, from just after `newer_than`."""
        first = 0 if newer_than is None else bisect_right(self._items, newer_than, key=attrgetter("order"))
        return (self._items[index] for index in range(first, self.count(now)))


class Community:
    """Everything that the sandbox serves and everything that was written to it."""

    def __init__(self, seed: pl.DataFrame, clock: Clock) -> None:
        """Raises ValueError when the seed is not a frame of SEED_SCHEMA or contradicts itself."""
        _check(seed)
        self.clock = clock
        self.ids = ids.Ids()
        self.native_ids: dict[str, str] = {}  # key of the seed -> native id
        self.items: dict[tuple[str, str], Item] = {}
        self.sources: dict[str, list[str]] = defaultdict(list)
        self.written: list[Written] = []
        self.scopes = {"reddit": "*", "youtube": "https://www.googleapis.com/auth/youtube.force-ssl", "x": "read-write"}
        self.removal_reasons: dict[str, str] = {}  # of every subreddit: id -> title
        self.slack_messages: list[dict[str, Any]] = []
        self.mails: list[EmailMessage] = []
        self.x_names: dict[str, str] = {}  # X's account id -> name
        self._timelines: dict[tuple[str, ...], Timeline] = defaultdict(Timeline)
        self._moderated: set[str] = set()
        self._serial = 0
        _fill(self, seed)

    def now(self) -> datetime:
        return self.clock().astimezone(UTC)

    def account(self, platform: str) -> str:
        """Who Vigie is: its own account on Reddit, the community's first channel or account elsewhere."""
        sources = self.sources.get(platform)
        return sources[0] if sources and platform != "reddit" else DEFAULT_NAME

    def find(self, platform: str, native: str) -> Item | None:
        """An item whose time has come, deleted ones included."""
        item = self.items.get((platform, native))
        return item if item is not None and item.created_at <= self.now() else None

    def timeline(self, *key: str) -> Timeline:
        """One of the indexes of `_indexes`; empty when nothing is in it."""
        return self._timelines.get(key) or Timeline()

    def add(self, **values: Any) -> Item:
        """Put an item in every index it belongs to."""
        self._serial += 1
        item = Item(**values, order=(values["created_at"], self._serial))
        self.items[item.platform, item.native] = item
        if item.source not in self.sources[item.platform]:
            self.sources[item.platform].append(item.source)
        if item.platform == "x":
            names = [item.source, item.author] if item.author else [item.source]
            self.x_names |= {ids.x_account(name): name for name in names}
        for key in _indexes(item):
            self._timelines[key].add(item)
        return item

    def moderate(self, item: Item, kind: str, status: str | None = None, text: str | None = None) -> None:
        """Record a moderator's act and, with `status`, change the item's; `moderated` then finds it."""
        item.status = status or item.status
        if item.native not in self._moderated:
            self._moderated.add(item.native)
            self._timelines[item.platform, "moderated", item.source.lower()].add(item)
        self.record(item.platform, kind, item.native, text)

    def record(self, platform: str, kind: str, target: str, text: str | None = None, native: str | None = None) -> None:
        """Keep what a client wrote."""
        self.written.append(Written(platform, kind, target, text, self.now(), native))

    def reply(self, parent: Item, text: str, author: str, *, top: str | None = None) -> Item:
        """Post an answer to `parent`. top: on YouTube the id of the top-level comment."""
        at, platform = self.now(), parent.platform
        key = f"written:{len(self.written)}:{text}"
        native = _native(self.ids, platform, "comment", key, at, top)
        item = self.add(
            platform=platform, native=native, source=parent.source, kind="comment", thread=parent.thread,
            parent=top or parent.native, title=parent.title, author=author, text=text, created_at=at,
            score=1 if platform == "reddit" else 0,
        )  # fmt: skip
        self.record(platform, "reply", parent.native, text, native)
        return item


def _indexes(item: Item) -> Iterator[tuple[str, ...]]:
    yield item.platform, item.kind, item.source.lower()
    yield item.platform, "thread", item.thread
    if item.author:
        yield item.platform, "author", item.author.lower()
    if item.parent:
        yield item.platform, "children", item.parent
    if item.platform == "youtube" and item.parent == item.thread:
        yield item.platform, "top-level", item.source.lower()
    if item.platform == "reddit" and f"u/{DEFAULT_NAME}" in item.text.lower():
        yield "reddit", "mentions", DEFAULT_NAME
    if item.platform == "x":
        yield ("x", "all")
        names = {name.lower() for name in MENTION.findall(item.text)} | {item.source.lower()}
        for name in names - {(item.author or "").lower()}:
            yield "x", "mentions", name


def _check(seed: pl.DataFrame) -> None:
    if dict(seed.schema) != SEED_SCHEMA:
        odd = set(SEED_SCHEMA.items()) ^ set(seed.schema.items())
        raise ValueError(f"the seed's columns differ from SEED_SCHEMA in {sorted(name for name, _ in odd)}")
    for column in ("key", "platform", "source", "thread", "kind", "text", "created_at"):
        if seed[column].null_count():
            row = seed[column].is_null().arg_max()
            raise ValueError(f"row {row} of the seed has no `{column}`")
    if twice := seed["key"].filter(seed["key"].is_duplicated()).first():
        raise ValueError(f"the key {twice!r} is there twice in the seed")
    known = {("reddit", "post"), ("reddit", "comment"), ("youtube", "video"), ("youtube", "comment"), ("x", "comment")}
    for pair in seed.select("platform", "kind").unique().iter_rows():
        if pair not in known:
            raise ValueError(f"the seed has a row of the platform and kind {pair}; known: {sorted(known)}")


def _fill(community: Community, seed: pl.DataFrame) -> None:
    rows = {row["key"]: row for row in seed.sort("created_at", maintain_order=True).iter_rows(named=True)}
    openings: dict[str, str] = {}
    for row in list(rows.values()):
        if row["thread"] not in rows and row["thread"] not in openings and row["platform"] != "x":
            openings[row["thread"]] = row["key"]
            _add(community, _opening(row), rows)
        _add(community, row, rows)


def _opening(row: dict[str, Any]) -> dict[str, Any]:
    """The post or video of a thread of which the seed holds only comments."""
    return row | {
        "key": row["thread"], "kind": FIRST_KIND[row["platform"]], "parent": None, "author": None, "text": "",
        "thread_title": row["thread_title"] or row["thread"], "score": 0,
    }  # fmt: skip


def _add(community: Community, row: dict[str, Any], rows: dict[str, dict[str, Any]]) -> None:
    platform, first = row["platform"], row["key"] == row["thread"]
    thread = _native_of(community, row["thread"], row, rows)
    parent = None if first else thread
    if not first and row["parent"] in rows and row["parent"] != row["thread"]:
        answered = _top(rows[row["parent"]], rows) if platform == "youtube" else rows[row["parent"]]
        parent = _native_of(community, answered["key"], answered, rows)
    elif platform == "x" and row["parent"] is None:
        parent = None
    community.add(
        platform=platform, native=_native_of(community, row["key"], row, rows), source=_source(row), kind=row["kind"],
        thread=thread, parent=parent, title=row["thread_title"], author=row["author"], text=row["text"],
        created_at=row["created_at"], score=row["score"] or 0,
    )  # fmt: skip


def _source(row: dict[str, Any]) -> str:
    return ids.youtube_channel(row["source"]) if row["platform"] == "youtube" else str(row["source"]).removeprefix("@")


def _native_of(community: Community, key: str, row: dict[str, Any], rows: dict[str, dict[str, Any]]) -> str:
    """The id of the row with this key; `row` lends its time and platform when the seed lacks that row."""
    known = community.native_ids.get(key)
    if known:
        return known
    own = rows.get(key, row if key == row["key"] else None)
    platform = row["platform"]
    kind = own["kind"] if own else FIRST_KIND[platform]
    top = _top(own, rows) if own and platform == "youtube" and kind == "comment" else None
    top_native = _native_of(community, top["key"], top, rows) if top and top is not own else None
    native = _native(community.ids, platform, kind, key, (own or row)["created_at"], top_native)
    community.native_ids[key] = native
    return native


def _native(new: ids.Ids, platform: str, kind: str, key: str, at: datetime, top: str | None) -> str:
    if platform == "reddit":
        return new.reddit(REDDIT_PREFIX[kind], key, at)
    if platform == "x":
        return new.x(key, at)
    return new.youtube_video(key) if kind == "video" else new.youtube_comment(key, top)


def _top(row: dict[str, Any], rows: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """The top-level comment above a row: YouTube's replies are one level deep."""
    seen = {row["key"]}
    while row["parent"] in rows and row["parent"] != row["thread"] and row["parent"] not in seen:
        row = rows[row["parent"]]
        seen.add(row["key"])
    return row
