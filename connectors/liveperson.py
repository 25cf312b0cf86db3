"""The knowledge base as the articles document that LivePerson KnowledgeAI polls: title, intent qualifiers, summary, detail.

The names follow the columns of its "Internal knowledge base" articles (title, intent qualifiers, summary, detail, tags,
enabled, language). Whether a console takes the document as it is needs an account and was not tried.
"""

from typing import Any

from domain.knowledge import Knowledge

MOST_QUALIFIERS = 5  # as its documentation recommends
MOST_SUMMARY_CHARS = 1_000


def articles(knowledge: Knowledge, languages: tuple[str, ...]) -> dict[str, Any]:
    """The document: one article for each approved public entry and language, in the order of the files."""
    return {
        "version": 1,
        "languages": list(languages),
        "articles": [
            {
                "id": f"{entry.id}.{entry.lang}",
                "title": entry.question,
                "intentQualifiers": list(entry.variants[:MOST_QUALIFIERS]),
                "summary": entry.answer.split("\n\n")[0][:MOST_SUMMARY_CHARS],
                "detail": entry.answer,
                "links": list(entry.links),
                "language": entry.lang,
                "updated": entry.updated.isoformat() if entry.updated else None,
                "enabled": True,
            }
            for entry in knowledge.entries
            if entry.status == "approved" and entry.audience == "public"
        ],
    }
