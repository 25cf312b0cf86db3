"""The command `vigie`. Each command loads only what it needs: the four that work on files never load Prefect."""

import sys
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    pretty_exceptions_show_locals=False,
    help="Vigie, the lookout for online communities. / La vigie des communautés en ligne.",
)
export = typer.Typer(
    no_args_is_help=True, help="Write files for other tools. / Écrit des fichiers pour d'autres outils."
)
app.add_typer(export, name="export")
models = typer.Typer(no_args_is_help=True, help="The models that judge. / Les modèles qui jugent.")
app.add_typer(models, name="models")
charters = typer.Typer(no_args_is_help=True, help="The community's charter. / La charte de la communauté.")
app.add_typer(charters, name="charter")
errors = Console(stderr=True, highlight=False)

Input = Annotated[
    Path,
    typer.Argument(help="CSV, TSV, JSON lines or Parquet. / CSV, TSV, lignes JSON ou Parquet.", show_default=False),
]
Output = Annotated[
    Path, typer.Option("--out", help="Where to write the result. / Où écrire le résultat.", show_default=False)
]


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

    _use(workspace)
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

    run_sandbox(csv, platform, source, _pairs(columns), (port, smtp_port), seed)


@app.command()
def serve(
    workspace: Annotated[
        Path | None, typer.Option(help="The workspace; default: VIGIE_WORKSPACE. / Le dossier de la communauté.")
    ] = None,
) -> None:
    """Run the schedules and what the Prefect UI triggers, until Ctrl-C. / Exécute l'horaire et ce que l'on lance."""
    _use(workspace)
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
    _use(workspace)
    from deployments.run_flow import run_flow

    given = (option.partition("=") for option in set_ or [])
    typer.echo(run_flow(flow, {name: value for name, _, value in given}))


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

    typer.echo(mood_file(table, out, _pairs(columns)))


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

    typer.echo(write_digest(table, out, workspace, _pairs(columns), language, title, days))


@app.command()
def unsubscribe(
    address: Annotated[
        str,
        typer.Argument(
            help="The address, or the token of its link. / L'adresse, ou le jeton de son lien.", show_default=False
        ),
    ],
    undo: Annotated[bool, typer.Option("--undo", help="Send there again. / Y envoyer de nouveau.")] = False,
    workspace: Annotated[
        Path | None, typer.Option(help="The workspace; default: VIGIE_WORKSPACE. / Le dossier de la communauté.")
    ] = None,
) -> None:
    """Send no more digests to an address. / Ne plus envoyer de digest à une adresse."""
    from deployments.unsubscribe_command import unsubscribe_address

    _use(workspace)
    typer.echo(unsubscribe_address(address, undo))


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
    days: Annotated[int, typer.Option(help="How far back. / Jusqu'où remonter.", min=1)] = 30,
    out: Annotated[
        Path | None, typer.Option(help="Where to write the changes, as JSON lines. / Où écrire les changements.")
    ] = None,
) -> None:
    """Try a changed charter on the past; nothing is done. / Essaie une charte sur le passé, sans rien faire."""
    from deployments.rehearse_command import rehearse_charter

    typer.echo(rehearse_charter(charter, comments, against, days, out))


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


Member = Annotated[
    str,
    typer.Argument(
        help="Their name, or an id such as reddit:t2_abc. / Son nom ou son identifiant.", show_default=False
    ),
]


@app.command()
def tell(member: Member, out: Output) -> None:
    """Write all that is known of a member. / Écrit tout ce que Vigie sait d'un membre."""
    from deployments.privacy import tell_member

    typer.echo(tell_member(member, out))


@app.command()
def clicks(table: Input) -> None:
    """Read `item,day,clicks` from the site's statistics. / Lit les clics des statistiques du site."""
    from deployments.clicks import import_clicks

    typer.echo(import_clicks(table))


@app.command()
def forget(
    member: Member,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask. / Sans demander confirmation.")] = False,
) -> None:
    """Erase a member from the store and from every page, for good. / Efface un membre partout, définitivement."""
    from deployments.privacy import forget_member
    from domain.language import say

    if not yes:
        question = say(
            fr="Effacer {member} partout, définitivement ?", en="Erase {member} everywhere, for good?", member=member
        )
        typer.confirm(question, abort=True)
    typer.echo(forget_member(member))


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


@export.command("knowledge")
def export_knowledge(
    form: Annotated[KnowledgeForm, typer.Argument(help="For which tool. / Pour quel outil.", show_default=False)],
    out: Output,
    knowledge: Annotated[Path, typer.Option(help="A CSV or a folder. / Un CSV ou un dossier.")] = Path("workspace"),
) -> None:
    """The knowledge base for Dialogflow or LivePerson. / La base de connaissances pour ces outils."""
    from deployments.knowledge_export import export_knowledge as write

    typer.echo(write(form, knowledge, out))


@app.command()
def webhook(
    host: Annotated[str, typer.Option(help="Where to listen. / Adresse d'écoute.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port.")] = 8975,
) -> None:
    """Answer Dialogflow's fulfilment requests until Ctrl-C. / Répond aux requêtes de Dialogflow."""
    from deployments.webhook import serve_webhook

    serve_webhook(host, port)


@export.command("log")
def export_log(out: Output, first: FirstDay = None, last: LastDay = None) -> None:
    """Every decision of a period, as JSON lines. / Toutes les décisions d'une période."""
    from deployments.records import export_log as write

    typer.echo(write(*_period(first, last), out))


@export.command("dsa")
def export_dsa(out: Output, first: FirstDay = None, last: LastDay = None) -> None:
    """Restrictions in the form of the EU's DSA Transparency Database. / Restrictions au format de la base du DSA."""
    from deployments.records import export_dsa as write

    typer.echo(write(*_period(first, last), out))


@models.command("list")
def models_list() -> None:
    """Every model by norm; * judges now. / Les modèles par norme ; * juge en ce moment."""
    from deployments.models_command import list_models

    typer.echo(list_models())


Judged = Annotated[str, typer.Argument(help="The norm. / La norme.", show_default=False)]


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
    errors.print(report, markup=False, soft_wrap=True)


def _use(workspace: Path | None) -> None:
    if workspace is not None:
        import os

        os.environ["VIGIE_WORKSPACE"] = str(workspace.resolve())


def _pairs(text: str) -> dict[str, str]:
    pairs = [part.split("=", 1) for part in text.split(",") if part]
    if any(len(pair) != 2 for pair in pairs):
        from domain.language import say

        message = say(
            fr="attendu : des paires nôtre=leur, telles que text=CONTENT,author=AUTHOR",
            en="expected ours=theirs pairs such as text=CONTENT,author=AUTHOR",
        )
        raise typer.BadParameter(message)
    return {ours.strip(): theirs.strip() for ours, theirs in pairs}


def main() -> Any:
    """Run the command; what a user can mend is one clear message and exit status 2, never a traceback."""
    from domain.documents import MendableError

    try:
        app()
    except MendableError as error:
        errors.print(str(error), style="red", markup=False)
        sys.exit(2)
