"""One click takes a reader off the digest; a scanner that only looks at the link takes nobody off."""

from urllib.parse import urlsplit

import pytest
from sqlalchemy import Engine
from starlette.applications import Starlette
from starlette.testclient import TestClient

from connectors.store.unsubscribed import unsubscribed_of
from deployments.unsubscribe_page import unsubscribe_routes
from domain.community import Community
from tasks.signed_links import unsubscribe_url

ANN, BOB = "ann@lumen.example", "bob@lumen.example"
COMMUNITY = Community.model_validate({
    "name": "Café Lumen",
    "sources": [{"platform": "reddit", "kind": "subreddit", "name": "lumen"}],
    "recipients": [
        {"channel": "email", "address": ANN, "language": "en"},
        {"channel": "email", "address": BOB, "language": "fr"},
    ],
    "unsubscribe_url": "https://aide.lumen.example/unsubscribe",
})  # fmt: skip


@pytest.fixture(autouse=True)
def secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIGIE_LINK_SECRET", "a-long-secret")


@pytest.fixture
def client(engine: Engine) -> TestClient:
    return TestClient(Starlette(routes=list(unsubscribe_routes(COMMUNITY, engine))))


def link(address: str) -> str:
    """The link of a mail, as the server behind its host sees it."""
    parts = urlsplit(unsubscribe_url(COMMUNITY, address))
    return f"{parts.path}?{parts.query}" if parts.query else ""


def test_looking_at_the_link_changes_nothing_and_the_button_does(client: TestClient, engine: Engine) -> None:
    page = client.get(link(BOB))
    assert "Ne plus recevoir le digest\u202f?" in page.text and '<form method="post">' in page.text
    assert unsubscribed_of(engine, [ANN, BOB]) == set()
    assert "C’est fait" in client.post(link(BOB)).text
    assert unsubscribed_of(engine, [ANN, BOB]) == {BOB}


def test_a_mail_clients_own_click_is_enough(client: TestClient, engine: Engine) -> None:
    done = client.post(link(ANN), data={"List-Unsubscribe": "One-Click"})  # RFC 8058
    assert done.status_code == 200 and "Done" in done.text
    assert unsubscribed_of(engine, [ANN, BOB]) == {ANN}


@pytest.mark.parametrize("address", ["/unsubscribe", "/unsubscribe?to=", "/unsubscribe?to=<script>"])
def test_a_link_that_names_nobody_takes_nobody_off(client: TestClient, engine: Engine, address: str) -> None:
    for answer in (client.get(address), client.post(address)):
        assert answer.status_code == 404 and "<script>" not in answer.text and ANN not in answer.text
    assert unsubscribed_of(engine, [ANN, BOB]) == set()


@pytest.mark.parametrize("other", ["another-secret", ""])
def test_a_link_that_was_not_signed_here_takes_nobody_off(
    client: TestClient, engine: Engine, other: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIGIE_LINK_SECRET", other)
    forged = link(ANN)
    assert client.post(forged or "/unsubscribe?to=").status_code == 404
    assert unsubscribed_of(engine, [ANN]) == set()


def test_without_a_secret_there_is_no_link_and_no_page_takes_anybody_off(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("VIGIE_LINK_SECRET")
    assert unsubscribe_url(COMMUNITY, ANN) == ""
    unsigned = TestClient(Starlette(routes=list(unsubscribe_routes(COMMUNITY, engine))))
    assert unsigned.post("/unsubscribe?to=").status_code == 404
    assert unsubscribed_of(engine, [ANN, BOB]) == set()
