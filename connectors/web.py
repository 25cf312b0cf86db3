"""Reads pages of the CM's own site, politely: robots.txt, one request at a time with a pause, one host, bounded sizes.

A site is given as a page or as a sitemap, which may be an index of others and may be compressed.
"""

import gzip
import io
import time
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

import requests
from lxml import etree
from protego import Protego
from trafilatura.utils import decode_file

from connectors.contract import ConnectorError, Gone, RateLimited, Rejected, Unauthorized, Unavailable
from domain.language import say

AGENT = "Vigie"
USER_AGENT = f"{AGENT}/1 (community management; reads its own community's site)"
TIMEOUT_SECONDS = 15
PAUSE_SECONDS = 1.0
MOST_BYTES = 3_000_000
MOST_SITEMAPS = 20
MOST_REDIRECTIONS = 5
LINKS_AT_ONCE = 4


@dataclass(frozen=True)
class WebPage:
    """A page as its server gave it. address: the one that answered, after redirections."""

    address: str
    html: str


@dataclass(frozen=True)
class Missed:
    """An address that brought nothing, and why."""

    address: str
    reason: str


@dataclass(frozen=True)
class _Answer:
    """What a server sent. kind: its Content-Type."""

    address: str
    content: bytes
    kind: str
    moved_to: str = ""  # where it sends whoever asks; empty: nowhere


@dataclass
class Site:
    """The pages of one host. pause_seconds: between two requests; the host's own Crawl-delay counts if it is longer."""

    pause_seconds: float = PAUSE_SECONDS
    session: requests.Session = field(default_factory=requests.Session)
    robots: dict[str, Protego] = field(default_factory=dict)
    asked_at: float = 0.0

    def pages(self, addresses: Sequence[str], most: int, known: Collection[str] = ()) -> Iterator[WebPage | Missed]:
        """At most `most` pages of the addresses; an address of a sitemap stands for all that it lists on its own host.

        known: addresses that are not read again.
        """
        left, seen = most, set(known)
        for address in addresses:
            for page in self._listed(address):
                if isinstance(page, str):
                    if page in seen or left <= 0:
                        continue
                    seen.add(page)
                    left -= 1
                    yield self._page(page)
                else:
                    yield page

    def _listed(self, address: str) -> Iterator[str | WebPage | Missed]:
        if not urlsplit(address).path.lower().endswith((".xml", ".xml.gz")):
            yield address
            return
        waiting, host = [address], urlsplit(address).netloc
        for _ in range(MOST_SITEMAPS):
            if not waiting:
                return
            sitemap = waiting.pop(0)
            try:
                found, inner = _locations(self._fetched(sitemap).content)
            except (ConnectorError, etree.XMLSyntaxError, OSError) as error:
                yield Missed(sitemap, str(error))
                continue
            waiting += [one for one in inner if urlsplit(one).netloc == host]
            yield from (one for one in found if urlsplit(one).netloc == host)

    def _page(self, address: str) -> WebPage | Missed:
        try:
            answer = self._fetched(address)
        except ConnectorError as error:
            return Missed(address, str(error))
        if "html" not in answer.kind:
            return Missed(address, say(fr="ce n'est pas une page HTML", en="it is not an HTML page"))
        return WebPage(answer.address, decode_file(answer.content))

    def _fetched(self, address: str) -> "_Answer":
        """Raises the errors of the contract: what robots.txt forbids is Rejected."""
        for _ in range(MOST_REDIRECTIONS):
            rules = self._rules(address)
            if not rules.can_fetch(address, AGENT):
                raise Rejected(say(fr="robots.txt l'interdit", en="robots.txt forbids it"))
            self._wait(float(rules.crawl_delay(AGENT) or 0))
            answer = _got(self.session, address, allow_redirects=False)
            if not answer.moved_to:
                return answer
            if _host(answer.moved_to) != _host(address):
                raise Rejected(
                    say(
                        fr="la page mène à un autre site : {to}",
                        en="it leads to another site: {to}",
                        to=answer.moved_to,
                    )
                )
            address = answer.moved_to
        raise Rejected(say(fr="la page se renvoie à elle-même", en="it leads round in a circle"))

    def _rules(self, address: str) -> Protego:
        """The rules of the address's host, as RFC 9309 has them: without any all is allowed, out of reach nothing is."""
        parts = urlsplit(address)
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin not in self.robots:
            try:
                self._wait(0)
                text = _got(self.session, f"{origin}/robots.txt").content.decode("utf-8", "replace")
            except (Gone, Rejected):
                text = ""
            except ConnectorError:
                text = "User-agent: *\nDisallow: /"
            self.robots[origin] = Protego.parse(text)
        return self.robots[origin]

    def _wait(self, wanted_seconds: float) -> None:
        pause = max(self.pause_seconds, wanted_seconds) - (time.monotonic() - self.asked_at)
        if self.asked_at and pause > 0:
            time.sleep(pause)
        self.asked_at = time.monotonic()


def _host(address: str) -> str:
    return (urlsplit(address).netloc or "").lower().removeprefix("www.")


def _got(session: requests.Session, address: str, *, allow_redirects: bool = True) -> _Answer:
    headers = {"User-Agent": USER_AGENT}
    try:
        with session.get(
            address, timeout=TIMEOUT_SECONDS, stream=True, headers=headers, allow_redirects=allow_redirects
        ) as answer:
            problem = _problem(answer)
            if problem is None:
                moved_to = urljoin(address, answer.headers["location"]) if answer.is_redirect else ""
                return _Answer(answer.url, _read(answer), answer.headers.get("content-type", "html"), moved_to)
    except (requests.RequestException, UnicodeError) as error:
        problem = Unavailable(
            say(fr="le serveur ne répond pas ({kind})", en="no answer ({kind})", kind=type(error).__name__)
        )
    raise problem


def _read(answer: requests.Response) -> bytes:
    """The body; requests has no bound of its own."""
    content = bytearray()
    for part in answer.iter_content(1 << 16):
        content += part
        if len(content) > MOST_BYTES:
            raise requests.RequestException(f"more than {MOST_BYTES} bytes")
    return bytes(content)


def _problem(answer: requests.Response) -> ConnectorError | None:
    status = answer.status_code
    if status < 400:
        return None
    said = say(fr="le serveur répond {status}", en="the server answers {status}", status=status)
    if status in (404, 410):
        return Gone(said)
    if status in (401, 403):
        return Unauthorized(said)
    if status == 429:
        return RateLimited(said)
    return Unavailable(said) if status >= 500 else Rejected(said)


def _locations(content: bytes) -> tuple[list[str], list[str]]:
    """The pages and the sitemaps that a sitemap lists (sitemaps.org, protocol 0.9)."""
    with gzip.GzipFile(fileobj=io.BytesIO(content)) as opened:
        plain = opened.read(MOST_BYTES) if content[:2] == b"\x1f\x8b" else content
    root = etree.fromstring(plain, etree.XMLParser(resolve_entities=False, no_network=True))
    listed = [text.strip() for one in root.iterfind("{*}*/{*}loc") if (text := one.text)]
    return ([], listed) if etree.QName(root).localname == "sitemapindex" else (listed, [])


def broken(addresses: Collection[str]) -> dict[str, str]:
    """Address -> what is wrong with it, for those that do not open. Each is asked once, a few at a time."""

    def trouble(address: str) -> str | None:
        try:
            _got(requests.Session(), address)
        except (Unauthorized, RateLimited):  # there is something, but not for us
            return None
        except ConnectorError as error:
            return str(error)
        return None

    ordered = sorted(set(addresses))
    with ThreadPoolExecutor(LINKS_AT_ONCE) as pool:
        found = dict(zip(ordered, pool.map(trouble, ordered), strict=True))
    return {address: reason for address, reason in found.items() if reason}
