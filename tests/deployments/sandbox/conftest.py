"""A small community on three platforms, the sandbox that serves it, and the real client libraries pointed at it."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import praw
import pytest
import tweepy
from google.oauth2.credentials import Credentials
from googleapiclient.discovery import build
from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter

from deployments.sandbox.seed import SEED_SCHEMA
from deployments.sandbox.server import Sandbox, running_sandbox

NOW = datetime(2026, 3, 29, 12, tzinfo=UTC)
CHANNEL = "UCsandboxsandboxsandbox1"
PLATFORM_OF = {"spotify": "reddit", CHANNEL: "youtube", "Brand": "x"}

Row = dict[str, Any]


class Clock:
    """The sandbox's time, which a test can move."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


class ToSandbox(HTTPAdapter):
    """Sends what is meant for X to the sandbox."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url = url

    def send(self, request: PreparedRequest, *args: Any, **options: Any) -> Response:
        request.url = self.url + str(request.url).removeprefix("https://api.twitter.com")
        return super().send(request, *args, **(options | {"timeout": 10}))


@pytest.fixture(scope="session")
def row() -> Callable[..., Row]:
    """`row(key, source, minutes_ago, **other columns)` with sensible values for the rest."""

    def make(key: str, source: str, minutes_ago: float = 60, **columns: Any) -> Row:
        platform = PLATFORM_OF[source]
        return {
            "key": key,
            "platform": platform,
            "source": source,
            "thread": key,
            "thread_title": None if platform == "x" else "A title",
            "kind": "comment",
            "parent": None,
            "author": "ann",
            "text": f"text of {key}",
            "created_at": NOW - timedelta(minutes=minutes_ago),
            "score": 3,
            "lang": "en",
            "label": None,
        } | columns

    return make


@pytest.fixture(scope="session")
def small_community(row: Callable[..., Row]) -> list[Row]:
    """A post, a video and a mention with a few answers each, one of them by a deleted account, one yet to come."""
    return [
        row("p1", "spotify", 300, kind="post", text="Which player? 🎧"),
        row("c1", "spotify", 200, thread="p1", author="bob"),
        row("c2", "spotify", 190, thread="p1", parent="c1", author=None, text="مرحبا & <b>"),
        row("c3", "spotify", 180, thread="p1", author="cyd"),
        row("later", "spotify", -30, thread="p1", author="cyd"),
        row("v1", CHANNEL, 300, kind="video", author="The channel"),
        row("y1", CHANNEL, 200, thread="v1", author="bob", text="1 < 2 & 3\nnext line"),
        *(row(f"y1.{n}", CHANNEL, 199 - n, thread="v1", parent="y1", author="dan") for n in range(8)),
        row("y2", CHANNEL, 100, thread="v1", author=None),
        row("x1", "Brand", 300, author="eve", text="@Brand hello"),
        row("x2", "Brand", 200, author="fay", text="@eve @Brand me too", thread="x1", parent="x1"),
        row("x3", "Brand", 100, author="eve", text="@Brand still waiting"),
    ]


@pytest.fixture(scope="module")
def shared_sandbox(small_community: list[Row]) -> Iterator[Sandbox]:
    """One for all tests of a module that do not mind what the others wrote."""
    with running_sandbox(pl.DataFrame(small_community, schema=SEED_SCHEMA), clock=lambda: NOW) as sandbox:
        yield sandbox


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def serve(clock: Clock) -> Iterator[Callable[..., Sandbox]]:
    """`serve(rows)` starts a sandbox for the length of a test."""
    running = []

    def start(rows: list[Row], **options: Any) -> Sandbox:
        manager = running_sandbox(pl.DataFrame(rows, schema=SEED_SCHEMA), clock=clock, **options)
        running.append(manager)
        return manager.__enter__()

    yield start
    for manager in running:
        manager.__exit__(None, None, None)


@pytest.fixture
def sandbox(serve: Callable[..., Sandbox], small_community: list[Row]) -> Sandbox:
    return serve(small_community)


@pytest.fixture
def reddit_at() -> Callable[[Sandbox], praw.Reddit]:
    def connect(sandbox: Sandbox) -> praw.Reddit:
        given = {name: sandbox.environment[f"VIGIE_REDDIT_{name.upper()}"] for name in
                 ("client_id", "client_secret", "username", "password")}  # fmt: skip
        addresses = dict.fromkeys(("reddit_url", "oauth_url", "short_url"), sandbox.url)
        return praw.Reddit(user_agent="test", check_for_updates=False, **given, **addresses)

    return connect


@pytest.fixture
def reddit(sandbox: Sandbox, reddit_at: Callable[[Sandbox], praw.Reddit]) -> praw.Reddit:
    return reddit_at(sandbox)


@pytest.fixture
def youtube_at() -> Callable[..., Any]:
    """`youtube_at(sandbox)` reads with a key, `youtube_at(sandbox, owner=True)` writes as the channel's owner."""

    def connect(sandbox: Sandbox, *, owner: bool = False) -> Any:
        given = {name: sandbox.environment[f"VIGIE_YOUTUBE_{name}"] for name in
                 ("API_KEY", "CLIENT_ID", "CLIENT_SECRET", "REFRESH_TOKEN")}  # fmt: skip
        oauth = {name.lower(): given[name] for name in ("CLIENT_ID", "CLIENT_SECRET", "REFRESH_TOKEN")}
        signed = Credentials(None, token_uri=f"{sandbox.url}/token", **oauth)
        credentials = {"credentials": signed} if owner else {"developerKey": given["API_KEY"]}
        return build(
            "youtube", "v3", client_options={"api_endpoint": sandbox.url}, static_discovery=True, **credentials
        )

    return connect


@pytest.fixture
def youtube(sandbox: Sandbox, youtube_at: Callable[..., Any]) -> Any:
    return youtube_at(sandbox)


@pytest.fixture
def owner(sandbox: Sandbox, youtube_at: Callable[..., Any]) -> Any:
    return youtube_at(sandbox, owner=True)


@pytest.fixture
def x_at() -> Callable[[Sandbox], tweepy.Client]:
    def connect(sandbox: Sandbox) -> tweepy.Client:
        names = ("bearer_token", "consumer_key", "consumer_secret", "access_token", "access_token_secret")
        client = tweepy.Client(**{name: sandbox.environment[f"VIGIE_X_{name.upper()}"] for name in names})
        client.session.mount("https://api.twitter.com", ToSandbox(sandbox.url))
        return client

    return connect


@pytest.fixture
def x(sandbox: Sandbox, x_at: Callable[[Sandbox], tweepy.Client]) -> tweepy.Client:
    return x_at(sandbox)
