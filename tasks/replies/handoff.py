"""Hands a comment to a human: why, how urgent, due when, and two lines that tell the CM what it is about."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from domain.community import Community, Language
from domain.records import Urgency
from tasks.replies.concerns import masked
from tasks.replies.hours import after_working_hours

EXCERPT_CHARS = 160
HOURS_WHEN_CRITICAL = 1
HOURS_WHEN_HIGH = 4

TOPICS: dict[str, dict[Language, str]] = {
    "danger": {"fr": "Danger pour une personne", "en": "Somebody may be in danger"},
    "threat": {"fr": "Menace", "en": "Threat"},
    "health": {"fr": "Santé ou sécurité", "en": "Health or safety"},
    "defect": {"fr": "Défaut dangereux", "en": "Dangerous defect"},
    "legal": {"fr": "Sujet juridique", "en": "Legal matter"},
    "harassment": {"fr": "Plainte visant une personne", "en": "Complaint about a person"},
    "hacked": {"fr": "Fraude ou compte piraté", "en": "Fraud or hacked account"},
    "press": {"fr": "Demande de la presse", "en": "Press enquiry"},
    "refund": {"fr": "Demande de remboursement", "en": "Refund demanded"},
    "data_request": {"fr": "Droits sur les données personnelles", "en": "Personal data rights"},
    "exposed_data": {"fr": "Données personnelles visibles", "en": "Personal data in public"},
    "wants_human": {"fr": "Souhaite parler à une personne", "en": "Wants to reach a person"},
    "conflict": {"fr": "Conflit avec l’équipe", "en": "Conflict with the team"},
    "anger": {"fr": "Membre en colère", "en": "Angry member"},
    "angry_regular": {"fr": "Un habitué est en colère", "en": "An angry regular"},
    "no_answer": {"fr": "Aucune réponse dans la base de connaissances", "en": "No answer in the knowledge base"},
    "other_question": {"fr": "Une autre question, sans réponse", "en": "Another question, without an answer"},
    "no_room": {
        "fr": "La réponse est vide ou trop longue pour la plateforme",
        "en": "The answer is empty or too long for the platform",
    },
    "asked_again": {
        "fr": "A déjà reçu cette réponse et demande encore",
        "en": "Had this answer before and asks again",
    },
    "not_helped": {
        "fr": "Dit que notre réponse n’aide pas",
        "en": "Says that our answer does not help",
    },
    "not_said": {
        "fr": "Le modèle juge que l’entrée ne répond pas à la question",
        "en": "The model finds that the entry does not answer the question",
    },
    "escalated": {"fr": "Signalé par la modération", "en": "Escalated by moderation"},
}
_PLATFORMS = {"reddit": "Reddit", "youtube": "YouTube", "x": "X"}
_NOBODY: dict[Language, str] = {"fr": "compte supprimé", "en": "deleted account"}
_QUOTED: dict[Language, str] = {"fr": "«\u00a0{}\u00a0»", "en": "“{}”"}
_NEAREST: dict[Language, str] = {"fr": "entrée la plus proche\u00a0: {}", "en": "nearest entry: {}"}


def due_at(now: datetime, urgency: str, community: Community) -> datetime:
    """When a human must have looked: never later than the community promises, in its working hours.

    What is critical does not wait for the morning.
    """
    promised = community.reply_within_hours
    if urgency == Urgency.CRITICAL:
        return now + timedelta(hours=min(HOURS_WHEN_CRITICAL, promised))
    return after_working_hours(now, min(HOURS_WHEN_HIGH, promised) if urgency == Urgency.HIGH else promised, community)


def handoff(
    comment: Mapping[str, Any],
    topic: str,
    reason: str,
    urgency: str,
    now: datetime,
    community: Community,
    nearest: str | None = None,
) -> dict[str, Any]:
    """A row of HANDOFF_SCHEMA. comment: a row of COMMENT_SCHEMA; nearest: the question of the nearest entry, if any."""
    return {
        "comment_id": comment["id"],
        "reason": reason,
        "urgency": str(urgency),
        "due_at": due_at(now, urgency, community),
        "summary": summary(comment, topic, community.languages[0], nearest),
    }


def topic_of(summary: str) -> str | None:
    """The topic that a summary in any language begins with; None for one that a human or an appeal wrote."""
    first = summary.split(" · ", 1)[0]
    return next((topic for topic, names in TOPICS.items() if first in names.values()), None)


def summary(comment: Mapping[str, Any], topic: str, lang: Language, nearest: str | None = None) -> str:
    """Two lines in the CM's language: what, who and where; then the words, without personal data."""
    author = comment["author_name"] or _NOBODY[lang]
    where = _PLATFORMS.get(comment["platform"], comment["platform"])
    parts = [TOPICS[topic][lang], f"{' '.join(author.split())} ({where})"]
    if nearest:
        parts.append(_NEAREST[lang].format(nearest))
    text = masked(comment["text"] or "")
    excerpt = text if len(text) <= EXCERPT_CHARS else text[:EXCERPT_CHARS].rsplit(" ", 1)[0] + "…"
    return " · ".join(parts) + "\n" + _QUOTED[lang].format(excerpt)
