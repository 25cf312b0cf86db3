"""A Prefect server of the tests' own, the demo community in a sandbox, and its workspace."""

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path

import polars as pl
import pytest
from sqlalchemy import Engine

from connectors.store.engine import open_store
from deployments.sandbox.demo import generate
from deployments.sandbox.server import Sandbox, running_sandbox
from domain.settings import Settings


@pytest.fixture(autouse=True)
def _on_prefect(prefect: None) -> None:
    """Every test here runs flows or asks the Prefect server."""


@pytest.fixture(scope="session")
def community() -> pl.DataFrame:
    """The demo community up to now: what it goes on to say meanwhile would be news to a second patrol."""
    now = datetime.now(UTC)
    return generate(1, now).filter(pl.col("created_at") < now - timedelta(minutes=1))


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the demo's workspace, named by the environment."""
    folder = tmp_path / "workspace"
    shutil.copytree(Path(str(files("deployments.sandbox.demo") / "workspace")), folder)
    monkeypatch.setenv("VIGIE_WORKSPACE", str(folder))
    return folder


@pytest.fixture
def served(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[pl.DataFrame], Sandbox]]:
    """`served(rows)` puts a community into a sandbox and points the environment at it."""
    running = []

    def serve(rows: pl.DataFrame) -> Sandbox:
        manager = running_sandbox(rows)
        sandbox = manager.__enter__()
        running.append(manager)
        for name, value in sandbox.environment.items():
            monkeypatch.setenv(name, value)
        return sandbox

    yield serve
    for manager in running:
        manager.__exit__(None, None, None)


@pytest.fixture
def engine(workspace: Path) -> Iterator[Engine]:
    """The store that the flows of this test write to."""
    opened = open_store(Settings().store_url)
    yield opened
    opened.dispose()
