"""`vigie doctor` says of each platform what its credentials allow, what is missing for the rest, and what remains."""

from collections.abc import Iterator
from datetime import UTC, datetime

import polars as pl
import pytest

from deployments.doctor_platforms import platforms
from deployments.sandbox.faults import Fault
from deployments.sandbox.seed import SEED_SCHEMA
from deployments.sandbox.server import Sandbox, running_sandbox
from domain.community import Community, WatchedSource
from domain.records import Platform, SourceKind

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
SOURCES = {"reddit": SourceKind.SUBREDDIT, "youtube": SourceKind.CHANNEL, "x": SourceKind.MENTIONS}


@pytest.fixture
def sandbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    rows = [
        {
            "key": name, "platform": name, "source": "Vigie", "thread": name, "thread_title": "T", "parent": None,
            "kind": {"reddit": "post", "youtube": "video", "x": "comment"}[name], "author": "lea", "text": "Hello",
            "created_at": NOW, "score": 0, "lang": None, "label": None,
        }
        for name in SOURCES
    ]  # fmt: skip
    with running_sandbox(pl.DataFrame(rows, schema=SEED_SCHEMA), clock=lambda: NOW) as found:
        for name, value in found.environment.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("VIGIE_LANGUAGE", "en")
        monkeypatch.delenv("PREFECT_API_URL", raising=False)
        yield found


def told(*names: str) -> list[str]:
    watched = [WatchedSource(platform=Platform(name), kind=SOURCES[name], name="Vigie") for name in names]
    return [str(finding) for finding in platforms(Community(name="C", sources=watched))]


def test_all_that_credentials_allow_is_told_with_what_remains(sandbox: Sandbox) -> None:
    reddit, youtube, x = told(*SOURCES)
    assert reddit.startswith("✓ reddit: reddit:t2_")
    assert youtube.startswith("✓ youtube: youtube:UC")
    assert x.startswith("✓ x: x:")
    assert all("read, reply, moderate" in line for line in (reddit, youtube, x))
    assert "requests" in reddit
    assert "units" in youtube


@pytest.mark.parametrize(
    ("name", "scope", "expected"),
    [
        ("reddit", "identity read submit edit history", "scope `modmail`, scope `modposts` is missing"),
        ("youtube", "https://www.googleapis.com/auth/youtube.readonly", "youtube.force-ssl` is missing"),
        ("x", "read", "`Read and write` (`x-access-level: read`) is missing"),
    ],
)
def test_a_missing_scope_is_named(name: str, scope: str, expected: str, sandbox: Sandbox) -> None:
    sandbox.community.scopes[name] = scope
    lines = told(name)
    assert lines[0].startswith(f"✓ {name}: ")
    assert any(line.startswith(f"✗ {name}: cannot moderate") and expected in line for line in lines)


@pytest.mark.parametrize("name", list(SOURCES))
def test_an_expired_token_is_told_and_the_others_are_looked_at(name: str, sandbox: Sandbox) -> None:
    path = {"reddit": "/api/v1/me", "youtube": "/youtube/", "x": "/2/"}[name]
    sandbox.inject(Fault(name, "401", times=9, path=path))
    lines = told(*SOURCES)
    assert [line[:1] for line in lines if line[2:].startswith(f"{name}:")] == ["✗"]
    assert sum(line.startswith("✓") for line in lines) == 2
    assert not any("sandbox-" in line for line in lines), "no secret is shown"


def test_with_a_key_alone_a_platform_is_read_only(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CLIENT_ID", "CLIENT_SECRET", "REFRESH_TOKEN"):
        monkeypatch.delenv(f"VIGIE_YOUTUBE_{name}")
    (line,) = told("youtube")
    assert line.startswith("✓ youtube: read only · read · ")
