"""The statement of reasons of an act: what a member is told about a decision on their message.

It answers what article 17(3) of the EU's Digital Services Act asks for: what was restricted, on which ground, from which
facts, whether by automated means, and how to contest.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from domain.charter import Charter, Norm
from domain.language import Language, typeset
from domain.records import DecidedBy
from tasks.moderation.appeals import phrase
from tasks.moderation.cascade import reason
from tasks.publishing.quoting import shorten
from tasks.publishing.wording import Wording

LONGEST_QUOTE = 120  # graphemes of the member's own words

PHRASES: dict[Language, dict[str, str]] = {
    "fr": {
        "hold": "Votre message du {date} attend d'être relu : les autres membres ne le voient pas.",
        "remove": "Votre message du {date} a été retiré.",
        "escalate": "Votre message du {date} est lu par une personne de l'équipe.",
        "norm": "Règle : {title}. {description}",
        "why": "Motif : {reason}",
        "facts": "Passage : « {quote} »",
        "whole": "La décision porte sur l'ensemble du message.",
        "automated": "Vigie, un robot, a repéré ce message et a décidé seul, comme l'équipe l'y autorise.",
        "assisted": "Vigie, un robot, a repéré ce message ; une personne de l'équipe a décidé.",
        "human": "Une personne de l'équipe a décidé.",
        "contest": "Pour contester, répondez « {phrase} » : une personne relira votre message.",
        "versions": "Décision nº {id}, charte {charter}, modèles {model}.",
    },
    "en": {
        "hold": "Your message of {date} waits to be read again: other members do not see it.",
        "remove": "Your message of {date} was removed.",
        "escalate": "Your message of {date} is being read by a person of the team.",
        "norm": "Rule: {title}. {description}",
        "why": "Reason: {reason}",
        "facts": "Passage: “{quote}”",
        "whole": "The decision is about the whole message.",
        "automated": "Vigie, a bot, found this message and decided alone, as the team lets it.",
        "assisted": "Vigie, a bot, found this message; a person of the team decided.",
        "human": "A person of the team decided.",
        "contest": "To contest this, reply “{phrase}”: a person will read your message again.",
        "versions": "Decision no. {id}, charter {charter}, models {model}.",
    },
}


def statement_of_reasons(
    verdict: Mapping[str, Any], created_at: datetime, lang: str | None, charter: Charter, timezone: str
) -> str:
    """A few plain lines in the member's language (French, else English); empty for what restricts nothing.

    verdict: `id`, `action`, `norms`, `evidence` (parsed), `decided_by`, `status`, `charter_version`, `model_version`.
    created_at: when the message was written. Norms that the charter no longer has are named by their id.
    """
    language: Language = "fr" if lang == "fr" else "en"
    words = {key: typeset(words, language) for key, words in PHRASES[language].items()}
    if verdict["action"] not in words:
        return ""
    wording = Wording(language, timezone)
    written = wording.day(wording.local(created_at).date(), year=True, weekday=False)
    lines = [words[verdict["action"]].format(date=written)]
    for norm_id in verdict["norms"][:1]:
        norm = next((norm for norm in charter.norms if norm.id == norm_id), Norm(id=norm_id))
        title, description = norm.title.get(language, norm_id), norm.description.get(language, "")
        lines += [
            words["norm"].format(title=title, description=description).strip(),
            words["why"].format(reason=reason(norm, lang)),
        ]
    lines += [_facts(verdict["evidence"], words), words[means_of(verdict["decided_by"], verdict["status"])]]
    told = phrase(charter, language)
    if told:
        lines.append(words["contest"].format(phrase=told))
    versions = {"charter": verdict["charter_version"], "model": verdict["model_version"]}
    lines.append(words["versions"].format(id=verdict["id"], **versions))
    return "\n".join(lines)


def means_of(decided_by: str, status: str) -> Literal["human", "assisted", "automated"]:
    """Who decided: a person, a person on the machine's proposal, or the machine alone."""
    if decided_by == DecidedBy.HUMAN:
        return "human"
    return "assisted" if status == "confirmed" else "automated"


def _facts(evidence: Sequence[Mapping[str, Any]], words: Mapping[str, str]) -> str:
    quotes = [one["text"] for one in evidence if one.get("text", "").strip()]
    return words["facts"].format(quote=shorten(quotes[0], LONGEST_QUOTE)) if quotes else words["whole"]
