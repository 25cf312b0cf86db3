"""Makes draft entries of pages of the CM's own site: the questions that a page answers, or its title and main text.

What a page declares as schema.org FAQPage is taken first, then headings that ask something, then the page as a whole.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

import trafilatura
from lxml import html
from markdown_it import MarkdownIt

from connectors.web import WebPage
from domain.knowledge import KnowledgeEntry
from tasks.knowledge.writing import slug
from tasks.moderation.language import french_or_english

LONGEST_ANSWER_CHARS = 1_500
SHORTEST_ANSWER_CHARS = 30
_QUESTION = re.compile(
    r"\?\s*$|^(?:comment|pourquoi|quand|où|quels?|quelles?|combien|puis-je|peut-on|how|why|when|where|what|which|can i|do you)\b",
    re.IGNORECASE,
)
_MARKDOWN = MarkdownIt("commonmark")


def entries_of(page: WebPage) -> list[KnowledgeEntry]:
    """Draft entries whose answers end with the page's address; none where the page has no text of its own."""
    tree = html.fromstring(page.html) if page.html.strip() else None
    if tree is None:
        return []
    found = list(_declared(tree)) or _under_headings(page) or _whole(page, tree)
    lang = _language(tree, found)
    return [
        KnowledgeEntry(
            slug(question),
            lang,
            " ".join(question.split()),
            f"{_shortened(text)}\n\n{page.address}",
            links=(page.address,),
            status="draft",
        )
        for question, text in found
        if len(text.strip()) >= SHORTEST_ANSWER_CHARS and slug(question)
    ]


def _declared(tree: html.HtmlElement) -> Iterator[tuple[str, str]]:
    """Questions and answers of schema.org's FAQPage, in JSON-LD."""
    for script in tree.iterfind(".//script[@type='application/ld+json']"):
        try:
            stated = json.loads(script.text_content())
        except ValueError:
            continue
        for question in _questions(stated):
            answer = question.get("acceptedAnswer")
            text = answer.get("text") if isinstance(answer, dict) else None
            if isinstance(text, str) and isinstance(question.get("name"), str):
                yield question["name"], _plain(text)


def _questions(stated: Any) -> Iterator[dict[str, Any]]:
    if isinstance(stated, list):
        for one in stated:
            yield from _questions(one)
    elif isinstance(stated, dict):
        if stated.get("@type") == "Question":
            yield stated
        yield from _questions([value for value in stated.values() if isinstance(value, (list, dict))])


def _plain(text: str) -> str:
    return str(html.fromstring(f"<div>{text}</div>").text_content()).strip()


def _main_text(page: WebPage) -> str:
    extracted = trafilatura.extract(
        page.html, url=page.address, output_format="markdown", include_comments=False, include_tables=True
    )
    return extracted or ""


def _under_headings(page: WebPage) -> list[tuple[str, str]]:
    """Each heading that asks something, and what stands below it down to the next heading."""
    text = _main_text(page)
    lines, tokens = text.split("\n"), _MARKDOWN.parse(text)
    headings = [(token.map, tokens[at + 1].content) for at, token in enumerate(tokens) if token.type == "heading_open"]
    found = []
    for at, (place, title) in enumerate(headings):
        following = headings[at + 1][0] if at + 1 < len(headings) else None
        end = following[0] if following else len(lines)
        body = "\n".join(lines[place[1] : end]).strip() if place else ""
        if _QUESTION.search(title) and body:
            found.append((title, body))
    return found


def _whole(page: WebPage, tree: html.HtmlElement) -> list[tuple[str, str]]:
    title = tree.findtext(".//h1") or tree.findtext(".//title") or ""
    body = re.sub(r"^#+ .*$", "", _main_text(page), flags=re.MULTILINE).strip()
    return [(title.strip(), body)] if title.strip() and body else []


def _shortened(text: str) -> str:
    """Whole paragraphs, as many as fit."""
    kept: list[str] = []
    room = LONGEST_ANSWER_CHARS
    for paragraph in text.strip().split("\n\n"):
        if kept and len(paragraph) > room:
            break
        kept.append(paragraph[:LONGEST_ANSWER_CHARS])
        room -= len(paragraph)
    return "\n\n".join(kept)


def _language(tree: html.HtmlElement, found: list[tuple[str, str]]) -> str:
    declared = str(tree.get("lang") or "")[:2].lower()
    if declared in {"fr", "en"}:
        return declared
    guessed = french_or_english(" ".join(text for _, text in found)[:2_000])
    return guessed if guessed in {"fr", "en"} else "en"
