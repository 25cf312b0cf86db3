"""What Vigie does on YouTube, through the channel owner's OAuth: replies, moderation, and taking a reply back.

Writes cost fifty units each, looking afterwards one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from connectors.contract import Gone, Rejected, Unavailable
from connectors.errors.common import not_shown, without_text
from connectors.paging import instant
from connectors.rows.youtube import permalink_of
from connectors.youtube_quota import READ_UNITS, WRITE_UNITS
from connectors.youtube_reading import items_in
from domain.language import say
from domain.records import Action, ActionKind, Receipt

MODERATION = {ActionKind.REMOVE: "rejected", ActionKind.APPROVE: "published", ActionKind.HOLD: "heldForReview"}
PAGES_LOOKED_THROUGH = 5
REPLIES_A_PAGE = 100


@dataclass(frozen=True)
class YouTubeActing:
    """The acts of one channel. ask: makes a request that costs units, and raises the typed errors."""

    writer: Any
    ask: Callable[[Any, int], Any]
    identity: Callable[[], str]

    def act(self, action: Action) -> Receipt:
        """Reply, remove (`rejected`), approve (`published`), hold (`heldForReview`), or delete our own comment."""
        if action.kind is ActionKind.REPLY:
            return self._reply(action)
        target, comments = action.target_native_id, self.writer.comments()
        if action.kind is ActionKind.DELETE:
            request = comments.delete(id=target)
        elif action.kind in MODERATION:
            request = comments.setModerationStatus(id=target, moderationStatus=MODERATION[action.kind])
        else:
            raise Rejected(
                say(
                    fr="YouTube ne sait pas faire « {kind} » sur un commentaire : mettez-le en attente, ou agissez dans YouTube Studio",
                    en="YouTube cannot {kind} a comment: hold it for review, or do it in YouTube Studio",
                    kind=action.kind,
                )
            )
        self.ask(request, WRITE_UNITS)
        return _done(action)

    def done(self, action: Action) -> Receipt | None:
        """Whether the thread holds our reply, or the comment has the status that was asked for; see the contract.

        A comment that was held or rejected may be left out of the answer: then it is not public, and that is enough.
        """
        if action.kind is ActionKind.REPLY:
            return self._own_reply(action)
        if action.kind is not ActionKind.DELETE and action.kind not in MODERATION:
            raise not_shown("YouTube", action.kind)
        request = self.writer.comments().list(part="snippet", id=action.target_native_id, textFormat="plainText")
        found = items_in(self.ask(request, READ_UNITS))
        if action.kind is ActionKind.DELETE:
            return None if found else _done(action)
        wanted = MODERATION[action.kind]
        if not found:
            return None if wanted == "published" else _done(action)
        status = (found[0].get("snippet") or {}).get("moderationStatus", "published")
        return _done(action) if status == wanted else None

    def _reply(self, action: Action) -> Receipt:
        if not action.text:
            raise without_text()
        body = {"snippet": {"parentId": _parent(action), "textOriginal": action.text}}
        made = self.ask(self.writer.comments().insert(part="snippet", body=body), WRITE_UNITS)
        return _receipt(made, action)

    def _own_reply(self, action: Action) -> Receipt | None:
        comments, us = self.writer.comments(), self.identity().removeprefix("youtube:")
        request = comments.list(
            part="snippet", parentId=_parent(action), maxResults=REPLIES_A_PAGE, textFormat="plainText"
        )
        for _ in range(PAGES_LOOKED_THROUGH):
            try:
                answer = self.ask(request, READ_UNITS)
            except Gone:
                return None
            for one in items_in(answer):
                if _is_ours(one, us) and _text(one) == (action.text or "").strip():
                    return _receipt(one, action)
            request = comments.list_next(request, answer)
            if request is None:
                return None
        raise Rejected(
            say(
                fr="la discussion a plus de réponses qu'on ne peut en parcourir : regardez-la avant de réessayer",
                en="the thread has more replies than can be looked through: look at it before a retry",
            )
        )


def _parent(action: Action) -> str:
    """YouTube has two levels: who answers a reply answers its top-level comment."""
    return action.raw.get("parentId") or action.target_native_id.split(".")[0]


def _is_ours(comment: Any, channel: str) -> bool:
    author = (comment.get("snippet") or {}).get("authorChannelId") or {}
    return bool(author.get("value") == channel)


def _text(comment: Any) -> str:
    snippet = comment.get("snippet") or {}
    return str(snippet.get("textOriginal") or snippet.get("textDisplay") or "").strip()


def _receipt(comment: Any, action: Action) -> Receipt:
    try:
        video = comment["snippet"].get("videoId") or action.raw.get("videoId")
        return Receipt(comment["id"], permalink_of(video, comment["id"]), instant(comment["snippet"]["publishedAt"]))
    except (KeyError, TypeError, ValueError, AttributeError):
        problem = Unavailable("YouTube's answer does not tell the reply: look at the thread before a retry")
    raise problem


def _done(action: Action) -> Receipt:
    return Receipt(action.target_native_id, None, datetime.now(UTC))
