"""The hourly job: collect, check, moderate, reply and act."""

from datetime import UTC, datetime
from typing import Any

from prefect import flow
from prefect.futures import wait
from prefect.runtime import flow_run

from domain.language import speaking
from flows.options import PatrolOptions
from tasks.alerts.step import alert
from tasks.check import check
from tasks.collect import Pulled, collect
from tasks.credentials import take_from_blocks
from tasks.limits import ensure_platform_limits
from tasks.members.step import welcome
from tasks.moderation.overnight_step import take_answers
from tasks.moderation.step import moderate
from tasks.outbox import act
from tasks.replies.step import reply
from tasks.review.step import count_waiting
from tasks.spending import x_spending
from tasks.summary import PatrolResult, summarise
from tasks.workspace import Workspace, connect_all, open_workspace, register


@flow(
    name="patrol",
    description="Collect → check → moderate → reply → act. / Collecte → contrôles → modération → réponses → envois.",
)
def patrol(options: PatrolOptions = PatrolOptions()) -> dict[str, Any]:
    """One round through every source; a fault on one never stops the others."""
    started, run_id = datetime.now(UTC), flow_run.id
    take_from_blocks()
    workspace = open_workspace()
    ensure_platform_limits()
    pulled, connectors = _collect_all(workspace, options, started)
    checked = check(workspace.store, workspace.settings.var / "checks", workspace.community.languages, started)
    take_answers(workspace, started, run_id)
    moderation = moderate(workspace, started, run_id)
    drafts, handoffs = reply(workspace, options.answer_days, started, run_id)
    drafts += welcome(workspace, started, run_id)
    with speaking(workspace.language):
        done = [] if options.dry_run else act(workspace, connectors)
    alerts = [] if options.dry_run else alert(workspace, datetime.now(UTC))
    waiting = count_waiting(workspace.store, datetime.now(UTC))
    spent = x_spending(workspace.store, workspace.community.budget.x_usd_a_month, datetime.now(UTC))
    result = PatrolResult(pulled, checked, moderation, drafts, handoffs, done, options.dry_run, waiting, spent, alerts)
    return summarise(workspace.store, result, workspace.language, run_id, started, datetime.now(UTC))


def _collect_all(workspace: Workspace, options: PatrolOptions, now: datetime) -> tuple[list[Pulled], dict[Any, Any]]:
    """What each source brought, and the connectors that can be acted through."""
    sources = workspace.community.watched(options.platforms)
    register(workspace, sources)
    with speaking(workspace.language):
        connectors = connect_all(workspace, sources, now)
        futures = [
            collect.submit(workspace.store, connectors[s.platform], s, now) for s in sources if s.platform in connectors
        ]
        wait(futures)
    return [future.result() for future in futures if future.state.is_completed()], connectors
