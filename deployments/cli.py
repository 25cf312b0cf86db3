"""The command `vigie`. Each command loads only what it needs: those that work on files never load Prefect."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from deployments.commands import decisions, exports, files, knowledge, members
from deployments.commands.options import pairs, use

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    pretty_exceptions_show_locals=False,
    help="Vigie, the lookout for online communities. / La vigie des communautés en ligne.",
)
errors = Console(stderr=True, highlight=False)


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(help="The workspace to write. / Le dossier à écrire.")] = Path("workspace"),
    language: Annotated[
        str, typer.Option(help="Language of the files: fr or en. / Langue des fichiers : fr ou en.")
    ] = "fr",
    name: Annotated[str, typer.Option(help="The community's name. / Le nom de la communauté.")] = "Ma communauté",
    timezone: Annotated[str, typer.Option(help="Where its CMs live. / Là où vivent ses CM.")] = "Europe/Paris",
) -> None:
    """Write a workspace: the files in which a community says what Vigie may do. / Écrit le dossier d'une communauté."""
    from deployments.initialise import write_workspace

    for path in write_workspace(folder, language, name, timezone):
        typer.echo(path)


@app.command()
def doctor(
    workspace: Annotated[
        Path | None, typer.Option(help="The workspace; default: VIGIE_WORKSPACE. / Le dossier de la communauté.")
    ] = None,
) -> None:
    """Check files, store and credentials; tells each mistake and its mend. / Vérifie tout et dit comment corriger."""
    from deployments.doctor import examine

    use(workspace)
    findings = examine()
    for finding in findings:
        typer.echo(str(finding))
    raise typer.Exit(int(any(finding.wrong for finding in findings)))


@app.command()
def demo(
    folder: Annotated[
        Path, typer.Option(help="Where the demo keeps its files. / Où la démonstration range ses fichiers.")
    ] = Path("demo"),
    seed: Annotated[int, typer.Option(help="Another seed, another community. / Autre graine, autre communauté.")] = 1,
    once: Annotated[
        bool, typer.Option("--once", help="Stop when everything was shown. / S'arrêter une fois tout montré.")
    ] = False,
) -> None:
    """Show all of Vigie on a made-up community. / Montre tout Vigie sur une communauté inventée."""
    from deployments.demo import run_demo

    run_demo(folder, seed, once)


@app.command()
def sandbox(
    csv: Annotated[
        Path | None,
        typer.Option(help="A CSV of real comments instead of the demo community. / Un CSV de vrais commentaires."),
    ] = None,
    platform: Annotated[
        str, typer.Option(help="Which platform the CSV's comments live on. / Plateforme du CSV.")
    ] = "reddit",
    source: Annotated[
        str | None,
        typer.Option(help="Name of the subreddit, channel or account. / Nom du subreddit, de la chaîne ou du compte."),
    ] = None,
    columns: Annotated[
        str, typer.Option(help="Ours=theirs. / Nos colonnes=les leurs : `text=CONTENT,author=AUTHOR,created_at=DATE`")
    ] = "",
    port: Annotated[int, typer.Option(help="HTTP port on 127.0.0.1. / Port HTTP.")] = 8970,
    smtp_port: Annotated[int, typer.Option(help="Mail port on 127.0.0.1. / Port du courriel.")] = 8971,
    seed: Annotated[int, typer.Option(help="Seed of the demo community. / Graine de la communauté inventée.")] = 1,
) -> None:
    """Serve stand-ins of the platforms until Ctrl-C. / Sert des doublures locales des plateformes."""
    from deployments.run_sandbox import run_sandbox

    run_sandbox(csv, platform, source, pairs(columns), (port, smtp_port), seed)


@app.command()
def serve(
    workspace: Annotated[
        Path | None, typer.Option(help="The workspace; default: VIGIE_WORKSPACE. / Le dossier de la communauté.")
    ] = None,
) -> None:
    """Run the schedules and what the Prefect UI triggers, until Ctrl-C. / Exécute l'horaire et ce que l'on lance."""
    use(workspace)
    from deployments.serve import serve_all

    serve_all()


@app.command()
def run(
    flow: Annotated[str, typer.Argument(help="patrol, refresh, report, review", show_default=False)],
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", help="An option of the flow. / Une option du flow : `--set dry_run=true`"),
    ] = None,
    workspace: Annotated[
        Path | None, typer.Option(help="The workspace; default: VIGIE_WORKSPACE. / Le dossier de la communauté.")
    ] = None,
) -> None:
    """Run a flow once, now. / Exécute un flow une fois, maintenant."""
    use(workspace)
    from deployments.run_flow import run_flow

    given = (option.partition("=") for option in set_ or [])
    typer.echo(run_flow(flow, {name: value for name, _, value in given}))


@app.command()
def webhook(
    host: Annotated[str, typer.Option(help="Where to listen. / Adresse d'écoute.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port.")] = 8975,
) -> None:
    """Answer Dialogflow's fulfilment requests until Ctrl-C. / Répond aux requêtes de Dialogflow."""
    from deployments.webhook import serve_webhook

    serve_webhook(host, port)


for part in (files, decisions, members):
    app.add_typer(part.app)
app.add_typer(exports.app, name="export")
app.add_typer(knowledge.app, name="knowledge")


def main() -> Any:
    """Run the command; what a user can mend is one clear message and exit status 2, never a traceback."""
    from domain.documents import MendableError

    try:
        app()
    except MendableError as error:
        errors.print(str(error), style="red", markup=False)
        sys.exit(2)
