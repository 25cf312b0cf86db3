"""The parameters of the flows, as the Prefect UI shows them: choices, dates and switches with help texts."""

from datetime import UTC, date, datetime
from typing import Literal

from pydantic import BaseModel, Field

from domain.records import Platform


def _today() -> date:
    return datetime.now(UTC).date()


class PatrolOptions(BaseModel):
    """What one patrol does. / Ce que fait une ronde."""

    platforms: list[Platform] = Field(
        default=list(Platform),
        title="Platforms · Plateformes",
        description="Which platforms to read and act on. / Quelles plateformes lire et sur lesquelles agir.",
    )
    dry_run: bool = Field(
        default=False,
        title="Dry run · À blanc",
        description="Read, judge and draft, but send nothing to the platforms. / Lire, juger et rédiger sans rien envoyer.",
    )
    answer_days: int = Field(
        default=3,
        ge=0,
        le=36_500,
        title="Answer days · Jours de réponse",
        description="Answer only comments younger than this many days. / Ne répondre qu'aux commentaires plus récents.",
    )


class RefreshOptions(BaseModel):
    """Which stored comments are asked for again. / Quels commentaires gardés sont relus."""

    platforms: list[Platform] = Field(
        default=list(Platform),
        title="Platforms · Plateformes",
        description="Which platforms to ask. / Quelles plateformes interroger.",
    )
    weeks: int = Field(
        default=4,
        ge=1,
        le=520,
        title="Weeks · Semaines",
        description="Comments younger than this are read again each day (X: each week), older ones each month (X: never). / "
        "Les commentaires plus récents sont relus chaque jour (X : chaque semaine), les autres chaque mois (X : jamais).",
    )
    most_comments: int = Field(
        default=20_000,
        ge=1,
        le=1_000_000,
        title="Most · Au plus",
        description="How many comments of a source in one run; the others come next. / Commentaires d'une source en une fois.",
    )


class ReportOptions(BaseModel):
    """Which period a report covers, and whether it leaves the house. / La période et l'envoi."""

    period: Literal["yesterday", "last 7 days", "last 30 days", "last month", "dates below"] = Field(
        default="yesterday",
        title="Period · Période",
        description="In the community's time zone; “last month” is the one of the calendar. / Dans le fuseau de la communauté.",
    )
    first_day: date = Field(
        default_factory=_today,
        title="First day · Premier jour",
        description="Only for “dates below”. / Seulement pour « dates below ».",
    )
    last_day: date = Field(
        default_factory=_today,
        title="Last day · Dernier jour",
        description="Included. / Inclus.",
    )
    deliver: bool = Field(
        default=True,
        title="Deliver · Envoyer",
        description="Send the digest by email and Slack; off: only publish the pages. / Envoyer par courriel et Slack.",
    )


class ReviewOptions(BaseModel):
    """What a review puts in front of a human. / Ce qu'une revue soumet à une personne."""

    what: Literal["waiting", "new entries", "done alone"] = Field(
        default="waiting",
        title="What · Quoi",
        description="What waits, only the knowledge entries that Vigie proposes, or what it did alone in the last days, to "
        "confirm or undo. / Ce qui attend, les seules entrées proposées, ou ce que Vigie a fait seule.",
    )
    items: int = Field(
        default=10,
        ge=1,
        le=30,
        title="Items · Éléments",
        description="How many to show in one form. / Combien en montrer dans un formulaire.",
    )
    language: Literal["of the community", "fr", "en"] = Field(
        default="of the community",
        title="Language · Langue",
        description="In which the form speaks to you. / Celle dans laquelle le formulaire vous parle.",
    )
    wait_hours: int = Field(
        default=8,
        ge=1,
        le=72,
        title="Wait · Attendre",
        description="Hours before the form expires; whatever was not decided goes on waiting. / Heures avant expiration.",
    )


class RehearseOptions(BaseModel):
    """Which charter is tried, on how much of the past. / Quelle charte essayer, sur quel passé."""

    charter: str = Field(
        default="charter.yaml",
        pattern=r"^\w[\w .-]*[.]ya?ml$",
        title="Charter · Charte",
        description="A file of the workspace, for example charter.next.yaml. / Un fichier du dossier de la communauté.",
    )
    models: Literal["in service", "newest trained"] = Field(
        default="in service",
        title="Models · Modèles",
        description="Those that judge now, or those trained last. / Ceux qui jugent, ou les derniers entraînés.",
    )
    days: int = Field(
        default=30,
        ge=1,
        le=3_650,
        title="Days · Jours",
        description="How far back. / Jusqu'où remonter.",
    )


class SurveyOptions(BaseModel):
    """How much of the history the map of journeys covers. / Quelle part de l'historique la carte couvre."""

    days: int = Field(
        default=90,
        ge=1,
        le=3_650,
        title="Days · Jours",
        description="Whole days before today. / Jours entiers avant aujourd'hui.",
    )


class PauseOptions(BaseModel):
    """Which automated replies wait for a human, and how long. / Quelles réponses automatiques attendent une personne."""

    subject: str = Field(
        default="all",
        min_length=1,
        title="Subject · Sujet",
        description="all, a crisis as its alert names it, or words. / all, la crise nommée par l'alerte, ou des mots.",
    )
    hours: int = Field(
        default=24,
        ge=0,
        le=720,
        title="Hours · Heures",
        description="0 ends the pause. / 0 met fin à la suspension.",
    )


class TrainOptions(BaseModel):
    """How models learn from human decisions. / Comment les modèles apprennent des décisions humaines."""

    wanted_precision: float = Field(
        default=0.95,
        ge=0.5,
        le=0.999,
        title="Wanted precision · Précision voulue",
        description="For acting alone, with a confidence of 95 %. / Pour agir seul, avec une confiance de 95 %.",
    )
    promote: bool = Field(
        default=True,
        title="Promote · Mettre en service",
        description="Put in service what is better on decisions it never saw. / Mettre en service ce qui est meilleur.",
    )
