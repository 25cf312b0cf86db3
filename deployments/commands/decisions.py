"""The commands on what was or would be decided: rehearsals, explanations, undoing, pauses, models and charters."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer()
models = typer.Typer(no_args_is_help=True, help="The models that judge. / Les modèles qui jugent.")
app.add_typer(models, name="models")
charters = typer.Typer(no_args_is_help=True, help="The community's charter. / La charte de la communauté.")
app.add_typer(charters, name="charter")


@app.command()
def rehearse(
    charter: Annotated[Path, typer.Argument(help="The changed charter. / La charte modifiée.", show_default=False)],
    comments: Annotated[
        Path | None, typer.Option(help="A file `id,text` instead of the store. / Un fichier au lieu de la base.")
    ] = None,
    against: Annotated[
        Path | None,
        typer.Option(help="Compare with this charter; default: the one in service. / Charte de comparaison."),
    ] = None,
    model: Annotated[
        Path | None, typer.Option(help="Also try the models of this folder. / Essayer aussi ces modèles.")
    ] = None,
    days: Annotated[int, typer.Option(help="How far back. / Jusqu'où remonter.", min=1)] = 30,
    out: Annotated[
        Path | None, typer.Option(help="Where to write the changes, as JSON lines. / Où écrire les changements.")
    ] = None,
) -> None:
    """Try a changed charter or model on the past; nothing is done. / Essaie une charte ou un modèle sur le passé."""
    from deployments.rehearse_command import rehearse_charter

    typer.echo(rehearse_charter(charter, comments, against, model, days, out))


@app.command()
def explain(
    comment: Annotated[
        str, typer.Argument(help="Its id, such as reddit:t1_abc. / Son identifiant.", show_default=False)
    ],
) -> None:
    """How the decisions on a comment came about. / Comment les décisions sur un commentaire ont été prises."""
    from deployments.records import explain as explanation

    typer.echo(explanation(comment))


@app.command()
def undo(
    comment: Annotated[
        str, typer.Argument(help="Its id, such as reddit:t1_abc. / Son identifiant.", show_default=False)
    ],
) -> None:
    """Take back what was done on a comment, at the next patrol. / Annule ce qui a été fait sur un commentaire."""
    from deployments.records import undo as take_back

    typer.echo(take_back(comment))


Subject = Annotated[
    str,
    typer.Argument(help="all, a crisis as its alert names it, or words. / all, une crise, ou des mots."),
]


@app.command()
def pause(
    subject: Subject = "all",
    hours: Annotated[int, typer.Option(help="For how long. / Pour combien de temps.", min=1)] = 24,
) -> None:
    """Let a human read the automated replies on a subject. / Suspend les réponses automatiques sur un sujet."""
    from deployments.pausing import pause as pause_subject

    typer.echo(pause_subject(subject, hours))


@app.command()
def resume(subject: Subject = "all") -> None:
    """End a pause. / Met fin à une suspension."""
    from deployments.pausing import pause as pause_subject

    typer.echo(pause_subject(subject, 0))


Judged = Annotated[str, typer.Argument(help="The norm. / La norme.", show_default=False)]


@models.command("list")
def models_list() -> None:
    """Every model by norm; * judges now. / Les modèles par norme ; * juge en ce moment."""
    from deployments.models_command import list_models

    typer.echo(list_models())


@models.command("promote")
def models_promote(
    norm: Judged, version: Annotated[str, typer.Argument(help="As `vigie models list` shows it.", show_default=False)]
) -> None:
    """Put a kept model in service. / Met un modèle gardé en service."""
    from deployments.models_command import promote_model

    typer.echo(promote_model(norm, version))


@models.command("rollback")
def models_rollback(norm: Judged) -> None:
    """Return to the model that served before. / Revient au modèle précédent."""
    from deployments.models_command import roll_back_model

    typer.echo(roll_back_model(norm))


@charters.command("import")
def charter_import(
    automod: Annotated[
        Path, typer.Argument(help="AutoModerator's YAML. / Le YAML d'AutoModerator.", show_default=False)
    ],
    out: Annotated[
        Path | None, typer.Option(help="A new charter.yaml; default: the screen. / Un nouveau charter.yaml.")
    ] = None,
) -> None:
    """AutoModerator's rules as a charter. / Les règles d'AutoModerator en une charte."""
    from deployments.charter_command import import_charter

    written, report = import_charter(automod, out)
    typer.echo(written)
    typer.echo(report, err=True)
