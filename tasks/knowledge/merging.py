"""Joins the knowledge of several files, and tells ids that come twice."""

from collections.abc import Iterable

from domain.documents import Problem, WorkspaceError
from domain.knowledge import Knowledge, KnowledgeEntry
from domain.language import say


def merge(parts: Iterable[Knowledge]) -> Knowledge:
    """All of them as one. Raises WorkspaceError where an id comes twice in one language."""
    parts = list(parts)
    entries = [entry for part in parts for entry in part.entries]
    problems = repeated(entries)
    if problems:
        raise WorkspaceError(problems)
    return Knowledge(tuple(entries), tuple(dict.fromkeys(text for part in parts for text in part.for_humans)))


def repeated(entries: Iterable[KnowledgeEntry]) -> list[Problem]:
    """A problem for each entry whose id stands already, in its language, in an earlier one."""
    first: dict[tuple[str, str], KnowledgeEntry] = {}
    problems = []
    for entry in entries:
        known = first.get((entry.id, entry.lang))
        first[entry.id, entry.lang] = known or entry
        if known:
            message = say(
                fr="`{id}` ({lang}) figure déjà dans {place}",
                en="`{id}` ({lang}) already stands at {place}",
                id=entry.id,
                lang=entry.lang,
                place=f"{known.file}:{known.line}",
            )
            mend = say(
                fr="donnez-lui un autre identifiant, ou réunissez les deux entrées",
                en="give it another id, or join the two entries",
            )
            problems.append(Problem(entry.file, entry.line, message, mend))
    return problems
