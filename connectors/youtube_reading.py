"""What a pull and a refresh ask YouTube for, in which order, and what they leave for later when units are short.

Threads are listed by their first comment, so that only looking again shows replies to older ones. Live chat is another
API and is never asked for.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from connectors.contract import Gone, Rejected, Unauthorized, Unavailable
from connectors.memory import Memory
from connectors.paging import Batch, Item, Row, read
from connectors.rows.youtube import row_of_reply, rows_of_thread, totals_of, video_of
from connectors.youtube_quota import Quota
from domain.language import say
from domain.records import Source, Watermark

ITEMS_A_REQUEST = 100
IDS_A_REQUEST = 50
RESCAN = timedelta(days=7)  # replies to threads begun earlier, and approvals that late, are found by the daily refresh
OWNER_QUEUES = ("heldForReview", "likelySpam")
QUEUE_PAGES = 5


@dataclass(frozen=True)
class Top:
    """What reading the replies of a thread needs. total: as many replies as YouTube counts; inlined: ids already out."""

    row: Row
    total: int
    begun: datetime
    inlined: frozenset[str]


@dataclass(frozen=True)
class Reading:
    """Reads through one service of the client library. ask: makes a request that costs a unit.

    reader: with a key or the account; owner: with the account, None without one.
    """

    ask: Callable[[Any], Any]
    reader: Any
    owner: Any
    quota: Quota
    memory: Memory
    strangers: set[str] = field(default_factory=set)  # sources whose queues are not shown to this account
    resources: dict[tuple[int, str], Any] = field(default_factory=dict)  # the client library makes each anew, slowly

    def threads(self, source: Source, where: dict[str, str], since: Watermark | None) -> Iterator[Batch]:
        """Every thread down to a week before the watermark, newest first, then the replies that were not inlined."""
        self.quota.require()
        self.quota.plan()
        titles: dict[str, str | None] = {}
        tops: list[Top] = []
        activity: Counter[str] = Counter()
        token: str | None = None
        while True:
            answer = self._list_threads(self.reader, where, token)
            threads = items_in(answer)
            batch = self._read_threads(threads, source, titles)
            tops += _incomplete(batch.rows, threads)
            activity.update(row["thread_id"] for row in batch.rows if since is None or row["created_at"] >= since.at)
            yield batch
            following = answer.get("nextPageToken")
            if not following or following == token or _looked_back_enough(batch.rows, since):
                break
            token = following
        yield from self._queues(source, where, titles)
        yield from self._replies_of(source, tops, activity, titles)

    def _queues(self, source: Source, where: dict[str, str], titles: dict[str, str | None]) -> Iterator[Batch]:
        """What the channel holds back, which only its owner and moderators see."""
        for status in OWNER_QUEUES if self.owner and source.id not in self.strangers else ():
            token: str | None = None
            for _ in range(QUEUE_PAGES):
                try:
                    answer = self._list_threads(self.owner, where | {"moderationStatus": status}, token)
                except (Unauthorized, Rejected):
                    self.strangers.add(source.id)
                    return
                yield self._read_threads(items_in(answer), source, titles)
                token = answer.get("nextPageToken")
                if not token:
                    break

    def _replies_of(
        self, source: Source, tops: list[Top], activity: Counter[str], titles: dict[str, str | None]
    ) -> Iterator[Batch]:
        """Replies that were not inlined: what was postponed first, then by the most active video and newest thread."""
        owed = self.memory.postponed(source)
        listed = _ids(tops)
        late: list[Top] = []
        for ids in fifties([native for native in owed if native not in listed]):
            if not self.quota.may_spend():
                break
            threads = items_in(self._list_threads(self.reader, {"id": ",".join(ids)}, None))
            batch = self._read_threads(threads, source, titles)
            yield batch
            late += _incomplete(batch.rows, threads)
            self.memory.catch_up(source, set(ids) - _ids(late))
        tops.sort(key=lambda top: (activity[top.row["thread_id"]], top.begun), reverse=True)
        left: list[str] = []
        grown = self._grown([*late, *tops])
        self.memory.catch_up(source, set(owed) & ({*listed, *_ids(late)} - _ids(grown)))
        for top in grown:
            if self.quota.may_spend():
                yield from self._replies(top, source)
                self.memory.catch_up(source, [top.row["native_id"]])
            else:
                left.append(top.row["native_id"])
        self.memory.postpone(source, left)
        count = len(self.memory.postponed(source)) if left or owed else 0
        yield Batch([], last=True, gap=_postponed(count) if count else None)

    def refreshed(self, source: Source, native_ids: Sequence[str]) -> Iterator[Batch]:
        """The present state of comments, fifty a unit, and the replies of threads that have more of them than before."""
        wanted: dict[str, list[str]] = {}
        for native in native_ids:
            wanted.setdefault(native.split(".")[0], []).append(native)
        titles: dict[str, str | None] = {}
        service = self.owner or self.reader
        for ids in fifties(list(wanted)):
            self.quota.require()
            answer = self._list_threads(service, {"id": ",".join(ids)}, None)
            threads = items_in(answer)
            batch = self._read_threads(threads, source, titles)
            yield batch
            found = {row["native_id"] for row in batch.rows}
            for top in self._grown(_incomplete(batch.rows, threads)):
                for more in self._replies(top, source):
                    found |= {row["native_id"] for row in more.rows}
                    yield more
            alive = {row["native_id"]: row for row in batch.rows if row["parent_id"] is None}
            unseen = [native for top in ids if top in alive for native in wanted[top] if native not in found]
            for more in self._replies_by_id(source, unseen, alive):
                found |= {row["native_id"] for row in more.rows}
                yield more
            missing = sorted({native for top in ids for native in wanted[top]} - found)
            yield Batch([], gone=tuple(f"youtube:{native}" for native in missing))

    def _resource(self, service: Any, name: str) -> Any:
        key = (id(service), name)
        if key not in self.resources:
            self.resources[key] = getattr(service, name)()
        return self.resources[key]

    def _grown(self, tops: Sequence[Top]) -> list[Top]:
        """The threads that have more replies than were read before."""
        known = self.memory.known_replies([top.row["id"] for top in tops])
        return [top for top in tops if known.get(top.row["id"], -1) < top.total]

    def _read_threads(self, threads: list[Any], source: Source, titles: dict[str, str | None]) -> Batch:
        self._learn_titles(threads, titles)
        return Batch(*read(threads, lambda thread: rows_of_thread(thread, source, titles)))

    def _list_threads(self, service: Any, where: dict[str, str], token: str | None) -> Any:
        listing = {} if "id" in where else {"order": "time", "maxResults": ITEMS_A_REQUEST, "pageToken": token}
        return self.ask(
            self._resource(service, "commentThreads").list(
                part="snippet,replies", textFormat="html", **where, **listing
            )
        )

    def _replies(self, top: Top, source: Source) -> Iterator[Batch]:
        """Every reply that is not out yet; nothing when the thread was deleted in the meantime."""
        parent, token = top.row["native_id"], None
        while True:
            request = self._resource(self.reader, "comments").list(
                part="snippet", parentId=parent, maxResults=ITEMS_A_REQUEST, textFormat="html", pageToken=token
            )
            try:
                answer = self.ask(request)
            except Gone:
                return
            rows, unreadable = read(items_in(answer), lambda reply: [row_of_reply(reply, top.row, source)])
            yield Batch([row for row in rows if row["native_id"] not in top.inlined], unreadable)
            following = answer.get("nextPageToken")
            if not following or following == token:
                return
            token = following

    def _replies_by_id(self, source: Source, native_ids: list[str], tops: dict[str, Row]) -> Iterator[Batch]:
        service = self.owner or self.reader
        for ids in fifties(native_ids):
            answer = self.ask(
                self._resource(service, "comments").list(part="snippet", id=",".join(ids), textFormat="html")
            )
            yield Batch(
                *read(items_in(answer), lambda reply: [row_of_reply(reply, tops[reply["id"].split(".")[0]], source)])
            )

    def _learn_titles(self, threads: Sequence[Item], titles: dict[str, str | None]) -> None:
        unknown = sorted({video for thread in threads if (video := video_of(thread))} - titles.keys())
        for ids in fifties(unknown):
            titles.update(dict.fromkeys(ids))
            request = self._resource(self.reader, "videos").list(
                part="snippet", id=",".join(ids), maxResults=IDS_A_REQUEST
            )
            for video in items_in(self.ask(request)):
                if isinstance(video, dict) and isinstance(video.get("snippet"), dict):
                    titles[str(video.get("id"))] = video["snippet"].get("title")


def items_in(answer: Any) -> list[Any]:
    """The items of a list; an empty one may leave them out. Raises Unavailable where the answer is no list."""
    is_list = isinstance(answer, dict) and ("items" in answer or str(answer.get("kind")).endswith("ListResponse"))
    items = answer.get("items", []) if is_list else None
    if not isinstance(items, list):
        raise Unavailable(
            say(
                fr="YouTube a répondu autre chose qu'une liste",
                en="YouTube answered with something that is not a list",
            )
        )
    return items


def fifties(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    """The ids in parts that fit one request."""
    return (ids[start : start + IDS_A_REQUEST] for start in range(0, len(ids), IDS_A_REQUEST))


def _incomplete(rows: Sequence[Row], threads: Sequence[Any]) -> list[Top]:
    """The threads of which not all replies were inlined, without their texts: a pull may find many."""
    inlined: dict[str, set[str]] = {}
    for row in rows:
        if row["parent_id"]:
            inlined.setdefault(row["parent_id"], set()).add(row["native_id"])
    kept, totals = ("id", "native_id", "thread_id", "thread_title", "permalink"), totals_of(threads)
    return [
        Top({name: row[name] for name in kept}, total, row["created_at"], frozenset(inlined.get(row["id"], ())))
        for row in rows
        if row["parent_id"] is None and (total := totals.get(row["native_id"], 0)) > len(inlined.get(row["id"], ()))
    ]


def _ids(tops: Sequence[Top]) -> set[str]:
    return {top.row["native_id"] for top in tops}


def _looked_back_enough(rows: Sequence[Row], since: Watermark | None) -> bool:
    begun = [row["created_at"] for row in rows if row["parent_id"] is None]
    return bool(begun) and since is not None and begun[-1] < since.at - RESCAN


def _postponed(count: int) -> str:
    return say(
        fr="les réponses de {count} fils restent à lire, pour ménager le quota : les prochaines rondes s'en chargent",
        en="the replies of {count} threads are still to be read, to spare quota: the next patrols will",
        count=count,
    )
