"""Starts the sandbox: every stand-in on one HTTP port of this machine, and a mail server beside it."""

import asyncio
import signal
import socket
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any, Literal

import polars as pl
import uvicorn
from starlette.applications import Starlette

from deployments.sandbox import control, models, reddit, slack, x, youtube
from deployments.sandbox.faults import Fault, FaultLayer, Faults
from deployments.sandbox.mail import smtp_server
from deployments.sandbox.state import Community, Written
from deployments.sandbox.x import X
from deployments.sandbox.youtube import YouTube

START_TIMEOUT_S = 15
STOP_SECONDS = 0.5

AsTheData = Literal["as the data"]


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Sandbox:
    """A running sandbox, as a test or a demo sees it."""

    url: str
    smtp_url: str
    community: Community = field(repr=False)
    faults: Faults = field(repr=False)
    youtube: YouTube = field(repr=False)
    x: X = field(repr=False)

    @property
    def environment(self) -> dict[str, str]:
        """Every VIGIE_ variable that points Vigie here, with credentials that are worth nothing elsewhere."""
        found = {"VIGIE_REDDIT_URL": self.url, "VIGIE_YOUTUBE_URL": self.url, "VIGIE_X_URL": self.url}
        found |= {f"VIGIE_REDDIT_{name}": value for name, value in reddit.CREDENTIALS.items()}
        found |= {f"VIGIE_YOUTUBE_{name}": value for name, value in youtube.CREDENTIALS.items()}
        found |= {f"VIGIE_X_{name}": value for name, value in x.CREDENTIALS.items()}
        return found | {
            "VIGIE_MODEL_URL": f"{self.url}/v1",
            "VIGIE_MODEL_API_KEY": models.API_KEY,
            "VIGIE_SLACK_WEBHOOK_URL": self.url + slack.WEBHOOK_PATH,
            "VIGIE_SLACK_BOT_TOKEN": slack.BOT_TOKEN,
            "VIGIE_SLACK_URL": self.url + slack.API_PATH,
            "VIGIE_SMTP_URL": self.smtp_url,
        }

    @property
    def posted(self) -> list[Written]:
        """What clients wrote to the platforms, oldest first: replies, removals and all else."""
        return list(self.community.written)

    @property
    def slack_messages(self) -> list[dict[str, Any]]:
        return list(self.community.slack_messages)

    @property
    def mails(self) -> list[EmailMessage]:
        return list(self.community.mails)

    @property
    def native_ids(self) -> dict[str, str]:
        """The platform's id of each key of the seed."""
        return self.community.native_ids

    def inject(self, fault: Fault) -> None:
        """Let the next requests of a platform go wrong."""
        self.faults.waiting.append(fault)


@contextmanager
def running_sandbox(
    seed: pl.DataFrame,
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    smtp_port: int = 0,
    clock: Callable[[], datetime] = utc_now,
    youtube_quota_units: int = youtube.QUOTA_UNITS,
    x_search_window: timedelta | AsTheData | None = "as the data",
) -> Iterator[Sandbox]:
    """A sandbox on a thread of its own, until the block ends. Port 0: any free one.

    seed: frame of SEED_SCHEMA. x_search_window: how far X's recent search reaches back, None for ever; by default the
    seven days of the real one, unless all of the seed is older.
    Raises ValueError for a seed that is not one and OSError when a port is taken.
    """
    with _listening(host, port) as http, _listening(host, smtp_port) as smtp:
        sandbox = _sandbox(seed, http, smtp, clock, youtube_quota_units, x_search_window)
        server = _server(sandbox, smtp)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [http]}, name="sandbox", daemon=True)
        thread.start()
        try:
            _wait_until_started(server, thread)
            yield sandbox
        finally:
            server.should_exit = True
            thread.join(STOP_SECONDS)
            server.force_exit = True  # whoever still waits for an answer waits in vain
            thread.join()


def serve_sandbox(
    seed: pl.DataFrame,
    host: str = "127.0.0.1",
    port: int = 8970,
    smtp_port: int = 8971,
    on_start: Callable[[Sandbox], None] | None = None,
) -> None:
    """The sandbox in the foreground, until SIGINT or SIGTERM. Raises like `running_sandbox`.

    on_start is called once the ports are bound, to tell the addresses.
    """
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with _listening(host, port) as http, _listening(host, smtp_port) as smtp:
            sandbox = _sandbox(seed, http, smtp, utc_now, youtube.QUOTA_UNITS, "as the data")
            if on_start:
                on_start(sandbox)
            with suppress(KeyboardInterrupt):  # uvicorn raises it again once it has stopped in order
                _server(sandbox, smtp).run(sockets=[http])
    finally:
        signal.signal(signal.SIGTERM, before)


def _sandbox(
    seed: pl.DataFrame,
    http: socket.socket,
    smtp: socket.socket,
    clock: Callable[[], datetime],
    quota_units: int,
    x_search_window: timedelta | AsTheData | None,
) -> Sandbox:
    community = Community(seed, clock)
    if x_search_window == "as the data":
        newest = next(community.timeline("x", "all").newest_first(community.now()), None)
        is_old = newest is not None and newest.created_at < community.now() - x.SEARCH_WINDOW
        x_search_window = None if is_old else x.SEARCH_WINDOW
    return Sandbox(
        url=f"http://{_address(http)}",
        smtp_url=f"smtp://{_address(smtp)}",
        community=community,
        faults=Faults(),
        youtube=YouTube(community, quota_units),
        x=X(community, x_search_window),
    )


def _listening(host: str, port: int) -> socket.socket:
    """A bound socket whose connections send at once: asyncio would else leave a pause of 40 ms in every answer."""
    opened = socket.create_server((host, port))
    opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return opened


def _address(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _server(sandbox: Sandbox, smtp: socket.socket) -> uvicorn.Server:
    """All the stand-ins on one port; the mail server lives as long as they do."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        mail = await asyncio.get_running_loop().create_server(lambda: smtp_server(sandbox.community), sock=smtp)
        yield
        mail.close()

    community = sandbox.community
    routes = [
        *reddit.Reddit(community).routes(),
        *sandbox.youtube.routes(),
        *sandbox.x.routes(),
        *models.routes(),
        *slack.routes(community),
        *control.routes(community, sandbox.faults),
    ]
    app = FaultLayer(Starlette(routes=routes, lifespan=lifespan), sandbox.faults)
    config = uvicorn.Config(app, log_level="critical", lifespan="on", timeout_graceful_shutdown=1, ws="none")
    return uvicorn.Server(config)


def _wait_until_started(server: uvicorn.Server, thread: threading.Thread) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while not server.started:
        if not thread.is_alive() or time.monotonic() > deadline:
            raise RuntimeError("the sandbox's server did not start")
        time.sleep(0.01)
