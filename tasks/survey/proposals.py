"""The files with which a community may begin, written for a CM to review: charter settings and knowledge entries.

Nothing here is in service: the charter never says more than `propose`, and entries are drafts until somebody approves them.
"""

import re
from collections.abc import Iterable

from domain.charter import Charter, Norm
from domain.language import Language, typeset
from domain.records import Autonomy
from domain.survey import Survey, SurveyedQuestion
from tasks.publishing.digest import community_slug
from tasks.publishing.wording import Wording

REVIEWABLE_A_DAY = 20  # decisions that a CM takes in a few minutes
CAN_BE_OBSERVED_FIRST = ("low", "medium")
SLUG_WORDS = 6

TEXTS: dict[Language, dict[str, str]] = {
    "fr": {
        "charter": "Première charte proposée par la carte des parcours ({period}). Rien n'est en service : relisez, corrigez,\n"
        "# essayez-la (vigie rehearse {file}), puis copiez ce que vous gardez dans charter.yaml.",
        "norm": "{title} : {count} en {days} jours",
        "flood": "plus de {limit} par jour : observez d'abord, la règle est sans doute trop large chez vous",
        "none": "rien de tel dans la période",
        "replies": "Réponses : toujours relues par une personne au début. « act » ne se décide qu'après des semaines sans correction.",
        "welcome": "« propose » accueille les nouveaux après relecture",
        "note": "Fiches proposées par la carte des parcours ({period}). `status: draft` : rien n'est publié. Relisez chaque réponse, "
        "corrigez-la,\nmettez `status: approved`, puis placez le fichier dans knowledge/.",
        "asked_only": "posée {n} fois.",
        "asked": "posée {n} fois, par {members}.",
        "from_team": "La réponse est celle de l'équipe : vérifiez-la.",
        "to_write": "À ÉCRIRE : l'équipe n'a pas encore répondu à cette question dans l'historique.",
        "humans": "Questions pour l'équipe",
    },
    "en": {
        "charter": "A first charter, proposed by the survey ({period}). Nothing is in service: read it, mend it,\n"
        "# try it (vigie rehearse {file}), then copy what you keep into charter.yaml.",
        "norm": "{title}: {count} in {days} days",
        "flood": "more than {limit} a day: observe first, the rule is probably too broad for you",
        "none": "nothing of the kind in the period",
        "replies": "Replies: a person reads each of them at first. Only weeks without corrections speak for `act`.",
        "welcome": "`propose` welcomes newcomers once a person has read it",
        "note": "Entries proposed by the survey ({period}). `status: draft`: nothing is published. Read each answer, mend it,\n"
        "set `status: approved`, then put the file into knowledge/.",
        "asked_only": "asked {n} times.",
        "asked": "asked {n} times, by {members}.",
        "from_team": "The answer is the team's own: check it.",
        "to_write": "TO BE WRITTEN: the team has not answered this question in the history.",
        "humans": "Questions for the team",
    },
}


def charter_proposal(found: Survey, charter: Charter, language: Language, file: str = "charter.proposed.yaml") -> str:
    """A charter.yaml with each norm of `charter`, how often it would have applied, and where to begin."""
    words, texts = Wording(language, found.period.timezone), TEXTS[language]
    lines = [f"# {texts['charter'].format(period=_period(found, words), file=file)}", "norms:"]
    for norm in charter.norms:
        count = found.norms.get(norm.id, 0)
        autonomy, reason = _autonomy(norm, count, found), _reason(norm, count, found, words)
        lines += [
            f"  - id: {norm.id}  # {reason}",
            f"    severity: {norm.severity}",
            f"    action: {norm.action}",
            f"    autonomy: {autonomy}",
        ]
    lines += [
        "",
        f"# {texts['replies']}",
        "replies:",
        "  autonomy: propose",
        f"  min_confidence: {charter.replies.min_confidence}",
        f"  welcome: {{autonomy: propose}}  # {texts['welcome']}",
        "",
    ]
    return "\n".join(lines)


def _autonomy(norm: Norm, count: int, found: Survey) -> Autonomy:
    """`propose`, or `observe` for what would flood the review; never `act`."""
    if norm.autonomy is Autonomy.OBSERVE or _floods(norm, count, found):
        return Autonomy.OBSERVE
    return Autonomy.PROPOSE


def _floods(norm: Norm, count: int, found: Survey) -> bool:
    return norm.severity in CAN_BE_OBSERVED_FIRST and count > REVIEWABLE_A_DAY * found.days


def _reason(norm: Norm, count: int, found: Survey, words: Wording) -> str:
    texts = TEXTS[words.language]
    title = _one_line(norm.title.get(words.language, norm.id))
    if not count:
        return f"{title} – {texts['none']}"
    told = texts["norm"].format(title=title, count=words.count("n_comments", count), days=words.number(found.days))
    return f"{told}; {texts['flood'].format(limit=REVIEWABLE_A_DAY)}" if _floods(norm, count, found) else told


def knowledge_proposals(found: Survey) -> dict[Language, str]:
    """Language -> a knowledge file with a draft for each question that no entry answers and that is no matter for people.

    What only people should answer stands at its end, as examples from which Vigie learns to hand over.
    """
    both: tuple[Language, ...] = ("fr", "en")
    made = {language: _knowledge(found, language) for language in both}
    return {language: text for language, text in made.items() if text}


def _knowledge(found: Survey, language: Language) -> str:
    own = [q for q in found.questions if q.lang == language]
    entries = [q for q in own if not q.entry_id and not q.concern]
    for_people = [_one_line(text) for q in own if q.concern for text in (q.text, *q.variants)]
    if not entries and not for_people:
        return ""
    words, texts = Wording(language, found.period.timezone), TEXTS[language]
    named = {_identifier(question.text, index): question for index, question in enumerate(entries)}
    note = typeset(texts["note"].format(period=_period(found, words)), language)
    evidence = "\n".join(_evidence(question, entry_id, words) for entry_id, question in named.items())
    parts = [f"---\nlang: {language}\nstatus: draft\n---", note, evidence]
    parts += [_entry(question, entry_id, language) for entry_id, question in named.items()]
    if for_people:
        parts.append(f"## {texts['humans']} {{#humans}}\n\n{_listed(dict.fromkeys(for_people))}")
    return "\n\n".join(part for part in parts if part) + "\n"


def _entry(question: SurveyedQuestion, entry_id: str, language: Language) -> str:
    answer = _plain_blocks(question.answer) or typeset(TEXTS[language]["to_write"], language)
    variants = _listed(question.variants or (question.text,))
    return f"## {_one_line(question.text)} {{#{entry_id}}}\n\n{variants}\n\n{answer}"


def _evidence(question: SurveyedQuestion, entry_id: str, words: Wording) -> str:
    """Why the entry is proposed, for the note that is never published."""
    texts, told = TEXTS[words.language], question.answering
    asked = texts["asked" if question.members else "asked_only"].format(
        n=words.number(told.asked), members=words.count("n_members", question.members)
    )
    line = f"`{entry_id}`{words.say('colon')}{asked}"
    return typeset(f"- {line} {texts['from_team']}" if question.answer else f"- {line}", words.language)


def _identifier(text: str, index: int) -> str:
    """A short id out of the question's words; its number keeps it apart from the others."""
    return "_".join([*community_slug(text).split("-")[:SLUG_WORDS], str(index + 1)])


def _listed(texts: Iterable[str]) -> str:
    return "\n".join(f"- {_one_line(text)}" for text in texts)


def _one_line(text: str) -> str:
    """On one line, and without what would make a heading, a list or an identifier of it."""
    return re.sub(r"^[\s#>*+\-]+|[{}\[\]<>`]", "", " ".join(text.split()))


def _plain_blocks(text: str) -> str:
    """What the team wrote, without what would begin an entry of its own."""
    return re.sub(r"(?m)^\s*(?:#{1,6}\s|---+\s*$|```)", "", text)


def _period(found: Survey, words: Wording) -> str:
    return words.period(found.period) if found.dated else words.say("undated")
