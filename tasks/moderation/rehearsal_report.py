"""Tells a rehearsal to the CM as Markdown: what each norm would do, then the comments that would be treated differently."""

from collections.abc import Sequence
from typing import Any

from domain.charter import Charter
from domain.language import Language, typeset
from tasks.moderation.rehearsal import NormEffect, Rehearsal
from tasks.publishing.escaping import markdown
from tasks.publishing.quoting import shorten
from tasks.publishing.wording import Wording

SHOWN = 50
QUOTE_GRAPHEMES = 140

PHRASES: dict[Language, dict[str, str]] = {
    "fr": {
        "title": "Répétition de la charte",
        "counts": "{comments} commentaires rejugés, rien n'a été fait. **Traités autrement : {changed}.**",
        "uncertain": "À confirmer par une personne (ou un grand modèle) : {before} aujourd'hui, {after} avec la nouvelle charte.",
        "asking": "Demander l'avis d'un modèle de langue sur tous les doutes prendrait environ {calls} appels, {usd} $.",
        "same": "Aucun commentaire ne serait traité autrement.",
        "norms": "Norme | Aujourd'hui | Répétition | Précision estimée",
        "unknown": "inconnue : personne n'a encore décidé",
        "precision": "{share} ({low} à {high} ; {decided} décisions)",
        "changes": "Date | Commentaire | Aujourd'hui | Répétition | Décision humaine",
        "more": "… et {count} autres, dans le fichier.",
        "allow": "laissé",
        "hold": "retenu",
        "remove": "retiré",
        "escalate": "confié à une personne",
    },
    "en": {
        "title": "Rehearsal of the charter",
        "counts": "{comments} comments judged again, nothing was done. **Treated differently: {changed}.**",
        "uncertain": "For a person (or a large model) to confirm: {before} today, {after} with the new charter.",
        "asking": "Asking a language model about all doubts would take about {calls} calls, ${usd}.",
        "same": "No comment would be treated differently.",
        "norms": "Norm | Today | Rehearsal | Estimated precision",
        "unknown": "unknown: nobody has decided yet",
        "precision": "{share} ({low} to {high}; {decided} decisions)",
        "changes": "Date | Comment | Today | Rehearsal | Human decision",
        "more": "… and {count} more, in the file.",
        "allow": "let stand",
        "hold": "held",
        "remove": "removed",
        "escalate": "passed on to a person",
    },
}


def rehearsal_markdown(rehearsal: Rehearsal, charter: Charter, language: Language, timezone: str) -> str:
    """The whole report, in the CM's language; at most SHOWN comments are quoted."""
    wording = Wording(language, timezone)
    words = {key: typeset(phrase, language) for key, phrase in PHRASES[language].items()}
    numbers = {
        "comments": wording.number(rehearsal.comments),
        "changed": wording.number(rehearsal.changes.height),
        "before": wording.number(rehearsal.uncertain_before),
        "after": wording.number(rehearsal.uncertain_after),
    }
    parts = [f"# {words['title']}", words["counts"].format(**numbers), words["uncertain"].format(**numbers)]
    if rehearsal.calls:
        usd = wording.number(rehearsal.usd, 4)
        parts.append(words["asking"].format(calls=wording.number(rehearsal.calls), usd=usd))
    titles = {norm.id: norm.title.get(language) or norm.id for norm in charter.norms}
    effects = [_effect(effect, titles, words, wording) for effect in rehearsal.effects if effect.before or effect.after]
    if effects:
        parts.append(_table(words["norms"], effects))
    if rehearsal.changes.is_empty():
        return "\n\n".join([*parts, words["same"]])
    shown = [_change(row, titles, words, wording) for row in rehearsal.changes.head(SHOWN).iter_rows(named=True)]
    parts.append(_table(words["changes"], shown))
    if rehearsal.changes.height > SHOWN:
        parts.append(words["more"].format(count=wording.number(rehearsal.changes.height - SHOWN)))
    return "\n\n".join(parts)


def _table(head: str, rows: Sequence[Sequence[str]]) -> str:
    columns = head.count("|") + 1
    return "\n".join([f"| {head} |", "|" + " --- |" * columns, *(f"| {' | '.join(row)} |" for row in rows)])


def _effect(effect: NormEffect, titles: dict[str, str], words: dict[str, str], wording: Wording) -> list[str]:
    precision = words["unknown"]
    if effect.precision is not None and effect.bounds is not None:
        low, high = effect.bounds
        precision = words["precision"].format(
            share=wording.percent(effect.precision),
            low=wording.percent(low),
            high=wording.percent(high),
            decided=wording.number(effect.decided),
        )
    title = titles.get(effect.norm, effect.norm)
    return [markdown(title), wording.number(effect.before), wording.number(effect.after), precision]


def _change(row: dict[str, Any], titles: dict[str, str], words: dict[str, str], wording: Wording) -> list[str]:
    when = wording.short_day(wording.local(row["created_at"]).date()) if row["created_at"] else ""
    quote = markdown(shorten(row["text"] or "", QUOTE_GRAPHEMES))
    return [
        when,
        quote,
        _treated(row["before"], row["norms_before"], titles, words),
        _treated(row["after"], row["norms_after"], titles, words),
        words[row["human"]] if row["human"] else "",
    ]


def _treated(action: str, norms: Sequence[str], titles: dict[str, str], words: dict[str, str]) -> str:
    named = ", ".join(markdown(titles.get(norm, norm)) for norm in norms)
    return f"{words[action]} ({named})" if named else words[action]
