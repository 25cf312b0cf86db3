"""Does on the platforms what was decided, each thing once: claim, act, keep the receipt."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from prefect import task
from prefect.cache_policies import NO_CACHE
from sqlalchemy import Engine

from connectors.contract import Connector, ConnectorError, Gone, RateLimited, Rejected, Unauthorized
from connectors.store import outbox as store
from domain.records import Action, ActionKind, ActionStatus, Platform


@dataclass(frozen=True)
class Done:
    """How one action went. permalink: what it produced, where the platform tells."""

    action: Action
    status: ActionStatus
    permalink: str | None = None
    error: str | None = None


def send_ready(engine: Engine, connectors: Mapping[Platform, Connector], clock: Callable[[], datetime]) -> list[Done]:
    """Do every ready action of the connected platforms. A platform that refuses us is left alone until the next run."""
    done: list[Done] = []
    open_platforms = dict(connectors)
    for action in store.claim(engine, clock, list(connectors)):
        connector = open_platforms.get(action.platform)
        if connector is None:
            store.release(engine, action, ActionStatus.READY, "the platform refused an earlier action of this run")
            continue
        outcome, refused = _send(engine, connector, action)
        done.append(outcome)
        if refused:
            del open_platforms[action.platform]
    return done


def _send(engine: Engine, connector: Connector, action: Action) -> tuple[Done, bool]:
    """The outcome, and whether the platform wants no further action for now."""
    try:
        receipt = connector.act(action)
    except ConnectorError as error:
        status = _status_after(error, action)
        message = f"{type(error).__name__}: {error}"
        store.release(engine, action, status, message)
        return Done(action, status, error=message), isinstance(error, RateLimited | Unauthorized)
    store.settle(engine, action, receipt)
    return Done(action, ActionStatus.DONE, receipt.permalink), False


def _status_after(error: ConnectorError, action: Action) -> ActionStatus:
    if isinstance(error, Gone | Rejected):
        return ActionStatus.FAILED
    if isinstance(error, RateLimited | Unauthorized):
        return ActionStatus.READY
    # The platform may have acted before the connection was lost. Only a reply shows when it is done twice.
    return ActionStatus.UNCERTAIN if action.kind is ActionKind.REPLY else ActionStatus.READY


@task(name="act", cache_policy=NO_CACHE)
def act(engine: Engine, connectors: Mapping[Platform, Connector]) -> list[Done]:
    """Empty the outbox."""
    return send_ready(engine, connectors, lambda: datetime.now(UTC))
