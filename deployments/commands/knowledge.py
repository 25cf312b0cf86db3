"""The commands on the knowledge base: what does not hold, and drafts from the CM's own site."""

from pathlib import Path
from typing import Annotated

import typer

from deployments.commands.options import use

app = typer.Typer(no_args_is_help=True, help="The knowledge base. / La base de connaissances.")

Workspace = Annotated[
    Path | None, typer.Option(help="The workspace; default: VIGIE_WORKSPACE. / Le dossier de la communauté.")
]


@app.command()
def check(
    workspace: Workspace = None,
    links: Annotated[bool, typer.Option(help="Open each link. / Ouvrir chaque lien.")] = True,
) -> None:
    """Doubles, contradictions, stale entries, dead links, answers too long. / Doublons, contradictions, liens morts..."""
    from deployments.knowledge_command import check_knowledge

    use(workspace)
    told, is_well = check_knowledge(links)
    typer.echo(told)
    raise typer.Exit(int(not is_well))


@app.command("list")
def list_entries(
    workspace: Workspace = None,
    days: Annotated[int, typer.Option(help="How far back. / Jusqu'où remonter.", min=1)] = 90,
) -> None:
    """Each entry, its uses, corrections, thanks and protests. / Chaque entrée, ses usages, corrections et mercis."""
    from deployments.knowledge_command import list_knowledge

    use(workspace)
    typer.echo(list_knowledge(days))


@app.command("import")
def import_site(
    addresses: Annotated[
        list[str], typer.Argument(help="Pages or sitemaps (.xml). / Pages ou plans de site (.xml).", show_default=False)
    ],
    workspace: Workspace = None,
    most: Annotated[int, typer.Option(help="At most so many pages. / Au plus autant de pages.", min=1)] = 200,
    pause: Annotated[float, typer.Option(help="Seconds between two pages. / Secondes entre deux pages.", min=0)] = 1.0,
) -> None:
    """Draft entries from your own site, for you to approve. / Des brouillons tirés de votre site, à approuver."""
    from deployments.knowledge_command import import_pages

    use(workspace)
    typer.echo(import_pages(addresses, most, pause))
