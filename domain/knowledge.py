"""Knowledge entries: the only things that Vigie may answer from."""

from dataclasses import dataclass
from datetime import date
from typing import Literal


@dataclass(frozen=True)
class KnowledgeEntry:
    """A question in one language with its variants and its answer (Markdown).

    The same `id` may exist once in each language. `status`: only approved entries answer members and reach the FAQ.
    `file` and `line` tell the CM where the entry was written.
    """

    id: str
    lang: str
    question: str
    answer: str
    variants: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    audience: str = "public"
    status: Literal["draft", "approved", "retired"] = "approved"
    origin: Literal["written", "learned"] = "written"
    updated: date | None = None
    file: str = ""
    line: int = 0


@dataclass(frozen=True)
class Learned:
    """An entry that was made of what people of the team answered; it answers nobody until a human approves it.

    evidence: ids of the comments that asked, the most typical one first. members: how many asked.
    """

    entry: KnowledgeEntry
    evidence: tuple[str, ...]
    members: int


@dataclass(frozen=True)
class Knowledge:
    """All entries, and examples of questions that must go to a human."""

    entries: tuple[KnowledgeEntry, ...]
    for_humans: tuple[str, ...] = ()

    def entry(self, entry_id: str, lang: str) -> KnowledgeEntry:
        """The entry in that language, else in any. Raises KeyError for an unknown id."""
        found = {entry.lang: entry for entry in self.entries if entry.id == entry_id}
        if not found:
            raise KeyError(entry_id)
        return found.get(lang) or next(iter(found.values()))
