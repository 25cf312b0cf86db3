"""`vigie tell` and `vigie forget`: what is known of a member, written to a file or erased from the store and every page."""

import json
from datetime import UTC, datetime
from pathlib import Path

from connectors.files import write_text
from connectors.store import erasure
from connectors.store.erasure import Known
from domain.documents import MendableError
from domain.language import say
from tasks.knowledge.learning import without_traces
from tasks.knowledge.markdown_file import parse_markdown
from tasks.knowledge.writing import appended
from tasks.members.erasure import Traces, erased, traces
from tasks.workspace import Workspace, open_workspace

PAGES = {".html", ".xml", ".md", ".txt", ".json", ".jsonl", ".csv", ".ics"}


class UnknownMember(MendableError):
    """No member, or several, are named so."""


def tell_member(wanted: str, out: Path) -> str:
    """Write all that is known of a member as JSON. Raises UnknownMember."""
    workspace = open_workspace()
    member = _one(workspace, wanted)
    known = erasure.tell(workspace.store, member)
    write_text(
        out, json.dumps({"member": member.id, "names": member.names} | known, ensure_ascii=False, indent=2) + "\n"
    )
    rows = sum(len(rows) for rows in known.values())
    return say(
        fr="{member} : lignes {rows} → {out}", en="{member}: {rows} rows: {out}", member=member.id, rows=rows, out=out
    )


def forget_member(wanted: str) -> str:
    """Erase a member from the store and from every page. Raises UnknownMember."""
    workspace = open_workspace()
    member = _one(workspace, wanted)
    comments = erasure.forget(workspace.store, member, datetime.now(UTC))
    found = traces(member.names, (member.id, *member.comment_ids), member.texts)
    pages = _clean_files(workspace, found) + _clean_learned(workspace, found)
    return say(
        fr="{member} : commentaires effacés {comments}, pages nettoyées {pages}. Ce que Prefect garde de ses exécutions "
        "(artefacts, formulaires) disparaît avec elles : voyez docs/operations.md.",
        en="{member}: {comments} comments erased, {pages} pages cleaned. What Prefect keeps of its runs (artifacts, forms) "
        "goes with them: see docs/operations.md.",
        member=member.id,
        comments=comments,
        pages=pages,
    )


def _one(workspace: Workspace, wanted: str) -> Known:
    found = erasure.find_members(workspace.store, wanted)
    if len(found) == 1:
        return found[0]
    if not found:
        message = say(
            fr="aucun membre ne s'appelle {wanted} ; essayez son identifiant, par exemple reddit:t2_abc",
            en="no member is called {wanted}; try their id, for example reddit:t2_abc",
            wanted=wanted,
        )
        raise UnknownMember(message)
    listed = ", ".join(f"{one.id} ({', '.join(one.names)})" for one in found)
    raise UnknownMember(
        say(
            fr="plusieurs membres s'appellent {wanted} : {listed} ; écrivez l'un des identifiants",
            en="several members are called {wanted}: {listed}; write one of the ids",
            wanted=wanted,
            listed=listed,
        )
    )


def _clean_learned(workspace: Workspace, found: Traces) -> int:
    """Take their questions out of the entries that were learned from them; an entry without any other question goes."""
    changed = 0
    for path in sorted((workspace.settings.workspace / "knowledge").glob("learned.*.md")):
        before = path.read_text(encoding="utf-8")
        entries = parse_markdown(before, path.name).entries
        kept = without_traces(entries, found)
        if kept != list(entries):
            write_text(path, appended(before[: before.index("\n## ")], {}, "", kept))
            changed += 1
    return changed


def _clean_files(workspace: Workspace, found: Traces) -> int:
    """Clean what was published, the survey, and what Vigie keeps in `var`; gives how many files changed."""
    changed = 0
    folders = (workspace.settings.public, workspace.settings.survey, workspace.settings.var)
    for path in sorted(
        path for folder in folders for path in folder.rglob("*") if path.suffix in PAGES and path.is_file()
    ):
        before = path.read_text(encoding="utf-8", errors="replace")
        after = erased(before, path.suffix, found)
        if after != before:
            write_text(path, after)
            changed += 1
    return changed
