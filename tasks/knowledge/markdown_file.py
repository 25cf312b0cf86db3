"""Reads the knowledge that a CM wrote in Markdown, with front matter.

Every mistake is told with its file, line and mend; nothing is skipped in silence.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from markdown_it import MarkdownIt
from markdown_it.token import Token

from domain.community import Language, Strict
from domain.documents import Problem, WorkspaceError, parse
from domain.knowledge import Knowledge, KnowledgeEntry
from domain.language import say
from tasks.knowledge.merging import repeated

HUMANS_ID = "humans"

_ID = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.:-]*")
_HEADING = re.compile(r"(?P<title>.*?)\s*\{#(?P<id>[^{}]*)\}\s*", re.DOTALL)
_BARE_LINK = re.compile(r"https?://[^\s<>\"'«»]+[^\s<>\"'«».,;:!?)\]]")
_MARKDOWN = MarkdownIt("commonmark").enable("table")


class _FrontMatter(Strict):
    """What stands between the `---` lines: it holds for every entry of the file."""

    lang: Language
    audience: str = "public"
    status: Literal["draft", "approved", "retired"] = "approved"
    origin: Literal["written", "learned"] = "written"
    updated: date | None = None


def parse_markdown(text: str, file: str) -> Knowledge:
    """The knowledge in a Markdown file; what stands before the first `##` heading is the CM's own note.

    Raises WorkspaceError with every mistake.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    front, body_line = _front_matter(text, file)
    lines = text.split("\n")
    body = "\n" * body_line + "\n".join(lines[body_line:])
    problems: list[Problem] = []
    entries: list[KnowledgeEntry] = []
    for_humans: list[str] = []
    for section in _sections(_MARKDOWN.parse(body), len(lines)):
        entry_id, title = _heading(section, file, problems)
        if entry_id == HUMANS_ID:
            for_humans += _examples(section, file, problems)
        elif entry_id:
            variants, answer_from = _variants(section, lines, file, problems)
            answer = "\n".join(lines[answer_from : section.end]).strip()
            if not answer:
                message = say(fr="`{id}` n'a pas de réponse", en="`{id}` has no answer", id=entry_id)
                mend = say(
                    fr="écrivez-la sous la liste ; si la réponse est elle-même une liste, commencez par une phrase",
                    en="write it under the list; begin with a sentence if the answer is itself a list",
                )
                problems.append(Problem(file, section.line, message, mend))
            links = _links(section, answer_from, file, problems)
            entries.append(
                KnowledgeEntry(
                    entry_id,
                    front.lang,
                    title,
                    answer,
                    variants,
                    links,
                    front.audience,
                    front.status,
                    front.origin,
                    updated=front.updated,
                    file=file,
                    line=section.line,
                )
            )
    problems += repeated(entries)
    if problems:
        raise WorkspaceError(sorted(problems, key=lambda problem: problem.line))
    return Knowledge(tuple(entries), tuple(dict.fromkeys(for_humans)))


@dataclass(frozen=True)
class _Section:
    """What one `##` heading covers. Lines are 0-based and end is exclusive; `line` is 1-based."""

    heading: Token
    tokens: list[Token]
    start: int
    end: int

    @property
    def line(self) -> int:
        return self.start + 1


def _front_matter(text: str, file: str) -> tuple[_FrontMatter, int]:
    """The front matter and the number of lines that it takes."""
    lines = text.split("\n")
    if lines[0].rstrip() != "---":
        message = say(fr="l'en-tête manque", en="the front matter is missing")
        mend = say(
            fr="commencez le fichier par trois lignes : `---`, `lang: fr` (ou `lang: en`), `---`",
            en="begin the file with three lines: `---`, `lang: fr` (or `lang: en`), `---`",
        )
        raise WorkspaceError([Problem(file, 1, message, mend)])
    closing = next((at for at, line in enumerate(lines[1:], 1) if line.rstrip() == "---"), None)
    if closing is None:
        message = say(fr="l'en-tête n'a pas de fin", en="the front matter has no end")
        mend = say(fr="fermez-le par une ligne `---`", en="close it with a line `---`")
        raise WorkspaceError([Problem(file, 1, message, mend)])
    # An empty first line in place of `---` keeps the line numbers of the YAML those of the file.
    return parse("\n" + "\n".join(lines[1:closing]), _FrontMatter, file), closing + 1


def _sections(tokens: list[Token], line_count: int) -> Iterator[_Section]:
    starts = [
        at for at, token in enumerate(tokens) if token.type == "heading_open" and token.tag == "h2" and token.level == 0
    ]
    for at, following in zip(starts, (*starts, len(tokens))[1:], strict=True):
        end = _map(tokens[following])[0] if following < len(tokens) else line_count
        yield _Section(tokens[at + 1], tokens[at + 3 : following], _map(tokens[at])[0], end)


def _map(token: Token) -> tuple[int, int]:
    first, last = token.map or (0, 0)
    return first, last


def _heading(section: _Section, file: str, problems: list[Problem]) -> tuple[str, str]:
    """The id and the question; an empty id where the heading is wrong."""
    found = _HEADING.fullmatch(section.heading.content)
    if not found:
        message = say(
            fr="le titre `{title}` n'a pas d'identifiant",
            en="the heading `{title}` has no id",
            title=section.heading.content,
        )
        mend = say(
            fr="terminez-le par un nom court tel que `{{#horaires}}`",
            en="end it with a short name such as `{{#opening_hours}}`",
        )
        problems.append(Problem(file, section.line, message, mend))
        return "", ""
    entry_id, title = found["id"].strip(), found["title"].strip()
    if not _ID.fullmatch(entry_id):
        message = say(fr="`{id}` ne peut pas être un identifiant", en="`{id}` cannot be an id", id=entry_id)
        mend = say(
            fr="n'employez que lettres, chiffres, `_` et `-`, sans accents ni espaces",
            en="use letters, digits, `_` and `-` only, without accents or spaces",
        )
        problems.append(Problem(file, section.line, message, mend))
        return "", ""
    if not title and entry_id != HUMANS_ID:
        message = say(fr="`{id}` n'a pas de question", en="`{id}` has no question", id=entry_id)
        mend = say(fr="écrivez-la avant l'identifiant", en="write it before the id")
        problems.append(Problem(file, section.line, message, mend))
        return "", ""
    return entry_id, title


def _variants(section: _Section, lines: list[str], file: str, problems: list[Problem]) -> tuple[tuple[str, ...], int]:
    """The items of the list directly below the heading, and the line where the answer begins."""
    after_heading = _map(section.heading)[1]
    if section.heading.map and after_heading < section.end and re.fullmatch(r"\s*(-+|=+)\s*", lines[after_heading]):
        after_heading += 1  # a heading that is underlined instead of marked with ##
    if not section.tokens or section.tokens[0].type != "bullet_list_open":
        return (), after_heading
    opening = section.tokens[0]
    closing = next(
        at for at, token in enumerate(section.tokens) if token.type == "bullet_list_close" and token.level == 0
    )
    items = [token for token in section.tokens[:closing] if token.type == "inline"]
    for item in items:
        first, last = _map(item)
        unindented = next((at for at in range(first + 1, last) if not lines[at].startswith((" ", "\t"))), None)
        if unindented is not None:
            message = say(
                fr="cette ligne se confondrait avec une variante", en="this line would become part of a variant"
            )
            mend = say(
                fr="laissez une ligne vide entre la liste des variantes et la réponse",
                en="leave an empty line between the list of variants and the answer",
            )
            problems.append(Problem(file, unindented + 1, message, mend))
    return tuple(dict.fromkeys(" ".join(item.content.split()) for item in items)), _map(opening)[1]


def _examples(section: _Section, file: str, problems: list[Problem]) -> list[str]:
    closing = next((at for at, t in enumerate(section.tokens) if t.type == "bullet_list_close" and t.level == 0), -1)
    if not section.tokens or section.tokens[0].type != "bullet_list_open" or closing + 1 != len(section.tokens):
        message = say(
            fr="`{id}` contient autre chose qu'une liste", en="`{id}` holds something else than a list", id=HUMANS_ID
        )
        mend = say(
            fr="gardez ici une seule liste d'exemples, dont chaque ligne commence par `- `",
            en="keep one list of examples here, each line beginning with `- `",
        )
        problems.append(Problem(file, section.line, message, mend))
        return []
    return [" ".join(token.content.split()) for token in section.tokens if token.type == "inline"]


def _links(section: _Section, answer_from: int, file: str, problems: list[Problem]) -> tuple[str, ...]:
    """Addresses in the answer, in order; mail addresses and telephone numbers are no sources."""
    found: dict[str, None] = {}
    for token in section.tokens:
        line = _map(token)[0]
        if token.type != "inline" or line < answer_from:
            continue
        for child in token.children or []:
            href = str(child.attrs.get("href", "")) if child.type == "link_open" else ""
            if href.startswith(("http://", "https://")):
                found[href] = None
            elif href and not href.startswith(("mailto:", "tel:")):
                message = say(
                    fr="les membres ne peuvent pas ouvrir le lien `{href}`",
                    en="members cannot open the link `{href}`",
                    href=href,
                )
                mend = say(
                    fr="écrivez l'adresse entière, à partir de https://",
                    en="write the whole address, beginning with https://",
                )
                problems.append(Problem(file, line + 1, message, mend))
            elif child.type == "text":
                found |= dict.fromkeys(_BARE_LINK.findall(child.content))
    return tuple(found)


def links_in(markdown: str) -> tuple[str, ...]:
    """The web addresses in a Markdown text, in order of appearance."""
    tokens = _MARKDOWN.parse(markdown)
    end = markdown.count("\n") + 1
    return _links(_Section(Token("inline", "", 0), tokens, 0, end), 0, "", [])
