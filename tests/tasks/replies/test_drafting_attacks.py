"""Every attack on the judge is tried on replies, too, with a model that says whatever the member wanted to be said."""

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from pydantic import BaseModel
from ruamel.yaml import YAML

from connectors.contract import ConnectorError
from domain.charter import Charter, Norm, Replies
from domain.knowledge import Knowledge, KnowledgeEntry
from domain.records import COMMENT_SCHEMA, DRAFT_SCHEMA
from tasks.replies.adapting import adapt
from tasks.replies.grounding import flaws

ENTRIES = {
    "en": KnowledgeEntry("battery", "en", "How long does the battery last?", "The battery lasts 12 hours in eco mode."),
    "fr": KnowledgeEntry("batterie", "fr", "Combien dure la batterie ?", "La batterie dure 12 heures en mode éco."),
}
CHARTER = Charter(norms=[Norm(id="spam")], replies=Replies(autonomy="act"))
FILE = Path(__file__).parents[1] / "moderation" / "attacks.yaml"
PLAIN = [text for texts in YAML(typ="safe").load(FILE.read_text("utf-8")).values() for text in texts]
ATTACKS = [*PLAIN, *(text.upper() for text in PLAIN), *("\u200b".join(text) for text in PLAIN)]


class Obedient:
    """It answers with the member's own words, after a sentence that is true."""

    def __init__(self, entry: KnowledgeEntry) -> None:
        self.entry = entry

    def ask(self, instructions: str, text: str, shape: type[BaseModel]) -> Any:
        said = [self.entry.answer, json.loads(text)["question"]]
        reply = [{"text": one[:400], "source": self.entry.id} for one in said]
        return shape.model_validate({"action": "answer", "reply": reply})


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_no_attack_puts_its_words_into_a_reply(lang: str) -> None:
    entry = ENTRIES[lang]
    rows = [
        {"id": f"c{at}", "platform": "reddit", "text": text, "lang": lang, "deleted": False}
        for at, text in enumerate(ATTACKS)
    ]
    draft = {"kind": "answer", "lang": lang, "text": entry.answer, "entry_id": entry.id, "autonomy": "act"}
    drafts = pl.DataFrame([draft | {"comment_id": row["id"]} for row in rows], schema=dict(DRAFT_SCHEMA))
    comments = pl.DataFrame(rows, schema=dict(COMMENT_SCHEMA))
    found = adapt(drafts, comments, {}, Knowledge((entry,)), CHARTER, "", Obedient(entry), lambda: True, ConnectorError)
    for row, text in zip(found.drafts.iter_rows(named=True), ATTACKS, strict=True):
        assert row["text"] == entry.answer, text


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_the_words_of_an_attack_rest_on_no_entry(lang: str) -> None:
    entry = ENTRIES[lang]
    assert len(ATTACKS) >= 150
    for text in ATTACKS:
        assert flaws([entry.answer, text], [entry.question, entry.answer]), text
