"""What a text must be to leave for a platform: short enough, on X without links where they cost too much, signed or not.

X bills a post with a link at more than ten times the price of one without; the charter says whether links stay.
"""

import re
from collections.abc import Mapping
from dataclasses import replace

from connectors.x_ledger import LINK as PRICED_LINK
from connectors.x_ledger import WRITE_USD, WRITE_WITH_LINK_USD
from domain.charter import Replies
from domain.language import Language
from domain.records import Action, ActionKind, Platform
from domain.review import ItemKind, ReviewItem
from tasks.replies.drafting import LONGEST_ELSEWHERE_CHARS, MAX_CHARS
from tasks.replies.x_length import MAX_WEIGHT, weighted_length

_LINK = re.compile(r"[ \t\u00a0]*:?[ \t\u00a0]*(?:\bhttps?://|\bwww\.)\S*[^\s.,;:!?)\]»”\"']")


def excess(text: str, platform: str) -> int:
    """By how many characters (on X: by how much weight) a text is longer than its platform takes; 0 when it fits."""
    if platform == Platform.X:
        return max(0, weighted_length(text) - MAX_WEIGHT)
    return max(0, len(text) - MAX_CHARS.get(Platform(platform), LONGEST_ELSEWHERE_CHARS))


def x_price_usd(text: str) -> float:
    """What X bills for posting a text."""
    return WRITE_WITH_LINK_USD if PRICED_LINK.search(text) else WRITE_USD


def fitted(action: Action, replies: Replies) -> Action:
    """A reply as it leaves: on X without links where the charter drops them. A text that is nothing else stays."""
    if action.kind is not ActionKind.REPLY or action.platform is not Platform.X or not action.text:
        return action
    return replace(action, text=_linked(action.text, replies))


def as_approved(item: ReviewItem, replies: Replies) -> ReviewItem:
    """A draft as it will be posted once a human approves it, so that the form shows no other text."""
    if item.kind is not ItemKind.DRAFT:
        return item
    text = item.proposal if replies.disclose_approved else _unsigned(item.proposal, replies.disclosure)
    if item.comment["platform"] == Platform.X:
        text = _linked(text, replies)
    return replace(item, proposal=text)


def _linked(text: str, replies: Replies) -> str:
    return (_LINK.sub("", text).strip() or text) if replies.x_links == "drop" else text


def _unsigned(text: str, disclosure: Mapping[Language, str]) -> str:
    for signature in filter(None, disclosure.values()):
        for signed in (f"*{signature}*", signature):
            if text.endswith(signed) and text != signed:
                return text.removesuffix(signed).rstrip()
    return text
