"""The commands on members and recipients: told, erased, clicks and subscriptions."""

from pathlib import Path
from typing import Annotated

import typer

from deployments.commands.options import Input, Output, use

app = typer.Typer()


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

    use(workspace)
    typer.echo(unsubscribe_address(address, undo))
