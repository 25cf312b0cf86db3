"""In a real run, a source is asked again only when that may help, and how it went is kept."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from prefect import flow
from prefect.concurrency.sync import concurrency
from sqlalchemy import Engine

from connectors.contract import ConnectorError, RateLimited, Rejected, Unauthorized, Unavailable
from connectors.store.comments import register_sources
from connectors.store.reports import source_states
from domain.records import Action, Limit, Page, Platform, Receipt, Source, SourceKind, Watermark
from tasks import limits
from tasks.collect import LONGEST_WAIT_SECONDS, RETRIES, collect
from tasks.limits import ensure_platform_limits
from tasks.refresh import refresh_comments

NOW = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)


class Gate:
    """A platform in memory that refuses with an error, `times` times."""

    platform = Platform.REDDIT

    def __init__(self, error: ConnectorError, times: int) -> None:
        self.error, self.times, self.asked = error, times, 0

    def identity(self) -> str:
        return ""

    def pull(self, source: Source, since: Watermark | None) -> Iterator[Page]:
        self.asked += 1
        if self.asked <= self.times:
            raise self.error
        yield from ()

    def act(self, action: Action) -> Receipt:
        raise AssertionError("collecting never acts")

    def limits(self) -> list[Limit]:
        return []


ALWAYS = 10
ASKED = {
    Gate(Unavailable("cut"), ALWAYS): 1 + RETRIES,
    Gate(Unavailable("cut"), 1): 2,  # answers at last
    Gate(RateLimited("slow down", LONGEST_WAIT_SECONDS), 1): 2,
    Gate(RateLimited("come back tomorrow", LONGEST_WAIT_SECONDS + 1), ALWAYS): 1,
    Gate(Unauthorized("token expired"), ALWAYS): 1,
    Gate(Rejected("private"), ALWAYS): 1,
}
"""How often each platform should be asked."""


def test_a_source_is_asked_again_only_when_that_may_help_and_how_it_went_is_kept(engine: Engine):
    sources = {gate: Source(Platform.REDDIT, SourceKind.SUBREDDIT, f"s{n}") for n, gate in enumerate(ASKED)}
    register_sources(engine, list(sources.values()))

    @flow
    def every_source() -> list[str]:
        ensure_platform_limits()
        at_once = collect.with_options(retry_delay_seconds=0)
        return [at_once(engine, gate, source, NOW, return_state=True).type.value for gate, source in sources.items()]

    ended = dict(zip(ASKED, every_source(), strict=True))

    kept = {row["id"]: row for row in source_states(engine).to_dicts()}
    for gate, asked in ASKED.items():
        told, answers = kept[sources[gate].id], gate.times < asked
        assert gate.asked == asked, gate.error
        assert ended[gate] == ("COMPLETED" if answers else "FAILED"), gate.error
        assert told["error"] == (None if answers else f"{type(gate.error).__name__}: {gate.error}")
        assert told["last_ok_at"] == (NOW if answers else None)


def test_a_source_whose_platform_others_keep_is_late_and_is_read_once_they_have_ended(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
):
    gate = Gate(Unavailable("cut"), 0)
    source = Source(Platform.REDDIT, SourceKind.SUBREDDIT, "kept")
    register_sources(engine, [source])

    def told() -> str | None:
        return next(row["error"] for row in source_states(engine).to_dicts() if row["id"] == source.id)

    @flow
    def meanwhile() -> tuple[str, str | None]:
        ensure_platform_limits()
        with monkeypatch.context() as patch, concurrency("vigie-reddit", strict=True):
            patch.setattr(limits, "LONGEST_TURN_SECONDS", 1)
            kept = collect.with_options(retries=0)(engine, gate, source, NOW, return_state=True)
            assert str(told()).startswith("RateLimited: ")
            again = refresh_comments(engine, gate, source, 4, 100, NOW)
        collect(engine, gate, source, NOW)
        return kept.type.value, again.error

    ended, error = meanwhile()
    assert ended == "FAILED"
    assert str(error).startswith("RateLimited: ")
    assert (gate.asked, told()) == (1, None)
