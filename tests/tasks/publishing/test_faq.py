"""The FAQ page shows approved public answers, and tells machines exactly what it shows people."""

import json
import re
from dataclasses import replace
from datetime import date
from typing import Any
from xml.etree import ElementTree

import pytest
from markdown_it import MarkdownIt

from domain.community import Community
from domain.knowledge import Knowledge, KnowledgeEntry
from tasks.publishing.faq import answer_html, answer_markdown, faq_links, render_faq, render_robots

UPDATED = date(2026, 11, 9)


def text_of(parsed: Any, html: str) -> str:
    return " ".join(parsed(html).text.split())


@pytest.fixture
def files(knowledge: Knowledge, community: Community) -> dict[str, str]:
    asked = {"descale": 11, "order-status": 1}
    french = render_faq(knowledge, community, "fr", asked, UPDATED)
    return french | render_faq(knowledge, community, "en", asked, UPDATED)


def data_of(parsed: Any, html: str) -> dict[str, Any]:
    found = json.loads(parsed(html).scripts[0])
    assert isinstance(found, dict)
    return found


def test_there_is_a_page_for_each_language_and_files_for_machines(files: dict[str, str]) -> None:
    assert sorted(files) == [
        "index.en.html", "index.en.md", "index.fr.html", "index.fr.md", "index.html", "llms.txt", "sitemap.xml",
    ]  # fmt: skip
    assert files["index.html"] == files["index.fr.html"]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_structured_data_equals_what_the_page_shows(files: dict[str, str], language: str, parsed: Any) -> None:
    html = files[f"index.{language}.html"]
    page, data = parsed(html), data_of(parsed, html)
    assert (data["@type"], data["inLanguage"], data["dateModified"]) == ("FAQPage", language, "2026-11-09")
    visible = " ".join(page.text.split())
    headings = re.findall(r'<h2 id="([^"]+)"[^>]*><a[^>]*>(.*?)</a></h2>', html)
    assert [question["name"] for question in data["mainEntity"]] == [name for _, name in headings]
    for question, (anchor, _) in zip(data["mainEntity"], headings, strict=True):
        answer = question["acceptedAnswer"]
        assert text_of(parsed, answer["text"]) in visible
        assert answer["text"] in html
        assert question["url"] == f"https://aide.lumen.example/faq/index.{language}.html#{anchor}"


def test_only_approved_public_entries_are_shown(files: dict[str, str]) -> None:
    assert not [name for name, text in files.items() if "brouillon" in text.lower() or "interne" in text.lower()]


def test_the_most_asked_comes_first_with_its_count_and_dates(files: dict[str, str], parsed: Any) -> None:
    data = data_of(parsed, files["index.fr.html"])
    assert [q["name"][:18] for q in data["mainEntity"]] == ["Comment détartrer ", "Comment savoir où "]
    assert data["mainEntity"][0]["dateModified"] == "2026-09-03"
    text = parsed(files["index.fr.html"]).text
    assert "Posée 11 fois récemment" in text and "Posée 1 fois" not in text
    assert "mise à jour le 9\u00a0novembre 2026" in text


def test_the_page_is_well_formed_with_contents_and_links_between_languages(files: dict[str, str], parsed: Any) -> None:
    page = parsed(files["index.fr.html"])
    identifiers = [a["id"] for _, a in page.elements if "id" in a]
    anchors = [a["href"][1:] for a in page.all("a") if a["href"].startswith("#")]
    assert len(identifiers) == len(set(identifiers)) and set(anchors) <= set(identifiers)
    alternates = {a["hreflang"]: a["href"] for a in page.all("link") if "hreflang" in a}
    assert alternates == {
        "fr": "https://aide.lumen.example/faq/index.fr.html",
        "en": "https://aide.lumen.example/faq/index.en.html",
        "x-default": "https://aide.lumen.example/faq/index.fr.html",
    }
    assert not page.all("details") and len(page.all("h1")) == 1
    assert page.all("h1") and "Café Lumen" in page.text


def test_without_an_address_links_are_relative_and_there_is_no_sitemap(
    knowledge: Knowledge, community: Community, parsed: Any
) -> None:
    found = render_faq(knowledge, community.model_copy(update={"site_url": None}), "en", {}, UPDATED)
    assert "sitemap.xml" not in found
    assert not [a for a in parsed(found["index.en.html"]).all("link") if a["href"].startswith("http")]
    assert "url" not in data_of(parsed, found["index.en.html"])


HOSTILE = (
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)> <b>bold</b> &amp; <!-- x",
    "[a](javascript:alert(1)) ![i](http://evil.example/i.png) <http://ok.example>",
    "# Heading\n\n<iframe src='http://evil.example'></iframe>\n\n[r]\n\n[r]: javascript:x",
    "| a | b |\n|---|---|\n| <script>1</script> | \u2028 |",
)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_nothing_in_an_entry_escapes_its_place(text: str, community: Community, parsed: Any) -> None:
    entry = KnowledgeEntry('"><x id', "fr", text, text, (text,), ("javascript:x", "https://ok.example/?a=1&b=2"))
    found = render_faq(Knowledge((entry,)), community, "fr", {}, UPDATED)
    page = parsed(found["index.fr.html"])
    assert len(page.all("script")) == 1
    assert not {tag for tag, _ in page.elements} & {"img", "iframe", "b", "x"}
    assert not [name for _, attributes in page.elements for name in attributes if name.startswith("on")]
    assert all(not a["href"].lower().startswith("javascript") for a in page.all("a"))
    question = data_of(parsed, found["index.fr.html"])["mainEntity"][0]
    assert question["name"] == text
    assert text_of(parsed, question["acceptedAnswer"]["text"]) in " ".join(page.text.split())
    for name in ("index.fr.md", "llms.txt"):
        tokens = MarkdownIt("commonmark", {"html": True}).enable("table").parse(found[name])
        inner = [child for token in tokens for child in token.children or []]
        assert not {token.type for token in [*tokens, *inner]} & {"html_block", "html_inline", "image"}, name
        targets = [str(token.attrs["href"]) for token in inner if token.type == "link_open"]
        assert all(target.startswith(("https://ok.example", "https://aide.lumen.example/")) for target in targets), name
    ElementTree.fromstring(found["sitemap.xml"])


def test_answers_keep_their_formatting_and_their_headings_stand_below_the_question() -> None:
    html = answer_html("## Étape\n\n- **un**\n- [deux](https://a.example)\n\n| a |\n|---|\n| b |")
    assert "<h5>Étape</h5>" in html and "<strong>un</strong>" in html and "<td>b</td>" in html
    assert 'href="https://a.example"' in html
    assert answer_markdown("# A\n\n```\n# not a heading\n```") == "#### A\n\n```\n# not a heading\n```"


def test_anchors_are_unique_and_known_to_the_digest(knowledge: Knowledge, community: Community, parsed: Any) -> None:
    twins = (replace(knowledge.entries[0], id="É a"), replace(knowledge.entries[0], id="e-a"))
    page = parsed(render_faq(Knowledge(twins), community, "fr", {}, UPDATED)["index.fr.html"])
    links = faq_links(Knowledge(twins), "fr", "https://x.example/faq.html")
    assert {link.text for link in links.values()} == {knowledge.entries[0].question}
    assert {entry: link.url for entry, link in links.items()} == {
        "É a": "https://x.example/faq.html#e-a",
        "e-a": "https://x.example/faq.html#e-a-2",
    }
    assert {"e-a", "e-a-2"} <= {a["id"] for _, a in page.elements if "id" in a}


def test_llms_txt_has_the_form_of_llmstxt_org(files: dict[str, str]) -> None:
    lines = [line for line in files["llms.txt"].splitlines() if line]
    assert lines[0] == "# Café Lumen"
    assert lines[1].startswith("> ")
    assert sum(line.startswith("# ") for line in lines) == 1
    assert sum(line.startswith("## ") for line in lines) == 2
    assert all(re.match(r"- \[[^\]]+\]\(https://\S+\)(: .+)?$", line) for line in lines if line.startswith("-"))


def test_the_markdown_page_has_each_question_as_a_heading(files: dict[str, str]) -> None:
    text = files["index.fr.md"]
    assert [line for line in text.splitlines() if line.startswith("## ")] == [
        "## Comment détartrer la Lumen 2 ?",
        "## Comment savoir où en est ma commande ?",
    ]
    assert "1. Connectez-vous." in text


def test_the_sitemap_lists_each_language_with_its_alternates(files: dict[str, str]) -> None:
    tree = ElementTree.fromstring(files["sitemap.xml"])
    space = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}
    assert [e.text for e in tree.findall("s:url/s:loc", space)] == [
        "https://aide.lumen.example/faq/index.fr.html",
        "https://aide.lumen.example/faq/index.en.html",
    ]
    assert len(tree.findall("s:url/x:link", space)) == 4


def test_robots_welcomes_assistants_and_keeps_digests_out(community: Community) -> None:
    from urllib.robotparser import RobotFileParser

    robots = RobotFileParser()
    robots.parse(render_robots(community).splitlines())
    for crawler in ("GPTBot", "Google-Extended", "ClaudeBot", "PerplexityBot", "SomethingElse"):
        assert robots.can_fetch(crawler, "https://aide.lumen.example/faq/index.fr.html")
        assert not robots.can_fetch(crawler, "https://aide.lumen.example/digest/index.html")
    assert robots.site_maps() == ["https://aide.lumen.example/faq/sitemap.xml"]


def test_a_community_without_answers_has_a_page_that_says_so(community: Community, parsed: Any) -> None:
    found = render_faq(Knowledge(()), community, "fr", {}, UPDATED)
    assert "n’a pas encore publié de réponse" in parsed(found["index.fr.html"]).text
    assert data_of(parsed, found["index.fr.html"])["mainEntity"] == []


def test_right_to_left_questions_carry_their_direction(community: Community, parsed: Any) -> None:
    entry = KnowledgeEntry("q", "fr", "كيف أتتبع طلبي؟", "افتح حسابك.")
    page = parsed(render_faq(Knowledge((entry,)), community, "fr", {}, UPDATED)["index.fr.html"])
    assert next(a for a in page.all("h2") if a.get("id") == "q")["dir"] == "auto"


def test_a_bare_address_in_an_answer_is_a_link_and_is_not_said_twice(community: Community) -> None:
    answer = "En vidéo : https://lumen.example/video. Ni `https://code.example`, ni lumen.fr, ni ftp://lumen.example/x"
    links = ("https://lumen.example/video", "https://lumen.example/suivi")
    entry = KnowledgeEntry("video", "fr", "Où est la vidéo ?", answer, links=links)
    page = render_faq(Knowledge((entry,)), community, "fr", {}, date(2026, 11, 9))["index.fr.html"]
    assert re.findall(r'href="(https?://(?:lumen|code)[^"]*)"', page) == list(links)
