"""What tests of several rooms share: stores on SQLite and PostgreSQL, a Prefect server, models, where the real data is."""

import json
import os
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy import Engine, delete

from connectors.store import schema
from connectors.store.engine import engine_for, open_store

REPOSITORY = Path(__file__).parent.parent

os.environ["VIGIE_LANGUAGE"] = "en"  # whatever the language of this machine; tests of the other one set it
os.environ.setdefault("DO_NOT_TRACK", "1")
os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real comments; a test that needs it skips where it is absent."""
    folder = Path(os.environ.get("VIGIE_REAL_DATA", REPOSITORY.parent / "shared" / "data"))
    if not folder.exists():
        pytest.skip(f"no real data in {folder}; name its folder in VIGIE_REAL_DATA")
    return folder


def _program(name: str) -> str | None:
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return shutil.which(name) or (str(found[-1]) if found else None)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL server of the tests' own on a Unix socket, stopped at the end."""
    initdb, pg_ctl = _program("initdb"), _program("pg_ctl")
    if not initdb or not pg_ctl:
        pytest.skip("no PostgreSQL server program; install Debian's package postgresql")
    # Not under pytest's own folder: pytest closes that to every other user again and again, the server's included.
    folder = Path(tempfile.mkdtemp(prefix="vigie-pg-", dir="/tmp"))
    as_user = _unprivileged(folder)
    data = folder / "data"
    make = [*as_user, initdb, "-D", data, "-U", "vigie", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
    options = f"-c listen_addresses='' -c unix_socket_directories='{folder}' -c fsync=off -c full_page_writes=off"
    start = [*as_user, pg_ctl, "-D", data, "-w", "-o", options, "-l", folder / "log", "start"]
    try:
        subprocess.run(make, check=True, capture_output=True, cwd="/")
        subprocess.run(start, check=True, capture_output=True, cwd="/")
        yield f"postgresql+psycopg://vigie@/postgres?host={folder}"
    finally:
        stop = [*as_user, pg_ctl, "-D", data, "-m", "immediate", "stop"]
        subprocess.run(stop, check=False, capture_output=True, cwd="/")
        shutil.rmtree(folder, ignore_errors=True)


def _unprivileged(folder: Path) -> list[str]:
    """PostgreSQL refuses to run as root: then it runs as the user that its package made."""
    if os.geteuid() != 0:
        return []
    shutil.chown(folder, "postgres")
    return ["runuser", "-u", "postgres", "--"]


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty store on SQLite, migrated once for all tests."""
    file = tmp_path_factory.mktemp("template") / "vigie.db"
    open_store(f"sqlite:///{file}").dispose()
    return file


@pytest.fixture(scope="session")
def postgres_store(postgres_url: str) -> Iterator[Engine]:
    """A store on PostgreSQL, migrated once for all tests; whoever uses it empties it first."""
    engine = open_store(postgres_url)
    yield engine
    engine.dispose()


@pytest.fixture(
    params=[
        "sqlite",
        # One worker of pytest-xdist takes the whole group, so that one server is started.
        pytest.param("postgresql", marks=[pytest.mark.postgres, pytest.mark.xdist_group("postgres")]),
    ]
)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An empty store, once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        file = shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "vigie.db")
        engine = engine_for(f"sqlite:///{file}")
        yield engine
        engine.dispose()
        return
    engine = request.getfixturevalue("postgres_store")
    with engine.begin() as connection:  # emptying one database costs a hundredth of making another
        for table in reversed(schema.metadata.sorted_tables):
            connection.execute(delete(table))
    yield engine


@pytest.fixture(scope="session")
def prefect() -> Iterator[None]:
    """A Prefect server and database that vanish after the tests; one for each process, since two cannot be nested."""
    from prefect.testing.utilities import prefect_test_harness

    with prefect_test_harness(server_startup_timeout=120):
        yield


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that need a Prefect server share one worker, and so one server."""
    for item in items:
        if "prefect" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("prefect"))


@pytest.fixture
def static_model(tmp_path: Path) -> Callable[..., Path]:
    """`static_model(cancel=(1, 0, 0), ...)` writes a model of these words, as model2vec keeps it; gives its folder."""
    model2vec, tokenizers = pytest.importorskip("model2vec"), pytest.importorskip("tokenizers")

    def build(**places: tuple[float, ...]) -> Path:
        tokenizer = tokenizers.Tokenizer(
            tokenizers.models.WordLevel({word: at for at, word in enumerate((*places, "[UNK]"))}, unk_token="[UNK]")
        )
        tokenizer.normalizer = tokenizers.normalizers.Lowercase()
        tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
        vectors = np.array([*places.values(), [0] * len(next(iter(places.values())))], np.float32)
        model2vec.StaticModel(vectors=vectors, tokenizer=tokenizer).save_pretrained(tmp_path / "tiny")
        return tmp_path / "tiny"

    return build


@pytest.fixture
def answering(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Callable[[str, str], str]], None]]:
    """`answering(answer)` serves a model that says `answer(system, user)` and points the environment at it."""
    servers: list[ThreadingHTTPServer] = []

    def start(answer: Callable[[str, str], str]) -> None:
        class Endpoint(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                system, user = (message["content"] for message in body["messages"][:2])
                message = {"role": "assistant", "content": answer(system, user)}
                choice = {"index": 0, "finish_reason": "stop", "message": message}
                usage = {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15}
                done = {"id": "1", "object": "chat.completion", "created": 1, "model": "m", "usage": usage}
                told = json.dumps(done | {"choices": [choice]}).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(told)))
                self.end_headers()
                self.wfile.write(told)

            def log_message(self, *_: Any) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        settings = {"PRESET": "openai", "NAME": "m", "API_KEY": "k", "URL": f"http://127.0.0.1:{server.server_port}/v1"}
        for name, value in settings.items():
            monkeypatch.setenv(f"VIGIE_MODEL_{name}", value)

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()
