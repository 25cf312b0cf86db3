"""The commands that work on a file alone, without a server, an account or Prefect."""

from pathlib import Path
from typing import Annotated

import typer

from deployments.commands.options import Input, Output, pairs

app = typer.Typer()


@app.command()
def moderate(
    table: Input,
    out: Output,
    charter: Annotated[
        Path | None, typer.Option(help="charter.yaml; default: the presets. / Sans elle, les normes fournies.")
    ] = None,
    model: Annotated[
        list[Path] | None,
        typer.Option(help="A model of `vigie train`, or several. / Un modèle de `vigie train`, ou plusieurs."),
    ] = None,
) -> None:
    """Judge comments: `id,text[,lang,...]` in, JSON lines out. / Juge des commentaires."""
    from deployments.file_commands import moderate_file

    typer.echo(moderate_file(table, out, charter, model or []))


@app.command()
def answer(
    table: Input,
    out: Output,
    knowledge: Annotated[
        Path, typer.Option(help="A CSV `entry_id,question,answer` or a folder. / Un CSV ou un dossier.")
    ],
    store: Annotated[
        Path | None,
        typer.Option(help="Keep what was learned here: the next run is faster. / Garde ici ce qui a été appris."),
    ] = None,
) -> None:
    """Answer questions from a knowledge base: `id,text` in, JSON lines out. / Répond d'après une base de connaissances."""
    from deployments.file_commands import answer_file

    typer.echo(answer_file(table, out, knowledge, store))


@app.command()
def mood(
    table: Input,
    out: Output,
    columns: Annotated[str, typer.Option(help="Ours=theirs. / Nos colonnes=les leurs : `text=CONTENT,id=KEY`")] = "",
) -> None:
    """Tell the mood of each comment, in French and English, as JSON lines. / Dit l'humeur de chaque commentaire."""
    from deployments.file_commands import mood_file

    typer.echo(mood_file(table, out, pairs(columns)))


@app.command()
def detect(table: Input, out: Output) -> None:
    """Find peaks: `timestamp,value` in, `timestamp,score,flagged` out. / Trouve les pics d'une série."""
    from deployments.file_commands import detect_file

    typer.echo(detect_file(table, out))


@app.command()
def train(
    table: Input,
    out: Output,
    norm: Annotated[
        str,
        typer.Option(help="The norm that the model will judge. / La norme que le modèle jugera.", show_default=False),
    ],
) -> None:
    """Train a model: `text,label` in, a folder with model and report out. / Entraîne le modèle d'une norme."""
    from deployments.file_commands import train_model

    typer.echo(train_model(table, out, norm))


@app.command()
def digest(
    table: Input,
    out: Annotated[
        Path, typer.Option("--out", help="The folder to write into. / Le dossier où écrire.", show_default=False)
    ],
    workspace: Annotated[
        Path | None,
        typer.Option(help="The community's files: name, time zone, charter, knowledge. / Le dossier de la communauté."),
    ] = None,
    columns: Annotated[
        str, typer.Option(help="Ours=theirs. / Nos colonnes=les leurs : `text=CONTENT,author=AUTHOR,created_at=DATE`")
    ] = "",
    language: Annotated[
        str | None, typer.Option(help="fr or en; default: that of the comments. / Par défaut, celle des commentaires.")
    ] = None,
    title: Annotated[str | None, typer.Option(help="The community's name. / Le nom de la communauté.")] = None,
    days: Annotated[
        int | None,
        typer.Option(help="Only the last days, compared with those before. / Les derniers jours, comparés.", min=1),
    ] = None,
) -> None:
    """The whole digest from an export alone: page, Markdown, mail, charts. / Tout le digest à partir d'un export."""
    from deployments.digest_command import write_digest

    typer.echo(write_digest(table, out, workspace, pairs(columns), language, title, days))


@app.command()
def survey(
    table: Annotated[
        Path | None,
        typer.Argument(help="An export; default: the store. / Un export ; par défaut, la base.", show_default=False),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="The folder to write into; default: survey. / Le dossier où écrire."),
    ] = None,
    workspace: Annotated[
        Path | None,
        typer.Option(help="The community's files; default: VIGIE_WORKSPACE. / Le dossier de la communauté."),
    ] = None,
    columns: Annotated[
        str, typer.Option(help="Ours=theirs. / Nos colonnes=les leurs : `text=CONTENT,author=AUTHOR,created_at=DATE`")
    ] = "",
    language: Annotated[
        str | None, typer.Option(help="fr or en; default: that of the comments. / Par défaut, celle des commentaires.")
    ] = None,
    title: Annotated[str | None, typer.Option(help="The community's name. / Le nom de la communauté.")] = None,
    days: Annotated[int | None, typer.Option(help="Only the last days. / Les derniers jours seulement.", min=1)] = None,
    team: Annotated[
        str, typer.Option(help="The team's accounts, with commas. / Les comptes de l'équipe, avec des virgules.")
    ] = "",
) -> None:
    """The map of journeys: what is asked, when nobody is there, what to begin with. / La carte des parcours."""
    from deployments.survey_command import survey_of_export, survey_of_store

    if table is None:
        typer.echo(survey_of_store(workspace, out, days))
    else:
        accounts = tuple(name.strip() for name in team.split(",") if name.strip())
        typer.echo(
            survey_of_export(table, out or Path("survey"), workspace, pairs(columns), language, title, days, accounts)
        )
