"""The Prefect task of moderation: judges what the store holds unjudged, and keeps the verdicts."""

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime

from prefect import task
from prefect.cache_policies import NO_CACHE

from connectors.store import comments, verdicts
from tasks.moderation.cascade import moderate as judge
from tasks.moderation.cascade import path_counts
from tasks.moderation.local_model import load_models
from tasks.workspace import Workspace

EVER = datetime(1970, 1, 1, tzinfo=UTC)


@task(name="moderate", cache_policy=NO_CACHE)
def moderate(workspace: Workspace, now: datetime, run_id: str) -> Mapping[str, int]:
    """How many comments each action and each step of the cascade got."""
    batch = comments.unjudged(workspace.store, EVER)
    known = verdicts.known_verdicts(workspace.store, workspace.charter.version)
    judged = judge(batch, workspace.charter, load_models(), known, team=workspace.community.team)
    verdicts.save_verdicts(workspace.store, judged, now, run_id)
    return Counter(judged["action"].to_list()) + Counter(path_counts(judged))
