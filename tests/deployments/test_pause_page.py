"""One click on an alert's link pauses replies on a crisis; what only looks at the link, or forges one, pauses nothing."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from sqlalchemy import Engine
from starlette.applications import Starlette
from starlette.testclient import TestClient

from connectors.store import alerts
from deployments.pause_page import pause_routes
from domain.community import Community
from domain.insights import Signal
from domain.language import Language
from tasks.signed_links import pause_token, pause_url, unsubscribe_token

COMMUNITY = Community.model_validate({
    "name": "Café Lumen",
    "sources": [{"platform": "reddit", "kind": "subreddit", "name": "lumen"}],
    "pause_url": "https://aide.lumen.example/vigie/pause",
})  # fmt: skip
CRISIS = "1102-strap"


@pytest.fixture(autouse=True)
def secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIGIE_LINK_SECRET", "a-long-secret")


@pytest.fixture
def client(engine: Engine) -> TestClient:
    now = datetime.now(UTC)
    signal = Signal("crisis", now, 2, 31, 2, ("strap", "<snaps>"), label="strap snaps")
    alerts.save_crisis(engine, CRISIS, signal, now)
    return TestClient(Starlette(routes=list(pause_routes(COMMUNITY, engine))))


def link(crisis: str, language: Language = "en") -> str:
    """The link of an alert, as the server behind its host sees it."""
    parts = urlsplit(pause_url(COMMUNITY, crisis, language))
    return f"/{parts.path.rsplit('/', 1)[-1]}?{parts.query}"


def paused(engine: Engine) -> list[str]:
    return [row["subject"] for row in alerts.pauses(engine, datetime.now(UTC))]


def test_looking_pauses_nothing_the_button_does_and_another_ends_it(client: TestClient, engine: Engine) -> None:
    page = client.get(link(CRISIS))
    assert "Pause automated replies?" in page.text and "strap snaps" in page.text and "<snaps>" not in page.text
    client.head(link(CRISIS))
    assert paused(engine) == []
    done = client.post(link(CRISIS))
    assert "Automated replies are paused" in done.text and "On this subject, until" in done.text
    assert paused(engine) == [CRISIS]
    held = alerts.pauses(engine, datetime.now(UTC))[0]
    assert held["terms"] == ["strap", "<snaps>"] and held["until"] > datetime.now(UTC) + timedelta(hours=23)
    assert "Automated replies are paused" in client.get(link(CRISIS)).text
    assert "Automated replies resume" in client.post(link(CRISIS).replace("/pause", "/resume")).text
    assert paused(engine) == []


def test_the_page_speaks_the_readers_language(client: TestClient) -> None:
    page = client.get(link(CRISIS, "fr")).text
    assert "Suspendre les réponses automatiques\u202f?" in page and '<html lang="fr">' in page


def test_a_forged_link_and_a_forgotten_crisis_pause_nothing(client: TestClient, engine: Engine) -> None:
    for_another = f"/pause?crisis={CRISIS}&token={pause_token('Café Lumen', '1102-price')}"
    of_another_kind = f"/pause?crisis={CRISIS}&token={unsubscribe_token('Café Lumen', CRISIS)}"
    for address in ("/pause", f"/pause?crisis={CRISIS}", for_another, of_another_kind, link("0101-unknown")):
        for answer in (client.get(address), client.post(address), client.post(address.replace("/pause", "/resume"))):
            assert answer.status_code == 404 and "strap" not in answer.text
    assert paused(engine) == []


def test_without_a_secret_there_is_no_link(client: TestClient, monkeypatch: pytest.MonkeyPatch, engine: Engine) -> None:
    monkeypatch.delenv("VIGIE_LINK_SECRET")
    assert pause_url(COMMUNITY, CRISIS, "en") == ""
    assert client.post(f"/pause?crisis={CRISIS}&token=").status_code == 404
    assert paused(engine) == []
