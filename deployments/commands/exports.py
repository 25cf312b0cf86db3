"""The commands `vigie export`: files for other tools."""

from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from deployments.commands.options import Output

app = typer.Typer(no_args_is_help=True, help="Write files for other tools. / Écrit des fichiers pour d'autres outils.")


FirstDay = Annotated[
    datetime | None,
    typer.Option("--from", formats=["%Y-%m-%d"], help="First day; default: last month. / Premier jour."),
]


LastDay = Annotated[
    datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="Last day, included. / Dernier jour, inclus.")
]


def _period(first: datetime | None, last: datetime | None) -> tuple[date, date]:
    from deployments.records import period

    return period(first and first.date(), last and last.date())


class KnowledgeForm(StrEnum):
    """The tools that take a knowledge base."""

    DIALOGFLOW_FAQ = "dialogflow-faq"
    DIALOGFLOW_ES = "dialogflow-es"
    DIALOGFLOW_CX = "dialogflow-cx"
    LIVEPERSON = "liveperson"


@app.command("knowledge")
def export_knowledge(
    form: Annotated[KnowledgeForm, typer.Argument(help="For which tool. / Pour quel outil.", show_default=False)],
    out: Output,
    knowledge: Annotated[Path, typer.Option(help="A CSV or a folder. / Un CSV ou un dossier.")] = Path("workspace"),
) -> None:
    """The knowledge base for Dialogflow or LivePerson. / La base de connaissances pour ces outils."""
    from deployments.knowledge_export import export_knowledge as write

    typer.echo(write(form, knowledge, out))


@app.command("log")
def export_log(out: Output, first: FirstDay = None, last: LastDay = None) -> None:
    """Every decision of a period, as JSON lines. / Toutes les décisions d'une période."""
    from deployments.records import export_log as write

    typer.echo(write(*_period(first, last), out))


@app.command("dsa")
def export_dsa(out: Output, first: FirstDay = None, last: LastDay = None) -> None:
    """Restrictions in the form of the EU's DSA Transparency Database. / Restrictions au format de la base du DSA."""
    from deployments.records import export_dsa as write

    typer.echo(write(*_period(first, last), out))
