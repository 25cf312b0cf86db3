"""Writes entries into the workspace's knowledge files, in the form that `markdown_file.parse_markdown` reads."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import replace

from domain.knowledge import KnowledgeEntry

WORDS_OF_AN_ID = 6


def slug(question: str) -> str:
    """An id made of a question's first words; empty where it has no letters of ours."""
    plain = unicodedata.normalize("NFKD", question).encode("ascii", "ignore").decode().lower()
    return "_".join(re.findall(r"[a-z0-9]+", plain)[:WORDS_OF_AN_ID])


def with_own_ids(entries: Iterable[KnowledgeEntry], taken: Iterable[tuple[str, str]]) -> list[KnowledgeEntry]:
    """The entries with ids that none of `taken` (id, language) has."""
    used, made = set(taken), []
    for entry in entries:
        name, number = entry.id, 2
        while (name, entry.lang) in used:
            name, number = f"{entry.id}_{number}", number + 1
        used.add((name, entry.lang))
        made.append(replace(entry, id=name))
    return made


def appended(before: str, front: dict[str, str], note: str, entries: Iterable[KnowledgeEntry]) -> str:
    """A knowledge file with the entries at its end. before: its text, empty for a new one, which gets `front` and `note`."""
    head = "\n".join(["---", *(f"{name}: {value}" for name, value in front.items()), "---", "", note])
    return (before or head).rstrip("\n") + "\n" + "".join(_section(entry) for entry in entries)


def _section(entry: KnowledgeEntry) -> str:
    variants = "".join(f"- {_line(variant)}\n" for variant in entry.variants)
    parts = [
        f"\n## {_line(entry.question)} {{#{entry.id}}}\n",
        *([variants] if variants else []),
        f"{_body(entry.answer)}\n",
    ]
    return "\n".join(parts)


def _line(text: str) -> str:
    """One line of Markdown: what members wrote is neither a heading's id nor markup."""
    return re.sub(r"([\\`*_{}\[\]<>#|~])", r"\\\1", " ".join(text.split()))


def _body(answer: str) -> str:
    """An answer that neither begins nor swallows an entry: headings are bold, what opens a block is escaped."""
    plain = re.sub(r"^ {0,3}#{1,6}[ \t]+(\S.*)$", r"**\1**", answer.strip(), flags=re.MULTILINE)
    plain = re.sub(r"^(\s*)(#|<|```|~~~|=+\s*$|-+\s*$)", r"\1\\\2", plain, flags=re.MULTILINE)
    return f"…\n\n{plain}" if re.match(r"[-*+]", plain) else plain  # a list there would be the question's variants
