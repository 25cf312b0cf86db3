"""Each preset works as far as its provider's documented limits go: what is missing is told, or is done without."""

import openai
import polars as pl
import pytest

from connectors import models
from connectors.contract import ConnectorError, Rejected, Unauthorized
from deployments.sandbox.models import API_KEY, LIMITS
from deployments.sandbox.server import Sandbox
from domain.records import COMMENT_SCHEMA, VERDICT_SCHEMA
from tasks.moderation.charter_file import default_charter
from tasks.moderation.endpoint import confirmed
from tasks.moderation.second_opinion import second_opinions

CHARTER = default_charter()
TEXTS = ["You really are stupid", "What a lovely day"]


def connect(monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox, preset: str, moderation: str = "") -> models.Model:
    url = f"{sandbox.url}/limits/{preset}/v1"
    settings = {"PRESET": preset, "NAME": "any", "API_KEY": API_KEY, "URL": url, "MODERATION": moderation}
    for name, value in settings.items():
        monkeypatch.setenv(f"VIGIE_MODEL_{name}", value)
    return models.connect()


def doubts() -> tuple[pl.DataFrame, pl.DataFrame]:
    comments = [{"id": f"c{at}", "text": text, "lang": "en", "deleted": False} for at, text in enumerate(TEXTS)]
    verdict = {
        "action": "hold",
        "norms": ["insult"],
        "scores": '{"insult": 0.7}',
        "confidence": 0.7,
        "decided_by": "model",
        "evidence": "[]",
        "reason": "",
        "autonomy": "propose",
    }
    verdicts = [verdict | {"comment_id": row["id"]} for row in comments]
    return pl.DataFrame(verdicts, schema=dict(VERDICT_SCHEMA)), pl.DataFrame(comments, schema=dict(COMMENT_SCHEMA))


def test_every_preset_is_tried():
    assert set(models.PRESETS) == set(LIMITS)


@pytest.mark.parametrize("preset", sorted(LIMITS))
def test_the_judge_works_with_each_preset(shared_sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, preset: str):
    judge = connect(monkeypatch, shared_sandbox, preset)
    verdicts, comments = doubts()
    found = second_opinions(verdicts, comments, {}, CHARTER, judge, lambda: True, ConnectorError)
    assert (found.calls, found.failed, found.error) == (1, 0, None)
    assert all(one.input > 0 for one in judge.used)


@pytest.mark.parametrize("preset", sorted(set(LIMITS) - {"openai"}))
def test_only_openai_has_the_moderation_endpoint(shared_sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, preset: str):
    with pytest.raises(Unauthorized, match="no moderation endpoint"):
        connect(monkeypatch, shared_sandbox, preset, "omni-moderation-latest")
    client = connect(monkeypatch, shared_sandbox, preset).client
    with pytest.raises(openai.NotFoundError):
        client.moderations.create(input="hello")


def test_the_moderation_endpoint_confirms_and_clears_nothing(shared_sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch):
    judge = connect(monkeypatch, shared_sandbox, "openai", "omni-moderation-latest")
    verdicts, comments = doubts()
    found = confirmed(verdicts, comments, CHARTER, judge.categories, lambda: True, ConnectorError)
    assert found.verdicts["decided_by"].to_list() == ["endpoint", "model"]
    assert found.verdicts["action"].to_list() == ["hold", "hold"]
    assert found.verdicts["norms"].to_list() == [["insult"], ["insult"]]
    assert set(found.verdicts["autonomy"]) == {"propose"}


def test_an_endpoint_that_fails_changes_nothing(shared_sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch):
    judge = connect(monkeypatch, shared_sandbox, "claude")
    with pytest.raises(Rejected):
        judge.categories(["hello"])
    verdicts, comments = doubts()
    found = confirmed(verdicts, comments, CHARTER, judge.categories, lambda: True, ConnectorError)
    assert found.verdicts.equals(verdicts)
    assert found.error is not None
