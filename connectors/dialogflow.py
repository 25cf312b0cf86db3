"""The knowledge base in Dialogflow's forms, and the answers of a fulfilment webhook for both of its editions.

FAQ: a UTF-8 CSV of question and answer without a header (Dialogflow ES knowledge connectors and Agent Assist, "FAQ content").
ES: the zip of "Export and import": agent.json, package.json, and intents/NAME.json with intents/NAME_usersays_LANG.json. CX: the
fields of the REST resource `projects.locations.agents.intents` (v3: displayName, trainingPhrases[].parts[].text).
Webhooks: ES takes `queryResult.queryText` and answers `fulfillmentText`; CX takes `text` and answers
`fulfillment_response.messages[].text.text`. Importing them into a console needs an account and was not tried.
"""

import csv
import io
import json
import uuid
import zipfile
from collections.abc import Mapping
from typing import Any

from domain.knowledge import Knowledge, KnowledgeEntry

NAMESPACE = uuid.UUID("6e0c3f5e-3d0f-5c1e-9d54-8f2d8f6f7a10")  # so that the same entry keeps its id in every export
ROUTINE_PRIORITY = 500_000
EPOCH = (1980, 1, 1, 0, 0, 0)  # of the files in the zip: the same knowledge makes the same bytes
MOST_CX_NAME_CHARS = 64


def faq_csv(knowledge: Knowledge) -> str:
    """Two columns without a header: each question and variant, and its answer."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    for entry in _approved(knowledge):
        rows.writerows([question, entry.answer] for question in (entry.question, *entry.variants))
    return out.getvalue()


def read_faq_csv(text: str) -> list[tuple[str, str]]:
    """(question, answer) of each row."""
    return [(row[0], row[1]) for row in csv.reader(io.StringIO(text)) if row]


def es_agent(knowledge: Knowledge, name: str, languages: tuple[str, ...]) -> bytes:
    """The zip of an agent whose intents are the entries, one for each id, with the phrases of each language."""
    files: dict[str, Any] = {
        "package.json": {"version": "1.0.0"},
        "agent.json": {
            "description": name,
            "language": languages[0],
            "supportedLanguages": list(languages[1:]),
            "defaultTimezone": "Europe/Paris",
            "webhook": {"url": "", "available": False, "headers": {}},
            "enableOnePlatformApi": True,
            "isPrivate": True,
        },
    }
    by_id: dict[str, list[KnowledgeEntry]] = {}
    for entry in _approved(knowledge):
        by_id.setdefault(entry.id, []).append(entry)
    for entry_id, entries in by_id.items():
        files[f"intents/{entry_id}.json"] = _es_intent(entry_id, entries)
        for entry in entries:
            files[f"intents/{entry_id}_usersays_{entry.lang}.json"] = [
                _es_phrase(entry, phrase) for phrase in (entry.question, *entry.variants)
            ]
    return _zipped(files)


def read_es_agent(content: bytes) -> dict[tuple[str, str], tuple[list[str], str]]:
    """(entry id, language) -> phrases and answer, of what `es_agent` wrote."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        files = {name: json.loads(archive.read(name)) for name in archive.namelist()}
    found = {}
    for name, content_of in files.items():
        if not name.startswith("intents/") or "_usersays_" in name:
            continue
        for message in content_of["responses"][0]["messages"]:
            phrases = files[f"{name.removesuffix('.json')}_usersays_{message['lang']}.json"]
            said = ["".join(part["text"] for part in phrase["data"]) for phrase in phrases]
            found[content_of["name"], message["lang"]] = (said, message["speech"][0])
    return found


def cx_intents(knowledge: Knowledge) -> list[dict[str, Any]]:
    """One intent for each entry and language, in the fields of the REST resource."""
    return [
        {
            "displayName": _cx_name(entry),
            "trainingPhrases": [
                {"parts": [{"text": phrase}], "repeatCount": 1} for phrase in (entry.question, *entry.variants)
            ],
            "priority": ROUTINE_PRIORITY,
            "description": entry.question[:140],
            "labels": {"vigie": "", f"lang-{entry.lang}": ""},
        }
        for entry in _approved(knowledge)
    ]


def _cx_name(entry: KnowledgeEntry) -> str:
    """A name of its own within an agent: of a long id its beginning, and a code that two long ids do not share."""
    name = f"{entry.id}.{entry.lang}"
    if len(name) <= MOST_CX_NAME_CHARS:
        return name
    tail = f"-{uuid.uuid5(NAMESPACE, entry.id).hex[:8]}.{entry.lang}"
    return entry.id[: MOST_CX_NAME_CHARS - len(tail)] + tail


def asked(request: Mapping[str, Any]) -> tuple[str, str, str] | None:
    """(edition, question, language code) of a webhook's request; None where it is neither ES's nor CX's."""
    result = request.get("queryResult")
    if isinstance(result, Mapping) and isinstance(result.get("queryText"), str):
        return "es", result["queryText"], str(result.get("languageCode") or "")
    if isinstance(request.get("text"), str) and isinstance(request.get("fulfillmentInfo"), Mapping):
        return "cx", request["text"], str(request.get("languageCode") or "")
    return None


def answered(edition: str, text: str) -> dict[str, Any]:
    """The webhook's answer in the form of that edition."""
    if edition == "es":
        return {"fulfillmentText": text, "fulfillmentMessages": [{"text": {"text": [text]}}], "source": "vigie"}
    return {"fulfillment_response": {"messages": [{"text": {"text": [text]}}]}}


def _approved(knowledge: Knowledge) -> list[KnowledgeEntry]:
    return [entry for entry in knowledge.entries if entry.status == "approved" and entry.audience == "public"]


def _es_intent(entry_id: str, entries: list[KnowledgeEntry]) -> dict[str, Any]:
    messages = [
        {"type": "0", "title": "", "textToSpeech": "", "lang": entry.lang, "speech": [entry.answer], "condition": ""}
        for entry in entries
    ]
    response = {
        "resetContexts": False, "action": "", "affectedContexts": [], "parameters": [], "messages": messages, "speech": [],
    }  # fmt: skip
    return {
        "id": str(uuid.uuid5(NAMESPACE, entry_id)),
        "name": entry_id,
        "auto": True,
        "contexts": [],
        "responses": [response],
        "priority": ROUTINE_PRIORITY,
        "webhookUsed": False,
        "webhookForSlotFilling": False,
        "fallbackIntent": False,
        "events": [],
        "conditionalResponses": [],
        "condition": "",
        "conditionalFollowupEvents": [],
    }


def _es_phrase(entry: KnowledgeEntry, phrase: str) -> dict[str, Any]:
    return {
        "id": str(uuid.uuid5(NAMESPACE, f"{entry.id}:{entry.lang}:{phrase}")),
        "data": [{"text": phrase, "userDefined": False}],
        "isTemplate": False,
        "count": 0,
        "lang": entry.lang,
        "updated": 0,
    }


def _zipped(files: Mapping[str, Any]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            archive.writestr(zipfile.ZipInfo(name, EPOCH), json.dumps(files[name], ensure_ascii=False, indent=2))
    return out.getvalue()
