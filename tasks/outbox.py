"""Does on the platforms what was decided, each thing once: claim, act, look, keep the receipt.

What an earlier run left uncertain is looked for on the platform first, so that nothing is done twice.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from prefect import task
from prefect.cache_policies import NO_CACHE
from sqlalchemy import Engine

from connectors.contract import Connector, ConnectorError, Gone, RateLimited, Rejected, Unauthorized, Unavailable
from connectors.store import outbox as store
from domain.language import say
from domain.records import Action, ActionKind, ActionStatus, Platform
from tasks.moderation.removal import explained
from tasks.replies.outgoing import fitted
from tasks.workspace import Workspace


@dataclass(frozen=True)
class Done:
    """How one action went. permalink: what it produced, where the platform tells."""

    action: Action
    status: ActionStatus
    permalink: str | None = None
    error: str | None = None


Prepare = Callable[[Action], Action]


def send_ready(
    engine: Engine,
    connectors: Mapping[Platform, Connector],
    clock: Callable[[], datetime],
    prepare: Prepare = lambda action: action,
) -> list[Done]:
    """Do every ready action of the connected platforms. A platform that refuses us is left alone until the next run.

    prepare: what an action still needs to know just before it is done.
    """
    done = _look_again(engine, connectors, clock())
    open_platforms = dict(connectors)
    for action in store.claim(engine, clock, list(connectors)):
        connector = open_platforms.get(action.platform)
        if connector is None:
            store.release(engine, action, ActionStatus.READY, "the platform refused an earlier action of this run")
            continue
        outcome, refused = _send(engine, connector, prepare(action))
        done.append(outcome)
        if refused:
            del open_platforms[action.platform]
    return done


def _look_again(engine: Engine, connectors: Mapping[Platform, Connector], now: datetime) -> list[Done]:
    """What was interrupted and is now seen to be done; what is seen not to be done is ready again, a few times."""
    found = []
    for action, may_retry in store.interrupted(engine, now, list(connectors)):
        try:
            receipt = connectors[action.platform].done(action)
        except ConnectorError:  # nothing new is known: it keeps its place before a human
            continue
        if receipt is not None:
            store.settle(engine, action, receipt)
            found.append(Done(action, ActionStatus.DONE, receipt.permalink))
        elif may_retry:
            store.release(engine, action, ActionStatus.READY, "the platform shows that it was not done")
    return found


def _send(engine: Engine, connector: Connector, action: Action) -> tuple[Done, bool]:
    """The outcome, and whether the platform wants no further action for now."""
    try:
        receipt = connector.act(action)
    except ConnectorError as error:
        return _released(engine, action, _status_after(error, action), error)
    if action.kind is not ActionKind.REPLY:  # of a reply, the platform has just shown what it posted
        try:
            if connector.done(action) is None:
                return _released(engine, action, ActionStatus.UNCERTAIN, Unavailable(_unseen(connector.platform)))
        except Rejected:  # it cannot be seen here: the platform's word must do
            pass
        except ConnectorError as error:
            return _released(engine, action, ActionStatus.UNCERTAIN, error)
    store.settle(engine, action, receipt)
    return Done(action, ActionStatus.DONE, receipt.permalink, receipt.note or None), False


def _released(engine: Engine, action: Action, status: ActionStatus, error: ConnectorError) -> tuple[Done, bool]:
    message = f"{type(error).__name__}: {error}"
    store.release(engine, action, status, message)
    return Done(action, status, error=message), isinstance(error, RateLimited | Unauthorized)


def _unseen(platform: Platform) -> str:
    return say(
        fr="{platform} a répondu oui, mais ne montre pas que c'est fait",
        en="{platform} said yes, but does not show that it was done",
        platform=platform,
    )


def _status_after(error: ConnectorError, action: Action) -> ActionStatus:
    if isinstance(error, Gone | Rejected):
        return ActionStatus.FAILED
    if isinstance(error, RateLimited | Unauthorized):
        return ActionStatus.READY
    # The platform may have acted before the connection was lost. Only a reply shows when it is done twice.
    return ActionStatus.UNCERTAIN if action.kind is ActionKind.REPLY else ActionStatus.READY


@task(name="act", cache_policy=NO_CACHE)
def act(workspace: Workspace, connectors: Mapping[Platform, Connector]) -> list[Done]:
    """Empty the outbox."""

    def prepare(action: Action) -> Action:
        if action.kind is not ActionKind.REMOVE:
            return fitted(action, workspace.charter.replies)
        verdict = store.verdict_behind(workspace.store, action)
        return explained(action, verdict, workspace.charter, workspace.community.timezone) if verdict else action

    return send_ready(workspace.store, connectors, lambda: datetime.now(UTC), prepare)
