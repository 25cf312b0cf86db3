"""Markdown as plain text with bare links, for platforms that show no Markdown."""

import re

from markdown_it import MarkdownIt
from markdown_it.token import Token

_MARKDOWN = MarkdownIt("commonmark")
_TAG = re.compile(r"<[^>]*>")


def plain_text(markdown: str) -> str:
    """The text of `markdown`: paragraphs parted by empty lines, lists with dashes or numbers, links in brackets."""
    blocks: list[str] = []
    lists: list[int | None] = []  # the next number of each open list, None for bullets
    prefix = ""
    tight = False
    for token in _MARKDOWN.parse(markdown):
        if token.type == "bullet_list_open":
            lists.append(None)
        elif token.type == "ordered_list_open":
            lists.append(int(token.attrs.get("start", 1)))
        elif token.type in {"bullet_list_close", "ordered_list_close"}:
            lists.pop()
            tight = bool(lists)
        elif token.type == "list_item_open":
            tight = bool(blocks) and tight
            number = lists[-1]
            prefix = "  " * (len(lists) - 1) + ("- " if number is None else f"{number}. ")
            lists[-1] = None if number is None else number + 1
        elif token.type == "inline" or token.type in {"fence", "code_block", "html_block"}:
            text = prefix + _inline(token)
            if tight and blocks:
                blocks[-1] += "\n" + text
            elif text.strip():
                blocks.append(text)
            prefix, tight = "", bool(lists)
    return "\n\n".join(block.strip() for block in blocks if block.strip())


def _inline(token: Token) -> str:
    if token.type != "inline":
        return _TAG.sub("", token.content).strip()
    parts: list[str] = []
    links: list[tuple[int, str]] = []  # where the text of each open link begins, and its address
    for child in token.children or []:
        if child.type == "link_open":
            links.append((len(parts), str(child.attrs.get("href", ""))))
        elif child.type == "link_close":
            start, address = links.pop()
            label = "".join(parts[start:])
            parts[start:] = [_link(label, address)]
        elif child.type in {"softbreak", "hardbreak"}:
            parts.append("\n" if child.type == "hardbreak" else " ")
        elif child.type != "html_inline":
            parts.append(child.content)
    return "".join(parts)


def _link(label: str, address: str) -> str:
    bare = address.removeprefix("mailto:").removeprefix("tel:")
    return bare if label.strip() in {"", address, bare} else f"{label} ({bare})"
