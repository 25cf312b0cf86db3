"""Global concurrency limits, one for each platform: however many runs there are, a platform sees few calls at once."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from time import sleep

from prefect.client.orchestration import get_client
from prefect.concurrency.sync import concurrency

from connectors.contract import RateLimited
from domain.language import say
from domain.records import Platform

CALLS_AT_ONCE = 1  # the platforms count per account, and their clients pace themselves
# Prefect takes back what a dead run holds after five minutes; who waited without end would keep every later run waiting.
LONGEST_TURN_SECONDS = 600.0
# While Prefect's SQLite notes that a task began it refuses a slot, and the client then waits two seconds; without this
# short pause before it asks, a patrol takes a quarter longer.
START_NOTED_SECONDS = 0.1


def ensure_platform_limits() -> None:
    """Create the limits that `turn` asks for strictly; leaves those that exist and are the same."""
    with get_client(sync_client=True) as client:
        for platform in Platform:
            client.upsert_global_concurrency_limit_by_name(_limit(platform), CALLS_AT_ONCE)


@contextmanager
def turn(platform: Platform) -> Iterator[None]:
    """While it is this pull's turn to call a platform. Raises RateLimited where others call it for too long.

    Those may be of another run, or of this one: a first pull of a large source takes its time.
    """
    sleep(START_NOTED_SECONDS)
    with ExitStack() as held:
        try:
            held.enter_context(concurrency(_limit(platform), strict=True, timeout_seconds=LONGEST_TURN_SECONDS))
        except TimeoutError as error:
            raise RateLimited(
                say(
                    fr="d'autres lectures occupent {platform} depuis plus de {minutes:.0f} min ; la prochaine ronde reprendra",
                    en="other pulls have been busy with {platform} for over {minutes:.0f} min; the next patrol goes on",
                    platform=platform,
                    minutes=LONGEST_TURN_SECONDS / 60,
                ),
                retry_after=LONGEST_TURN_SECONDS,
            ) from error
        yield


def _limit(platform: Platform) -> str:
    return f"vigie-{platform}"
