"""Pulls what is new from every source, page by page, each page kept before the next one is asked for."""

from dataclasses import dataclass
from datetime import datetime

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.tasks import exponential_backoff
from sqlalchemy import Engine

from connectors.contract import Connector, ConnectorError, RateLimited, Unavailable
from connectors.store import comments as store
from connectors.store.comments import Saved
from domain.records import Source
from tasks.limits import turn

RETRIES = 2
BACKOFF_SECONDS = 5
LONGEST_WAIT_SECONDS = 60  # a longer rate limit is left to the next run


@dataclass(frozen=True)
class Pulled:
    """What one pull of a source brought. error: why it stopped early, None when it reached the end."""

    source_id: str
    saved: Saved
    pages: int = 0
    gap: str | None = None
    error: str | None = None


def pull_source(engine: Engine, connector: Connector, source: Source, now: datetime) -> Pulled:
    """Read a source from its watermark on. Raises ConnectorError; the pages before it are kept."""
    since, ours = store.watermark(engine, source), connector.identity()
    saved, pages, gap = Saved(), 0, None
    for page in connector.pull(source, since):
        saved += store.save_page(engine, source, page, now, ours)
        pages += 1
        gap = page.gap or gap
    return Pulled(source.id, saved, pages, gap)


def worth_retrying(_task: object, _run: object, state: State) -> bool:
    """Only what may go better in a minute: a platform that does not answer, or a short rate limit."""
    error = state.result(raise_on_failure=False)
    if isinstance(error, RateLimited):
        return (error.retry_after or 0) <= LONGEST_WAIT_SECONDS
    return isinstance(error, Unavailable)


@task(
    name="collect",
    task_run_name="collect {source.id}",
    retries=RETRIES,
    retry_delay_seconds=exponential_backoff(backoff_factor=BACKOFF_SECONDS),
    retry_jitter_factor=0.5,
    retry_condition_fn=worth_retrying,
    cache_policy=NO_CACHE,
)
def collect(engine: Engine, connector: Connector, source: Source, now: datetime) -> Pulled:
    """One source, within its platform's concurrency limit; how it went is kept in the store."""
    try:
        with turn(source.platform):
            pulled = pull_source(engine, connector, source, now)
    except ConnectorError as error:
        store.record_pull(engine, source, now, f"{type(error).__name__}: {error}")
        raise
    store.record_pull(engine, source, now, None, pulled.gap)
    return pulled
