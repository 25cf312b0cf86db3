"""What Vigie does on X, through tweepy: replies, deletions, and hiding replies in our own conversations.

X answers each act with what it made of it, so that most need no second, billed look.
"""

import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import tweepy

from connectors.contract import Rejected, Unavailable
from connectors.errors.common import without_text
from connectors.paging import Item
from connectors.rows.x import SITE
from domain.language import say
from domain.records import Action, ActionKind, Receipt

POSTS_LOOKED_THROUGH = 20  # each costs a read
ADDRESSED = re.compile(r"^(?:@\w+\s+)+")  # X puts the names of those who are answered before a reply
LINK = re.compile(r"https?://\S+|\bwww\.\S+")  # X writes every link as one of t.co


@dataclass(frozen=True)
class XActing:
    """The acts of one account. ask: makes a call of a kind, and raises the typed errors; identity: `x:ID`."""

    client: tweepy.Client
    ask: Callable[..., Any]
    identity: Callable[[], str]

    def act(self, action: Action) -> Receipt:
        """Reply, or delete our own post; hide, remove and hold all hide a reply in our conversations, unhide and
        approve show it again."""
        if action.kind is ActionKind.REPLY:
            return self._reply(action)
        calls: dict[ActionKind, tuple[str, Callable[..., Any], str, bool]] = {
            ActionKind.REMOVE: ("hiding", self.client.hide_reply, "hidden", True),
            ActionKind.HOLD: ("hiding", self.client.hide_reply, "hidden", True),
            ActionKind.HIDE: ("hiding", self.client.hide_reply, "hidden", True),
            ActionKind.APPROVE: ("unhiding", self.client.unhide_reply, "hidden", False),
            ActionKind.UNHIDE: ("unhiding", self.client.unhide_reply, "hidden", False),
            ActionKind.DELETE: ("deleting", self.client.delete_tweet, "deleted", True),
        }
        if action.kind not in calls:
            raise Rejected(
                say(
                    fr="X ne sait pas faire « {kind} » sur un message : masquez-le, ou agissez à la main sur la plateforme",
                    en="X cannot {kind} a post: hide it, or do it by hand on the platform",
                    kind=action.kind,
                )
            )
        kind, call, told, wanted = calls[action.kind]
        answer = self.ask(kind, call, action.target_native_id, user_auth=True)
        data = answer.get("data")
        if isinstance(data, dict) and data.get(told) is (not wanted) and action.kind is not ActionKind.DELETE:
            raise Rejected(
                say(
                    fr="X a répondu sans rien changer au message : seules les réponses dans nos propres conversations peuvent être masquées",
                    en="X answered without {kind} the post: only replies in our own conversations can be hidden",
                    kind=kind,
                )
            )
        return Receipt(action.target_native_id, None, datetime.now(UTC))

    def done(self, action: Action) -> Receipt | None:
        """Whether our newest posts hold the reply, or X no longer finds a deleted post; it does not tell what is hidden."""
        if action.kind is ActionKind.REPLY:
            return self._own_reply(action)
        if action.kind is ActionKind.DELETE:
            answer = self.ask("lookup", self.client.get_tweets, [action.target_native_id])
            there = bool(answer.get("data"))
            return None if there else Receipt(action.target_native_id, None, datetime.now(UTC))
        raise Rejected(
            say(fr="X ne montre pas quelles réponses sont masquées", en="X does not show which replies are hidden")
        )

    def _reply(self, action: Action) -> Receipt:
        if not action.text:
            raise without_text()
        target = action.target_native_id
        answer = self.ask(
            "posting", self.client.create_tweet, text=action.text, in_reply_to_tweet_id=target, user_auth=True
        )
        return _posted(id_in(answer), datetime.now(UTC))

    def _own_reply(self, action: Action) -> Receipt | None:
        answer = self.ask(
            "own posts",
            self.client.get_users_tweets,
            self.identity().removeprefix("x:"),
            max_results=POSTS_LOOKED_THROUGH,
            tweet_fields=["created_at", "referenced_tweets", "note_tweet"],
        )
        posts = answer.get("data")
        for post in posts if isinstance(posts, list) else []:
            if _answers(post, action.target_native_id) and _same(post, action.text or ""):
                return _posted(post["id"], datetime.fromisoformat(post["created_at"]))
        return None


def id_in(answer: Item) -> str:
    """The id of what an answer tells. Raises Unavailable when there is none."""
    data = answer.get("data")
    if not isinstance(data, dict) or not isinstance(data.get("id"), str):
        raise Unavailable(
            say(
                fr="la réponse de X ne donne pas l'identifiant : regardez le compte avant de réessayer",
                en="X's answer does not tell the id: look at the account before a retry",
            )
        )
    return str(data["id"])


def _posted(native: str, at: datetime) -> Receipt:
    return Receipt(native, f"{SITE}/i/status/{native}", at)


def _answers(post: Item, target: str) -> bool:
    referenced = post.get("referenced_tweets") or []
    return any(one.get("type") == "replied_to" and one.get("id") == target for one in referenced)


def _same(post: Item, text: str) -> bool:
    whole = (post.get("note_tweet") or {}).get("text") or post.get("text") or ""
    return _bare(html.unescape(whole)) == _bare(text)


def _bare(text: str) -> str:
    """The words alone: without those addressed, links and spacing, which X rewrites."""
    return " ".join(LINK.sub("", ADDRESSED.sub("", text)).split())
