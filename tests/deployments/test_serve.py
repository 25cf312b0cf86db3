"""What `vigie serve` deploys: schedules in the community's time zone (that runs come of them: test_demo)."""

from importlib.resources import files
from pathlib import Path

import pytest
from prefect.client.orchestration import get_client
from prefect.flows import load_flow_from_entrypoint
from ruamel.yaml import YAML

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
        served = {name: client.read_deployment(id_) for name, id_ in deployed.items()}
        flows = {name: client.read_flow(made.flow_id).name for name, made in served.items()}
    file = YAML(typ="safe").load((ROOT / "deployments" / "prefect.yaml").read_text("utf-8"))
    pooled = {entry["name"]: entry for entry in file["deployments"]}
    assert pooled.keys() == served.keys()
    for name, entry in pooled.items():
        one = served[name]
        crons = [(schedule.schedule.cron, schedule.schedule.timezone) for schedule in one.schedules]
        assert [(each["cron"], each["timezone"]) for each in entry.get("schedules", [])] == crons
        at_once = one.global_concurrency_limit.limit if one.global_concurrency_limit else None
        assert (entry.get("concurrency_limit"), entry["tags"]) == (at_once, one.tags)
        assert load_flow_from_entrypoint(f"{ROOT}/{entry['entrypoint']}").name == flows[name]
        assert entry.get("parameters", {}) == one.parameters
