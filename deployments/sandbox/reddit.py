"""Reddit's stand-in: signing in, listings, comment trees, replies and moderation, as praw sees them.

The account of the sandbox moderates every subreddit, so that it reads what was removed and may remove.
"""

import base64
import json
from collections.abc import Awaitable, Callable, Iterator
from itertools import chain, islice
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from deployments.sandbox import ids
from deployments.sandbox.answers import answer, fields, whole
from deployments.sandbox.reddit_things import SITE, View, listing, permalink
from deployments.sandbox.state import DEFAULT_NAME, Community, Item, Order

CREDENTIALS = {
    "CLIENT_ID": "sandbox-client",
    "CLIENT_SECRET": "sandbox-secret",
    "USERNAME": DEFAULT_NAME,
    "PASSWORD": "sandbox-password",
}
ACCOUNT_TOKEN, READER_TOKEN = "sandbox-account-token", "sandbox-reader-token"
LISTING_CEILING_ITEMS = 1_000
WINDOW_S, WINDOW_REQUESTS = 600, 1_000
TREE_DEFAULT_ITEMS = 200
MORE_CHILDREN_CEILING = 100

Handler = Callable[[Request, dict[str, str], View], Awaitable[Response]]


class Reddit:
    """The state that is Reddit's alone: how many requests the client made in its window."""

    def __init__(self, community: Community) -> None:
        self.community = community
        self.used = 0

    def routes(self) -> list[Route]:
        read: dict[str, Handler] = {
            "/api/v1/me": self.me,
            "/r/{name}/about": self.about,
            "/r/{name}/about/{queue}": self.queue,
            "/r/{name}/{what}": self.subreddit,
            "/user/{name}/about": self.user,
            "/user/{name}/{what}": self.history,
            "/comments/{post}": self.comments,
            "/comments/{post}/{slug}/{comment}": self.comments,
            "/api/info": self.info,
            "/api/morechildren": self.more_children,
            "/message/{box}": self.inbox,
            "/api/v1/{name}/removal_reasons": self.reasons,
        }
        write: dict[str, Handler] = {
            "/api/morechildren": self.more_children,
            "/api/comment": self.reply,
            "/api/remove": self.remove,
            "/api/approve": self.approve,
            "/api/lock": self.lock,
            "/api/unlock": self.lock,
            "/api/distinguish": self.distinguish,
            "/api/report": self.report,
            "/api/v1/modactions/removal_reasons": self.explain,
            "/api/v1/modactions/removal_comment_message": self.tell_author,
            "/api/v1/modactions/removal_link_message": self.tell_author,
            "/api/del": self.delete,
            "/api/editusertext": self.edit,
        }
        found = [Route("/api/v1/access_token", self.token, methods=["POST"])]
        found += [Route(path + end, self._signed(act, write=True), methods=["POST"])
                  for path, act in write.items() for end in ("", "/")]  # fmt: skip
        found += [Route(path + end, self._signed(act, write=False)) for path, act in read.items() for end in ("", "/")]
        return found

    def _signed(self, act: Handler, *, write: bool) -> Callable[[Request], Awaitable[Response]]:
        """`act` for a request that is signed in; writes need the account and not only the application."""

        async def endpoint(request: Request) -> Response:
            token = request.headers.get("authorization", "").partition(" ")[2]
            if token not in (ACCOUNT_TOKEN, READER_TOKEN):
                return answer({"message": "Unauthorized", "error": 401}, 401)
            values = await fields(request)
            if write and token != ACCOUNT_TOKEN and request.url.path.strip("/") != "api/morechildren":
                response = refusal("USER_REQUIRED", "Please log in to do that.", None)
            else:
                response = await act(
                    request, values, View(self.community, token == ACCOUNT_TOKEN, values.get("raw_json") != "1")
                )
            response.headers.update(self._limits())
            return response

        return endpoint

    def _limits(self) -> dict[str, str]:
        """Each request stands for the time that it may take, so that a client is never made to wait."""
        self.used = self.used % (WINDOW_REQUESTS - 1) + 1
        left = max(int(WINDOW_S - self.used * WINDOW_S / WINDOW_REQUESTS) - 1, 1)
        return {
            "x-ratelimit-remaining": f"{WINDOW_REQUESTS - self.used}.0",
            "x-ratelimit-used": str(self.used),
            "x-ratelimit-reset": str(left),
        }

    async def token(self, request: Request) -> Response:
        values = await fields(request)
        expected = base64.b64encode(f"{CREDENTIALS['CLIENT_ID']}:{CREDENTIALS['CLIENT_SECRET']}".encode()).decode()
        if request.headers.get("authorization") != f"Basic {expected}":
            return answer({"message": "Unauthorized", "error": 401}, 401)
        if values.get("grant_type") == "client_credentials":
            token = READER_TOKEN
        elif (values.get("username"), values.get("password")) == (CREDENTIALS["USERNAME"], CREDENTIALS["PASSWORD"]):
            token = ACCOUNT_TOKEN
        else:
            return answer({"error": "invalid_grant"})
        return answer(
            {
                "access_token": token,
                "token_type": "bearer",
                "expires_in": 86400,
                "scope": self.community.scopes["reddit"],
            }
        )

    async def me(self, request: Request, values: dict[str, str], view: View) -> Response:
        if request.headers["authorization"].endswith(READER_TOKEN):
            return answer({"message": "Forbidden", "error": 403}, 403)
        return answer(_account(DEFAULT_NAME))

    async def about(self, request: Request, values: dict[str, str], view: View) -> Response:
        name = self._subreddit(request)
        if name is None:
            return not_found()
        return answer({"kind": "t5", "data": {
            "id": ids.reddit_subreddit(name)[3:], "name": ids.reddit_subreddit(name), "display_name": name,
            "display_name_prefixed": f"r/{name}", "title": name, "public_description": "", "description": "",
            "subscribers": 1000, "created_utc": 1_200_000_000.0, "created": 1_200_028_800.0, "over18": False,
            "subreddit_type": "public", "url": f"/r/{name}/", "lang": "en", "quarantine": False,
            "user_is_moderator": True, "user_is_subscriber": True, "user_is_banned": False,
        }})  # fmt: skip

    async def subreddit(self, request: Request, values: dict[str, str], view: View) -> Response:
        kind = {"comments": "comment", "new": "post"}.get(request.path_params["what"])
        name = self._subreddit(request)
        if kind is None or name is None:
            return not_found()
        return self._page(view, values, ("reddit", kind, name.lower()), lambda item: item.status != "removed")

    async def queue(self, request: Request, values: dict[str, str], view: View) -> Response:
        name, queue = self._subreddit(request), request.path_params["queue"]
        if name is None or queue not in ("modqueue", "reports", "spam"):
            return not_found()
        wanted = _spam if queue == "spam" else _reported
        kinds = {"comments": ["comment"], "links": ["post"]}.get(values.get("only", ""), ["comment", "post"])
        line = self.community.timeline("reddit", "moderated", name.lower())
        found = (
            item for item in line.newest_first(self.community.now())
            if item.kind in kinds and wanted(item) and not item.deleted
        )  # fmt: skip
        return _listed(map(view.thing, found), values)

    async def user(self, request: Request, values: dict[str, str], view: View) -> Response:
        return answer({"kind": "t2", "data": _account(request.path_params["name"])})

    async def history(self, request: Request, values: dict[str, str], view: View) -> Response:
        kind = {"comments": "comment", "submitted": "post", "overview": None}.get(request.path_params["what"], "")
        if kind == "":
            return not_found()
        key = ("reddit", "author", request.path_params["name"].lower())
        return self._page(view, values, key, lambda item: kind is None or item.kind == kind)

    async def inbox(self, request: Request, values: dict[str, str], view: View) -> Response:
        if request.path_params["box"] not in ("inbox", "mentions", "unread"):
            return not_found()
        now = self.community.now()
        if request.path_params["box"] == "mentions":
            found = list(self.community.timeline("reddit", "mentions", DEFAULT_NAME).newest_first(now))
        else:
            own = self.community.timeline("reddit", "author", DEFAULT_NAME).newest_first(now)
            lines = (self.community.timeline("reddit", "children", item.native) for item in own)
            found = sorted(chain.from_iterable(line.newest_first(now) for line in lines), key=_order, reverse=True)
        kept = (item for item in found if item.author != DEFAULT_NAME and not item.deleted)
        return _listed((_message(view, item) for item in kept), values)

    async def comments(self, request: Request, values: dict[str, str], view: View) -> Response:
        post = self.community.find("reddit", f"t3_{request.path_params['post']}")
        if post is None:
            return not_found()
        limit = whole(values.get("limit"), TREE_DEFAULT_ITEMS, 2048)
        if "comment" not in request.path_params:
            return answer([listing([view.thing(post)]), listing(view.tree(post.native, limit))])
        focus = self.community.find("reddit", f"t1_{request.path_params['comment']}")
        branch = []
        if focus is not None and view.shown(focus):
            below = view.tree(focus.native, limit, 1)
            branch = [view.thing(focus, listed=False, replies=listing(below) if below else "")]
        return answer([listing([view.thing(post)]), listing(branch)])

    async def info(self, request: Request, values: dict[str, str], view: View) -> Response:
        wanted = (self.community.find("reddit", name) for name in values.get("id", "").split(",")[:100])
        return answer(listing(
            [view.thing(item, listed=False) for item in wanted if item is not None]
        ))  # fmt: skip

    async def more_children(self, request: Request, values: dict[str, str], view: View) -> Response:
        wanted = values.get("children", "").split(",")
        found: list[Any] = []
        for child in wanted[:MORE_CHILDREN_CEILING]:
            item = self.community.find("reddit", f"t1_{child}")
            if item is not None:
                found.append(view.thing(item, listed=False))
                found += _flat(view.tree(item.native, MORE_CHILDREN_CEILING))
        if len(wanted) > MORE_CHILDREN_CEILING:
            rest = wanted[MORE_CHILDREN_CEILING:]
            parent = found[0]["data"]["parent_id"] if found else values.get("link_id")
            found.append({"kind": "more", "data": {
                "count": len(rest), "name": f"t1_{rest[0]}", "id": rest[0], "parent_id": parent, "depth": 0,
                "children": rest,
            }})  # fmt: skip
        return answer({"json": {"errors": [], "data": {"things": found}}})

    async def reply(self, request: Request, values: dict[str, str], view: View) -> Response:
        target = self.community.find("reddit", values.get("thing_id", ""))
        text = values.get("text", "")
        if target is None:
            return refusal("NO_THING_ID", "id not specified", "parent")
        if target.deleted:
            return refusal("DELETED_COMMENT", "that comment has been deleted", "parent")
        if not text.strip():
            return refusal("NO_TEXT", "we need something here", "text")
        if len(text) > 10_000:
            return refusal("TOO_LONG", "this is too long (max: 10000)", "text")
        made = self.community.reply(target, text, DEFAULT_NAME)
        return _written(view.thing(made, listed=False))

    async def remove(self, request: Request, values: dict[str, str], view: View) -> Response:
        item = self._target(values)
        if item is None:
            return not_found()
        item.removed_by, item.approved_by = DEFAULT_NAME, None
        self.community.moderate(item, "remove", "removed")
        return answer({})

    async def approve(self, request: Request, values: dict[str, str], view: View) -> Response:
        item = self._target(values)
        if item is None:
            return not_found()
        item.removed_by, item.approved_by = None, DEFAULT_NAME
        item.mod_reports.clear()
        self.community.moderate(item, "approve", "published")
        return answer({})

    async def lock(self, request: Request, values: dict[str, str], view: View) -> Response:
        item = self._target(values)
        if item is None:
            return not_found()
        kind = request.url.path.strip("/").rpartition("/")[2]
        item.locked = kind == "lock"
        self.community.record("reddit", kind, item.native)
        return answer({})

    async def distinguish(self, request: Request, values: dict[str, str], view: View) -> Response:
        item = self._target(values)
        if item is None:
            return not_found()
        item.distinguished = {"yes": "moderator", "admin": "admin"}.get(values.get("how", "no"))
        item.stickied = values.get("sticky", "").lower() == "true"
        self.community.record("reddit", "distinguish" if item.distinguished else "undistinguish", item.native)
        return _written(view.thing(item, listed=False))

    async def report(self, request: Request, values: dict[str, str], view: View) -> Response:
        item = self._target(values)
        if item is None:
            return not_found()
        item.mod_reports.append([values.get("reason", ""), DEFAULT_NAME])
        self.community.moderate(item, "report", text=values.get("reason"))
        return answer({"json": {"errors": []}})

    async def explain(self, request: Request, values: dict[str, str], view: View) -> Response:
        self.community.record("reddit", "removal_reason", values.get("json", ""))
        return Response(b"", media_type="application/json; charset=UTF-8")

    async def reasons(self, request: Request, values: dict[str, str], view: View) -> Response:
        found = {
            key: {"id": key, "title": title, "message": ""} for key, title in self.community.removal_reasons.items()
        }
        return answer({"data": found, "order": list(found)})

    async def tell_author(self, request: Request, values: dict[str, str], view: View) -> Response:
        """The mod mail of a removal; Reddit refuses one for what is still there."""
        given = json.loads(values.get("json", "{}"))
        item = self.community.find("reddit", (given.get("item_id") or [""])[0])
        if item is None or item.status != "removed":
            return refusal("INVALID_ID", "that id is invalid", "item_id")
        self.community.record("reddit", "removal_message", item.native, given.get("message"))
        return answer({})

    async def delete(self, request: Request, values: dict[str, str], view: View) -> Response:
        item = self._target(values)
        if item is not None and item.author == DEFAULT_NAME:
            item.deleted = True
            self.community.record("reddit", "delete", item.native)
        return answer({})

    async def edit(self, request: Request, values: dict[str, str], view: View) -> Response:
        item = self.community.find("reddit", values.get("thing_id", ""))
        if item is None or item.author != DEFAULT_NAME:
            return refusal("NOT_AUTHOR", "you can't do that", "thing_id")
        item.text, item.edited_at = values.get("text", ""), self.community.now()
        self.community.record("reddit", "edit", item.native, item.text)
        return _written(view.thing(item, listed=False))

    def _target(self, values: dict[str, str]) -> Item | None:
        return self.community.find("reddit", values.get("id", ""))

    def _subreddit(self, request: Request) -> str | None:
        wanted = request.path_params["name"].lower()
        return next((name for name in self.community.sources["reddit"] if name.lower() == wanted), None)

    def _page(
        self, view: View, values: dict[str, str], key: tuple[str, ...], shown: Callable[[Item], bool]
    ) -> Response:
        """A page of an index, newest first, within the newest thousand."""
        now, line = self.community.now(), self.community.timeline(*key)
        reachable = line.newest_first(now)
        anchor = self.community.items.get(("reddit", values.get("after") or values.get("before") or ""))
        if values.get("after"):
            newer = line.count(now) - (line.position(anchor.order) if anchor else 0)
            reachable = line.newest_first(now, anchor.order) if anchor else iter(())
            reachable = islice(reachable, max(LISTING_CEILING_ITEMS - newer, 0))
        elif values.get("before"):
            limit = whole(values.get("limit"), 25, 100)
            newer_items = line.oldest_first(now, anchor.order) if anchor and not anchor.deleted else iter(())
            kept = [item for item in islice(newer_items, LISTING_CEILING_ITEMS) if shown(item) and not item.deleted]
            return answer(listing(view.things(reversed(kept[:limit]))))
        else:
            reachable = islice(reachable, LISTING_CEILING_ITEMS)
        return _listed(map(view.thing, (item for item in reachable if shown(item) and not item.deleted)), values)


def _listed(things: Iterator[dict[str, Any]], values: dict[str, str]) -> Response:
    """As many things as were asked for, and the name after which the next ones come."""
    page = list(islice(things, whole(values.get("limit"), 25, 100)))
    more = next(things, None) is not None
    return answer(listing(page, after=page[-1]["data"]["name"] if more else None))


def refusal(kind: str, message: str, field: str | None) -> Response:
    """What Reddit says in the JSON of a write that it refuses."""
    return answer({"json": {"errors": [[kind, message, field]]}})


def not_found() -> Response:
    return answer({"message": "Not Found", "error": 404}, 404)


def _written(made: dict[str, Any]) -> Response:
    return answer({"json": {"errors": [], "data": {"things": [made]}}})


def _account(name: str) -> dict[str, Any]:
    return {
        "id": ids.reddit_account(name)[3:], "name": name, "created": 1_400_028_800.0, "created_utc": 1_400_000_000.0,
        "link_karma": 1, "comment_karma": 1, "is_mod": name == DEFAULT_NAME, "is_gold": False, "is_employee": False,
        "has_verified_email": True, "verified": True, "icon_img": "", "over_18": False, "inbox_count": 0,
    }  # fmt: skip


def _message(view: View, item: Item) -> dict[str, Any]:
    """A reply or mention as the inbox shows it."""
    extra = {
        "was_comment": True, "new": True, "type": "comment_reply", "dest": DEFAULT_NAME, "first_message": None,
        "subject": f"comment reply: {item.title}", "context": SITE + permalink(item) + "?context=3",
    }  # fmt: skip
    return {"kind": "t1", "data": view.thing(item)["data"] | extra}


def _order(item: Item) -> Order:
    return item.order


def _reported(item: Item) -> bool:
    return bool(item.mod_reports) and item.status != "removed"


def _spam(item: Item) -> bool:
    return item.status == "removed"


def _flat(branch: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for node in branch:
        replies = node["data"].pop("replies", "") or {"data": {"children": []}}
        if node["kind"] == "t1":
            node["data"]["replies"] = ""
        yield node
        yield from _flat(replies["data"]["children"])
