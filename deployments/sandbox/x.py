"""X's stand-in: mentions, recent search and look-ups as tweepy reads them, posts, deletions and hidden replies.

Only the fields that a request asks for are returned, with partial errors for what is not there, as on the real X.
"""

import base64
import json
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from deployments.sandbox.answers import answer, fields, whole
from deployments.sandbox.state import Community, Item, Order
from deployments.sandbox.x_posts import PROBLEM, expanded, found_post, missing, partial, post_of, stamp, user_of
from deployments.sandbox.x_query import matcher, narrowest

CREDENTIALS = {
    "BEARER_TOKEN": "sandbox-bearer-token",
    "CONSUMER_KEY": "sandbox-consumer-key",
    "CONSUMER_SECRET": "sandbox-consumer-secret",
    "ACCESS_TOKEN": "sandbox-access-token",
    "ACCESS_TOKEN_SECRET": "sandbox-access-token-secret",
}
SEARCH_WINDOW = timedelta(days=7)
MENTIONS_CEILING_ITEMS = 800
POST_CEILING_CHARACTERS = 280
WINDOW_S = 900

Handler = Callable[[Request, dict[str, str]], Awaitable[Response]]


class Refused(Exception):
    """A problem in X's form."""

    def __init__(self, status: int, title: str, detail: str, kind: str, errors: list[Any] | None = None) -> None:
        super().__init__(detail)
        self.status, self.title, self.detail, self.kind, self.errors = status, title, detail, kind, errors

    def response(self) -> Response:
        body: dict[str, Any] = {"title": self.title, "detail": self.detail, "type": self.kind}
        if self.status != 400:
            body["status"] = self.status
        if self.errors:
            body = {"errors": self.errors} | body
        return answer(body, self.status)


class X:
    """The state that is X's alone: what each end point's window has left. search_window: None reaches back for ever."""

    def __init__(self, community: Community, search_window: timedelta | None = SEARCH_WINDOW) -> None:
        self.community = community
        self.search_window = search_window
        self._calls: dict[str, tuple[int, int]] = {}

    def routes(self) -> list[Route]:
        table: list[tuple[str, str, Handler, int, bool]] = [  # method, path, what it does, calls a window, as a user
            ("GET", "/2/users/me", self.me, 75, True),
            ("GET", "/2/users/by/username/{name}", self.user_by_name, 900, False),
            ("GET", "/2/users/by", self.users_by_name, 900, False),
            ("GET", "/2/users/{id}/mentions", self.mentions, 450, False),
            ("GET", "/2/users/{id}/tweets", self.posts_of, 900, False),
            ("GET", "/2/users/{id}", self.user_by_id, 900, False),
            ("GET", "/2/tweets/search/recent", self.search, 450, False),
            ("GET", "/2/tweets/counts/recent", self.counts, 300, False),
            ("GET", "/2/tweets/{id}", self.post_by_id, 300, False),
            ("GET", "/2/tweets", self.posts_by_id, 300, False),
            ("POST", "/2/tweets", self.create, 200, True),
            ("DELETE", "/2/tweets/{id}", self.delete, 50, True),
            ("PUT", "/2/tweets/{id}/hidden", self.hide, 50, True),
        ]
        return [
            Route(path, self._counted(path, act, limit, as_user), methods=[method])
            for method, path, act, limit, as_user in table
        ]

    def _counted(self, path: str, act: Handler, limit: int, as_user: bool) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            try:
                _authorise(request, as_user=as_user)
                response = await act(request, await fields(request))
            except Refused as refusal:
                response = refusal.response()
            response.headers.update(self._limits(f"{request.method} {path}", limit))
            return response

        return endpoint

    def _limits(self, name: str, limit: int) -> dict[str, str]:
        """The end point's window; a used-up one starts again, so that only an injected fault makes a client wait."""
        now = int(self.community.now().timestamp())
        used, reset = self._calls.get(name, (0, 0))
        if now >= reset or used >= limit - 1:
            used, reset = 0, now + WINDOW_S
        self._calls[name] = used + 1, reset
        return {
            "x-rate-limit-limit": str(limit),
            "x-rate-limit-remaining": str(limit - used - 1),
            "x-rate-limit-reset": str(reset),
            "api-version": "2.52",
            "x-access-level": self.community.scopes["x"],
        }

    async def me(self, request: Request, values: dict[str, str]) -> Response:
        return answer({"data": user_of(self.community.account("x"), values)})

    async def user_by_name(self, request: Request, values: dict[str, str]) -> Response:
        name = self._known_name(request.path_params["name"])
        if name is None:
            return answer({"errors": [missing("user", "username", request.path_params["name"])]})
        return answer({"data": user_of(name, values)})

    async def users_by_name(self, request: Request, values: dict[str, str]) -> Response:
        wanted = values.get("usernames", "").split(",")
        names = {given: self._known_name(given) for given in wanted}
        found = [user_of(name, values) for name in names.values() if name]
        return partial(found, [missing("user", "usernames", given) for given, name in names.items() if not name])

    async def user_by_id(self, request: Request, values: dict[str, str]) -> Response:
        name = self._name_of(request.path_params["id"])
        if name is None:
            return answer({"errors": [missing("user", "id", request.path_params["id"])]})
        return answer({"data": user_of(name, values)})

    async def mentions(self, request: Request, values: dict[str, str]) -> Response:
        return self._timeline("mentions", request, values)

    async def posts_of(self, request: Request, values: dict[str, str]) -> Response:
        return self._timeline("author", request, values)

    def _timeline(self, index: str, request: Request, values: dict[str, str]) -> Response:
        name = self._name_of(request.path_params["id"])
        if name is None:
            return answer({"errors": [missing("user", "id", request.path_params["id"])]})
        line = self.community.timeline("x", index, name.lower())
        now, order = self.community.now(), _order(values.get("pagination_token"))
        newer = 0 if order is None else line.count(now) - line.position(order)
        reachable = islice(line.newest_first(now, order), max(MENTIONS_CEILING_ITEMS - newer, 0))
        return self._page(reachable, values, least=5)

    async def search(self, request: Request, values: dict[str, str]) -> Response:
        query = values.get("query", "")
        if not query.strip():
            raise _invalid("query", "", "The `query` query parameter can not be empty")
        try:
            match = matcher(self.community, query)
        except ValueError as error:
            raise _invalid("query", query, f"There were errors processing your request: {error}") from None
        now = self.community.now()
        oldest = now - self.search_window if self.search_window else None
        if oldest and values.get("start_time") and _instant(values["start_time"]) < oldest:
            detail = f"'start_time' must be on or after {oldest:%Y-%m-%dT%H:%MZ}. "
            raise _invalid(
                "start_time", values["start_time"], f"Invalid 'start_time':'{values['start_time']}'. {detail}"
            )
        line = self.community.timeline(*narrowest(query))
        token = values.get("next_token") or values.get("pagination_token")
        newest = line.newest_first(now, _order(token))
        return self._page((item for item in newest if match(item)), values, least=10, oldest=oldest)

    async def counts(self, request: Request, values: dict[str, str]) -> Response:
        """Posts in each hour of the window that match, oldest hour first."""
        match = matcher(self.community, values.get("query", ""))
        end = self.community.now()
        start = end - (self.search_window or SEARCH_WINDOW)
        hours: dict[datetime, int] = {}
        at = start.replace(minute=0, second=0, microsecond=0)
        while at < end:
            hours[at] = 0
            at += timedelta(hours=1)
        for item in self.community.timeline(*narrowest(values.get("query", ""))).newest_first(end):
            if item.created_at < start:
                break
            if _visible(item) and match(item):
                hours[item.created_at.replace(minute=0, second=0, microsecond=0)] += 1
        data = [
            {
                "end": stamp(min(hour + timedelta(hours=1), end)),
                "start": stamp(max(hour, start)),
                "tweet_count": count,
            }
            for hour, count in hours.items()
        ]
        return answer({"data": data, "meta": {"total_tweet_count": sum(hours.values())}})

    def _page(
        self, newest_first: Iterable[Item], values: dict[str, str], *, least: int, oldest: datetime | None = None
    ) -> Response:
        most = whole(values.get("max_results"), 10, 10_000)
        if not least <= most <= 100:
            detail = f"The `max_results` query parameter value [{most}] is not between {least} and 100"
            raise _invalid("max_results", str(most), detail)
        wanted = _within(newest_first, values, oldest)
        page = list(islice(wanted, most))
        meta: dict[str, Any] = {"result_count": len(page)}
        if page:
            meta = {"newest_id": page[0].native, "oldest_id": page[-1].native, "result_count": len(page)}
            if next(wanted, None) is not None:
                meta["next_token"] = _token(page[-1].order)
        body: dict[str, Any] = {"data": [post_of(self.community, item, values) for item in page]} if page else {}
        return answer(body | expanded(self.community, page, values) | {"meta": meta})

    async def posts_by_id(self, request: Request, values: dict[str, str]) -> Response:
        wanted = values.get("ids", "").split(",")
        if len(wanted) > 100:
            raise _invalid(
                "ids", values["ids"], "The number of values in the `ids` query parameter list is not between 1 and 100"
            )
        found = {native: found_post(self.community, native) for native in wanted}
        page = [item for item in found.values() if item]
        absent = [missing("tweet", "ids", native) for native, item in found.items() if not item]
        return partial(
            [post_of(self.community, item, values) for item in page], absent, expanded(self.community, page, values)
        )

    async def post_by_id(self, request: Request, values: dict[str, str]) -> Response:
        item = found_post(self.community, request.path_params["id"])
        if item is None:
            return answer({"errors": [missing("tweet", "id", request.path_params["id"])]})
        return answer({"data": post_of(self.community, item, values)} | expanded(self.community, [item], values))

    async def create(self, request: Request, values: dict[str, str]) -> Response:
        body = await _json(request)
        text = str(body.get("text", ""))
        answered_id = (body.get("reply") or {}).get("in_reply_to_tweet_id")
        if not text.strip():
            raise _invalid("text", text, "The `text` field is required")
        if len(text) > POST_CEILING_CHARACTERS:
            raise Refused(403, "Forbidden", "Your Tweet text is too long.", "about:blank")
        if answered_id is None:
            made = self._own_post(text)
        else:
            target = found_post(self.community, str(answered_id))
            if target is None:
                detail = "You attempted to reply to a Tweet that is deleted or not visible to you."
                raise Refused(403, "Forbidden", detail, "about:blank")
            made = self.community.reply(target, text, self.community.account("x"))
        data = {"edit_history_tweet_ids": [made.native], "id": made.native, "text": made.text}
        return answer({"data": data}, 201, {"location": f"https://api.twitter.com/2/tweets/{made.native}"})

    def _own_post(self, text: str) -> Item:
        at, account = self.community.now(), self.community.account("x")
        native = self.community.ids.x("", at)
        made = self.community.add(
            platform="x", native=native, source=account, kind="comment", thread=native, parent=None, title=None,
            author=account, text=text, created_at=at, score=0,
        )  # fmt: skip
        self.community.record("x", "post", native, text, native)
        return made

    async def delete(self, request: Request, values: dict[str, str]) -> Response:
        item = found_post(self.community, request.path_params["id"])
        if item is not None and item.author != self.community.account("x"):
            raise Refused(403, "Forbidden", "You are not authorized to delete this Tweet.", "about:blank")
        if item is not None:
            item.deleted = True
            self.community.record("x", "delete", item.native)
        return answer({"data": {"deleted": item is not None}})

    async def hide(self, request: Request, values: dict[str, str]) -> Response:
        item = found_post(self.community, request.path_params["id"])
        if item is None:
            raise Refused(404, "Not Found Error", "Could not find tweet.", PROBLEM + "resource-not-found")
        hidden = (await _json(request)).get("hidden")
        if not isinstance(hidden, bool):
            raise _invalid("hidden", str(hidden), "The `hidden` field is required")
        self.community.moderate(item, "hide" if hidden else "unhide", "hidden" if hidden else "published")
        return answer({"data": {"hidden": hidden}})

    def _known_name(self, name: str) -> str | None:
        """The account's name as it is written, whatever the case it is asked in."""
        wanted = name.lower().removeprefix("@")
        own = [source for source in self.community.sources["x"] if source.lower() == wanted]
        if own or wanted == self.community.account("x").lower():
            return own[0] if own else self.community.account("x")
        newest = self.community.timeline("x", "author", wanted).newest_first(self.community.now())
        item = next(newest, None)
        return item.author if item else None

    def _name_of(self, account_id: str) -> str | None:
        return self.community.x_names.get(account_id)


def _authorise(request: Request, *, as_user: bool) -> None:
    given = request.headers.get("authorization", "")
    if given.startswith("OAuth "):
        signed = f'oauth_consumer_key="{CREDENTIALS["CONSUMER_KEY"]}"', f'oauth_token="{CREDENTIALS["ACCESS_TOKEN"]}"'
        if all(part in given for part in signed):
            return
    elif given == f"Bearer {CREDENTIALS['BEARER_TOKEN']}":
        if not as_user:
            return
        detail = (
            "Authenticating with OAuth 2.0 Application-Only is forbidden for this endpoint.  Supported authentication "
            "types are [OAuth 1.0a User Context, OAuth 2.0 User Context]."
        )
        raise Refused(403, "Unsupported Authentication", detail, PROBLEM + "unsupported-authentication")
    raise Refused(401, "Unauthorized", "Unauthorized", "about:blank")


def _visible(item: Item) -> bool:
    return not item.deleted


def _within(newest_first: Iterable[Item], values: dict[str, str], oldest: datetime | None) -> Any:
    """Items between since_id or start_time and until_id or end_time, read no further back than needed."""
    since = int(values.get("since_id") or 0)
    until = int(values.get("until_id") or 0)
    start = _instant(values["start_time"]) if values.get("start_time") else oldest
    end = _instant(values["end_time"]) if values.get("end_time") else None
    for item in newest_first:
        number = int(item.native)
        if number <= since or (start and item.created_at < start):
            return
        if (not until or number < until) and (not end or item.created_at < end) and _visible(item):
            yield item


def _invalid(parameter: str, value: str, message: str) -> Refused:
    errors = [{"parameters": {parameter: [value]}, "message": message}]
    detail = "One or more parameters to your request was invalid."
    return Refused(400, "Invalid Request", detail, PROBLEM + "invalid-request", errors)


async def _json(request: Request) -> dict[str, Any]:
    try:
        body = json.loads(await request.body())
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise _invalid("body", "", "Requests with bodies must have content-type of application/json.")
    return body


def _instant(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise _invalid("start_time", text, f"The time [{text}] is not RFC3339") from None


def _token(order: Order) -> str:
    return base64.b32encode(f"{order[0].isoformat()}|{order[1]}".encode()).decode().rstrip("=").lower()


def _order(token: str | None) -> Order | None:
    if not token:
        return None
    try:
        padded = token.upper() + "=" * (-len(token) % 8)
        at, serial = base64.b32decode(padded).decode().split("|")
        return datetime.fromisoformat(at), int(serial)
    except ValueError:
        raise _invalid("next_token", token, "The `next_token` is not valid") from None
