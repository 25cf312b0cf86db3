"""YouTube through google-api-python-client: comment threads and their replies, replying and moderation.

Each call costs units of a daily quota; they are counted, and what a pull leaves for the next one is told.
"""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import httplib2
import requests
from google.auth.exceptions import GoogleAuthError
from google.auth.transport.requests import AuthorizedSession
from google.oauth2.credentials import Credentials
from googleapiclient.discovery import build
from googleapiclient.errors import Error

from connectors.contract import Rejected, Unauthorized
from connectors.errors.common import may_not_write
from connectors.errors.youtube import ACCOUNT, SCOPE, UNREACHED, typed
from connectors.memory import Memory
from connectors.paging import pages
from connectors.youtube_acting import YouTubeActing
from connectors.youtube_quota import READ_UNITS, Quota
from connectors.youtube_reading import Reading, items_in
from domain.language import say
from domain.records import Action, Limit, Page, Platform, Receipt, Source, SourceKind, Watermark
from domain.settings import YouTubeCredentials

GOOGLE_TOKEN_URL = "https://oauth2.googleapis.com/token"  # noqa: S105  an address, not a secret
TIMEOUT_SECONDS = 30


for name in ("googleapiclient.discovery", "urllib3.connectionpool"):
    logging.getLogger(name).setLevel(logging.INFO)  # at DEBUG they write addresses, and the key is in them


def connect(memory: Memory | None = None) -> "YouTubeConnector":
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
        raise Unauthorized(
            say(
                fr="YouTube a besoin de {missing} : créez-les dans la console Google Cloud",
                en="YouTube needs {missing}: make them in the Google Cloud console",
                missing=", ".join(missing),
            )
        )
    url = given.url.rstrip("/")
    writer = _service(OnceTransport(AuthorizedSession(_credentials(oauth, url))), url) if writes else None
    reader = _service(httplib2.Http(timeout=TIMEOUT_SECONDS), url, key) if key else writer
    return YouTubeConnector(reader, writer, memory or Memory())


def _credentials(oauth: dict[str, str], url: str) -> Credentials:
    token_url = f"{url}/token" if url else GOOGLE_TOKEN_URL
    return Credentials(token=None, token_uri=token_url, scopes=[SCOPE], **oauth)


def _service(transport: Any, url: str, key: str | None = None) -> Any:
    return build(
        "youtube",
        "v3",
        http=transport,
        developerKey=key,
        client_options={"api_endpoint": url} if url else None,
        static_discovery=True,
        cache_discovery=False,
    )


@dataclass(frozen=True)
class OnceTransport:
    """What googleapiclient asks of a transport that writes: its own, httplib2, sends a request again when a connection
    breaks, which is right for reading, but could post a reply twice."""

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
    """YouTube: reader and writer are services of the client library."""

    reader: Any
    writer: Any
    memory: Memory
    platform: Platform = Platform.YOUTUBE

    @cached_property
    def quota(self) -> Quota:
        """The units that this connector spends."""
        return Quota(self.memory)

    @cached_property
    def _reading(self) -> Reading:
        return Reading(
            lambda request: self._ask(request, READ_UNITS), self.reader, self.writer, self.quota, self.memory
        )

    def identity(self) -> str:
        """`youtube:CHANNEL` of the account, or "" without one."""
        return self._identity if self.writer else ""

    @cached_property
    def _identity(self) -> str:
        channels = items_in(self._ask(self.writer.channels().list(part="id", mine=True), READ_UNITS))
        if not channels:
            raise Unauthorized(
                say(
                    fr="le compte Google n'a pas de chaîne YouTube : créez-en une, ou prenez un autre compte",
                    en="the Google account has no YouTube channel: create one, or use another account",
                )
            )
        return f"youtube:{channels[0]['id']}"

    def pull(self, source: Source, since: Watermark | None) -> Iterator[Page]:
        """Threads with their replies, newest thread first, down to a week before the watermark; see the contract.

        Threads of more than the inlined replies cost a unit each, those without new replies excepted. What the quota
        leaves unread is told in `Page.gap` and read by a later pull with the same memory.
        """
        if source.kind is SourceKind.VIDEO:
            where = {"videoId": source.name}
        elif source.kind is SourceKind.CHANNEL:
            where = {"allThreadsRelatedToChannelId": source.name}
        else:
            raise Rejected(
                say(
                    fr="YouTube n'a pas de source du type {kind} : suivez une chaîne ou une vidéo",
                    en="YouTube has no source of the kind {kind}: watch a channel or a video",
                    kind=source.kind,
                )
            )
        return pages(self._reading.threads(source, where, since), since)

    def refresh(self, source: Source, native_ids: Sequence[str]) -> Iterator[Page]:
        """The present state of comments, new replies to their threads, and in `Page.gone` what is not there."""
        return pages(self._reading.refreshed(source, native_ids), None)

    def act(self, action: Action) -> Receipt:
        """Reply, remove (`rejected`), approve (`published`), hold (`heldForReview`), or delete our own comment."""
        if self.writer is None:
            raise may_not_write("YouTube", ACCOUNT)
        return self._acting.act(action)

    def done(self, action: Action) -> Receipt | None:
        """Whether YouTube shows that the action was done; see the contract."""
        if self.writer is None:
            raise Unauthorized(
                say(
                    fr="YouTube ne montre ce qui a été fait qu'au propriétaire : renseignez VIGIE_YOUTUBE_REFRESH_TOKEN",
                    en="YouTube shows what was done to its owner only: set VIGIE_YOUTUBE_REFRESH_TOKEN",
                )
            )
        return self._acting.done(action)

    @cached_property
    def _acting(self) -> YouTubeActing:
        return YouTubeActing(self.writer, self._ask, lambda: self._identity)

    def grants(self) -> dict[str, str]:
        """By the scopes that Google grants with a fresh token; a key alone reads."""
        if self.writer is None:
            return {"read": ""}
        self.identity()  # a call, so that the token is fresh
        granted = getattr(self.writer._http.session.credentials, "granted_scopes", None)
        missing = "" if granted is None or SCOPE in granted else f"scope `{SCOPE}`"
        return {"read": "", "reply": missing, "moderate": missing}

    def limits(self) -> list[Limit]:
        """What is left of the day's quota; other users of the same Google project are not seen."""
        return [self.quota.limit()]

    def _ask(self, request: Any, units: int) -> Any:
        """The JSON object that a request of the client library answers; "" when YouTube says no more than yes.

        Raises the typed errors and nothing else. Invalid calls cost units too.
        """
        self.quota.spend(units)
        try:
            answer = request.execute()
            if answer not in (None, "") and not isinstance(answer, dict):
                raise ValueError("not an object")
        except (Error, GoogleAuthError, *UNREACHED, ValueError, TypeError) as error:
            problem = typed(error)
        else:
            return answer
        raise problem
