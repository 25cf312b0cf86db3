"""YouTube through google-api-python-client: comment threads and their replies, replying and moderation.

Each call costs units of a daily quota; they are counted, and what a pull leaves for the next one is told.
"""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from http import HTTPStatus
from typing import Any
from zoneinfo import ZoneInfo

import httplib2
import requests
from google.auth.exceptions import GoogleAuthError, RefreshError, TransportError
from google.auth.transport.requests import AuthorizedSession
from google.oauth2.credentials import Credentials
from googleapiclient.discovery import build
from googleapiclient.errors import Error, HttpError

from connectors.contract import ConnectorError, Gone, RateLimited, Rejected, Unauthorized, Unavailable
from connectors.paging import OVERLAP, Batch, Item, Row, instant, pages, read
from connectors.rows.youtube import incomplete, permalink_of, row_of_reply, rows_of_thread, video_of
from domain.records import Action, ActionKind, Limit, Page, Platform, Receipt, Source, SourceKind, Watermark
from domain.settings import YouTubeCredentials

SCOPE = "https://www.googleapis.com/auth/youtube.force-ssl"
GOOGLE_TOKEN_URL = "https://oauth2.googleapis.com/token"  # noqa: S105  an address, not a secret
TIMEOUT_SECONDS = 30
ITEMS_A_REQUEST = 100
IDS_A_REQUEST = 50
QUOTA_UNITS_A_DAY = 10_000
READ_UNITS = 1
WRITE_UNITS = 50
QUOTA_ZONE = ZoneInfo("America/Los_Angeles")
# Threads are listed by their first comment, so that only looking again shows replies to older ones, and comments that
# the channel approved late.
RESCAN = timedelta(days=7)
RESCAN_THREADS_A_PULL = 100

MODERATION = {ActionKind.REMOVE: "rejected", ActionKind.APPROVE: "published", ActionKind.HOLD: "heldForReview"}
QUOTA_REASONS = {"quotaExceeded", "dailyLimitExceeded"}
RATE_REASONS = {"rateLimitExceeded", "userRateLimitExceeded", "RATE_LIMIT_EXCEEDED"}
CREDENTIAL_REASONS = {"keyInvalid", "keyExpired", "accessNotConfigured", "authError", "required", "API_KEY_INVALID"}
REFUSAL_REASONS = {"commentsDisabled", "ineligibleAccount", "commentTextTooLong", "commentTextRequired", "banWithoutReject"}  # fmt: skip

for name in ("googleapiclient.discovery", "urllib3.connectionpool"):
    logging.getLogger(name).setLevel(logging.INFO)  # at DEBUG they write addresses, and the key is in them


def connect() -> "YouTubeConnector":
    """The connector with the credentials of the environment. Raises Unauthorized naming the missing variables."""
    given = YouTubeCredentials()
    key = given.api_key.get_secret_value()
    oauth = {
        "client_id": given.client_id,
        "client_secret": given.client_secret.get_secret_value(),
        "refresh_token": given.refresh_token.get_secret_value(),
    }
    writes = any(oauth.values())
    needed = oauth if writes else {"api_key": key}
    missing = [f"VIGIE_YOUTUBE_{name.upper()}" for name, value in needed.items() if not value]
    if missing:
        raise Unauthorized(f"YouTube needs {', '.join(missing)}: make them in the Google Cloud console")
    url = given.url.rstrip("/")
    writer = _service(AuthorizedSession(_credentials(oauth, url)), url) if writes else None
    reader = _service(requests.Session(), url, key) if key else writer
    return YouTubeConnector(reader, writer)


def _credentials(oauth: dict[str, str], url: str) -> Credentials:
    token_url = f"{url}/token" if url else GOOGLE_TOKEN_URL
    return Credentials(token=None, token_uri=token_url, scopes=[SCOPE], **oauth)


def _service(session: requests.Session, url: str, key: str | None = None) -> Any:
    return build(
        "youtube",
        "v3",
        http=OnceTransport(session),
        developerKey=key,
        client_options={"api_endpoint": url} if url else None,
        static_discovery=True,
        cache_discovery=False,
    )


@dataclass(frozen=True)
class OnceTransport:
    """What googleapiclient asks of a transport, on requests: httplib2's own sends a request again when a connection
    breaks, and so could post a reply twice."""

    session: requests.Session

    def request(
        self, uri: str, method: str = "GET", body: Any = None, headers: Any = None, **_: Any
    ) -> tuple[httplib2.Response, bytes]:
        got = self.session.request(
            method, uri, data=body, headers=headers, timeout=TIMEOUT_SECONDS, allow_redirects=False
        )
        answer = httplib2.Response({name.lower(): value for name, value in got.headers.items()})
        answer.status = got.status_code
        answer.reason = got.reason
        return answer, got.content

    def close(self) -> None:
        self.session.close()


@dataclass(frozen=True)
class YouTubeConnector:
    """YouTube: reader and writer are services of the client library; spent_units: units by day of the quota."""

    reader: Any
    writer: Any
    platform: Platform = Platform.YOUTUBE
    spent_units: dict[date, int] = field(default_factory=dict)

    def identity(self) -> str:
        """`youtube:CHANNEL` of the account, or "" without one."""
        return self._identity if self.writer else ""

    @cached_property
    def _identity(self) -> str:
        channels = _items(self._ask(self.writer.channels().list(part="id", mine=True), READ_UNITS))
        if not channels:
            raise Unauthorized("the Google account has no YouTube channel: create one, or use another account")
        return f"youtube:{channels[0]['id']}"

    def pull(self, source: Source, since: Watermark | None) -> Iterator[Page]:
        """Threads with their replies, newest thread first, down to a week before the watermark; see the contract.

        Threads of more than the inlined replies cost a unit each. Among those begun before the watermark, the newest
        RESCAN_THREADS_A_PULL are read and the others are told in `Page.gap`.
        """
        if source.kind is SourceKind.VIDEO:
            where = {"videoId": source.name}
        elif source.kind is SourceKind.CHANNEL:
            where = {"allThreadsRelatedToChannelId": source.name}
        else:
            raise Rejected(f"YouTube has no source of the kind {source.kind}: watch a channel or a video")
        return pages(self._threads(source, where, since), since)

    def refresh(self, source: Source, native_ids: Sequence[str]) -> Iterator[Page]:
        """The present state of comments with the whole of their threads, and in `Page.gone` those that are not there."""
        return pages(self._refreshed(source, native_ids), None)

    def act(self, action: Action) -> Receipt:
        """Reply, remove (`rejected`), approve (`published`), hold (`heldForReview`), or delete our own comment."""
        if self.writer is None:
            raise Unauthorized(
                "YouTube writes need VIGIE_YOUTUBE_CLIENT_ID, VIGIE_YOUTUBE_CLIENT_SECRET and "
                f"VIGIE_YOUTUBE_REFRESH_TOKEN with the scope {SCOPE}"
            )
        if action.kind is ActionKind.REPLY:
            return self._reply(action)
        target, comments = action.target_native_id, self.writer.comments()
        if action.kind is ActionKind.DELETE:
            request = comments.delete(id=target)
        elif action.kind in MODERATION:
            request = comments.setModerationStatus(id=target, moderationStatus=MODERATION[action.kind])
        else:
            raise Rejected(f"YouTube cannot {action.kind} a comment: hold it for review, or do it in YouTube Studio")
        self._ask(request, WRITE_UNITS)
        return Receipt(target, None, datetime.now(UTC))

    def limits(self) -> list[Limit]:
        """What this connector left of the day's quota; other users of the same Google project are not seen."""
        resets_at = _next_quota_day()
        remaining = max(QUOTA_UNITS_A_DAY - self.spent_units.get(_quota_day(), 0), 0)
        return [Limit("youtube quota", float(remaining), float(QUOTA_UNITS_A_DAY), "units", resets_at)]

    def _threads(self, source: Source, where: dict[str, str], since: Watermark | None) -> Iterator[Batch]:
        titles: dict[str, str | None] = {}
        rescanned = postponed = 0
        token: str | None = None
        while True:
            answer = self._list_threads(where, token)
            threads = _items(answer)
            self._learn_titles(threads, titles)
            rows, unreadable = read(threads, lambda thread: rows_of_thread(thread, source, titles))
            yield Batch(rows, unreadable)
            for top in incomplete(rows):
                if since and top["created_at"] < since.at - OVERLAP:
                    if rescanned >= RESCAN_THREADS_A_PULL:
                        postponed += 1
                        continue
                    rescanned += 1
                yield from self._replies(top, source)
            following = answer.get("nextPageToken")
            if not following or following == token or _looked_back_enough(rows, since):
                break
            token = following
        gap = f"{postponed} threads begun earlier were not read again for new replies, to spare quota"
        yield Batch([], last=True, gap=gap if postponed else None)

    def _refreshed(self, source: Source, native_ids: Sequence[str]) -> Iterator[Batch]:
        wanted: dict[str, list[str]] = {}
        for native in native_ids:
            wanted.setdefault(native.split(".")[0], []).append(native)
        titles: dict[str, str | None] = {}
        for tops in _fifties(list(wanted)):
            threads = _items(self._list_threads({"id": ",".join(tops)}, None))
            self._learn_titles(threads, titles)
            rows, unreadable = read(threads, lambda thread: rows_of_thread(thread, source, titles))
            found = {row["native_id"] for row in rows}
            yield Batch(rows, unreadable)
            for top in incomplete(rows):
                for batch in self._replies(top, source):
                    found |= {row["native_id"] for row in batch.rows}
                    yield batch
            missing = sorted({native for top in tops for native in wanted[top]} - found)
            yield Batch([], gone=tuple(f"youtube:{native}" for native in missing))

    def _list_threads(self, where: dict[str, str], token: str | None) -> Any:
        listing = {} if "id" in where else {"order": "time", "maxResults": ITEMS_A_REQUEST, "pageToken": token}
        call = self.reader.commentThreads().list(part="snippet,replies", textFormat="html", **where, **listing)
        return self._ask(call, READ_UNITS)

    def _replies(self, top: Row, source: Source) -> Iterator[Batch]:
        """Every reply to a top-level comment; nothing when it was deleted in the meantime."""
        token: str | None = None
        while True:
            call = self.reader.comments().list(
                part="snippet",
                parentId=top["native_id"],
                maxResults=ITEMS_A_REQUEST,
                textFormat="html",
                pageToken=token,
            )
            try:
                answer = self._ask(call, READ_UNITS)
            except Gone:
                return
            rows, unreadable = read(_items(answer), lambda reply: [row_of_reply(reply, top, source)])
            yield Batch(rows, unreadable)
            following = answer.get("nextPageToken")
            if not following or following == token:
                return
            token = following

    def _learn_titles(self, threads: Sequence[Item], titles: dict[str, str | None]) -> None:
        found = {video for thread in threads if (video := video_of(thread))}
        unknown = sorted(found - titles.keys())
        for ids in _fifties(unknown):
            titles.update(dict.fromkeys(ids))
            call = self.reader.videos().list(part="snippet", id=",".join(ids), maxResults=IDS_A_REQUEST)
            for video in _items(self._ask(call, READ_UNITS)):
                if isinstance(video, dict) and isinstance(video.get("snippet"), dict):
                    titles[str(video.get("id"))] = video["snippet"].get("title")

    def _reply(self, action: Action) -> Receipt:
        if not action.text:
            raise Rejected("a reply needs a text")
        # YouTube has two levels: who answers a reply answers its top-level comment.
        parent = action.raw.get("parentId") or action.target_native_id.split(".")[0]
        body = {"snippet": {"parentId": parent, "textOriginal": action.text}}
        made = self._ask(self.writer.comments().insert(part="snippet", body=body), WRITE_UNITS)
        try:
            video = made["snippet"].get("videoId") or action.raw.get("videoId")
            return Receipt(made["id"], permalink_of(video, made["id"]), instant(made["snippet"]["publishedAt"]))
        except (KeyError, TypeError, ValueError, AttributeError):
            problem = Unavailable("YouTube's answer does not tell the reply: look at the thread before a retry")
        raise problem

    def _ask(self, request: Any, units: int) -> Any:
        """The JSON object that a request of the client library answers; "" when YouTube says no more than yes.

        Raises the typed errors and nothing else. Invalid calls cost units too.
        """
        day = _quota_day()
        self.spent_units[day] = self.spent_units.get(day, 0) + units
        try:
            answer = request.execute()
            if answer not in (None, "") and not isinstance(answer, dict):
                raise ValueError("not an object")
        except (Error, GoogleAuthError, requests.RequestException, ValueError, TypeError, OSError) as error:
            problem = _typed(error)
        else:
            return answer
        raise problem


def _fifties(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    return (ids[start : start + IDS_A_REQUEST] for start in range(0, len(ids), IDS_A_REQUEST))


def _items(answer: Any) -> list[Any]:
    items = answer.get("items", []) if isinstance(answer, dict) else None
    if not isinstance(items, list):
        raise Unavailable("YouTube answered with something that is not a list")
    return items


def _looked_back_enough(rows: Sequence[Row], since: Watermark | None) -> bool:
    begun = [row["created_at"] for row in rows if row["parent_id"] is None]
    return bool(begun) and since is not None and begun[-1] < since.at - RESCAN


def _quota_day() -> date:
    return datetime.now(QUOTA_ZONE).date()


def _next_quota_day() -> datetime:
    tomorrow = _quota_day() + timedelta(days=1)
    return datetime(tomorrow.year, tomorrow.month, tomorrow.day, tzinfo=QUOTA_ZONE).astimezone(UTC)


def _typed(error: Exception) -> ConnectorError:
    """The typed error of one from the Google libraries or requests. Messages leave addresses out: they hold the key."""
    problem: ConnectorError = Unavailable(f"YouTube's answer made no sense: {type(error).__name__}")
    if isinstance(error, HttpError):
        problem = _by_reason(error)
    elif isinstance(error, TransportError | requests.RequestException | OSError):
        problem = Unavailable(f"YouTube could not be reached: {type(error).__name__}")
    elif isinstance(error, RefreshError):
        problem = Unauthorized("Google refused VIGIE_YOUTUBE_REFRESH_TOKEN: it expired or was revoked; make a new one")
    elif isinstance(error, GoogleAuthError):
        problem = Unauthorized(f"Google refused to sign in ({type(error).__name__}): check VIGIE_YOUTUBE_CLIENT_ID")
    return problem


def _by_reason(error: HttpError) -> ConnectorError:
    status, reason = error.resp.status, _reason(error)
    said = f"{reason or HTTPStatus(status).phrase}, status {status}"
    if reason in QUOTA_REASONS:
        seconds = (_next_quota_day() - datetime.now(UTC)).total_seconds()
        return RateLimited("YouTube's quota of the day is used up: it is renewed at midnight, Pacific time", seconds)
    if reason in RATE_REASONS or status == 429:
        return RateLimited(f"YouTube wants fewer calls ({said})", _pause(error))
    if status in (404, 410) or (reason or "").endswith("NotFound"):
        return Gone(f"YouTube does not have this ({said}): it was deleted, is private or never existed")
    if status >= 500 or status == 408:
        return Unavailable(f"YouTube is not well ({said})")
    if reason in CREDENTIAL_REASONS or (status in (401, 403) and reason not in REFUSAL_REASONS):
        return Unauthorized(
            f"YouTube refused the credentials ({said}): check VIGIE_YOUTUBE_API_KEY, and that "
            f"VIGIE_YOUTUBE_REFRESH_TOKEN has the scope {SCOPE} and the channel's owner"
        )
    return Rejected(f"YouTube refused ({said})")


def _reason(error: HttpError) -> str | None:
    """The machine-readable reason, where the answer has the documented shape."""
    details = error.error_details
    if isinstance(details, list):
        return next((str(one["reason"]) for one in details if isinstance(one, dict) and "reason" in one), None)
    return None


def _pause(error: HttpError) -> float | None:
    try:
        return float(error.resp["retry-after"])
    except (KeyError, ValueError):
        return None
