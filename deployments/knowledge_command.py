"""`vigie knowledge check` and `import`: what in the knowledge base does not hold, and drafts from the CM's own site."""

import io
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
from rich.console import Console
from rich.table import Table

from connectors.files import write_text
from connectors.store.comments import between
from connectors.store.outbox import actions_between
from connectors.store.replies import decided_drafts, drafts_between
from connectors.web import Missed, Site, broken
from domain.documents import MendableError
from domain.knowledge import Knowledge, KnowledgeEntry
from domain.language import say
from domain.settings import Settings
from tasks.knowledge.checking import findings
from tasks.knowledge.usage import USAGE_SCHEMA, usage
from tasks.knowledge.web_pages import entries_of
from tasks.knowledge.writing import appended, with_own_ids
from tasks.workspace import open_workspace, read_charter, read_community, read_knowledge

COUNTS = [name for name, kind in USAGE_SCHEMA.items() if kind == pl.Int64()]
NOTES = {
    "fr": "Brouillons tirés du site. Corrigez-les, puis déplacez ceux que vous approuvez dans un fichier approuvé.",
    "en": "Drafts from the site. Mend them, then move those that you approve to an approved file.",
}


def check_knowledge(ask_links: bool) -> tuple[str, bool]:
    """What was found in the workspace's entries, one line each, and whether all is well. Raises WorkspaceError.

    ask_links: whether each link of an answer is opened.
    """
    folder = Settings().workspace
    community, charter, knowledge = read_community(folder), read_charter(folder), read_knowledge(folder)
    kept = [entry for entry in knowledge.entries if entry.status != "retired"]
    dead = broken({link for entry in kept for link in entry.links}) if ask_links else {}
    platforms = {source.platform for source in community.watched()}
    found = findings(knowledge.entries, datetime.now(UTC).date(), platforms, charter.replies, dead)
    told = say(
        fr="entrées : {entries}, à revoir : {found}",
        en="{entries} entries, {found} to look at",
        entries=len(kept),
        found=len(found),
    )
    return "\n".join([*map(str, found), told]), not found


def list_knowledge(days: int) -> str:
    """Every entry with its status and origin, and what became of it in the last days, as a table. Raises WorkspaceError."""
    workspace, now = open_workspace(), datetime.now(UTC)
    start = now - timedelta(days=days)
    period = (workspace.store, start, now)
    decided = decided_drafts(workspace.store, start)
    found = usage(drafts_between(*period), decided, actions_between(*period), between(*period))
    uses = _by_entry(found, workspace.knowledge)
    named = say(
        fr="entrée,langue,statut,origine,brouillons,publiés,modifiés,rejetés,mercis,protestations",
        en="entry,language,status,origin,drafts,posted,edited,rejected,thanks,protests",
    )
    table = Table(*named.split(","), box=None)
    for entry in sorted(workspace.knowledge.entries, key=lambda one: (-uses[one.id, one.lang]["drafts"], one.id)):
        counted = [str(uses[entry.id, entry.lang][name]) for name in COUNTS]
        table.add_row(entry.id, entry.lang, entry.status, entry.origin, *counted)
    console = Console(record=True, width=120, file=io.StringIO())
    console.print(table)
    return console.export_text().rstrip("\n")


def _by_entry(found: pl.DataFrame, knowledge: Knowledge) -> defaultdict[tuple[str, str], Counter[str]]:
    """The counts of each (entry, language) that the knowledge base has: a reply may lack its member's language."""
    uses: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for row in found.iter_rows(named=True):
        try:
            lang = knowledge.entry(row["entry_id"], row["lang"]).lang
        except KeyError:  # no longer there
            continue
        uses[row["entry_id"], lang].update({name: row[name] for name in COUNTS})
    return uses


def import_pages(addresses: Sequence[str], most: int, pause_seconds: float) -> str:
    """Draft entries of web pages, added to `knowledge/site.LANG.md`; pages that an entry links already are left out.

    addresses: pages, or sitemaps whose name ends with .xml or .xml.gz. Raises MendableError, WorkspaceError.
    """
    for address in addresses:
        if not address.startswith(("http://", "https://")):
            mend = say(
                fr="écrivez l'adresse entière, à partir de https://", en="write the whole address, from https:// on"
            )
            raise MendableError(f"{address}: {mend}")
    folder = Settings().workspace
    knowledge = read_knowledge(folder)
    known = {link for entry in knowledge.entries for link in entry.links}
    entries: list[KnowledgeEntry] = []
    told: list[str] = []
    for page in Site(pause_seconds).pages(addresses, most, known):
        if isinstance(page, Missed):
            told.append(f"{page.address}: {page.reason}")
        elif page.address not in known:
            made = entries_of(page)
            entries += made
            nothing = say(fr="aucun texte à reprendre", en="no text to take over")
            told += [] if made else [f"{page.address}: {nothing}"]
    files = _added(folder, knowledge, entries)
    told.append(say(fr="brouillons : {count}", en="{count} drafts", count=len(entries)))
    return "\n".join([*told, *map(str, files)])


def _added(folder: Path, knowledge: Knowledge, entries: Sequence[KnowledgeEntry]) -> list[Path]:
    entries = with_own_ids(entries, [(entry.id, entry.lang) for entry in knowledge.entries])
    files = []
    for lang in sorted({entry.lang for entry in entries}):
        path = folder / "knowledge" / f"site.{lang}.md"
        before = path.read_text("utf-8") if path.exists() else ""
        front = {"lang": lang, "status": "draft"}
        mine = [entry for entry in entries if entry.lang == lang]
        write_text(path, appended(before, front, NOTES["fr" if lang == "fr" else "en"], mine))
        files.append(path)
    return files
