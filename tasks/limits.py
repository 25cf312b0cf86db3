"""Global concurrency limits, one for each platform: however many runs there are, a platform sees few calls at once."""

from prefect.client.orchestration import get_client

from domain.records import Platform

CALLS_AT_ONCE = 1  # the platforms count per account, and their clients pace themselves


def ensure_platform_limits() -> None:
    """Create the limits that `collect` asks for strictly; leaves those that exist and are the same."""
    with get_client(sync_client=True) as client:
        for platform in Platform:
            client.upsert_global_concurrency_limit_by_name(f"vigie-{platform}", CALLS_AT_ONCE)
