"""A small HTTP server on loopback, so that the real client libraries can be made to meet any answer."""

import base64
import gzip
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
from ruamel.yaml import YAML


@dataclass(frozen=True)
class Request:
    """What a client asked for."""

    method: str
    path: str
    query: dict[str, str]
    body: str
    headers: dict[str, str]

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body))


@dataclass(frozen=True)
class Answer:
    """What it gets. body: JSON unless bytes; cut: close the connection half-way; drop: close it without a word."""

    body: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False
    drop: bool = False

    @property
    def content(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


CURSORS = ("after", "next_token", "pagination_token")


def placed(method: str, path: str) -> tuple[str, str]:
    """What a request is for, however its address spells it: a thread's address may name the subreddit and a title."""
    path = unquote(path).rstrip("/").removesuffix(".json")
    thread = re.fullmatch(r"(?:/r/[^/]+)?/comments/(\w+)(?:/[^/]*(?:/(\w+))?)?", path)
    if thread:
        path = f"/comments/{thread[1]}" + (f"/_/{thread[2]}" if thread[2] else "")
    return ("*" if path.endswith("/morechildren") else method, path)


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
        return {name: value for name, value in self.query.items() if name in CURSORS}

    @property
    def place(self) -> tuple[str, str]:
        return placed(self.method, self.path)

    @property
    def json(self) -> Any:
        try:
            return json.loads(self.content)
        except ValueError:
            return None


@dataclass
class Tape:
    """What a file recorded. wanted: the request that must be answered now, whatever page of a listing it was for."""

    requests: list[Recorded]
    wanted: Recorded | None = None

    def player(self, otherwise: Callable[[Request], Answer]) -> Callable[[Request], Answer]:
        """Answers a request with the bytes recorded for it; what was not recorded is left to `otherwise`."""

        def play(request: Request) -> Answer:
            place = placed(request.method, request.path)
            cursor = {name: value for name, value in request.query.items() if name in CURSORS}
            same = [one for one in self.requests if not one.answered and one.place == place]
            found = [one for one in same if one.cursor == cursor] + [one for one in same if one is self.wanted]
            if not found:
                return otherwise(request)
            found[0].answered = True
            return Answer(found[0].content, found[0].status, found[0].headers)

        return play


@pytest.fixture
def read_tape() -> Callable[[Path], Tape]:
    """`read_tape(path)` reads a recording of betamax or VCR, JSON or YAML."""
    return _tape


def _tape(path: Path) -> Tape:
    document = YAML(typ="safe").load(path) if path.suffix in (".yaml", ".yml") else json.loads(path.read_bytes())
    return Tape([_recorded(one) for one in document.get("interactions") or document.get("http_interactions") or []])


def _recorded(interaction: dict[str, Any]) -> Recorded:
    request, response = interaction["request"], interaction["response"]
    parts, status = urlsplit(request["uri"]), response["status"]
    headers = {
        name.lower(): str(value[0] if isinstance(value, list) else value)
        for name, value in (response.get("headers") or {}).items()
    }
    return Recorded(
        request["method"],
        unquote(parts.path).rstrip("/"),
        dict(parse_qsl(parts.query)),
        _bytes(request.get("body")).decode(errors="replace"),
        status["code"] if isinstance(status, dict) else int(status),
        _unpacked(_bytes(response.get("body"))),
        {name: value for name, value in headers.items() if name.startswith(("x-rate", "retry-after", "location"))},
    )


def _bytes(body: Any) -> bytes:
    """A recorded body: text, bytes, or either under `string` or, packed, under `base64_string`."""
    if isinstance(body, dict):
        packed = body.get("base64_string")
        body = base64.b64decode(packed) if packed is not None else body.get("string")
    return body.encode() if isinstance(body, str) else body or b""


def _unpacked(content: bytes) -> bytes:
    return gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content


@dataclass
class Loopback:
    """A server whose answers `answer` decides. requests: what was asked, in order."""

    answer: Callable[[Request], Answer]
    requests: list[Request] = field(default_factory=list)
    url: str = ""


def _handler(loopback: Loopback) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1
        disable_nagle_algorithm = True

        def _serve(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            parts = urlsplit(self.path)
            body = self.rfile.read(length).decode()
            query = dict(parse_qsl(parts.query, keep_blank_values=True))
            request = Request(self.command, parts.path, query, body, {k.lower(): v for k, v in self.headers.items()})
            loopback.requests.append(request)
            answer = loopback.answer(request)
            if answer.drop:
                self.close_connection = True
                return
            self.send_response(answer.status)
            for name, value in {"Content-Type": "application/json", **answer.headers}.items():
                self.send_header(name, value)
            if self.close_connection:  # asked for by prawcore when it fetches a token
                self.send_header("Connection", "close")
            if answer.status != 204:
                self.send_header("Content-Length", str(len(answer.content)))
            self.end_headers()
            if answer.status != 204:
                self.wfile.write(answer.content[: len(answer.content) // 2] if answer.cut else answer.content)
            self.close_connection = answer.cut or self.close_connection

        do_GET = do_POST = do_PUT = do_DELETE = _serve

        def log_message(self, format: str, *args: Any) -> None:
            """Silence: tests print what they want to say."""

    return Handler


@pytest.fixture
def serve() -> Iterator[Callable[[Callable[[Request], Answer]], Loopback]]:
    """`serve(answer)` starts a server that lives as long as the test."""
    servers: list[ThreadingHTTPServer] = []

    def start(answer: Callable[[Request], Answer]) -> Loopback:
        loopback = Loopback(answer)
        server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(loopback))
        server.daemon_threads = True
        servers.append(server)
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        loopback.url = f"http://127.0.0.1:{server.server_port}"
        return loopback

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def reddit_account(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    def set_for(url: str) -> None:
        for name in ("CLIENT_ID", "CLIENT_SECRET", "USERNAME", "PASSWORD"):
            monkeypatch.setenv(f"VIGIE_REDDIT_{name}", f"reddit-{name.lower()}")
        monkeypatch.setenv("VIGIE_REDDIT_URL", url)

    return set_for


@pytest.fixture
def youtube_account(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    def set_for(url: str) -> None:
        for name in ("API_KEY", "CLIENT_ID", "CLIENT_SECRET", "REFRESH_TOKEN"):
            monkeypatch.setenv(f"VIGIE_YOUTUBE_{name}", f"youtube-{name.lower()}")
        monkeypatch.setenv("VIGIE_YOUTUBE_URL", url)

    return set_for


@pytest.fixture
def x_account(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    def set_for(url: str) -> None:
        for name in ("BEARER_TOKEN", "CONSUMER_KEY", "CONSUMER_SECRET", "ACCESS_TOKEN", "ACCESS_TOKEN_SECRET"):
            monkeypatch.setenv(f"VIGIE_X_{name}", f"x-{name.lower()}")
        monkeypatch.setenv("VIGIE_X_URL", url)

    return set_for


@pytest.fixture
def answer() -> type[Answer]:
    return Answer
