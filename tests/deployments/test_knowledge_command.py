"""`vigie knowledge` against a real site: what it says becomes drafts, and what robots.txt forbids is left alone."""

import shutil
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from pathlib import Path
from typing import ClassVar

import pytest

from deployments.knowledge_command import check_knowledge, import_pages
from domain.documents import MendableError
from tasks.workspace import read_knowledge

FAQ = """<html lang="en"><head><title>Help</title><script type="application/ld+json">{"@context": "https://schema.org",
"@type": "FAQPage", "mainEntity": [{"@type": "Question", "name": "How do I get a spare strap?", "acceptedAnswer":
{"@type": "Answer", "text": "<p>Write to the shop: straps cost <b>4&nbsp;euros</b>, posted the same day.</p>"}}]}
</script></head><body><h1>Help</h1></body></html>"""
GUIDE = """<html lang="fr"><head><title>Guide | Noctilo</title></head><body><nav><a href="/">Accueil</a></nav><main><article>
<h1>Le guide d'hiver</h1><p>L'hiver met les batteries à l'épreuve, et ce guide dit comment les ménager sur la route.</p>
<h2>Comment garder la batterie au chaud ?</h2><p>Rangez la lampe à l'intérieur la nuit, et ne la rechargez jamais en
dessous de zéro degré : la chimie de la batterie n'aime pas cela du tout.</p><h2>À retenir</h2><p>Une lampe froide
éclaire moins longtemps qu'une lampe tempérée, c'est normal et sans danger.</p></article></main></body></html>"""
SITEMAP = """<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>{0}/faq</loc></url>
<url><loc>{0}/guide</loc></url><url><loc>{0}/private/x</loc></url><url><loc>{0}/gone</loc></url>
<url><loc>https://elsewhere.example/</loc></url></urlset>"""
PAGES = {
    "/robots.txt": ("text/plain", "User-agent: *\nDisallow: /private/\nDisallow: /*.pdf$\nDisallow: /*?print=\n"),
    "/faq": ("text/html; charset=utf-8", FAQ),
    "/guide": ("text/html", GUIDE),
    "/private/x": ("text/html", GUIDE),
}


MOVED = {"/old": "/faq", "/away": "http://localhost:1/", "/hidden": "/private/x", "/round": "/round"}


class Site(BaseHTTPRequestHandler):
    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.asked.append(self.path)
        origin = f"http://{self.headers['Host']}"
        path = self.path.partition("?")[0]
        kind, text = PAGES.get(path) or ("application/xml", SITEMAP.format(origin))
        if self.path in MOVED:
            self.send_response(301)
            self.send_header("Location", MOVED[self.path])
            self.end_headers()
            return
        found = path in PAGES or path == "/sitemap.xml"
        self.send_response(int(kind) if kind.isdigit() else 200 if found else 404)
        self.send_header("Content-Type", kind)
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_: object) -> None:
        """Silent."""


@pytest.fixture
def site() -> Iterator[str]:
    Site.asked.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "workspace"
    shutil.copytree(Path(str(files("deployments.sandbox.demo") / "workspace")), folder)
    monkeypatch.setenv("VIGIE_WORKSPACE", str(folder))
    return folder


def test_a_site_becomes_drafts_once_and_politely(site: str, workspace: Path):
    told = import_pages([f"{site}/sitemap.xml"], 50, 0)
    assert f"{site}/private/x: robots.txt forbids it" in told
    assert f"{site}/gone: the server answers 404" in told
    assert "2 drafts" in told
    assert Site.asked.count("/robots.txt") == 1 and "/private/x" not in Site.asked

    drafts = {entry.question: entry for entry in read_knowledge(workspace).entries if entry.status == "draft"}
    assert drafts.keys() == {"How do I get a spare strap?", "Comment garder la batterie au chaud ?"}
    strap, battery = drafts["How do I get a spare strap?"], drafts["Comment garder la batterie au chaud ?"]
    assert (strap.lang, strap.links) == ("en", (f"{site}/faq",))
    assert "straps cost 4\u00a0euros" in strap.answer
    assert battery.lang == "fr" and "À retenir" not in battery.answer and "Accueil" not in battery.answer

    Site.asked.clear()
    assert "0 drafts" in import_pages([f"{site}/sitemap.xml"], 50, 0)  # what is known is not read again
    assert not {"/faq", "/guide"} & set(Site.asked)


def test_the_rules_of_a_site_are_read_with_their_wildcards(site: str, workspace: Path):
    told = import_pages([f"{site}/faq?print=1", f"{site}/price.pdf", f"{site}/guide?x=1"], 50, 0)
    assert f"{site}/faq?print=1: robots.txt forbids it" in told
    assert f"{site}/price.pdf: robots.txt forbids it" in told
    assert set(Site.asked) == {"/robots.txt", "/guide?x=1"}


@pytest.mark.parametrize(("status", "allowed"), [(404, True), (400, True), (403, False), (429, False), (503, False)])
def test_rules_that_are_out_of_reach_forbid_all(site: str, workspace: Path, status: int, allowed: bool, monkeypatch):
    monkeypatch.setitem(PAGES, "/robots.txt", (str(status), ""))
    told = import_pages([f"{site}/faq"], 50, 0)
    assert ("robots.txt forbids it" in told) is not allowed
    assert ("/faq" in Site.asked) is allowed


def test_redirections_are_followed_within_the_site_and_its_rules_only(site: str, workspace: Path):
    told = import_pages([f"{site}/{name}" for name in ("old", "away", "hidden", "round")], 50, 0)
    assert f"{site}/away: it leads to another site: http://localhost:1/" in told
    assert f"{site}/hidden: robots.txt forbids it" in told and "/private/x" not in Site.asked
    assert f"{site}/round: it leads round in a circle" in told
    [draft] = [entry for entry in read_knowledge(workspace).entries if entry.status == "draft"]
    assert draft.links == (f"{site}/faq",)


def test_a_link_that_does_not_open_is_found_by_opening_it(site: str, workspace: Path):
    entries = f"---\nlang: en\n---\n\n## Where? {{#where}}\n\nSee {site}/faq and {site}/nowhere.\n"
    for path in (workspace / "knowledge").iterdir():
        path.unlink()
    (workspace / "knowledge" / "links.md").write_text(entries, encoding="utf-8")
    told, is_well = check_knowledge(ask_links=True)
    assert not is_well
    assert told.startswith(
        f"knowledge/links.md:5: the link {site}/nowhere of `where` does not open: the server answers 404"
    )
    assert f"{site}/faq" not in told


def test_an_address_without_its_beginning_is_refused_with_the_mend(workspace: Path):
    with pytest.raises(MendableError, match=r"www.example.org: write the whole address, from https:// on"):
        import_pages(["www.example.org"], 50, 0)
