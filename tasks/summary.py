"""What a patrol did, as the Markdown and the table that its run shows in the Prefect UI."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl
from prefect import task
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.cache_policies import NO_CACHE
from sqlalchemy import Engine

from connectors.store.reports import save_run, source_states
from domain.insights import Spending
from domain.language import Language, typeset
from domain.records import ActionKind, ActionStatus
from tasks.alerts.step import Told
from tasks.check import Checked
from tasks.collect import Pulled
from tasks.outbox import Done
from tasks.spending import spending_line


@dataclass(frozen=True)
class PatrolResult:
    """What each step of a patrol brought. moderation: cascade step or action -> count."""

    pulled: Sequence[Pulled]
    checked: Checked
    moderation: Mapping[str, int]
    drafts: int
    handoffs: int
    done: Sequence[Done]
    dry_run: bool
    waiting: int
    spending: Spending | None = None
    alerts: Sequence[Told] = ()


WORDS: dict[Language, dict[str, str]] = {
    "fr": {
        "title": "Ronde",
        "dry_run": "À blanc : rien n'a été envoyé.",
        "step": "Étape",
        "result": "Résultat",
        "collected": "Collecte",
        "collected_counts": "nouveaux : {new}, modifiés : {changed}, pages : {pages}",
        "checked": "Contrôles",
        "checked_counts": "vérifiés : {rows}, mis de côté : {aside}",
        "moderated": "Modération",
        "replied": "Réponses",
        "replied_counts": "brouillons : {drafts}, confiées à une personne : {handoffs}",
        "acted": "Envois",
        "nothing": "rien",
        "waiting": "**En attente d'une personne : {count}.** Lancez le flow `review`.",
        "late": "En retard",
        "late_line": "{source} depuis {since} : {error}",
        "gap": "Lacune",
        "never": "toujours",
        "set_aside": "Mis de côté",
        "set_aside_line": "{reason} : {count}",
        "docs": "Détail des contrôles : `{path}`",
        "alerts": "Alertes",
        "alert_failed": "{title} ({channel}) : non envoyée, {error}",
    },
    "en": {
        "title": "Patrol",
        "dry_run": "Dry run: nothing was sent.",
        "step": "Step",
        "result": "Result",
        "collected": "Collect",
        "collected_counts": "new: {new}, changed: {changed}, pages: {pages}",
        "checked": "Check",
        "checked_counts": "checked: {rows}, set aside: {aside}",
        "moderated": "Moderate",
        "replied": "Reply",
        "replied_counts": "drafts: {drafts}, handed to a person: {handoffs}",
        "acted": "Outbox",
        "nothing": "nothing",
        "waiting": "**Waiting for a person: {count}.** Run the flow `review`.",
        "late": "Late",
        "late_line": "{source} since {since}: {error}",
        "gap": "Gap",
        "never": "ever",
        "set_aside": "Set aside",
        "set_aside_line": "{reason}: {count}",
        "docs": "Details of the checks: `{path}`",
        "alerts": "Alerts",
        "alert_failed": "{title} ({channel}): not sent, {error}",
    },
}

NAMES: dict[Language, dict[str, str]] = {
    "fr": {
        "allow": "laissés",
        "hold": "à retenir",
        "remove": "à retirer",
        "escalate": "confiés à une personne",
        "reuse": "textes déjà jugés",
        "rule": "par les règles",
        "model": "par les modèles locaux",
        "endpoint": "par le service de modération",
        "llm": "par le grand modèle",
        "human": "par une personne",
        "model_calls": "appels au grand modèle",
        "unasked": "laissés à une personne faute de réponse du modèle",
    },
    "en": {
        "allow": "let stand",
        "hold": "to hold",
        "remove": "to remove",
        "escalate": "passed on to a person",
        "reuse": "texts judged before",
        "rule": "by rules",
        "model": "by local models",
        "endpoint": "by the moderation service",
        "llm": "by the large model",
        "human": "by a person",
        "model_calls": "calls to the large model",
        "unasked": "left to a person as the model did not answer",
    },
}
"""What moderation counts: actions, then the steps that decided."""

KINDS: dict[Language, dict[str, str]] = {
    "fr": {
        "reply": "réponses",
        "remove": "retraits",
        "approve": "rétablissements",
        "hold": "mises en attente",
        "lock": "verrouillages",
        "unlock": "déverrouillages",
        "report": "signalements",
        "distinguish": "mises en avant",
        "undistinguish": "mises en avant retirées",
        "delete": "suppressions de nos messages",
        "hide": "masquages",
        "unhide": "démasquages",
    },
    "en": {
        "reply": "replies",
        "remove": "removals",
        "approve": "restorations",
        "hold": "holds",
        "lock": "locks",
        "unlock": "unlocks",
        "report": "reports",
        "distinguish": "marks as the team's",
        "undistinguish": "marks as the team's taken off",
        "delete": "deletions of our messages",
        "hide": "hidden replies",
        "unhide": "replies shown again",
    },
}

OUTCOMES: dict[Language, dict[str, str]] = {
    "fr": {
        "done": "avec succès",
        "ready": "à réessayer",
        "failed": "sans succès (refus de la plateforme)",
        "uncertain": "sans certitude, à vérifier",
    },
    "en": {
        "done": "done",
        "ready": "to try again",
        "failed": "refused by the platform",
        "uncertain": "uncertain, to be looked at",
    },
}

COLUMNS: dict[Language, tuple[str, ...]] = {
    "fr": ("action", "commentaire", "issue", "lien", "erreur"),
    "en": ("action", "comment", "outcome", "link", "error"),
}

REASONS: dict[Language, dict[str, str]] = {
    "fr": {
        "bad_id": "identifiant absent ou mal formé",
        "bad_platform": "plateforme inconnue",
        "bad_kind": "ni message ni commentaire",
        "no_thread": "fil inconnu",
        "no_text": "texte vide",
        "text_too_long": "texte trop long",
        "no_date": "date absente",
        "impossible_date": "date impossible",
        "bad_permalink": "lien invalide",
    },
    "en": {
        "bad_id": "missing or malformed id",
        "bad_platform": "unknown platform",
        "bad_kind": "neither post nor comment",
        "no_thread": "unknown thread",
        "no_text": "empty text",
        "text_too_long": "text too long",
        "no_date": "no date",
        "impossible_date": "impossible date",
        "bad_permalink": "invalid link",
    },
}


def patrol_markdown(result: PatrolResult, late: Sequence[Mapping[str, Any]], language: Language) -> str:
    """The run's summary. late: rows of the sources whose last pull failed."""

    def say(key: str, **values: object) -> str:
        return typeset(WORDS[language][key], language).format(**values)

    saved = [pulled.saved for pulled in result.pulled]
    acts = Counter((done.action.kind, done.status) for done in result.done)
    rows = [
        (
            say("collected"),
            say(
                "collected_counts",
                new=sum(s.new for s in saved),
                changed=sum(s.changed for s in saved),
                pages=sum(pulled.pages for pulled in result.pulled),
            ),
        ),
        (say("checked"), say("checked_counts", rows=result.checked.rows, aside=len(result.checked.set_aside))),
        (say("moderated"), _judged(result.moderation, language) or say("nothing")),
        (say("replied"), say("replied_counts", drafts=result.drafts, handoffs=result.handoffs)),
        (say("acted"), _acted(acts, language) or say("nothing")),
    ]
    parts = [f"# {say('title')}"]
    if result.dry_run:
        parts.append(f"*{say('dry_run')}*")
    table = [f"| {say('step')} | {say('result')} |", "|---|---|", *(f"| {step} | {count} |" for step, count in rows)]
    parts.append("\n".join(table))
    if result.waiting:
        parts.append(say("waiting", count=result.waiting))
    if result.spending:
        parts.append(spending_line(result.spending, language))
    parts += _alerts(result, say)
    parts += _troubles(result, late, language, say)
    return "\n\n".join(parts)


def _alerts(result: PatrolResult, say: Any) -> list[str]:
    lines = [
        say("alert_failed", title=told.title, channel=told.channel, error=told.error)
        if told.error
        else f"{told.title} ({told.channel})"
        for told in result.alerts
    ]
    return [f"## {say('alerts')}\n\n" + "\n".join(f"- {line}" for line in lines)] if lines else []


def _troubles(result: PatrolResult, late: Sequence[Mapping[str, Any]], language: Language, say: Any) -> list[str]:
    parts = []
    if late:
        lines = [
            say(
                "late_line",
                source=f"`{row['id']}`",
                since=_since(row["last_ok_at"]) or say("never"),
                error=row["error"],
            )
            for row in late
        ]
        parts.append(f"## {say('late')}\n\n" + "\n".join(f"- {line}" for line in lines))
    gaps = [f"- `{pulled.source_id}` {pulled.gap}" for pulled in result.pulled if pulled.gap]
    if gaps:
        parts.append(f"## {say('gap')}\n\n" + "\n".join(gaps))
    if result.checked.set_aside:
        counts = Counter(result.checked.set_aside.values())
        lines = [
            f"- {say('set_aside_line', reason=REASONS[language][key], count=count)}"
            for key, count in counts.most_common()
        ]
        parts.append(f"## {say('set_aside')}\n\n" + "\n".join(lines))
    if result.checked.docs:
        parts.append(say("docs", path=result.checked.docs))
    return parts


def _judged(counts: Mapping[str, int], language: Language) -> str:
    return _listed([(name, counts[key]) for key, name in NAMES[language].items() if counts.get(key)], language)


def _acted(counts: Mapping[tuple[ActionKind, ActionStatus], int], language: Language) -> str:
    kinds, outcomes = KINDS[language], OUTCOMES[language]
    told = [(f"{kinds[kind]} {outcomes[status]}", count) for (kind, status), count in sorted(counts.items())]
    return _listed(told, language)


def _listed(told: Sequence[tuple[str, int]], language: Language) -> str:
    line = typeset({"fr": "{name} : {count}", "en": "{name}: {count}"}[language], language)
    return ", ".join(line.format(name=typeset(name, language), count=count) for name, count in told)


def _since(instant: datetime | None) -> str | None:
    return f"{instant:%Y-%m-%d %H:%M} UTC" if instant else None


@task(name="summarise", cache_policy=NO_CACHE)
def summarise(
    engine: Engine, result: PatrolResult, language: Language, run_id: str, started: datetime, finished: datetime
) -> dict[str, Any]:
    """Show the run in the Prefect UI and keep it in the store. Gives the summary's numbers."""
    late = source_states(engine).filter(pl.col("error").is_not_null()).to_dicts()
    create_markdown_artifact(key="patrol", markdown=patrol_markdown(result, late, language))
    if result.done:
        create_table_artifact(key="outbox", table=[_done_row(done, language) for done in result.done])
    saved = [pulled.saved for pulled in result.pulled]
    summary = {
        "new": sum(s.new for s in saved),
        "changed": sum(s.changed for s in saved),
        "set_aside": len(result.checked.set_aside),
        "moderation": dict(result.moderation),
        "drafts": result.drafts,
        "handoffs": result.handoffs,
        "done": sum(done.status is ActionStatus.DONE for done in result.done),
        "late": [row["id"] for row in late],
        "alerts": sum(told.error is None for told in result.alerts),
        "dry_run": result.dry_run,
    }
    save_run(engine, run_id, "patrol", started, finished, summary)
    return summary


def _done_row(done: Done, language: Language) -> dict[str, str]:
    values = (
        KINDS[language][done.action.kind],
        done.action.comment_id,
        OUTCOMES[language][done.status],
        done.permalink or "",
        done.error or "",
    )
    return dict(zip(COLUMNS[language], values, strict=True))
