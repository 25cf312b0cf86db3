"""Reddit's own JSON of comments, posts, listings and comment trees, with the fields of recorded traffic and newer ones."""

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from deployments.sandbox import ids
from deployments.sandbox.state import DEFAULT_NAME, Community, Item

SITE = "https://www.reddit.com"
DELETED = "[deleted]"
TIME_OF_SERVER_S = 28_800  # `created` is in the server's zone, `created_utc` in UTC
DEPTH_CEILING = 10
TITLES_REMEMBERED = 10_000
REMOVED = "[removed]"
REASONS_DEPRECATED = "This attribute is deprecated. Please use mod_reports and user_reports instead."
ESCAPED_FIELDS = ("body", "body_html", "selftext", "selftext_html", "title", "link_title")
FOR_OTHERS: dict[str, Any] = {
    "banned_by": None,
    "approved_by": None,
    "report_reasons": None,
    "mod_reports": [],
    "num_reports": None,
}
POST_CONSTANTS: dict[str, Any] = {
    "is_self": True, "upvote_ratio": 1.0, "hide_score": False, "hidden": False, "clicked": False, "visited": False,
    "over_18": False, "quarantine": False, "contest_mode": False, "spoiler": False, "suggested_sort": None,
    "thumbnail": "self", "media": None, "media_embed": {}, "secure_media": None, "secure_media_embed": {},
    "link_flair_css_class": None, "link_flair_text": None,
}  # fmt: skip


def listing(children: list[Any], after: str | None = None, before: str | None = None) -> dict[str, Any]:
    return {
        "kind": "Listing",
        "data": {"modhash": "", "children": children, "after": after, "before": before, "dist": len(children)},
    }


@lru_cache(TITLES_REMEMBERED)
def slug(title: str) -> str:
    return re.sub(r"\W+", "_", title.lower()).strip("_")[:50] or "_"


def permalink(item: Item) -> str:
    path = f"/r/{item.source}/comments/{item.thread[3:]}/{slug(item.title or '')}/"
    return path if item.kind == "post" else f"{path}{item.native[3:]}/"


def markdown_as_html(text: str) -> str:
    paragraphs = (f"<p>{html.escape(part)}</p>" for part in text.split("\n\n"))
    return f'<div class="md">{chr(10).join(paragraphs)}\n</div>'


@dataclass(frozen=True)
class View:
    """Reddit's objects as one request sees them.

    moderator: with what only moderators are told. escaped: with HTML entities, as Reddit does without `raw_json=1`.
    """

    community: Community
    moderator: bool
    escaped: bool = False

    def thing(self, item: Item, *, listed: bool = True, replies: Any = "") -> dict[str, Any]:
        """`{"kind": "t1" or "t3", "data": ...}`. listed: with the fields that comments have only in listings."""
        data = self._post(item) if item.kind == "post" else self._comment(item, listed=listed, replies=replies)
        if self.escaped:
            data |= {name: html.escape(data[name], quote=False) for name in ESCAPED_FIELDS if data.get(name)}
        return {"kind": "t3" if item.kind == "post" else "t1", "data": data}

    def things(self, items: Iterable[Item]) -> list[dict[str, Any]]:
        return [self.thing(item) for item in items]

    def tree(self, parent: str, limit: int, depth: int = 0) -> list[dict[str, Any]]:
        """The answers to `parent`, best first, nested; what is beyond `limit` or too deep becomes `more`."""
        return self._branch(parent, [limit], depth)

    def shown(self, item: Item) -> bool:
        """A deleted comment stays in the tree only while it has answers."""
        answers = self.community.timeline("reddit", "children", item.native).count(self.community.now())
        return not item.deleted or answers > 0

    def _common(self, item: Item) -> dict[str, Any]:
        author = DELETED if item.deleted or item.author is None else item.author
        created = float(int(item.created_at.timestamp()))
        data: dict[str, Any] = {
            "subreddit_id": ids.reddit_subreddit(item.source),
            "subreddit": item.source,
            "subreddit_name_prefixed": f"r/{item.source}",
            "id": item.native[3:],
            "name": item.native,
            "author": author,
            "author_flair_css_class": None,
            "author_flair_text": None,
            "permalink": permalink(item),
            "created": created + TIME_OF_SERVER_S,
            "created_utc": created,
            "edited": float(int(item.edited_at.timestamp())) if item.edited_at else False,
            "score": item.score,
            "ups": item.score,
            "downs": 0,
            "likes": True if self.moderator and item.author == DEFAULT_NAME else None,
            "saved": False,
            "gilded": 0,
            "archived": False,
            "locked": item.locked,
            "stickied": item.stickied,
            "distinguished": item.distinguished,
            "removal_reason": None,
            "user_reports": [],
        }
        if author != DELETED:
            data["author_fullname"] = ids.reddit_account(author)
        return data | (self._for_moderators(item) if self.moderator else FOR_OTHERS)

    def _for_moderators(self, item: Item) -> dict[str, Any]:
        return {
            "banned_by": item.removed_by,
            "approved_by": item.approved_by,
            "removed": item.status == "removed",
            "report_reasons": [REASONS_DEPRECATED] if item.mod_reports else [],
            "mod_reports": item.mod_reports,
            "num_reports": len(item.mod_reports),
        }

    def _text(self, item: Item) -> str:
        """What this request may read of a text."""
        if item.deleted:
            return DELETED
        return REMOVED if item.status == "removed" and not self.moderator else item.text

    def _comment(self, item: Item, *, listed: bool, replies: Any) -> dict[str, Any]:
        text = self._text(item)
        post = self.community.items.get(("reddit", item.thread))
        poster = post.author if post else None
        data = self._common(item) | {
            "link_id": item.thread,
            "parent_id": item.parent,
            "body": text,
            "body_html": markdown_as_html(text),
            "replies": replies,
            "controversiality": 0,
            "score_hidden": False,
            "is_submitter": poster is not None and poster == item.author,
        }
        if listed:
            data |= {
                "link_title": item.title or "",
                "link_author": poster or DELETED,
                "link_url": f"{SITE}/r/{item.source}/comments/{item.thread[3:]}/{slug(item.title or '')}/",
                "over_18": False,
                "quarantine": False,
            }
        return data

    def _post(self, item: Item) -> dict[str, Any]:
        text = self._text(item)
        comments = self.community.timeline("reddit", "thread", item.native).count(self.community.now()) - 1
        return self._common(item) | {
            "title": item.title or "",
            "selftext": text,
            "selftext_html": f"<!-- SC_OFF -->{markdown_as_html(text)}<!-- SC_ON -->" if text else None,
            "domain": f"self.{item.source}",
            "url": SITE + permalink(item),
            "num_comments": max(comments, 0),
            "removed_by_category": _removed_by(item),
            **POST_CONSTANTS,
        }

    def _branch(self, parent: str, budget: list[int], depth: int) -> list[dict[str, Any]]:
        """budget: how many comments may still be shown, shared by all branches."""
        everybody = self.community.timeline("reddit", "children", parent).oldest_first(self.community.now())
        answers = sorted((item for item in everybody if self.shown(item)), key=lambda item: -item.score)
        if depth >= DEPTH_CEILING and answers:
            return [self._more(parent, answers, depth, deeper=True)]
        found: list[dict[str, Any]] = []
        for index, item in enumerate(answers):
            if budget[0] <= 0:
                return [*found, self._more(parent, answers[index:], depth)]
            budget[0] -= 1
            below = self._branch(item.native, budget, depth + 1)
            found.append(self.thing(item, listed=False, replies=listing(below) if below else ""))
            found[-1]["data"]["depth"] = depth
        return found

    def _more(self, parent: str, items: list[Item], depth: int, *, deeper: bool = False) -> dict[str, Any]:
        """A `more` object. deeper: Reddit's "continue this thread", which names nobody."""
        now = self.community.now()
        below = sum(self.community.timeline("reddit", "children", item.native).count(now) for item in items)
        name = "t1__" if deeper else items[0].native
        return {
            "kind": "more",
            "data": {
                "count": 0 if deeper else len(items) + below,
                "name": name,
                "id": name[3:],
                "parent_id": parent,
                "depth": depth,
                "children": [] if deeper else [item.native[3:] for item in items],
            },
        }


def _removed_by(item: Item) -> str | None:
    if item.deleted:
        return "deleted"
    return "moderator" if item.status == "removed" else None
