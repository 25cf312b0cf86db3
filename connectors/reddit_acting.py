"""What Vigie does on Reddit, through praw: replies, removals with the subreddit's own reason, and their undoing.

Each act can be looked at afterwards: Reddit's own state of the message tells whether it was done.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

import praw

from connectors.contract import ConnectorError, Gone, Rejected, Unauthorized, Unavailable
from connectors.errors.common import not_shown, without_text
from connectors.rows.reddit import permalink_of
from domain.language import say
from domain.records import Action, ActionKind, Receipt

REPLIES_LOOKED_THROUGH_ITEMS = 100
MOD_NOTE_CHARS = 100  # "a message for the other moderators": what Reddit takes
Thing = Mapping[str, Any]

# What the message's own state shows once the act is done; a moderator sees these fields (reddit.com/dev/api, t1 and t3).
SHOWN: dict[ActionKind, Callable[[Thing], bool]] = {
    ActionKind.REMOVE: lambda thing: bool(thing["removed"] or thing.get("banned_by")),
    ActionKind.APPROVE: lambda thing: not thing["removed"] and not thing.get("banned_by"),
    ActionKind.LOCK: lambda thing: bool(thing["locked"]),
    ActionKind.UNLOCK: lambda thing: not thing["locked"],
    ActionKind.DISTINGUISH: lambda thing: thing["distinguished"] == "moderator",
    ActionKind.UNDISTINGUISH: lambda thing: thing["distinguished"] is None,
    ActionKind.DELETE: lambda thing: thing["author"] in (None, "[deleted]"),
}


@dataclass(frozen=True)
class RedditActing:
    """The acts of one account. ask: makes a call that needs an OAuth scope, and raises the typed errors."""

    client: praw.Reddit
    ask: Callable[[Callable[[], Any], str], Any]

    @cached_property
    def reasons(self) -> dict[str, dict[str, str]]:
        """Ids of the removal reasons by their title in lower case, of each subreddit that was asked."""
        return {}

    def act(self, action: Action) -> Receipt:
        """Everything but hold and hide, which Reddit does not have.

        Of a removal, `raw` may tell `removal_reason` (the title of one of the subreddit's reasons), `mod_note` (for the
        other moderators), and `removal_message` with `removal_title` (sent to the author as mod mail).
        """
        if action.kind is ActionKind.REPLY:
            return self._reply(action)
        if action.kind is ActionKind.REMOVE:
            return self._remove(action)
        thing = self._thing(action.target_native_id)
        calls: dict[ActionKind, tuple[Callable[[], Any], str]] = {
            ActionKind.APPROVE: (thing.mod.approve, "modposts"),
            ActionKind.LOCK: (thing.mod.lock, "modposts"),
            ActionKind.UNLOCK: (thing.mod.unlock, "modposts"),
            ActionKind.DISTINGUISH: (thing.mod.distinguish, "modposts"),
            ActionKind.UNDISTINGUISH: (thing.mod.undistinguish, "modposts"),
            ActionKind.REPORT: (lambda: thing.report(action.text or ""), "report"),
            ActionKind.DELETE: (thing.delete, "edit"),
        }
        if action.kind not in calls:
            raise Rejected(
                say(
                    fr="Reddit ne sait pas faire « {kind} » sur un message : retirez-le, puis approuvez-le s'il était correct",
                    en="Reddit cannot {kind} a message: remove it, and approve it later if it was right",
                    kind=action.kind,
                )
            )
        self.ask(*calls[action.kind])
        return _done(action)

    def done(self, action: Action) -> Receipt | None:
        """Whether Reddit shows that the action was done; see the contract."""
        if action.kind is ActionKind.REPLY:
            found = self._own_reply(action.target_native_id, action.text or "")
            return _receipt(vars(found)) if found is not None else None
        if action.kind not in SHOWN:
            raise not_shown("Reddit", action.kind)
        params: dict[str, str | int] = {"id": action.target_native_id}
        answer = self.ask(lambda: self.client.request(method="GET", path="api/info/", params=params), "read")
        things = self.ask(lambda: [child["data"] for child in answer["data"]["children"]], "read")
        if not things:
            return _done(action) if action.kind is ActionKind.DELETE else None
        try:
            return _done(action) if SHOWN[action.kind](things[0]) else None
        except KeyError:
            problem = Rejected("Reddit shows the state of a message only to the moderators of its subreddit")
        raise problem

    def _remove(self, action: Action) -> Receipt:
        reason_id, note = self._reason(action)
        thing = self._thing(action.target_native_id)
        mod_note = str(action.raw.get("mod_note") or "")[:MOD_NOTE_CHARS]
        self.ask(lambda: thing.mod.remove(reason_id=reason_id, mod_note=mod_note, spam=False), "modposts")
        unsent = self._tell_author(thing, action)
        return _done(action, "; ".join(part for part in (note, unsent) if part))

    def _reason(self, action: Action) -> tuple[str | None, str]:
        """The id of the reason, and what is wrong where the subreddit has none of that title: it is removed anyway."""
        title, subreddit = action.raw.get("removal_reason"), str(action.raw.get("subreddit") or "")
        if not title:
            return None, ""
        try:
            known = self._reasons_of(subreddit)
        except (Unauthorized, Gone, Rejected) as error:
            return None, str(error)
        if title.strip().lower() in known:
            return known[title.strip().lower()], ""
        return None, say(
            fr="r/{subreddit} n'a pas de motif de retrait « {title} » (`removal_reason` dans charter.yaml) : retiré sans motif",
            en="r/{subreddit} has no removal reason “{title}” (`removal_reason` in charter.yaml): removed without one",
            subreddit=subreddit,
            title=title,
        )

    def _reasons_of(self, subreddit: str) -> dict[str, str]:
        if subreddit not in self.reasons:
            listed = self.client.subreddit(subreddit).mod.removal_reasons
            self.reasons[subreddit] = self.ask(
                lambda: {one.title.strip().lower(): one.id for one in listed}, "modposts"
            )
        return self.reasons[subreddit]

    def _tell_author(self, thing: Any, action: Action) -> str:
        """The mod mail that goes with a removal. A message that fails does not make the removal undone: it is told."""
        message = action.raw.get("removal_message")
        if not message:
            return ""
        title = str(action.raw.get("removal_title") or "Moderation")
        try:
            self.ask(lambda: thing.mod.send_removal_message(message=message, title=title, type="private"), "modmail")
        except ConnectorError as error:
            return say(fr="message à l'auteur non confirmé : {error}", en="message to the author not confirmed: {error}", error=error)  # fmt: skip
        return ""

    def _thing(self, fullname: str) -> Any:
        kind, _, native = fullname.partition("_")
        if kind == "t3":
            return self.client.submission(native)
        return self.client.comment(native)

    def _reply(self, action: Action) -> Receipt:
        if not action.text:
            raise without_text()
        text, target = action.text, action.target_native_id
        comment = self.ask(lambda: self._thing(target).reply(text), "submit")
        if comment is None:  # accepted, but not shown, as in quarantined subreddits
            comment = self._own_reply(target, text)
        if comment is None:
            raise Unavailable(
                say(
                    fr="Reddit a pris une réponse à {target} mais ne la montre pas : regardez la discussion avant de réessayer",
                    en="Reddit took a reply to {target} but does not show it: look at the thread before a retry",
                    target=target,
                )
            )
        receipt: Receipt = self.ask(lambda: _receipt(vars(comment)), "submit")
        return receipt

    def _own_reply(self, target: str, text: str) -> Any:
        """Our reply of this text to this message, among our newest comments; None where there is none."""
        newest = self.client.user.me
        mine = self.ask(lambda: list(newest().comments.new(limit=REPLIES_LOOKED_THROUGH_ITEMS)), "history")
        same = (one for one in mine if one.parent_id == target and one.body.strip() == text.strip())
        return next(same, None)


def _done(action: Action, note: str = "") -> Receipt:
    return Receipt(action.target_native_id, None, datetime.now(UTC), note)


def _receipt(comment: Thing) -> Receipt:
    name = f"t1_{comment['id']}"
    return Receipt(name, permalink_of(dict(comment), name), datetime.fromtimestamp(comment["created_utc"], UTC))
