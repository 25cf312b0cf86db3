"""The public transparency page of a month: how many messages were restricted, under which rule, by whom, and how to contest.

It counts; it names nobody and quotes nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from domain.charter import Charter
from domain.language import Language, typeset
from tasks.moderation.appeals import phrase
from tasks.moderation.statement import means_of
from tasks.publishing.page import content_policy
from tasks.publishing.rendering import rendered, stylesheet
from tasks.publishing.wording import Wording

MEANS = ("automated", "assisted", "human")

PHRASES: dict[Language, dict[str, str]] = {
    "fr": {
        "title": "Transparence, {month}",
        "so_far": "Mois en cours : ces nombres sont provisoires.",
        "lead": "{comments} messages lus, {restricted} restreints ({share}).",
        "none": "{comments} messages lus, aucun restreint.",
        "by_norm": "Par règle",
        "norm": "Règle",
        "hold": "Mis en attente",
        "remove": "Retirés",
        "undone": "Rétablis depuis",
        "by_means": "Qui a décidé",
        "automated": "un robot seul, comme la charte l'y autorise",
        "assisted": "une personne, sur proposition du robot",
        "human": "une personne",
        "contest": "Contester",
        "contest_text": "Une décision vous semble injuste ? Répondez « {phrase} » dans le fil : une personne relira votre message.",
        "appeals": "Contestations reçues : {appeals}. Décisions humaines du mois sur des restrictions : {upheld} confirmées, {undone} annulées.",
        "rules": "Les règles",
        "other_language": "In English",
        "languages": "Langues",
        "skip": "Aller au contenu",
        "bot": "Vigie est un robot qui aide l'équipe de modération. Ce qui est délicat est toujours décidé par une personne.",
    },
    "en": {
        "title": "Transparency, {month}",
        "so_far": "The month is not over: these numbers will change.",
        "lead": "{comments} messages read, {restricted} restricted ({share}).",
        "none": "{comments} messages read, none restricted.",
        "by_norm": "By rule",
        "norm": "Rule",
        "hold": "Held",
        "remove": "Removed",
        "undone": "Restored since",
        "by_means": "Who decided",
        "automated": "a bot alone, as the charter lets it",
        "assisted": "a person, on the bot's proposal",
        "human": "a person",
        "contest": "To contest",
        "contest_text": "A decision seems unfair? Reply “{phrase}” in the thread: a person will read your message again.",
        "appeals": "Appeals received: {appeals}. Decisions by people on restrictions this month: {upheld} upheld, {undone} undone.",
        "rules": "The rules",
        "other_language": "En français",
        "languages": "Languages",
        "skip": "Skip to content",
        "bot": "Vigie is a bot that helps the moderation team. What is delicate is always decided by a person.",
    },
}


@dataclass(frozen=True)
class Month:
    """What the page counts. restrictions: RESTRICTION_SCHEMA of the store. over: whether the month has ended."""

    first_day: date
    comments: int
    restrictions: pl.DataFrame
    appeals: int
    upheld: int
    undone: int
    over: bool


def page_name(first_day: date, language: Language) -> str:
    return f"{first_day:%Y-%m}.{language}.html"


def render_transparency(
    month: Month, charter: Charter, community: str, language: Language, languages: Mapping[Language, str]
) -> str:
    """The page as HTML. languages: language -> the file name of this month's page in it."""
    wording = Wording(language)
    words = {key: typeset(text, language) for key, text in PHRASES[language].items()}
    restricted = month.restrictions.height
    numbers = {"comments": wording.number(month.comments), "restricted": wording.number(restricted)}
    share = wording.percent(min(restricted / month.comments, 1.0)) if month.comments else ""
    told = phrase(charter, language)
    return rendered(
        "transparency.html.j2",
        language=language,
        policy=content_policy(),
        style=stylesheet(),
        words=words,
        title=words["title"].format(month=wording.month(month.first_day)),
        community=community,
        lead=(words["lead"] if restricted and share else words["none"]).format(**numbers, share=share),
        over=month.over,
        norms=_by_norm(month.restrictions, charter, wording),
        means=_by_means(month.restrictions, wording),
        contest=words["contest_text"].format(phrase=told) if told else "",
        appeals=words["appeals"].format(
            appeals=wording.number(month.appeals),
            upheld=wording.number(month.upheld),
            undone=wording.number(month.undone),
        ),
        rules=[
            {"title": norm.title.get(language, norm.id), "text": norm.description.get(language, "")}
            for norm in charter.norms
        ],
        others={other: name for other, name in languages.items() if other != language},
    )


def _by_norm(restrictions: pl.DataFrame, charter: Charter, wording: Wording) -> list[dict[str, str]]:
    """A row for each rule that restricted anything (the gravest one of each message), in the charter's order."""
    titles = {norm.id: norm.title.get(wording.language, norm.id) for norm in charter.norms}
    leading = restrictions.with_columns(norm=pl.col("norms").list.first())
    counted = leading.group_by("norm").agg(
        hold=(pl.col("kind") == "hold").sum(),
        remove=(pl.col("kind") == "remove").sum(),
        undone=pl.col("undone_at").is_not_null().sum(),
    )
    order = {norm_id: at for at, norm_id in enumerate(titles)}
    rows = sorted(
        counted.iter_rows(named=True), key=lambda row: (order.get(row["norm"], len(order)), row["norm"] or "")
    )
    return [
        {
            "norm": titles.get(row["norm"], row["norm"] or "—"),
            **{key: wording.number(row[key]) for key in ("hold", "remove", "undone")},
        }
        for row in rows
    ]


def _by_means(restrictions: pl.DataFrame, wording: Wording) -> list[dict[str, str]]:
    decided = [means_of(by, status) for by, status in restrictions.select("decided_by", "status").iter_rows()]
    return [{"means": key, "count": wording.number(decided.count(key))} for key in MEANS if key in decided]
