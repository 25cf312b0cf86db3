"""What the flows need of the knowledge base: entries learned each night, and those published that a human approved."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from prefect import task
from prefect.cache_policies import NO_CACHE

from connectors.files import write_text
from connectors.store import learned as store
from domain.knowledge import KnowledgeEntry
from tasks.knowledge.learning import learned
from tasks.knowledge.writing import appended
from tasks.workspace import Workspace

DAYS_READ = 90
NOTES = {
    "fr": "Entrées que Vigie a tirées des réponses de l'équipe et qu'une personne a approuvées. Elles sont à vous : modifiez-les.",
    "en": "Entries that Vigie made of the team's answers and that a person approved. They are yours: change them.",
}


@task(name="learn", cache_policy=NO_CACHE)
def learn(workspace: Workspace, now: datetime, run_id: str) -> int:
    """Propose entries made of what the team answered in the last months; gives how many are new."""
    answered = store.answered_by_people(workspace.store, workspace.community.team, now - timedelta(days=DAYS_READ))
    taken = {(entry.id, entry.lang) for entry in workspace.knowledge.entries} | store.known_ids(workspace.store)
    found = [one for one in learned(answered, taken) if one.entry.lang in workspace.community.languages]
    store.propose(workspace.store, found, now, run_id)
    return len(found)


@task(name="publish entries", cache_policy=NO_CACHE)
def publish_entries(workspace: Workspace) -> list[str]:
    """Add the entries that a human approved to `knowledge/learned.LANG.md`; gives their ids. An entry is added once."""
    entries = store.approved(workspace.store)
    for lang in sorted({entry.lang for entry in entries}):
        _add(workspace, lang, [entry for entry in entries if entry.lang == lang])
    store.published(workspace.store, entries)
    return [entry.id for entry in entries]


def _add(workspace: Workspace, lang: str, entries: Sequence[KnowledgeEntry]) -> None:
    path = workspace.settings.workspace / "knowledge" / f"learned.{lang}.md"
    there = {entry.id for entry in workspace.knowledge.entries if entry.lang == lang}
    new = [entry for entry in entries if entry.id not in there]  # a run that died here added them already
    if new:
        before = path.read_text("utf-8") if path.exists() else ""
        path.parent.mkdir(parents=True, exist_ok=True)
        front = {"lang": lang, "status": "approved", "origin": "learned"}
        write_text(path, appended(before, front, NOTES["fr" if lang == "fr" else "en"], new))
