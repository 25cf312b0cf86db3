"""The fulfilment webhook: answers from the knowledge base, to whoever has the token, and to nobody else."""

import pytest
from starlette.testclient import TestClient

from deployments.webhook import MOST_BODY_BYTES, application
from domain.knowledge import Knowledge, KnowledgeEntry
from tasks.replies.matching import Matcher

BASE = Knowledge(
    (
        KnowledgeEntry(
            "charge",
            "fr",
            "Comment recharger la lampe ?",
            "Avec le **câble** fourni.",
            ("comment charger la batterie",),
        ),
        KnowledgeEntry("charge", "en", "How do I charge the light?", "With the cable.", ("how to charge the battery",)),
        KnowledgeEntry("return", "en", "How do I return it?", "Within 30 days.", ("can I send it back",)),
    )
)
BEARER = {"Authorization": "Bearer s3cret"}


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(application(BASE, Matcher.fit(BASE), "s3cret", 0.3))


def es(text: str, code: str = "fr") -> dict:
    return {"queryResult": {"queryText": text, "languageCode": code}}


def test_es_and_cx_get_the_answer_of_the_entry_in_their_language(client: TestClient):
    said = client.post("/dialogflow", json=es("comment recharger la lampe ?"), headers=BEARER).json()
    assert said["fulfillmentText"] == "Avec le câble fourni."
    cx = {"text": "how do I charge the light?", "languageCode": "en", "fulfillmentInfo": {"tag": "faq"}}
    said = client.post("/dialogflow", json=cx, headers=BEARER).json()
    assert said["fulfillment_response"]["messages"][0]["text"]["text"] == ["With the cable."]


def test_what_the_knowledge_base_does_not_know_is_left_to_a_person(client: TestClient):
    said = client.post("/dialogflow", json=es("quel temps fera-t-il à Lyon dimanche ?"), headers=BEARER).json()
    assert "une personne de l’équipe" in said["fulfillmentText"]


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "s3cre"}])
def test_nobody_is_answered_without_the_token(client: TestClient, headers: dict):
    assert client.post("/dialogflow", json=es("hi"), headers=headers).status_code == 401


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"text": "hi"}', b'{"text": "' + b"x" * MOST_BODY_BYTES + b'"}'])
def test_what_is_no_request_of_dialogflow_is_refused(client: TestClient, body: bytes):
    assert client.post("/dialogflow", content=body, headers=BEARER).status_code == 400
    assert client.get("/health").json() == {"entries": 2}
