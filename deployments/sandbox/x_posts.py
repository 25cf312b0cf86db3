"""X's own JSON of posts, users, expansions and partial errors.

As on the real X, a post has only the fields that a request asks for."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from starlette.responses import Response

from deployments.sandbox import ids
from deployments.sandbox.answers import answer
from deployments.sandbox.state import MENTION, Community, Item

PROBLEM = "https://api.twitter.com/2/problems/"


def found_post(community: Community, native: str) -> Item | None:
    """A post that is there and was not deleted."""
    item = community.find("x", native)
    return item if item is not None and not item.deleted else None


def post_of(community: Community, item: Item, values: dict[str, str]) -> dict[str, Any]:
    """A post with the fields of `tweet.fields` and of the expansions; a field without a value is left out."""
    asked = set(values.get("tweet.fields", "").split(","))
    expansions = values.get("expansions", "")
    asked |= {field for field, expansion in NEEDED_BY_EXPANSIONS.items() if expansion in expansions}
    post: dict[str, Any] = {"edit_history_tweet_ids": [item.native], "id": item.native, "text": item.text}
    found = {field: FIELDS[field](community, item) for field in asked & FIELDS.keys()}
    return post | {field: value for field, value in found.items() if value is not None}


def _answered_account(community: Community, item: Item) -> str | None:
    parent = community.items.get(("x", item.parent or ""))
    return ids.x_account(parent.author) if parent and parent.author else None


def _metrics(community: Community, item: Item) -> dict[str, int]:
    replies = community.timeline("x", "children", item.native).count(community.now())
    return {
        "retweet_count": 0, "reply_count": replies, "like_count": max(item.score, 0), "quote_count": 0,
        "bookmark_count": 0, "impression_count": 0,
    }  # fmt: skip


def _entities(community: Community, item: Item) -> dict[str, Any] | None:
    mentions = [
        {"start": found.start(), "end": found.end(), "username": found[1], "id": ids.x_account(found[1])}
        for found in MENTION.finditer(item.text)
    ]
    return {"mentions": mentions} if mentions else None


NEEDED_BY_EXPANSIONS = {
    "author_id": "author_id",
    "referenced_tweets": "referenced_tweets.id",
    "in_reply_to_user_id": "in_reply_to_user_id",
}
FIELDS: dict[str, Callable[[Community, Item], Any]] = {
    "author_id": lambda community, item: ids.x_account(item.author) if item.author else None,
    "conversation_id": lambda community, item: item.thread,
    "created_at": lambda community, item: stamp(item.created_at),
    "in_reply_to_user_id": _answered_account,
    "referenced_tweets": lambda community, item: [{"type": "replied_to", "id": item.parent}] if item.parent else None,
    "public_metrics": _metrics,
    "entities": _entities,
    "lang": lambda community, item: "und",
    "possibly_sensitive": lambda community, item: False,
    "reply_settings": lambda community, item: "everyone",
}


def expanded(community: Community, page: list[Item], values: dict[str, str]) -> dict[str, Any]:
    asked = set(values.get("expansions", "").split(","))
    includes: dict[str, Any] = {}
    errors: list[Any] = []
    parents = dict.fromkeys(item.parent for item in page if item.parent)
    authors = [item.author for item in page] if "author_id" in asked else []
    if asked & {"referenced_tweets.id.author_id", "in_reply_to_user_id"}:
        answered = (found_post(community, native) for native in parents)
        authors += [item.author for item in answered if item]
    includes["users"] = [user_of(name, values) for name in dict.fromkeys(authors) if name]
    if "referenced_tweets.id" in asked:
        found = {native: found_post(community, native) for native in parents}
        includes["tweets"] = [post_of(community, item, values) for item in found.values() if item]
        errors = [missing("tweet", "referenced_tweets.id", native) for native, item in found.items() if not item]
    kept = {name: value for name, value in includes.items() if value}
    return ({"includes": kept} if kept else {}) | ({"errors": errors} if errors else {})


def user_of(name: str, values: dict[str, str]) -> dict[str, Any]:
    asked = set(values.get("user.fields", "").split(","))
    more: dict[str, Any] = {
        "created_at": "2015-01-01T00:00:00.000Z", "description": "", "protected": False, "verified": False,
        "public_metrics": {"followers_count": 1, "following_count": 1, "tweet_count": 1, "listed_count": 0},
    }  # fmt: skip
    given = {"id": ids.x_account(name), "name": name, "username": name}
    return given | {key: value for key, value in more.items() if key in asked}


def missing(kind: str, parameter: str, value: str) -> dict[str, Any]:
    return {
        "value": value,
        "detail": f"Could not find {kind} with {parameter}: [{value}].",
        "title": "Not Found Error",
        "resource_type": kind,
        "parameter": parameter,
        "resource_id": value,
        "type": PROBLEM + "resource-not-found",
    }


def stamp(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03}Z"


def partial(found: list[Any], missing: list[Any], expanded: dict[str, Any] | None = None) -> Response:
    body: dict[str, Any] = {"data": found} if found else {}
    body |= expanded or {}
    errors = body.get("errors", []) + missing
    return answer(body | ({"errors": errors} if errors else {}))
