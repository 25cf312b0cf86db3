"""What came of learning, as a table that a CM reads, in their language."""

from collections.abc import Sequence

from domain.community import Language
from tasks.moderation.learning import Outcome

HEADS: dict[Language, str] = {
    "fr": "| norme | exemples | mis de côté | F1 en service | F1 du candidat | résultat |\n|---|---|---|---|---|---|",
    "en": "| norm | examples | held out | F1 in service | F1 of the candidate | result |\n|---|---|---|---|---|---|",
}
EMPTY: dict[Language, str] = {
    "fr": "Aucune décision humaine et aucun fichier d'exemples : il n'y a rien à apprendre pour l'instant.",
    "en": "No human decisions and no file of examples: there is nothing to learn yet.",
}
PROBLEMS: dict[str, dict[Language, str]] = {
    "broken": {
        "fr": "trop peu d'exemples contraires à la norme (il en faut 10)",
        "en": "too few examples that break the norm (10 are needed)",
    },
    "kept": {
        "fr": "trop peu d'exemples conformes à la norme (il en faut 10)",
        "en": "too few examples that keep the norm (10 are needed)",
    },
    "held out": {
        "fr": "trop peu de décisions récentes des deux sortes pour comparer (il en faut 20)",
        "en": "too few recent decisions of both kinds to compare (20 are needed)",
    },
}
RESULTS: dict[str, dict[Language, str]] = {
    "promoted": {"fr": "**mis en service** : {version}", "en": "**promoted**: {version}"},
    "better": {"fr": "meilleur, gardé : {version}", "en": "better, kept: {version}"},
    "kept": {
        "fr": "pas nettement meilleur ({right} gagnés, {wrong} perdus) : celui en service reste",
        "en": "not clearly better ({right} won, {wrong} lost): the one in service stays",
    },
}


def learning_markdown(outcomes: Sequence[Outcome], promoted: bool, language: Language) -> str:
    """The table. promoted: whether better models were put in service."""
    if not outcomes:
        return EMPTY[language]
    rows = [
        f"| {one.norm} | {one.examples} | {one.held_out} | {_figure(one.macro_f1_before)} "
        f"| {_figure(one.macro_f1 if one.model else None)} | {_result(one, promoted, language)} |"
        for one in outcomes
    ]
    return "\n".join([HEADS[language], *rows])


def _figure(value: float | None) -> str:
    return "—" if value is None else f"{value:.3f}"


def _result(outcome: Outcome, promoted: bool, language: Language) -> str:
    if outcome.model is None:
        return PROBLEMS[outcome.problem][language]
    kind = "kept" if not outcome.better else "promoted" if promoted else "better"
    text = RESULTS[kind][language]
    return text.format(version=outcome.model.version, right=outcome.right, wrong=outcome.wrong)
