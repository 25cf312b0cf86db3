"""The digest as a self-contained web page, the archive's index and the Atom feed.

Pages fetch nothing: styles, charts and the small script that shows a chart's values are inside, and a content
security policy forbids everything else.
"""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from itertools import groupby
from urllib.parse import urljoin

from markupsafe import Markup

from domain.community import Language
from tasks.publishing import charts
from tasks.publishing.edition import Digest, Picture
from tasks.publishing.quoting import label, safe_url
from tasks.publishing.rendering import TEMPLATES, rendered, stylesheet
from tasks.publishing.wording import Wording

ENTRY_META = "vigie-entry"
HALF_A_DAY = timedelta(hours=12)


@dataclass(frozen=True)
class Entry:
    """A digest as the archive lists it. href: its address, relative to the index."""

    slug: str
    href: str
    language: Language
    form: str
    title: str
    dateline: str
    headline: str
    published: datetime


def render_page(digest: Digest) -> str:
    """The digest as one HTML document."""
    words = Wording(digest.language, digest.timezone)
    pictures = {
        picture.key: tuple(_drawn(picture, width) for width in (charts.WIDE_PIXELS, charts.NARROW_PIXELS))
        for section in digest.sections
        for picture in section.pictures
    }
    script = (TEMPLATES / "page.js").read_text(encoding="utf-8")
    return rendered(
        "page.html.j2",
        digest=digest,
        words=words,
        pictures=pictures,
        style=stylesheet(),
        script=Markup(script),  # noqa: S704 a file of ours
        policy=content_policy(script),
        entry_meta=ENTRY_META,
        url=safe_url,
    )


def _drawn(picture: Picture, width: int) -> Markup:
    return Markup(charts.svg(picture.draw(width)))  # noqa: S704 vl-convert escapes what the chart says


def entry_of(digest: Digest, href: str, published: datetime | None = None) -> Entry:
    """The digest's line in the archive. published: when it came out; by default the end of its period."""
    at = published or digest.end
    return Entry(digest.slug, href, digest.language, digest.form, digest.title, digest.dateline, digest.headline, at)


def read_entry(page: str, href: str) -> Entry | None:
    """The archive's line of a page that `render_page` wrote, None for any other page."""
    parser = _MetaReader()
    parser.feed(page)
    found = parser.found
    if not {"slug", "language", "form", "title", "dateline", "headline", "published"} <= found.keys():
        return None
    language: Language = "fr" if found["language"] == "fr" else "en"
    published = datetime.fromisoformat(found["published"])
    return Entry(
        found["slug"], href, language, found["form"], found["title"], found["dateline"], found["headline"], published
    )


def render_index(
    entries: Sequence[Entry],
    language: Language,
    community: str,
    *,
    feed: str = "",
    faq: str = "",
    others: Mapping[Language, str] | None = None,
) -> str:
    """The archive, newest first and by month: the digests in `language` and links to their other editions.

    others: language -> the archive in it.
    """
    words = Wording(language)
    newest = sorted(entries, key=lambda entry: (entry.published, entry.slug), reverse=True)
    return rendered(
        "index.html.j2",
        words=words,
        language=language,
        community=label(community),
        months=_by_month([entry for entry in newest if entry.language == language], words),
        others=others or {},
        editions={
            (entry.slug.rpartition("-")[0], entry.language): entry.href
            for entry in newest
            if entry.language != language
        },
        style=stylesheet(),
        policy=content_policy(),
        feed=feed,
        faq=faq,
    )


def _by_month(newest: Sequence[Entry], words: Wording) -> list[tuple[str, list[Entry]]]:
    """The digests under the month in which their period ends: half a day before it does, in any time zone."""
    return [
        (month, list(published))
        for month, published in groupby(newest, key=lambda entry: words.month((entry.published - HALF_A_DAY).date()))
    ]


def render_feed(
    entries: Sequence[Entry], language: Language, community: str, *, site_url: str = "", href: str = "feed.xml"
) -> str:
    """The digests in `language` as an Atom feed (RFC 4287), newest first.

    Identifiers are derived from the community and the digest, so that a feed keeps them when the site moves.
    """
    newest = sorted((e for e in entries if e.language == language), key=lambda e: (e.published, e.slug), reverse=True)
    updated = newest[0].published if newest else datetime(1970, 1, 1, tzinfo=UTC)
    base = site_url.rstrip("/") + "/" if safe_url(site_url) else ""
    return rendered(
        "feed.xml.j2",
        words=Wording(language),
        language=language,
        community=label(community),
        entries=newest,
        updated=updated,
        identifier=lambda slug: _urn(community, slug),
        address=lambda relative: urljoin(base, relative),
        href=href,
    )


def _urn(community: str, slug: str) -> str:
    """A name-based UUID, as a feed reader wants it: permanent and universally unique."""
    from uuid import NAMESPACE_URL, uuid5

    return uuid5(NAMESPACE_URL, f"vigie:{community}:{slug}").urn


def content_policy(script: str = "") -> str:
    """What the page may do: show its own styles and images, run its own script, nothing else."""
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    scripts = f"script-src 'sha256-{digest}'; " if script else ""
    return f"default-src 'none'; style-src 'unsafe-inline'; img-src data:; {scripts}base-uri 'none'; form-action 'none'"


class _MetaReader(HTMLParser):
    """Collects the archive's meta elements."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        prefix, _, key = (values.get("name") or "").partition(":")
        if tag == "meta" and prefix == ENTRY_META:
            self.found[key] = values.get("content") or ""
