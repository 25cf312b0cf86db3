"""The digest as a Slack message of Block Kit, within Slack's limits.

Limits: https://docs.slack.dev/reference/block-kit/blocks (50 blocks a message, 150 characters a header, 3000 a
section, 2000 a field, 10 fields, 10 context elements, 75 a button's text, 3000 its address).
"""

from collections.abc import Iterable, Iterator
from typing import Any

from tasks.publishing.edition import Digest, Evidence, Item, Link, Matter, Section, Tone
from tasks.publishing.escaping import mrkdwn
from tasks.publishing.quoting import safe_url, shorten
from tasks.publishing.wording import Wording

Block = dict[str, Any]

MAX_BLOCKS = 50
MAX_HEADER_CHARACTERS = 150
MAX_SECTION_CHARACTERS = 3000
MAX_FIELD_CHARACTERS = 2000
MAX_FIELDS = 10
MAX_BUTTON_CHARACTERS = 75
MAX_FALLBACK_CHARACTERS = 3000
ITEMS_SHOWN = 5
QUOTE_GRAPHEMES_IN_SLACK = 160
SECTION_TITLE_GRAPHEMES = 80

_MARKS: dict[Tone, str] = {"alarm": ":red_circle: ", "good": ":large_green_circle: ", "plain": ""}
_IN_THE_MESSAGE = ("signals", "topics", "questions", "calendar", "norms", "blind_spots")


def render_slack(digest: Digest) -> tuple[list[Block], str]:
    """The blocks, and the text for notifications and clients without blocks."""
    words = Wording(digest.language, digest.timezone)
    blocks = [*_opening(digest), {"type": "divider"}]
    for matter in digest.matters:
        blocks += _matter(matter, words)
    blocks += _figures(digest)
    sections = [_section(part, words) for part in digest.sections if part.key in _IN_THE_MESSAGE]
    closing = _closing(digest, words)
    room = MAX_BLOCKS - len(blocks) - len(closing)
    blocks += sections if len(sections) <= room else [*sections[: room - 1], _context(mrkdwn(words.say("cut")))]
    return blocks + closing, _fallback(digest)


def render_thread(digest: Digest) -> list[tuple[list[Block], str]]:
    """A first message with what matters and the figures, then one for each section with all of its items and quotes."""
    words = Wording(digest.language, digest.timezone)
    blocks = [*_opening(digest), {"type": "divider"}]
    for matter in digest.matters:
        blocks += _matter(matter, words)
    first = [*blocks, *_figures(digest), *_closing(digest, words)]
    return [(first, _fallback(digest)), *((_details(part, words), _plain(part.title)) for part in digest.sections)]


def _details(section: Section, words: Wording) -> list[Block]:
    """A section as a message of its own."""
    blocks = [_text_block(f"*{_bold(section.title)}*", *([mrkdwn(section.lead)] if section.lead else []))]
    blocks += [_text_block(mrkdwn(picture.title), mrkdwn(picture.alt)) for picture in section.pictures]
    for item in section.items:
        blocks.append(_text_block(_line(item), *(_quote(evidence, words) for evidence in item.evidence)))
    if section.link and safe_url(section.link.url):
        blocks += _buttons([section.link])
    return blocks if len(blocks) <= MAX_BLOCKS else [*blocks[: MAX_BLOCKS - 1], _context(mrkdwn(words.say("cut")))]


def _plain(title: str) -> str:
    return mrkdwn(shorten(title, SECTION_TITLE_GRAPHEMES))


def _opening(digest: Digest) -> Iterator[Block]:
    header = _clipped(_escaped(digest.headline), MAX_HEADER_CHARACTERS)
    yield {"type": "header", "text": {"type": "plain_text", "text": header, "emoji": False}}
    yield _context(mrkdwn(f"{digest.title} · {digest.dateline}"))
    yield _text_block(mrkdwn(" ".join(digest.summary)))


def _matter(matter: Matter, words: Wording) -> Iterator[Block]:
    lines = [f"{_MARKS[matter.tone]}*{_bold(matter.title)}*", mrkdwn(matter.detail)]
    lines += [_quote(evidence, words) for evidence in matter.evidence[:1]]
    yield _text_block(*lines)
    if matter.link:
        yield from _buttons([matter.link])


def _figures(digest: Digest) -> Iterator[Block]:
    if digest.figures:
        texts = (
            f"{mrkdwn(figure.label)}\n*{_bold(figure.value)}* {mrkdwn(figure.change)}".rstrip()
            for figure in digest.figures
        )
        fields = [_mrkdwn_object(_clipped(text, MAX_FIELD_CHARACTERS)) for text in texts]
        yield {"type": "divider"}
        yield {"type": "section", "fields": fields[:MAX_FIELDS]}


def _section(section: Section, words: Wording) -> Block:
    lines = [f"*{_bold(section.title)}*"]
    if section.lead:
        lines.append(mrkdwn(section.lead))
    lines += [_line(item) for item in section.items[:ITEMS_SHOWN]]
    return _text_block(*lines)


def _line(item: Item) -> str:
    badge = f" ({mrkdwn(item.badge)})" if item.badge else ""
    facts = f" — {mrkdwn(' · '.join(item.facts))}" if item.facts else ""
    link = next((evidence.url for evidence in item.evidence if evidence.url), None)
    title = f"<{_address(link)}|{_bold(item.title)}>" if link else f"*{_bold(item.title)}*"
    return f"• {title}{badge}{facts}"


def _closing(digest: Digest, words: Wording) -> list[Block]:
    links = [Link(words.say("read_page"), digest.links.page), Link(words.say("see_faq"), digest.links.faq)]
    return [*_buttons([link for link in links if safe_url(link.url)]), _context(mrkdwn(digest.footer))]


def _quote(evidence: Evidence, words: Wording) -> str:
    quote = mrkdwn(words.quoted(shorten(evidence.quote, QUOTE_GRAPHEMES_IN_SLACK)))
    where = mrkdwn(evidence.where)
    source = f"<{_address(evidence.url)}|{where}>" if evidence.url else where
    author = f"{mrkdwn(evidence.author)}, " if evidence.author else ""
    return f">{quote} — {author}{source}"


def _buttons(links: list[Link]) -> Iterator[Block]:
    if links:
        buttons = [
            {
                "type": "button",
                "action_id": f"open_{at}",
                "url": link.url,
                "text": {"type": "plain_text", "text": _clipped(link.text, MAX_BUTTON_CHARACTERS), "emoji": False},
            }
            for at, link in enumerate(links)
        ]
        yield {"type": "actions", "elements": buttons}


def _text_block(*lines: str) -> Block:
    return {"type": "section", "text": _mrkdwn_object(_fitting(lines, MAX_SECTION_CHARACTERS))}


def _context(text: str) -> Block:
    return {"type": "context", "elements": [_mrkdwn_object(_fitting([text], MAX_SECTION_CHARACTERS))]}


def _mrkdwn_object(text: str) -> Block:
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def _fitting(lines: Iterable[str], characters: int) -> str:
    """As many whole lines as fit, so that no entity or link is cut in two; a single long line is clipped."""
    text = ""
    for line in lines:
        longer = f"{text}\n{line}" if text else line
        if len(longer) > characters:
            break
        text = longer
    return text or _clipped(next(iter(lines), ""), characters)


def _clipped(text: str, characters: int) -> str:
    """At most that many UTF-16 units, as Slack counts, never cutting an entity such as `&amp;`."""
    if len(text.encode("utf-16-le")) // 2 <= characters:
        return text
    cut = text.encode("utf-16-le")[: (characters - 1) * 2].decode("utf-16-le", "ignore")
    ampersand = cut.rfind("&")
    return (cut[:ampersand] if ampersand > len(cut) - 6 and ";" not in cut[ampersand:] else cut) + "…"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _bold(text: str) -> str:
    """Literal text for the inside of *...*: no asterisk of its own may end it."""
    return mrkdwn(text).replace("*", "\u2217")


def _address(url: str) -> str:
    return url.replace("&", "&amp;").replace("|", "%7C").replace(">", "%3E").replace("<", "%3C")


def _fallback(digest: Digest) -> str:
    matters = " · ".join(matter.title for matter in digest.matters)
    return mrkdwn(shorten(f"{digest.title} – {digest.headline}. {matters}", MAX_FALLBACK_CHARACTERS // 6))
