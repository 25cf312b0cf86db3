"""`vigie export knowledge`: the knowledge base in the forms of Dialogflow and LivePerson."""

import json
from pathlib import Path

from connectors import dialogflow, liveperson
from connectors.files import write_text
from deployments.file_commands import read_knowledge
from domain.language import say


def export_knowledge(form: str, knowledge: Path, out: Path) -> str:
    """Write the knowledge (a CSV or a folder) to `out`. Raises WorkspaceError, UnreadableTable."""
    entries = read_knowledge(knowledge)
    languages = tuple(dict.fromkeys(entry.lang for entry in entries.entries)) or ("fr",)
    if form == "dialogflow-es":
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_bytes(dialogflow.es_agent(entries, "Vigie", languages))
    elif form == "dialogflow-faq":
        write_text(out, dialogflow.faq_csv(entries))
    else:
        content = (
            {"intents": dialogflow.cx_intents(entries)}
            if form == "dialogflow-cx"
            else liveperson.articles(entries, languages)
        )
        write_text(out, json.dumps(content, ensure_ascii=False, indent=2) + "\n")
    return say(fr="fiches : {count} → {out}", en="{count} entries: {out}", count=len(entries.entries), out=out)
