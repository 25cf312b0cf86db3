"""Every recorded answer of the real platforms, served on loopback, comes out of the connectors with no kept field lost.

The recordings are found in the folder of VIGIE_RECORDINGS; what is done with each follows from what it holds.
"""

import base64
import gzip
import json
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
from ruamel.yaml import YAML

from connectors import reddit, x, youtube
from connectors.contract import ConnectorError
from domain.records import Action, ActionKind, Page, Platform, Source, SourceKind

FOLDER = Path(os.environ.get("VIGIE_RECORDINGS", Path(__file__).parents[2] / ".." / "shared" / "recordings"))
TOKEN = {"access_token": "t", "token_type": "bearer", "expires_in": 3600, "scope": "*"}
UNTOLD = {"raw_json", "limit", "sort", "api_type"}

pytestmark = pytest.mark.real


@dataclass
class Recorded:
    """One recorded request and its answer."""

    method: str
    path: str
    query: dict[str, str]
    form: str
    status: int
    content: bytes
    headers: dict[str, str] = field(default_factory=dict)
    answered: bool = False

    @property
    def cursor(self) -> dict[str, str]:
        return {k: v for k, v in self.query.items() if k in ("after", "next_token", "pagination_token")}

    @property
    def json(self) -> Any:
        try:
            return json.loads(self.content)
        except ValueError:
            return None


def files(folder: str, pattern: str) -> list[Any]:
    found = sorted((FOLDER / folder).glob(pattern)) if FOLDER.is_dir() else []
    return [pytest.param(path, id=path.stem) for path in found] or [
        pytest.param(None, marks=pytest.mark.skip(reason=f"no recordings in {folder}/ of VIGIE_RECORDINGS"))
    ]


def read_tape(path: Path) -> list[Recorded]:
    document = YAML(typ="safe").load(path) if path.suffix in (".yaml", ".yml") else json.loads(path.read_bytes())
    return [recorded(one) for one in document.get("interactions") or document["http_interactions"]]


def recorded(interaction: dict[str, Any]) -> Recorded:
    request, response = interaction["request"], interaction["response"]
    parts = urlsplit(request["uri"])
    body, form = response["body"], request.get("body") or ""
    content = base64.b64decode(body["base64_string"]) if "base64_string" in body else body["string"]
    content = content.encode() if isinstance(content, str) else content
    if isinstance(form, dict):
        form = form.get("string") or ""
    headers = {
        name.lower(): str(value[0] if isinstance(value, list) else value) for name, value in response["headers"].items()
    }
    return Recorded(
        request["method"],
        unquote(parts.path).rstrip("/"),
        dict(parse_qsl(parts.query)),
        form.decode() if isinstance(form, bytes) else form,
        response["status"]["code"],
        gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content,
        {name: value for name, value in headers.items() if name.startswith(("x-rate", "retry-after", "location"))},
    )


def player(tape: list[Recorded], answer: Any, otherwise: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Answers a request with the bytes recorded for it; what was not recorded is left to `otherwise`."""

    def play(request: Any) -> Any:
        path = unquote(request.path).rstrip("/")
        same = [one for one in tape if not one.answered and (one.method, one.path) == (request.method, path)]
        asked = {k: v for k, v in request.query.items() if k in ("after", "next_token", "pagination_token")}
        for one in same:
            if one.cursor == asked:
                one.answered = True
                return answer(one.content, one.status, one.headers)
        return otherwise(request)

    return play


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
    gone = written in ("[deleted]", "[removed]") or data.get("removed_by_category") in ("deleted", "author")
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
            not data.get("author_fullname") or row["author_id"] == f"reddit:{data['author_fullname']}",
            "link_title" not in data or row["thread_title"] == data["link_title"],
            not data.get("permalink") or row["permalink"] == f"https://www.reddit.com{data['permalink']}",
            isinstance(data.get("edited"), bool) or row["edited_at"].timestamp() == data["edited"],
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


def reddit_call(connector: Any, one: Recorded, tape: list[Recorded]) -> Callable[[], Any] | None:
    """What to do with the connector so that it makes this request; None where Vigie never makes it."""
    form = dict(parse_qsl(one.form))
    if one.method == "POST" and one.path in REDDIT_ACTIONS:
        name, kind = REDDIT_ACTIONS[one.path]
        reasons = [json.loads(dict(parse_qsl(r.form))["json"]) for r in tape if r.path.endswith("removal_reasons")]
        raw = {"removal_reason_id": reasons[0]["reason_id"]} if reasons else {}
        target = form[name]
        action = Action(
            "key", Platform.REDDIT, kind, f"reddit:{target}", target, form.get("text") or form.get("reason"), raw
        )
        return lambda: connector.act(action)
    if one.method != "GET":
        return None
    source = Source(Platform.REDDIT, SourceKind.SUBREDDIT, "recorded")
    if one.path == "/api/v1/me":
        return connector.identity
    if one.path == "/api/info" and "id" in one.query:
        return lambda: connector.refresh(source, one.query["id"].split(","))
    if found := re.fullmatch(r"/comments/(\w+)(?:/_/(\w+))?", one.path):
        return lambda: connector.thread(source, found[1], found[2])
    if found := re.fullmatch(r"/r/([^/]+)/(?:comments|new)", one.path):
        watched = Source(Platform.REDDIT, SourceKind.SUBREDDIT, found[1])
        return lambda: connector.pull(watched, None)
    if isinstance(one.json, dict) and one.json.get("kind") == "Listing" and list(things_in(one.json)):
        return lambda: connector.listing(one.path.lstrip("/"), source)
    return None


@pytest.mark.parametrize("path", files("reddit", "*.json"))
def test_a_reddit_recording_comes_out_whole(path: Path, serve: Any, answer: Any, reddit_account: Any) -> None:
    tape = read_tape(path)

    def otherwise(request: Any) -> Any:
        if request.path.endswith("access_token"):
            return answer(TOKEN)
        if request.method == "GET" and "/comments/" not in request.path:
            return answer({"kind": "Listing", "data": {"children": [], "after": None}})
        return answer({"message": "Not Found", "error": 404}, 404)

    loopback = serve(player([one for one in tape if not one.path.endswith("access_token")], answer, otherwise))
    reddit_account(loopback.url)
    connector = reddit.connect()
    rows: list[dict[str, Any]] = []
    foreign: list[str] = []
    for one in tape:
        if one.answered or one.path.endswith("access_token"):
            continue
        call = reddit_call(connector, one, tape)
        if call is None:
            foreign.append(f"{one.method} {one.path}")
            continue
        before = [r.answered for r in tape]
        found, unreadable, error = drain(call)
        rows += found
        new = [r for r, was in zip(tape, before, strict=True) if r.answered and not was]
        assert one.answered, f"{one.method} {one.path} was not asked for ({error})"
        broken = (
            [r for r in new if r.status >= 400 or ((r.json or {}).get("json") or {}).get("errors")] if error else []
        )
        assert error is None or broken, f"{one.path}: {error}"
        assert not [one for one in unreadable if json.loads(one.raw).get("kind") in ("t1", "t3")]
        for r in new:
            if r.method == "GET" or r.path.endswith("morechildren"):
                for kind, data in things_in(r.json):
                    assert_reddit_kept(kind, data, found)
    asked = [one for one in tape if not one.path.endswith("access_token")]
    note = f"(not Vigie's: {', '.join(foreign)})" if foreign else ""
    report(path, len(asked), sum(one.answered for one in asked), len({row["id"] for row in rows}), note)


# X


def x_call(connector: Any, one: Recorded) -> Callable[[], Any] | None:
    form = json.loads(one.form) if one.form.startswith("{") else {}
    if one.method == "POST" and one.path == "/2/tweets":
        action = Action("key", Platform.X, ActionKind.REPLY, "x:1", "1", form.get("text"))
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
    if one.path == "/2/tweets" and "ids" in one.query:
        source = Source(Platform.X, SourceKind.MENTIONS, "recorded")
        return lambda: connector.refresh(source, one.query["ids"].split(","))
    if re.fullmatch(r"/2/users/\d+/mentions", one.path):
        return lambda: connector.pull(Source(Platform.X, SourceKind.MENTIONS, "recorded"), None)
    if one.path == "/2/tweets/search/recent":
        return lambda: connector.pull(Source(Platform.X, SourceKind.QUERY, one.query["query"]), None)
    return None


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


@pytest.mark.parametrize("path", files("x", "*.y*ml"))
def test_an_x_recording_comes_out_whole(path: Path, serve: Any, answer: Any, x_account: Any) -> None:
    tape = read_tape(path)
    account = next((m[1] for one in tape if (m := re.search(r"/users/(\d+)/mentions", one.path))), "1")

    def otherwise(request: Any) -> Any:
        if "/users/by/username/" in request.path:
            return answer({"data": {"id": account, "name": "recorded", "username": "recorded"}})
        return answer({"meta": {"result_count": 0}})

    loopback = serve(player(tape, answer, otherwise))
    x_account(loopback.url)
    rows: list[dict[str, Any]] = []
    foreign: list[str] = []
    for one in tape:
        if one.answered:
            continue
        call = x_call(x.connect(), one)
        if call is None:
            foreign.append(f"{one.method} {one.path}")
            continue
        before = [r.answered for r in tape]
        found, unreadable, error = drain(call)
        rows += found
        new = [r for r, was in zip(tape, before, strict=True) if r.answered and not was]
        assert one.answered, f"{one.method} {one.path} was not asked for ({error})"
        assert error is None or any(r.status >= 400 for r in new), f"{one.path}: {error}"
        assert not unreadable
        for r in new if one.method == "GET" and one.path != "/2/users/me" else []:
            users = {user["id"]: user for user in (r.json.get("includes") or {}).get("users", [])}
            for post in r.json.get("data") or []:
                if any(ref["type"] == "retweeted" for ref in post.get("referenced_tweets", [])):
                    continue
                row = next(row for row in found if row["native_id"] == post["id"])
                assert x_agrees(post, row, users), f"{post} lost something: {row}"
    note = f"(not Vigie's: {', '.join(foreign)})" if foreign else ""
    report(path, len(tape), sum(one.answered for one in tape), len(rows), note)


# YouTube: bodies only, so that what they are tells which request they answer


YOUTUBE_KINDS = (
    "youtube#commentThreadListResponse", "youtube#commentListResponse", "youtube#commentThread", "youtube#comment",
)  # fmt: skip
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
            row["parent_id"] == (f"youtube:{snippet['parentId']}" if snippet.get("parentId") else None),
            "videoId" not in snippet or row["thread_id"] == f"youtube:{snippet['videoId']}",
        )
    )


def stand_in_thread(replies: list[dict[str, Any]]) -> dict[str, Any]:
    """The thread that recorded replies belong to, whose own recording may be elsewhere."""
    parent = next((one["snippet"]["parentId"] for one in replies), "parent")
    moment = "2019-01-01T00:00:00Z"
    snippet = {"textOriginal": STAND_IN_TEXT, "publishedAt": moment, "updatedAt": moment, "likeCount": 0}
    top = {"kind": "youtube#comment", "id": parent, "snippet": snippet}
    whole = {"videoId": "recorded", "topLevelComment": top, "totalReplyCount": 10_000}
    return {"items": [{"kind": "youtube#commentThread", "id": parent, "snippet": whole}]}


@pytest.mark.parametrize("path", files("youtube", "*.json"))
def test_a_youtube_recording_comes_out_whole(path: Path, serve: Any, answer: Any, youtube_account: Any) -> None:
    content = path.read_bytes()
    body = json.loads(content)
    kind, error = body.get("kind"), body.get("error")
    served: list[str] = []
    if not error and kind not in YOUTUBE_KINDS:
        report(path, 1, 0, 0, f"(not Vigie's: {kind})")
        return

    def play(request: Any) -> Any:
        endpoint = request.path.rsplit("/", 1)[1]
        if endpoint == "token":
            return answer(TOKEN)
        main = {"youtube#commentListResponse": ("comments", "GET"), "youtube#commentThread": ("comments", "POST")}
        main |= {"youtube#comment": ("comments", "POST")}
        wanted = main.get(kind, ("commentThreads", "GET"))
        if (endpoint, request.method) == wanted and not served:
            served.append(endpoint)
            if error:
                code = error.get("code", 400) if isinstance(error, dict) else 400
                return answer(content, code)
            top = body["snippet"].get("topLevelComment") if kind == "youtube#commentThread" else None
            return answer(json.dumps(top).encode() if top else content)
        if endpoint == "commentThreads" and kind == "youtube#commentListResponse":
            return answer(stand_in_thread(body["items"]))
        return answer({"items": []})

    loopback = serve(play)
    youtube_account(loopback.url)
    connector = youtube.connect()
    if kind in ("youtube#commentThread", "youtube#comment"):
        action = Action("key", Platform.YOUTUBE, ActionKind.REPLY, "youtube:parent", "parent", "a reply")
        receipt = connector.act(action)
        assert receipt.native_id in {one["id"] for one in youtube_comments_in(body)}
        report(path, 1, len(served), 0, f"(receipt {receipt.permalink})")
        return
    rows, unreadable, problem = drain(
        lambda: connector.pull(Source(Platform.YOUTUBE, SourceKind.VIDEO, "recorded"), None)
    )
    assert served
    assert (problem is not None) == bool(error)
    assert not unreadable
    if kind in ("youtube#commentThreadListResponse", "youtube#commentListResponse"):
        for comment in youtube_comments_in(body):
            row = next((row for row in rows if row["native_id"] == comment["id"]), None)
            incomplete = (
                row is None and kind == "youtube#commentThreadListResponse" and comment["snippet"].get("parentId")
            )
            assert incomplete or youtube_agrees(comment, row), f"{comment} lost something: {row}"
    count = sum(row["text"] != STAND_IN_TEXT for row in rows)
    report(path, 1, len(served), count, f"({type(problem).__name__}: {problem})" if problem else "")
