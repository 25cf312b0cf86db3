"""A patrol with a language model: it is asked about what is doubtful, paid for, and missed by nobody when it is dead."""

from collections.abc import Callable

import polars as pl
import pytest
from sqlalchemy import Engine, func, select

from connectors.store import schema
from deployments.sandbox.models import API_KEY, MODELS
from deployments.sandbox.server import Sandbox
from flows.options import PatrolOptions
from flows.patrol import patrol


@pytest.fixture
def trouble(community: pl.DataFrame) -> pl.DataFrame:
    """What of the demo community is no plain talk, with its threads."""
    odd = community.filter(pl.col("label").is_in(["insult", "hate", "threat", "spam", "self_promotion", "scam"]))
    wanted = odd["thread"].to_list() + odd["parent"].to_list()
    return pl.concat([community.filter(pl.col("key").is_in(wanted)), odd]).unique("key", maintain_order=True)


def use_model(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    for name, value in {"NAME": MODELS[0], "API_KEY": API_KEY, "URL": url}.items():
        monkeypatch.setenv(f"VIGIE_MODEL_{name}", value)


def test_a_model_is_asked_in_few_calls_and_put_on_the_bill(
    served: Callable[[pl.DataFrame], Sandbox], trouble: pl.DataFrame, engine: Engine, monkeypatch: pytest.MonkeyPatch
):
    sandbox = served(trouble)
    use_model(monkeypatch, f"{sandbox.url}/v1")
    done = patrol(PatrolOptions(dry_run=True))["moderation"]
    with engine.connect() as connection:
        billed = select(func.count()).where(schema.charges.c.platform == "model")
        assert connection.execute(billed).scalar_one() >= done["model_calls"] > 0  # replies are billed, too
        by_llm = select(schema.verdicts.c.autonomy).where(schema.verdicts.c.decided_by == "llm").distinct()
        assert "act" not in set(connection.execute(by_llm).scalars())


def test_a_dead_model_stops_nothing_and_leaves_its_comments_to_a_person(
    served: Callable[[pl.DataFrame], Sandbox], trouble: pl.DataFrame, engine: Engine, monkeypatch: pytest.MonkeyPatch
):
    served(trouble)
    use_model(monkeypatch, "http://127.0.0.1:9/v1")
    done = patrol(PatrolOptions(dry_run=True))["moderation"]
    assert done["unasked"] > 0
    assert done["allow"] > 0
    with engine.connect() as connection:
        assert "llm" not in set(connection.execute(select(schema.verdicts.c.decided_by)).scalars())
