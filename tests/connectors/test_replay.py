"""Every recorded answer of the real platforms, served on loopback, comes out of the connectors with no kept field lost.

The recordings are found in the folder of VIGIE_RECORDINGS; what is done with each follows from what it holds.
"""

import json
import os
import re
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from types import NoneType
from typing import Any
from urllib.parse import parse_qsl, urljoin

import pytest

from connectors import reddit, x, youtube
from connectors.contract import ConnectorError, Unauthorized
from connectors.rows.reddit import GONE_CATEGORIES, GONE_TEXTS
from connectors.rows.x import FIRST_SNOWFLAKE
from domain.records import Action, ActionKind, Page, Platform, Source, SourceKind

FOLDER = Path(os.environ.get("VIGIE_RECORDINGS", Path(__file__).parents[2] / ".." / "shared" / "recordings"))
TOKEN = {"access_token": "t", "token_type": "bearer", "expires_in": 3600, "scope": "*"}

pytestmark = pytest.mark.real


def files(folder: str) -> list[Any]:
    found = sorted(path for path in (FOLDER / folder).rglob("*") if path.suffix in (".json", ".yaml", ".yml"))
    return [pytest.param(path, id=path.stem) for path in found] or [
        pytest.param(None, marks=pytest.mark.skip(reason=f"no recordings in {folder}/ of VIGIE_RECORDINGS"))
    ]


def report(path: Path, asked: int, answered: int, comments: int, note: str = "") -> None:
    print(
        f"{path.parent.name}/{path.name}: {answered} of {asked} requests answered, {comments} comments {note}".rstrip()
    )


def drain(run: Callable[[], Any]) -> tuple[list[dict[str, Any]], list[Any], ConnectorError | None]:
    """Rows and unreadable items of a pull; whatever is not an iterator of pages has none."""
    rows: list[dict[str, Any]] = []
    unreadable: list[Any] = []
    try:
        result = run()
        for page in result if isinstance(result, Iterator) else []:
            assert isinstance(page, Page)
            rows += page.comments.to_dicts()
            unreadable += page.unreadable
    except ConnectorError as error:
        return rows, unreadable, error
    return rows, unreadable, None


def replayed(
    tape: Any, one: Any, call: Callable[[], Any], is_trouble: Callable[[Any], bool]
) -> tuple[list[dict[str, Any]], list[Any], list[Any]]:
    """Rows, unreadable items and answered requests of a call that must make the request `one`."""
    tape.wanted, before = one, {id(r) for r in tape.requests if r.answered}
    rows, unreadable, error = drain(call)
    new = [r for r in tape.requests if r.answered and id(r) not in before]
    assert one.answered, f"{one.method} {one.path} was not asked for ({error})"
    assert error is None or any(map(is_trouble, new)), f"{one.path}: {error}"
    return rows, unreadable, new


def report_tape(path: Path, tape: Any, ids: set[str], foreign: list[str]) -> None:
    note = f"(not Vigie's: {', '.join(foreign)})" if foreign else ""
    report(path, len(tape.requests), sum(one.answered for one in tape.requests), len(ids), note)


# Reddit


def things_in(value: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every comment and submission anywhere in an answer."""
    if isinstance(value, dict):
        if value.get("kind") in ("t1", "t3") and isinstance(value.get("data"), dict):
            yield value["kind"], value["data"]
        for inner in value.values():
            yield from things_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from things_in(inner)


def assert_reddit_kept(kind: str, data: dict[str, Any], rows: list[dict[str, Any]]) -> None:
    """Some row of the thing holds each of its fields (a thing that was recorded twice may have changed)."""
    mine = [row for row in rows if row["native_id"] == data["name"]]
    assert mine, f"{data['name']} did not come out"
    assert any(reddit_agrees(kind, data, row) for row in mine), f"{data['name']} lost something: {data} {mine}"


def reddit_agrees(kind: str, data: dict[str, Any], row: dict[str, Any]) -> bool:
    author = None if data.get("author") in (None, "[deleted]") else data["author"]
    written = data["body"] if kind == "t1" else data.get("selftext") or ""
    gone = written.strip().lower() in GONE_TEXTS or data.get("removed_by_category") in GONE_CATEGORIES
    raw = json.loads(row["raw"])
    return all(
        (
            row["author_name"] == author,
            row["deleted"] == gone,
            row["text"] == "" if gone else written in row["text"] and (kind == "t1" or data["title"] in row["text"]),
            row["created_at"].timestamp() == data["created_utc"],
            row["score"] == data.get("score"),
            row["parent_id"] == (f"reddit:{data['parent_id']}" if kind == "t1" else None),
            kind == "t3" or "link_id" not in data or row["thread_id"] == f"reddit:{data['link_id']}",
            kind == "t1" or row["thread_id"] == f"reddit:{data['name']}",
            author is None
            or not data.get("author_fullname")
            or row["author_id"] == f"reddit:{data['author_fullname']}",
            "link_title" not in data or row["thread_title"] == data["link_title"],
            not data.get("permalink") or row["permalink"] == urljoin("https://www.reddit.com", data["permalink"]),
            isinstance(data.get("edited"), bool | NoneType) or row["edited_at"].timestamp() == data["edited"],
            raw.get("subreddit") == data.get("subreddit"),
            raw.get("mod_reports") == data.get("mod_reports"),
            raw.get("distinguished") == data.get("distinguished"),
        )
    )


REDDIT_ACTIONS = {
    "/api/comment": ("thing_id", ActionKind.REPLY),
    "/api/remove": ("id", ActionKind.REMOVE),
    "/api/approve": ("id", ActionKind.APPROVE),
    "/api/lock": ("id", ActionKind.LOCK),
    "/api/unlock": ("id", ActionKind.UNLOCK),
    "/api/distinguish": ("id", ActionKind.DISTINGUISH),
    "/api/report": ("id", ActionKind.REPORT),
    "/api/del": ("id", ActionKind.DELETE),
}


def reddit_call(connector: Any, one: Any, tape: Any) -> Callable[[], Any] | None:
    """What to do with the connector so that it makes this request; None where Vigie never makes it."""
    form = dict(parse_qsl(one.form))
    if one.method == "POST" and one.path in REDDIT_ACTIONS:
        name, kind = REDDIT_ACTIONS[one.path]
        target = form.get(name, "")
        if not target.startswith(("t1_", "t3_")) or (kind is ActionKind.REPLY and not form.get("text")):
            return None
        raw = {"subreddit": "recorded", "removal_reason": "Recorded"} if recorded_reason(tape) else {}
        text = form.get("text") or form.get("reason")
        action = Action("key", Platform.REDDIT, kind, f"reddit:{target}", target, text, raw)
        return lambda: connector.act(action)
    if one.method != "GET":
        return None
    source = Source(Platform.REDDIT, SourceKind.SUBREDDIT, "recorded")
    if one.path == "/api/v1/me":
        return connector.identity
    if one.path == "/api/info" and "id" in one.query:
        return lambda: connector.refresh(source, one.query["id"].split(","))
    if found := re.fullmatch(r"/comments/(\w+)(?:/_/(\w+))?", one.place[1]):
        return lambda: connector.thread(source, found[1], found[2])
    if found := re.fullmatch(r"/r/([^/]+)/(?:comments|new)", one.path):
        watched = Source(Platform.REDDIT, SourceKind.SUBREDDIT, found[1])
        return lambda: connector.pull(watched, None)
    if one.path == "/message/inbox":
        return lambda: connector.pull(Source(Platform.REDDIT, SourceKind.INBOX, "recorded"), None)
    if is_listing_of_messages(one.json) or one.status >= 300:
        return lambda: connector.listing(one.path.lstrip("/"), source)
    return None


def is_listing_of_messages(answered: Any) -> bool:
    """Whether an answer is one listing or several, of comments and submissions alone."""
    listings = answered if isinstance(answered, list) else [answered]
    children = [
        one["data"]["children"] if isinstance(one, dict) and one.get("kind") == "Listing" else [{}] for one in listings
    ]
    return all(child.get("kind") in ("t1", "t3", "t4") for some in children for child in some)


def recorded_reason(tape: Any) -> str | None:
    """The id of the subreddit's reason that a recorded removal was given, if any was."""
    given = (dict(parse_qsl(one.form)) for one in tape.requests if one.path.endswith("removal_reasons"))
    return next((json.loads(form["json"]).get("reason_id") for form in given if form.get("json")), None)


def reddit_otherwise(answer: Any, tape: Any) -> Callable[[Any], Any]:
    nothing = {"kind": "Listing", "data": {"children": [], "after": None}}

    def otherwise(request: Any) -> Any:
        if request.path.endswith("access_token"):
            return answer(TOKEN)
        if "/morechildren" in request.path:
            return answer({"json": {"errors": [], "data": {"things": []}}})
        if request.path.endswith("removal_reasons"):  # the reasons that the subreddit has
            reason = {"id": recorded_reason(tape), "title": "Recorded", "message": "…"}
            return answer({"data": {reason["id"]: reason}, "order": [reason["id"]]})
        return answer([nothing, nothing] if request.path.startswith("/comments/") else nothing)

    return otherwise


def is_trouble(one: Any) -> bool:
    """Whether a recorded answer is one for which an error is due: a refusal, or a reply that is not shown."""
    said = (one.json.get("json") if isinstance(one.json, dict) else None) or {}
    unseen = one.path == "/api/comment" and not said.get("data", {}).get("things")
    return one.status >= 300 or bool(said.get("errors")) or unseen


@pytest.mark.parametrize("path", files("reddit"))
def test_a_reddit_recording_comes_out_whole(
    path: Path, read_tape: Any, serve: Any, answer: Any, reddit_account: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    # prawcore waits as the recorded limits ask; only the pauses are left out.
    monkeypatch.setattr("prawcore.rate_limit.RateLimiter.delay", lambda self: None)
    monkeypatch.setattr("prawcore.sessions.FiniteRetryStrategy._sleep_seconds", lambda self: None)
    tape = read_tape(path)
    tape.requests = [one for one in tape.requests if not one.path.endswith("access_token")]
    reddit_account(serve(tape.player(reddit_otherwise(answer, tape))).url)
    ids: set[str] = set()
    foreign: list[str] = []
    for one in tape.requests:
        call = None if one.answered else reddit_call(reddit.connect(), one, tape)
        if call is None:
            foreign += [] if one.answered else [f"{one.method} {one.path}"]
            continue
        found, unreadable, new = replayed(tape, one, call, is_trouble)
        assert not [one for one in unreadable if json.loads(one.raw).get("kind") in ("t1", "t3")]
        ids |= {row["id"] for row in found}
        for r in new:
            for kind, data in things_in(r.json) if r.method == "GET" or r.path.endswith("morechildren") else ():
                assert_reddit_kept(kind, data, found)
    report_tape(path, tape, ids, foreign)


# X


MENTIONS_PATH = "/2/users/1/mentions"


def x_call(connector: Any, one: Any) -> Callable[[], Any] | None:
    """What to do with the connector so that it makes this request; None where Vigie never makes it.

    A listing of posts has one shape wherever it comes from: those that Vigie does not ask for are read as mentions.
    """
    form = json.loads(one.form) if one.form.startswith("{") else {}
    if one.method == "POST" and one.path == "/2/tweets" and form.get("text"):
        action = Action("key", Platform.X, ActionKind.REPLY, "x:1", "1", form["text"])
        return lambda: connector.act(action)
    if one.method == "DELETE" and (found := re.fullmatch(r"/2/tweets/(\d+)", one.path)):
        return lambda: connector.act(Action("key", Platform.X, ActionKind.DELETE, f"x:{found[1]}", found[1]))
    if found := re.fullmatch(r"/2/tweets/(\d+)/hidden", one.path):
        kind = ActionKind.REMOVE if form.get("hidden") else ActionKind.APPROVE
        return lambda: connector.act(Action("key", Platform.X, kind, f"x:{found[1]}", found[1]))
    if one.method != "GET":
        return None
    if one.path == "/2/users/me":
        return connector.identity
    source = Source(Platform.X, SourceKind.MENTIONS, "recorded")
    if found := re.fullmatch(r"/2/users/by/username/(\w+)", one.path):
        return lambda: connector.pull(Source(Platform.X, SourceKind.MENTIONS, found[1]), None)
    if one.path == "/2/tweets" and "ids" in one.query:
        return lambda: connector.refresh(source, one.query["ids"].split(","))
    if one.path == "/2/tweets/search/recent":
        return lambda: connector.pull(Source(Platform.X, SourceKind.QUERY, one.query["query"]), None)
    if one.path.startswith("/2/dm_"):  # private messages have an id and a text, too
        return None
    if one.path == MENTIONS_PATH or posts_in(one) or (one.status >= 400 and "tweets" in one.path):
        one.path = MENTIONS_PATH
        return lambda: connector.pull(source, None)
    return None


def posts_in(one: Any) -> list[dict[str, Any]]:
    data = one.json.get("data") if isinstance(one.json, dict) else None
    found = data if isinstance(data, list) else [data]
    return [post for post in found if isinstance(post, dict) and {"id", "text"} <= post.keys()]


def tells_no_time(post: dict[str, Any]) -> bool:
    """Whether a post came without its time and has an id of before November 2010: it is set aside, and kept raw."""
    return "created_at" not in post and int(post["id"]) < FIRST_SNOWFLAKE


def x_agrees(post: dict[str, Any], row: dict[str, Any], users: dict[str, Any]) -> bool:
    references = {one["type"]: one["id"] for one in post.get("referenced_tweets", [])}
    metrics, long = post.get("public_metrics", {}), post.get("note_tweet", {})
    text = (long.get("text") or post["text"]).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    author = post.get("author_id")
    return all(
        (
            row["text"] == text,
            row["author_id"] == (f"x:{author}" if author else None),
            row["author_name"] == users.get(author, {}).get("username"),
            row["thread_id"] == f"x:{post.get('conversation_id', post['id'])}",
            row["parent_id"] == (f"x:{references['replied_to']}" if "replied_to" in references else None),
            row["score"] == metrics.get("like_count"),
            "created_at" not in post or row["created_at"] == datetime.fromisoformat(post["created_at"]),
            json.loads(row["raw"]).get("edit_history_tweet_ids") == post.get("edit_history_tweet_ids"),
        )
    )


@pytest.mark.parametrize("path", files("x"))
def test_an_x_recording_comes_out_whole(path: Path, read_tape: Any, serve: Any, answer: Any, x_account: Any) -> None:
    tape = read_tape(path)
    for one in tape.requests:
        one.path = re.sub(r"^/2/users/\d+/mentions$", MENTIONS_PATH, one.path)

    def otherwise(request: Any) -> Any:
        if "/users/by/username/" in request.path:
            return answer({"data": {"id": "1", "name": "recorded", "username": "recorded"}})
        return answer({"meta": {"result_count": 0}})

    x_account(serve(tape.player(otherwise)).url)
    ids: set[str] = set()
    foreign: list[str] = []
    for one in tape.requests:
        call = None if one.answered else x_call(x.connect(), one)
        if call is None:
            foreign += [] if one.answered else [f"{one.method} {one.path}"]
            continue
        found, unreadable, new = replayed(tape, one, call, lambda r: r.status >= 400)
        undated = {one["id"] for one in map(json.loads, (kept.raw for kept in unreadable)) if tells_no_time(one)}
        assert len(undated) == len(unreadable), unreadable
        ids |= {row["id"] for row in found}
        for r in new if one.method == "GET" else []:
            users = {user["id"]: user for user in (r.json.get("includes") or {}).get("users", [])}
            for post in posts_in(r):
                if post["id"] in undated or any(
                    ref["type"] == "retweeted" for ref in post.get("referenced_tweets", [])
                ):
                    continue
                row = next((row for row in found if row["native_id"] == post["id"]), None)
                assert row and x_agrees(post, row, users), f"{post} lost something: {row}"
    report_tape(path, tape, ids, foreign)


# YouTube: bodies only, so that what they are tells which request they answer


STAND_IN_TEXT = "stands in for the comment that was answered"


def youtube_comments_in(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if value.get("kind") == "youtube#comment":
            yield value
        for inner in value.values():
            yield from youtube_comments_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from youtube_comments_in(inner)


def youtube_agrees(comment: dict[str, Any], row: dict[str, Any]) -> bool:
    snippet = comment["snippet"]
    channel = snippet.get("authorChannelId", {}).get("value")
    moment = datetime.fromisoformat(snippet["publishedAt"])
    edited = datetime.fromisoformat(snippet.get("updatedAt", snippet["publishedAt"]))
    return all(
        (
            row["text"] == snippet.get("textOriginal", row["text"]),
            row["author_id"] == (f"youtube:{channel}" if channel else None),
            row["author_name"] == (snippet.get("authorDisplayName") or None),
            row["created_at"] == moment,
            row["edited_at"] == (edited if edited > moment else None),
            row["score"] == snippet.get("likeCount"),
            not snippet.get("parentId") or row["parent_id"] == f"youtube:{snippet['parentId']}",
            "videoId" not in snippet or row["thread_id"] == f"youtube:{snippet['videoId']}",
        )
    )


def parents_of(replies: list[dict[str, Any]]) -> list[str]:
    return list(dict.fromkeys(one["snippet"]["parentId"] for one in replies if "parentId" in one["snippet"]))


def stand_in_threads(parents: list[str], video: str = "recorded", replies: int = 10_000) -> dict[str, Any]:
    """The threads that recorded replies belong to, whose own recording may be elsewhere. replies: how many each tells."""
    moment = "2019-01-01T00:00:00Z"
    snippet = {"textOriginal": STAND_IN_TEXT, "publishedAt": moment, "updatedAt": moment, "likeCount": 0}
    tops = [{"kind": "youtube#comment", "id": parent, "snippet": snippet} for parent in parents or ["parent"]]
    return {
        "items": [
            {
                "kind": "youtube#commentThread",
                "id": top["id"],
                "snippet": {"videoId": video, "topLevelComment": top, "totalReplyCount": replies},
            }
            for top in tops
        ]
    }


def youtube_endpoint(body: dict[str, Any]) -> tuple[str, str] | None:
    """Which request a body answers; None where Vigie never makes it."""
    if "error" in body:
        return "GET", "commentThreads"
    return {
        "youtube#commentThreadListResponse": ("GET", "commentThreads"),
        "youtube#commentListResponse": ("GET", "comments"),
        "youtube#commentThread": ("POST", "comments"),
        "youtube#comment": ("POST", "comments"),
        "youtube#videoListResponse": ("GET", "videos"),
        "youtube#channelListResponse": ("GET", "channels"),
    }.get(body.get("kind", ""))


@pytest.mark.parametrize("path", files("youtube"))
def test_a_youtube_recording_comes_out_whole(path: Path, serve: Any, answer: Any, youtube_account: Any) -> None:
    content = path.read_bytes()
    document = json.loads(content)
    body = document if isinstance(document, dict) else {}
    kind, error, wanted = body.get("kind"), body.get("error"), youtube_endpoint(body)
    served: list[str] = []
    items = body.get("items") or []  # YouTube leaves an empty list out
    parents = parents_of(items) if kind == "youtube#commentListResponse" else []
    by_id = len(parents) > 1  # replies to several comments are only ever asked for by their ids
    if wanted is None:
        report(path, 1, 0, 0, f"(not Vigie's: {kind})")
        return

    def play(request: Any) -> Any:
        endpoint = request.path.rsplit("/", 1)[1]
        if endpoint == "token":
            return answer(TOKEN)
        if (request.method, endpoint) == wanted and not served:
            served.append(endpoint)
            if error:
                code = error.get("code", 400) if isinstance(error, dict) else 400
                return answer(content, code)
            top = body["snippet"].get("topLevelComment") if kind == "youtube#commentThread" else None
            return answer(json.dumps(top).encode() if top else content)
        if endpoint == "commentThreads" and kind == "youtube#commentListResponse":
            return answer(stand_in_threads(parents, replies=0 if by_id else 10_000))
        if endpoint == "commentThreads" and kind == "youtube#videoListResponse":
            return answer(stand_in_threads([], video=(items or [{"id": "recorded"}])[0]["id"]))
        return answer({"items": []})

    youtube_account(serve(play).url)
    connector = youtube.connect()
    if kind in ("youtube#commentThread", "youtube#comment"):
        action = Action("key", Platform.YOUTUBE, ActionKind.REPLY, "youtube:parent", "parent", "a reply")
        receipt = connector.act(action)
        assert receipt.native_id in {one["id"] for one in youtube_comments_in(body)}
        report(path, 1, len(served), 0, f"(receipt {receipt.permalink})")
        return
    if kind == "youtube#channelListResponse":
        _, _, problem = drain(connector.identity)
        assert isinstance(problem, Unauthorized) if not items else connector.identity() == f"youtube:{items[0]['id']}"
        report(path, 1, len(served), 0, f"(channel {items[0]['id'] if items else 'none'})")
        return
    source = Source(Platform.YOUTUBE, SourceKind.VIDEO, "recorded")
    rows, unreadable, problem = drain(
        lambda: connector.refresh(source, [one["id"] for one in items]) if by_id else connector.pull(source, None)
    )
    assert served
    assert (problem is not None) == bool(error), problem
    assert not unreadable
    if kind == "youtube#videoListResponse" and items and "snippet" in items[0]:
        assert rows[0]["thread_title"] == items[0]["snippet"].get("title")
    for comment in youtube_comments_in(body):
        row = next((row for row in rows if row["native_id"] == comment["id"]), None)
        assert row and youtube_agrees(comment, row), f"{comment} lost something: {row}"
    count = sum(row["text"] != STAND_IN_TEXT for row in rows)
    report(path, 1, len(served), count, f"({type(problem).__name__}: {problem})" if problem else "")
