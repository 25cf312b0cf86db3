"""YouTube's stand-in: reading with a key, writing as the channel's owner, and a quota in units that runs out.

Costs and refusals follow the Data API's documentation: 1 unit a read, 50 a write, reset at midnight in California.
"""

import base64
import json
from collections.abc import Awaitable, Callable, Iterable, Iterator
from datetime import date, datetime
from functools import partial
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from deployments.sandbox import ids
from deployments.sandbox.answers import answer, fields, whole
from deployments.sandbox.state import Community, Item, Order, Timeline
from deployments.sandbox.youtube_resources import (
    channel,
    comment,
    comment_thread,
    etag,
    playlist_item,
    published_replies,
    uploads_of,
    video,
)

CREDENTIALS = {
    "API_KEY": "sandbox-key",
    "CLIENT_ID": "sandbox-client.apps.googleusercontent.com",
    "CLIENT_SECRET": "sandbox-secret",
    "REFRESH_TOKEN": "sandbox-refresh-token",
}
OWNER_TOKEN = "sandbox-owner-token"  # noqa: S105  worth nothing anywhere else
MODERATION = {"heldForReview": "hold", "published": "approve", "rejected": "remove"}
READ_UNITS, WRITE_UNITS, QUOTA_UNITS = 1, 50, 10_000
PACIFIC = ZoneInfo("America/Los_Angeles")
STATUS_NAMES = {400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED", 404: "NOT_FOUND"}

Handler = Callable[[Request, dict[str, str]], Awaitable[Response]]


class Refused(Exception):
    """An error in Google's form."""

    def __init__(self, status: int, reason: str, message: str, domain: str = "youtube.commentThread") -> None:
        super().__init__(message)
        self.status, self.reason, self.message, self.domain = status, reason, message, domain

    def response(self) -> Response:
        error = {
            "code": self.status,
            "message": self.message,
            "errors": [{"message": self.message, "domain": self.domain, "reason": self.reason}],
        }
        if self.status in STATUS_NAMES:
            error["status"] = STATUS_NAMES[self.status]
        return answer({"error": error}, self.status)


class YouTube:
    """The state that is YouTube's alone: the units used today, and videos whose comments are off."""

    def __init__(self, community: Community, quota_units: int = QUOTA_UNITS) -> None:
        self.community = community
        self.quota_units = quota_units
        self.used_units = 0
        self.comments_disabled: set[str] = set()
        self._day: date | None = None

    def routes(self) -> list[Route]:
        reads: dict[str, Handler] = {
            "commentThreads": self.list_threads,
            "comments": self.list_comments,
            "videos": self.list_videos,
            "channels": self.list_channels,
            "playlistItems": self.list_playlist_items,
        }
        writes: list[tuple[str, str, Handler]] = [
            ("POST", "commentThreads", self.insert_thread),
            ("POST", "comments", self.insert_comment),
            ("PUT", "comments", self.update_comment),
            ("DELETE", "comments", self.delete_comment),
            ("POST", "comments/setModerationStatus", self.moderate),
        ]
        found = [Route("/token", self.token, methods=["POST"])]
        for path, act in reads.items():
            found.append(Route(f"/youtube/v3/{path}", self._metered(act, READ_UNITS), methods=["GET"]))
        for method, path, act in writes:
            found.append(Route(f"/youtube/v3/{path}", self._metered(act, WRITE_UNITS), methods=[method]))
        return found

    def _metered(self, act: Handler, units: int) -> Callable[[Request], Awaitable[Response]]:
        """`act` for a request with credentials, within the quota; refusals cost too."""

        async def endpoint(request: Request) -> Response:
            try:
                values = await fields(request)
                self._authorise(request, values, writes=units > READ_UNITS)
                self._spend(units)
                response = await act(request, values)
            except Refused as refusal:
                return refusal.response()
            return _unless_known(request, response)

        return endpoint

    def _authorise(self, request: Request, values: dict[str, str], *, writes: bool) -> None:
        owner, key = is_owner(request), values.get("key")
        if not owner and request.headers.get("authorization"):
            raise Refused(401, "authError", "Invalid Credentials", "global")
        if not owner and key is None:
            raise Refused(403, "forbidden", "Method doesn't allow unregistered callers.", "global")
        if not owner and key != CREDENTIALS["API_KEY"]:
            raise Refused(400, "badRequest", "API key not valid. Please pass a valid API key.", "global")
        if writes and not owner:
            message = "API keys are not supported by this API. Expected OAuth2 access token."
            raise Refused(401, "required", message, "global")

    def _spend(self, units: int) -> None:
        today = self.community.now().astimezone(PACIFIC).date()
        if today != self._day:
            self._day, self.used_units = today, 0
        if self.used_units + units > self.quota_units:
            message = "The request cannot be completed because you have exceeded your quota."
            raise Refused(403, "quotaExceeded", message, "youtube.quota")
        self.used_units += units

    async def token(self, request: Request) -> Response:
        values = await fields(request)
        if values.get("client_id") != CREDENTIALS["CLIENT_ID"]:
            return answer({"error": "invalid_client", "error_description": "The OAuth client was not found."}, 401)
        if values.get("refresh_token") != CREDENTIALS["REFRESH_TOKEN"]:
            return answer({"error": "invalid_grant", "error_description": "Bad Request"}, 400)
        scope = self.community.scopes["youtube"]
        return answer({"access_token": OWNER_TOKEN, "expires_in": 3599, "scope": scope, "token_type": "Bearer"})

    async def list_threads(self, request: Request, values: dict[str, str]) -> Response:
        status = values.get("moderationStatus", "published")
        if status != "published" and not is_owner(request):
            raise Refused(403, "forbidden", "The moderationStatus parameter needs the channel owner's authorization.")
        make = partial(
            comment_thread, self.community, plain=values.get("textFormat") == "plainText", parts=_parts(values)
        )
        if "id" in values:
            wanted = (self._comment(native) for native in values["id"].split(","))
            return listed("commentThreadListResponse", [make(item) for item in wanted if item is not None])
        line, key = self._threads_of(values)
        if status != "published":  # rare, so found among what was moderated and not among all
            line = self.community.timeline("youtube", "moderated", self.community.account("youtube").lower())
        newest = line.newest_first(self.community.now(), _order(values.get("pageToken")))
        shown = (item for item in newest if item.status == status and not item.deleted and _is_top_of(item, key))
        if terms := values.get("searchTerms", "").lower():
            shown = (item for item in shown if terms in item.text.lower())
        return _page("commentThreadListResponse", shown, values, make, default=20)

    def _threads_of(self, values: dict[str, str]) -> tuple[Timeline, str]:
        """Top-level comments of a video or channel, and its id."""
        if "videoId" in values:
            native = values["videoId"]
            found = self.community.find("youtube", native)
            if found is None or found.kind != "video" or found.deleted:
                message = "The video identified by the <code>videoId</code> parameter could not be found."
                raise Refused(404, "videoNotFound", message)
            if native in self.comments_disabled:
                message = "The video identified by the <code>videoId</code> parameter has disabled comments."
                raise Refused(403, "commentsDisabled", message)
            return self.community.timeline("youtube", "children", native), native
        if "allThreadsRelatedToChannelId" in values:
            channel_id = self._channel(values["allThreadsRelatedToChannelId"])
            return self.community.timeline("youtube", "top-level", channel_id.lower()), channel_id
        raise Refused(
            400, "missingRequiredParameter", "No filter selected. Expected one of: id, videoId", "youtube.parameter"
        )

    def _channel(self, name: str) -> str:
        channel_id = ids.youtube_channel(name)
        if channel_id not in self.community.sources["youtube"]:
            raise Refused(404, "channelNotFound", "The channel could not be found.")
        return channel_id

    async def list_comments(self, request: Request, values: dict[str, str]) -> Response:
        make = partial(comment, plain=values.get("textFormat") == "plainText", parts=_parts(values))
        if "id" in values:
            wanted = (self._comment(native) for native in values["id"].split(",")[:50])
            return listed("commentListResponse", [make(item) for item in wanted if item is not None])
        parent = self._comment(values.get("parentId", ""))
        if parent is None:
            raise Refused(404, "commentNotFound", "The specified comment could not be found.", "youtube.comment")
        replies = published_replies(self.community, parent, _order(values.get("pageToken")))
        return _page("commentListResponse", replies, values, make, default=20)

    async def list_videos(self, request: Request, values: dict[str, str]) -> Response:
        wanted = (self.community.find("youtube", native) for native in values.get("id", "").split(",")[:50])
        found = [video(self.community, item, _parts(values)) for item in wanted if item and item.kind == "video"]
        return listed("videoListResponse", found)

    async def list_channels(self, request: Request, values: dict[str, str]) -> Response:
        names = [ids.youtube_channel(name) for name in values.get("id", "").split(",") if name]
        if values.get("mine") == "true":
            if not is_owner(request):
                raise Refused(
                    401, "authorizationRequired", "The request uses the mine parameter but is not authorized."
                )
            names = [self.community.account("youtube")]
        if handle := values.get("forHandle", values.get("forUsername", "")).removeprefix("@"):
            names = [ids.youtube_channel(handle), ids.youtube_channel(f"@{handle}")]
        known = [name for name in names if name in self.community.sources["youtube"]]
        made = [channel(self.community, name, _parts(values)) for name in known]
        return listed("channelListResponse", made)

    async def list_playlist_items(self, request: Request, values: dict[str, str]) -> Response:
        wanted = values.get("playlistId", "")
        source = next((name for name in self.community.sources["youtube"] if uploads_of(name) == wanted), None)
        if source is None:
            message = "The playlist identified with the request's <code>playlistId</code> parameter cannot be found."
            raise Refused(404, "playlistNotFound", message, "youtube.playlistItem")
        line = self.community.timeline("youtube", "video", source.lower())
        now = self.community.now()
        newest = line.newest_first(now, _order(values.get("pageToken")))
        total = line.count(now)

        def make(item: Item) -> dict[str, Any]:
            return playlist_item(item, total - 1 - line.position(item.order), _parts(values))

        return _page("playlistItemListResponse", newest, values, make, default=5)

    async def insert_comment(self, request: Request, values: dict[str, str]) -> Response:
        snippet = await _snippet(request)
        text = _text(snippet)
        parent = self._comment(str(snippet.get("parentId", "")))
        if parent is None:
            message = "The specified parent comment could not be found."
            raise Refused(404, "parentCommentNotFound", message, "youtube.comment")
        if parent.parent != parent.thread:
            message = "The API user cannot insert a comment in reply to the comment identified by parentId."
            raise Refused(400, "operationNotSupported", message, "youtube.comment")
        made = self.community.reply(parent, text, self.community.account("youtube"), top=parent.native)
        return answer(comment(made, plain=False, parts=_parts(values)))

    async def insert_thread(self, request: Request, values: dict[str, str]) -> Response:
        snippet = await _snippet(request)
        text = _text(snippet.get("topLevelComment", {}).get("snippet", {}))
        target = self.community.find("youtube", str(snippet.get("videoId", "")))
        if target is None or target.kind != "video":
            raise Refused(404, "videoNotFound", "The video could not be found.")
        made = self.community.reply(target, text, self.community.account("youtube"))
        return answer(comment_thread(self.community, made, plain=False, parts=_parts(values)))

    async def update_comment(self, request: Request, values: dict[str, str]) -> Response:
        body = await _body(request)
        item = self._comment(str(body.get("id", "")))
        if item is None:
            raise Refused(404, "commentNotFound", "The specified comment could not be found.", "youtube.comment")
        if item.author != self.community.account("youtube"):
            raise Refused(403, "forbidden", "The comment cannot be updated.", "youtube.comment")
        item.text, item.edited_at = _text(body.get("snippet", {})), self.community.now()
        self.community.record("youtube", "edit", item.native, item.text)
        return answer(comment(item, plain=False, parts=_parts(values)))

    async def moderate(self, request: Request, values: dict[str, str]) -> Response:
        status = values.get("moderationStatus", "")
        if status not in MODERATION:
            raise Refused(400, "invalidValue", f"Invalid value: {status}", "youtube.parameter")
        found = [self._comment(native) for native in values.get("id", "").split(",")]
        if not all(found):
            raise Refused(404, "commentNotFound", "One or more of the comments cannot be found.", "youtube.comment")
        for item in filter(None, found):
            self.community.moderate(item, MODERATION[status], status)
        return Response(status_code=204)

    async def delete_comment(self, request: Request, values: dict[str, str]) -> Response:
        item = self._comment(values.get("id", ""))
        if item is None:
            raise Refused(404, "commentNotFound", "The specified comment could not be found.", "youtube.comment")
        item.deleted = True
        self.community.record("youtube", "delete", item.native)
        return Response(status_code=204)

    def _comment(self, native: str) -> Item | None:
        item = self.community.find("youtube", native)
        return item if item is not None and item.kind == "comment" and not item.deleted else None


def _is_top_of(item: Item, key: str) -> bool:
    return item.parent == item.thread and key in (item.thread, item.source)


def is_owner(request: Request) -> bool:
    return request.headers.get("authorization") == f"Bearer {OWNER_TOKEN}"


def listed(kind: str, items: list[dict[str, Any]], next_token: str | None = None, most: int | None = None) -> Response:
    body: dict[str, Any] = {"kind": f"youtube#{kind}", "etag": etag([item["etag"] for item in items])}
    if next_token:
        body["nextPageToken"] = next_token
    body["pageInfo"] = {"totalResults": len(items), "resultsPerPage": most or len(items)}
    return answer(body | {"items": items}, headers={"ETag": body["etag"]})


def _page(
    kind: str, items: Iterable[Item], values: dict[str, str], make: Callable[[Item], dict[str, Any]], *, default: int
) -> Response:
    most = whole(values.get("maxResults"), default, 50 if kind.startswith("playlist") else 100)
    rest = iter(items)
    page = list(islice(rest, most))
    token = _token(page[-1].order) if page and _more(rest) else None
    return listed(kind, [make(item) for item in page], token, most)


def _more(rest: Iterator[Item]) -> bool:
    return next(rest, None) is not None


def _token(order: Order) -> str:
    text = f"{order[0].isoformat()}|{order[1]}"
    return base64.urlsafe_b64encode(text.encode()).decode()


def _order(token: str | None) -> Order | None:
    if token is None:
        return None
    try:
        at, serial = base64.urlsafe_b64decode(token).decode().split("|")
        return datetime.fromisoformat(at), int(serial)
    except ValueError:
        raise Refused(
            400, "invalidPageToken", "The request specifies an invalid page token.", "youtube.parameter"
        ) from None


def _parts(values: dict[str, str]) -> set[str]:
    if not values.get("part"):
        raise Refused(400, "missingRequiredParameter", "Required parameter: part", "global")
    return {part.strip() for part in values["part"].split(",")}


async def _body(request: Request) -> dict[str, Any]:
    try:
        body = json.loads(await request.body())
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise Refused(400, "parseError", "Parse Error", "global")
    return body


async def _snippet(request: Request) -> dict[str, Any]:
    snippet: dict[str, Any] = (await _body(request)).get("snippet", {})
    return snippet


def _text(snippet: dict[str, Any]) -> str:
    text = str(snippet.get("textOriginal", ""))
    if not text.strip():
        raise Refused(400, "commentTextRequired", "The comment resource must specify textOriginal.", "youtube.comment")
    if len(text) > 10_000:
        raise Refused(400, "commentTextTooLong", "The comment's text is too long.", "youtube.comment")
    return text


def _unless_known(request: Request, response: Response) -> Response:
    """304 without a body when the client already has this answer."""
    known = response.headers.get("etag")
    if known and request.headers.get("if-none-match", "").strip('"') == known:
        return Response(status_code=304, headers={"ETag": known})
    return response
