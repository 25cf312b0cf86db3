"""The knowledge base in Dialogflow's and LivePerson's forms, and hand-offs by webhook."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors import dialogflow, liveperson, webhook
from connectors.contract import ConnectorError, RateLimited, Rejected, Unauthorized, Unavailable
from domain.knowledge import Knowledge, KnowledgeEntry

WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40)
ENTRIES = st.builds(
    KnowledgeEntry,
    id=st.sampled_from(["charge", "return", "price"]),
    lang=st.sampled_from(["fr", "en"]),
    question=WORDS,
    answer=WORDS,
    variants=st.lists(WORDS, max_size=3).map(tuple),
)
BASES = st.lists(ENTRIES, max_size=6, unique_by=lambda entry: (entry.id, entry.lang)).map(
    lambda entries: Knowledge(tuple(entries))
)
DRAFT = KnowledgeEntry("secret", "fr", "q", "a", status="draft")
INTERNAL = KnowledgeEntry("team", "fr", "q", "a", audience="internal")


@given(BASES)
def test_the_faq_comes_back_as_it_was(base: Knowledge):
    wanted = [(text, entry.answer) for entry in base.entries for text in (entry.question, *entry.variants)]
    assert dialogflow.read_faq_csv(dialogflow.faq_csv(base)) == wanted


@given(BASES)
def test_an_es_agent_comes_back_with_every_phrase_and_answer_and_is_always_the_same(base: Knowledge):
    content = dialogflow.es_agent(base, "Lumio", ("fr", "en"))
    found = dialogflow.read_es_agent(content)
    wanted = {(e.id, e.lang): ([e.question, *e.variants], e.answer) for e in base.entries}
    assert found == wanted
    assert content == dialogflow.es_agent(base, "Lumio", ("fr", "en"))


@given(BASES)
def test_cx_intents_and_articles_hold_every_entry_once(base: Knowledge):
    intents = dialogflow.cx_intents(base)
    said = [[phrase["parts"][0]["text"] for phrase in intent["trainingPhrases"]] for intent in intents]
    assert said == [[entry.question, *entry.variants] for entry in base.entries]
    listed = liveperson.articles(base, ("fr", "en"))["articles"]
    assert [(one["title"], one["detail"], one["language"]) for one in listed] == [
        (entry.question, entry.answer, entry.lang) for entry in base.entries
    ]


def test_long_names_of_cx_intents_fit_and_stay_apart():
    long = "comment-changer-la-batterie-de-la-lampe-avant-quand-elle-ne-tient-plus-la-charge"
    ids = (f"{long}-en-hiver", f"{long}-en-montagne", "ship")
    base = Knowledge(tuple(KnowledgeEntry(id_, lang, "?", "!") for id_ in ids for lang in ("fr", "en")))
    names = [intent["displayName"] for intent in dialogflow.cx_intents(base)]
    assert len(set(names)) == len(names)
    assert all(len(name) <= 64 and name.endswith((".fr", ".en")) for name in names)
    assert names[-2:] == ["ship.fr", "ship.en"]


def test_drafts_and_internal_entries_stay_at_home():
    base = Knowledge((DRAFT, INTERNAL))
    assert dialogflow.faq_csv(base) == ""
    assert dialogflow.read_es_agent(dialogflow.es_agent(base, "Lumio", ("fr",))) == {}
    assert liveperson.articles(base, ("fr",))["articles"] == dialogflow.cx_intents(base) == []


@pytest.mark.parametrize(
    ("request_", "read"),
    [
        ({"queryResult": {"queryText": "hi", "languageCode": "fr"}}, ("es", "hi", "fr")),
        ({"text": "hi", "languageCode": "fr-ca", "fulfillmentInfo": {"tag": "faq"}}, ("cx", "hi", "fr-ca")),
        ({"text": "hi"}, None),
        ({"queryResult": {"queryText": 3}}, None),
        ({}, None),
    ],
)
def test_both_editions_of_a_fulfilment_request_are_read(request_: dict, read: Any):
    assert dialogflow.asked(request_) == read


@pytest.mark.parametrize(
    ("status", "error"), [(200, None), (401, Unauthorized), (422, Rejected), (429, RateLimited), (503, Unavailable)]
)
def test_a_handoff_is_posted_and_each_refusal_has_its_error(
    serve: Any, answer: Any, monkeypatch: pytest.MonkeyPatch, status: int, error: type[ConnectorError] | None
):
    loopback = serve(lambda request: answer({}, status=status))
    monkeypatch.setenv("VIGIE_HANDOFF_WEBHOOK_URL", loopback.url)
    monkeypatch.setenv("VIGIE_HANDOFF_WEBHOOK_TOKEN", "s3cret")
    body = {"comment_id": "reddit:t1_a", "reason": "legal"}
    if error is None:
        webhook.post(body)
    else:
        with pytest.raises(error) as raised:
            webhook.post(body)
        assert "s3cret" not in str(raised.value)
    assert json.loads(loopback.requests[0].body) == body


def test_a_dead_webhook_is_unavailable(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("VIGIE_HANDOFF_WEBHOOK_URL", "http://127.0.0.1:9/")
    with pytest.raises(Unavailable):
        webhook.post({})
