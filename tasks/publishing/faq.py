"""The public FAQ: approved knowledge as accessible HTML with FAQPage JSON-LD, as Markdown, and files for crawlers.

Made to be quoted by people, search engines and assistants: the question is the heading, the answer below it is
visible and complete, the brand is named, and each question has its own address. `llms.txt` follows llmstxt.org.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from html import unescape
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

from domain.community import Community, Language
from domain.knowledge import Knowledge, KnowledgeEntry
from tasks.publishing.digest import community_slug
from tasks.publishing.edition import Link
from tasks.publishing.escaping import markdown
from tasks.publishing.page import content_policy
from tasks.publishing.quoting import safe_url
from tasks.publishing.rendering import rendered, stylesheet
from tasks.publishing.wording import Wording

FAQ_FOLDER, DIGEST_FOLDER = "faq", "digest"
PUBLIC_AUDIENCE = "public"
SHOWN_ASKED_FROM = 2
AI_CRAWLERS = (
    "GPTBot",
    "OAI-SearchBot",
    "ChatGPT-User",
    "ClaudeBot",
    "Claude-SearchBot",
    "Claude-User",
    "PerplexityBot",
    "Perplexity-User",
    "Google-Extended",
    "Applebot-Extended",
    "Bingbot",
    "MistralAI-User",
)
ANSWER_TAGS = {
    *("p", "br", "ul", "ol", "li", "strong", "em", "code", "pre", "blockquote", "hr", "a", "h4", "h5", "h6"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}
ANSWER_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
# A link or image whose address is neither http(s), mailto nor a plain text in brackets.
_OTHER_TARGET = re.compile(r"!\[|\]\(\s*<?(?!https?://|mailto:)|^\s*\[[^\]]+\]:\s*(?!https?://|mailto:)", re.I | re.M)


@dataclass(frozen=True)
class Answered:
    """A question of the page. html and markdown: its sanitised answer. anchor: unique on the page."""

    anchor: str
    entry: KnowledgeEntry
    html: Markup
    markdown: str
    links: tuple[str, ...]
    asked: int


def render_faq(
    knowledge: Knowledge, community: Community, language: Language, asked: Mapping[str, int], updated: date
) -> dict[str, str]:
    """The files of the FAQ's folder in one language: `index.fr.html`, `index.fr.md`, and those for all languages.

    asked: how often each entry's question came up in the period, by entry id; the most asked comes first.
    updated: the page's date. `llms.txt`, `sitemap.xml` and `index.html` (the first language's page) are the same
    whatever the language; the sitemap needs the community's `site_url`, since its addresses must be absolute.
    """
    questions = published(knowledge, language, asked)
    languages = _languages(knowledge, community)
    page = _page(questions, languages, community, language, updated)
    files = {
        page_name(language): page,
        markdown_name(language): _markdown(questions, community, language, updated),
        "llms.txt": _llms(knowledge, languages, community, asked),
    }
    if language == languages[0]:
        files["index.html"] = page
    if community.site_url:
        folder = _address(community, "")
        files["sitemap.xml"] = rendered(
            "sitemap.xml.j2", folder=folder, languages=languages, page_name=page_name, updated=updated
        )
    return files


def render_robots(community: Community) -> str:
    """`robots.txt` for the site's root: assistants and search engines are welcome to the FAQ, not to the digests."""
    sitemap = _address(community, "sitemap.xml") if community.site_url else ""
    return rendered("robots.txt.j2", crawlers=AI_CRAWLERS, sitemap=sitemap, digests=DIGEST_FOLDER)


def page_name(language: str) -> str:
    """The file name of the HTML page in that language."""
    return f"index.{language}.html"


def markdown_name(language: str) -> str:
    """The file name of the Markdown version in that language."""
    return f"index.{language}.md"


def anchor(entry_id: str) -> str:
    """The fragment under which an entry stands on the page."""
    return community_slug(entry_id)


def faq_links(knowledge: Knowledge, language: Language, page: str) -> dict[str, Link]:
    """Every published question with its address on the FAQ page at `page`, by entry id, for links from digests."""
    return {
        asked.entry.id: Link(asked.entry.question, f"{page}#{asked.anchor}")
        for asked in published(knowledge, language, {})
    }


def published(knowledge: Knowledge, language: str, asked: Mapping[str, int]) -> tuple[Answered, ...]:
    """The approved public entries in that language, most asked first, then in the order in which they were written."""
    entries = [
        entry
        for entry in knowledge.entries
        if entry.lang == language and entry.status == "approved" and entry.audience == PUBLIC_AUDIENCE
    ]
    taken: dict[str, int] = {}
    answered = []
    for entry in entries:
        name = anchor(entry.id)
        taken[name] = taken.get(name, 0) + 1
        unique = name if taken[name] == 1 else f"{name}-{taken[name]}"
        links = tuple(link for link in entry.links if safe_url(link) and link not in entry.answer)
        answered.append(
            Answered(
                unique, entry, answer_html(entry.answer), answer_markdown(entry.answer), links, asked.get(entry.id, 0)
            )
        )
    return tuple(sorted(answered, key=lambda q: -q.asked))


def answer_html(answer: str) -> Markup:
    """A Markdown answer as safe HTML: no raw HTML, no images, headings below the question's own, http(s) or mailto links."""
    parser = _parser(html=False)
    tokens = parser.parse(answer)
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(6, int(token.tag[1]) + 3)}"
    html = parser.renderer.render(tokens, parser.options, {})
    clean = nh3.clean(html, tags=ANSWER_TAGS, attributes=ANSWER_ATTRIBUTES, url_schemes={"http", "https", "mailto"})
    return Markup(clean.strip())  # noqa: S704 sanitised on the line above


def answer_markdown(answer: str) -> str:
    """A Markdown answer for a page of answers: headings below the question's own.

    One with raw HTML, or whose Markdown shows more than its safe HTML does (images, links of other schemes), is
    given as escaped text.
    """
    tokens = _parser(html=True).parse(answer)
    inner = [child for token in tokens for child in token.children or []]
    if any(token.type in {"html_block", "html_inline"} for token in tokens + inner) or _OTHER_TARGET.search(answer):
        return markdown(unescape(nh3.clean(answer_html(answer), tags=set())).strip())
    lines = answer.strip().split("\n")
    for token in _parser(html=True).parse("\n".join(lines)):
        if token.type == "heading_open" and token.markup.startswith("#") and token.map:
            lines[token.map[0]] = "###" + lines[token.map[0]].lstrip()
    return "\n".join(lines)


def _parser(html: bool) -> MarkdownIt:
    """CommonMark with tables, without images; a bare http(s) address becomes a link, `example.fr` stays a word."""
    parser = MarkdownIt("commonmark", {"html": html, "linkify": True}).enable(["table", "linkify"]).disable("image")
    if parser.linkify is not None:
        parser.linkify.set({"fuzzy_link": False, "fuzzy_email": False, "fuzzy_ip": False})
    return parser


def structured_data(questions: tuple[Answered, ...], community: Community, language: str, updated: date) -> str:
    """The page as schema.org's FAQPage in JSON-LD, safe inside a script element."""
    page = _address(community, page_name(language))
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "FAQPage",
        "name": Wording(_language(language)).say("faq_title", community=community.name),
        "inLanguage": language,
        "dateModified": updated.isoformat(),
        "about": {"@type": "Brand", "name": community.name},
        "mainEntity": [_question(q, page, language, updated) for q in questions],
    }
    if safe_url(page):
        data["url"] = page
    text = json.dumps(data, ensure_ascii=False, indent=1)
    unsafe = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
    return re.sub("[<>&\u2028\u2029]", lambda found: unsafe[found.group()], text)


def _question(question: Answered, page: str, language: str, updated: date) -> dict[str, Any]:
    modified = (question.entry.updated or updated).isoformat()
    told: dict[str, Any] = {
        "@type": "Question",
        "name": question.entry.question,
        "inLanguage": language,
        "dateModified": modified,
        "acceptedAnswer": {
            "@type": "Answer",
            "text": str(question.html),
            "inLanguage": language,
            "dateModified": modified,
        },
    }
    if safe_url(page):
        told["url"] = f"{page}#{question.anchor}"
    if question.entry.variants:
        told["alternateName"] = list(question.entry.variants)
    return told


def _page(
    questions: tuple[Answered, ...],
    languages: list[Language],
    community: Community,
    language: Language,
    updated: date,
) -> str:
    return rendered(
        "faq.html.j2",
        words=Wording(language, community.timezone),
        language=language,
        languages=languages,
        community=community,
        questions=questions,
        updated=updated,
        asked_from=SHOWN_ASKED_FROM,
        page_name=page_name,
        markdown_name=markdown_name,
        address=lambda name: _address(community, name),
        canonical=safe_url(_address(community, page_name(language))),
        data=Markup(structured_data(questions, community, language, updated)),  # noqa: S704 escaped for scripts
        style=stylesheet(),
        policy=content_policy(),
    )


def _markdown(questions: tuple[Answered, ...], community: Community, language: Language, updated: date) -> str:
    words = Wording(language, community.timezone)
    return rendered("faq.md.j2", words=words, community=community, questions=questions, updated=updated, md=markdown)


def _llms(knowledge: Knowledge, languages: list[Language], community: Community, asked: Mapping[str, int]) -> str:
    pages = [(Wording(language), published(knowledge, language, asked), language) for language in languages]
    return rendered(
        "llms.txt.j2",
        community=community,
        pages=pages,
        page_name=page_name,
        markdown_name=markdown_name,
        address=lambda name: _address(community, name),
        md=markdown,
    )


def _languages(knowledge: Knowledge, community: Community) -> list[Language]:
    """The community's languages that have a published answer; its first one when none has."""
    return [lang for lang in community.languages if published(knowledge, lang, {})] or community.languages[:1]


def _address(community: Community, name: str) -> str:
    """The address of a file of the FAQ: absolute where the site's is known, else relative to the FAQ's folder."""
    return f"{str(community.site_url).rstrip('/')}/{FAQ_FOLDER}/{name}" if community.site_url else name


def _language(code: str) -> Language:
    return "fr" if code == "fr" else "en"
