"""What `vigie serve` deploys: schedules in the community's time zone (that runs come of them: test_demo)."""

import os
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.client.schemas.responses import DeploymentResponse
from prefect.settings import PREFECT_API_URL

from deployments.serve import deployments

ROOT = Path(__file__).parents[2]


@pytest.fixture
def deployed(prefect: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict:
    """The demo's deployments, by name, on the tests' Prefect server."""
    monkeypatch.setenv("VIGIE_WORKSPACE", str(files("deployments.sandbox.demo") / "workspace"))
    monkeypatch.setenv("VIGIE_DATABASE_URL", f"sqlite:///{tmp_path / 'vigie.db'}")
    return {made.name: made.apply() for made in deployments()}


def test_schedules_follow_community_yaml_in_its_time_zone(deployed: dict):
    with get_client(sync_client=True) as client:
        schedules = {name: client.read_deployment(id_).schedules for name, id_ in deployed.items()}
    crons = {name: [(s.schedule.cron, s.schedule.timezone) for s in found] for name, found in schedules.items()}
    assert crons["hourly"] == [("7 * * * *", "Europe/Paris")]
    assert crons["nightly"] == [("30 5 * * *", "Europe/Paris")]
    assert crons["weekly"] == [("0 6 * * mon", "Europe/Paris")]
    assert crons["monthly"] == [("15 6 1 * *", "Europe/Paris")]
    assert crons["daily"] == [("45 3 * * *", "Europe/Paris")]
    assert crons["on demand"] == crons["what if"] == crons["journeys"] == []


def test_a_work_pool_gets_the_same_deployments_as_one_machine(deployed: dict):
    with get_client(sync_client=True) as client:
        flows = {name: client.read_flow(client.read_deployment(id_).flow_id).name for name, id_ in deployed.items()}
        served = {name: _what_runs_when(client.read_deployment(id_)) for name, id_ in deployed.items()}
        for id_ in deployed.values():
            client.delete_deployment(id_)
        client.create_work_pool(WorkPoolCreate(name="vigie", type="process"), overwrite=True)
    _prefect("deploy", "--all", "--prefect-file", "deployments/prefect.yaml")
    with get_client(sync_client=True) as client:
        pooled = {name: client.read_deployment_by_name(f"{flow}/{name}") for name, flow in flows.items()}
    assert {made.work_pool_name for made in pooled.values()} == {"vigie"}
    assert {name: _what_runs_when(made) for name, made in pooled.items()} == served


def _what_runs_when(made: DeploymentResponse) -> tuple:
    crons = [(s.schedule.cron, s.schedule.timezone) for s in made.schedules]
    at_once = made.global_concurrency_limit.limit if made.global_concurrency_limit else None
    return crons, made.parameters, at_once, made.tags


def _prefect(*arguments: str) -> None:
    """Prefect's own command, as an operator types it in the repository's root."""
    told = subprocess.run(
        [sys.executable, "-m", "prefect", "--no-prompt", *arguments],
        cwd=ROOT,
        env={**os.environ, "PREFECT_API_URL": PREFECT_API_URL.value(), "VIGIE_HOME": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stdout + told.stderr
