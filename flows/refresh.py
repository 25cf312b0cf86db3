"""The daily job that keeps the store true: what was deleted or edited on the platforms is so here, too."""

from datetime import UTC, datetime
from typing import Any

from prefect import flow
from prefect.runtime import flow_run

from domain.language import speaking
from flows.options import RefreshOptions
from tasks.credentials import take_from_blocks
from tasks.limits import ensure_platform_limits
from tasks.refresh import Refreshed, refresh_comments, summarise_refresh
from tasks.workspace import connect_all, known_sources, open_workspace


@flow(name="refresh", description="Asks again for stored comments. / Relit les commentaires gardés.")
def refresh(options: RefreshOptions = RefreshOptions()) -> dict[str, Any]:
    """Every source ever watched, one after the other; a fault on one never stops the others."""
    started, run_id = datetime.now(UTC), flow_run.id
    take_from_blocks()
    workspace = open_workspace()
    ensure_platform_limits()
    sources = [source for source in known_sources(workspace) if source.platform in options.platforms]
    with speaking(workspace.language):
        connectors = connect_all(workspace, sources, started)
        done: list[Refreshed] = [
            refresh_comments(workspace.store, connectors[s.platform], s, options.weeks, options.most_comments, started)
            for s in sources
            if s.platform in connectors
        ]
    return summarise_refresh(workspace.store, done, workspace.language, run_id, started, datetime.now(UTC))
