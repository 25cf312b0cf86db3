"""Reads the knowledge that a CM wrote in a table of questions, as CSV.

Every mistake is told with its file, line and mend; nothing is skipped in silence.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Literal

from pydantic import TypeAdapter, ValidationError

from domain.documents import Problem, WorkspaceError
from domain.knowledge import Knowledge, KnowledgeEntry
from domain.language import say
from tasks.knowledge.markdown_file import links_in
from tasks.knowledge.merging import repeated
from tasks.moderation.language import french_or_english

_REQUIRED_COLUMNS = ("entry_id", "question", "answer")
_UPDATED = TypeAdapter(date)
_STATUS: TypeAdapter[Literal["draft", "approved", "retired"]] = TypeAdapter(Literal["draft", "approved", "retired"])


@dataclass
class _Group:
    """The rows of one entry in one language, as they come."""

    line: int
    questions: dict[str, None] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)


def parse_csv(text: str, file: str) -> Knowledge:
    """The knowledge in a table with the columns entry_id, question, answer and, if wanted, lang, audience, status,
    updated (YYYY-MM-DD). Commas, semicolons or tabs separate, as the header shows.

    The first row of an entry_id is the question, later ones are variants and may leave the rest empty. Rows without
    entry_id are examples for humans. Without a language the entry's own words tell it. An entry that has no answer
    yet is kept: it is recognised, and a human answers. Raises WorkspaceError with every mistake.
    """
    problems: list[Problem] = []
    groups: dict[tuple[str, str], _Group] = {}
    for_humans: dict[str, None] = {}
    for line, row in _rows(text, file, problems):
        entry_id, question, lang = row["entry_id"], row["question"], row.get("lang", "")
        if not question:
            message = say(fr="la question est vide", en="the question is empty")
            mend = say(fr="écrivez-la, ou supprimez la ligne", en="write it, or remove the row")
            problems.append(Problem(file, line, message, mend))
        elif lang not in {"", "fr", "en"}:
            message = say(fr="`lang` vaut {value}", en="`lang` is {value}", value=repr(lang))
            mend = say(fr="écrivez fr ou en, ou laissez vide", en="write fr or en, or leave it empty")
            problems.append(Problem(file, line, message, mend))
        elif not entry_id:
            for_humans[question] = None
        else:
            group = groups.setdefault((entry_id, lang), _Group(line))
            group.questions[question] = None
            for name, value in row.items():
                if value and not group.values.get(name):
                    group.values[name] = value
    entries = [_csv_entry(entry_id, lang, group, file, problems) for (entry_id, lang), group in groups.items()]
    problems += repeated(entries)
    if problems:
        raise WorkspaceError(sorted(problems, key=lambda problem: problem.line))
    return Knowledge(tuple(entries), tuple(for_humans))


def _rows(text: str, file: str, problems: list[Problem]) -> Iterator[tuple[int, dict[str, str]]]:
    """Rows with the line on which each begins. Raises WorkspaceError for a header that cannot be used."""
    text = text.removeprefix("\ufeff")
    header_line = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=header_line.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    names: list[str] = []
    line = 1
    try:
        for cells in reader:
            row = [cell.strip() for cell in cells]
            if not names:
                names = _columns(row, file)
            elif len(row) != len(names) and any(row):
                message = say(
                    fr="{fields} champs alors que l'en-tête en a {columns}",
                    en="{fields} fields where the header has {columns}",
                    fields=len(row),
                    columns=len(names),
                )
                mend = say(
                    fr="mettez entre guillemets droits doubles les champs qui contiennent {sign} ou des sauts de ligne",
                    en="put fields that contain {sign} or line ends between double quotes",
                    sign=repr(delimiter),
                )
                problems.append(Problem(file, line, message, mend))
            elif any(row):
                yield line, dict(zip(names, row, strict=True))
            line = reader.line_num + 1
    except csv.Error as error:
        message = say(fr="CSV invalide ({error})", en="not valid CSV: {error}", error=error)
        mend = say(
            fr='mettez le champ entre guillemets droits doubles et doublez ceux qu\'il contient : ""',
            en='put the field between double quotes and write " inside it as ""',
        )
        raise WorkspaceError([Problem(file, line, message, mend)]) from None
    if not names:
        raise WorkspaceError([Problem(file, 1, say(fr="la table est vide", en="the table is empty"), _first_line())])


def _columns(header: list[str], file: str) -> list[str]:
    names = [name.lower() for name in header]
    missing = [name for name in _REQUIRED_COLUMNS if name not in names]
    if missing:
        message = say(
            fr="il n'y a pas de colonne {missing} ; les colonnes sont {columns}",
            en="no column {missing}; the columns are {columns}",
            missing=", ".join(missing),
            columns=", ".join(header),
        )
        raise WorkspaceError([Problem(file, 1, message, _first_line())])
    return names


def _first_line() -> str:
    return say(fr="commencez par {columns}", en="begin with {columns}", columns=",".join(_REQUIRED_COLUMNS))


def _csv_entry(entry_id: str, lang: str, group: _Group, file: str, problems: list[Problem]) -> KnowledgeEntry:
    question, *variants = group.questions
    answer = group.values.get("answer", "")
    if not lang:
        lang = french_or_english(" ".join([*group.questions, answer])[:2_000])
    entry = KnowledgeEntry(
        entry_id,
        lang if lang in {"fr", "en"} else "en",
        question,
        answer,
        tuple(variants),
        links_in(answer),
        group.values.get("audience", "public"),
        file=file,
        line=group.line,
    )
    extras: dict[str, tuple[TypeAdapter[Any], str]] = {
        "status": (_STATUS, say(fr="draft, approved ou retired", en="draft, approved or retired")),
        "updated": (_UPDATED, say(fr="une date telle que 2026-05-31", en="a date such as 2026-05-31")),
    }
    for name, (adapter, expected) in extras.items():
        value = group.values.get(name)
        if value:
            try:
                entry = replace(entry, **{name: adapter.validate_python(value)})
            except ValidationError:
                message = say(fr="`{name}` vaut {value}", en="`{name}` is {value}", name=name, value=repr(value))
                mend = say(fr="écrivez {expected}", en="write {expected}", expected=expected)
                problems.append(Problem(file, group.line, message, mend))
    return entry
