"""X (Twitter) through tweepy: mentions and searches, replies, and hiding replies.

Every read is billed, so only what is new is asked for; answers are read as JSON so that nothing is lost.
"""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

import requests
import tweepy
from requests.adapters import HTTPAdapter

from connectors.contract import Gone, Rejected, Unauthorized, Unavailable
from connectors.errors.common import may_not_write
from connectors.errors.x import ACCOUNT, epoch, typed
from connectors.memory import Memory
from connectors.paging import OVERLAP, Batch, Item, Row, pages, read
from connectors.rows.x import SNOWFLAKE_EPOCH_MS, SNOWFLAKE_TIME_SHIFT_BITS, rows_of
from connectors.x_acting import XActing, id_in
from connectors.x_ledger import POSTS_A_REQUEST, Ledger
from domain.language import say
from domain.records import Action, Limit, Page, Platform, Receipt, Source, SourceKind, Unreadable, Watermark
from domain.settings import XCredentials

API = "https://api.twitter.com"
TIMEOUT_SECONDS = 30
LEAST_MENTIONS, LEAST_FOUND = 5, 10  # as few posts as a page may have
READS = {"mentions", "search", "lookup", "accounts", "own account", "own posts"}
MENTIONS_CEILING_POSTS = 790  # "the most recent 800", from which deleted ones are taken away
SEARCH_REACH = timedelta(days=7) - timedelta(minutes=30)

FIELDS: dict[str, Any] = {
    "max_results": POSTS_A_REQUEST,
    "expansions": ["author_id", "referenced_tweets.id"],
    "tweet_fields": [
        "author_id", "conversation_id", "created_at", "edit_history_tweet_ids", "entities", "in_reply_to_user_id",
        "lang", "note_tweet", "possibly_sensitive", "public_metrics", "referenced_tweets", "reply_settings", "withheld",
    ],
    "user_fields": ["id", "name", "username"],
}  # fmt: skip

for name in ("tweepy", "requests_oauthlib", "oauthlib"):
    logging.getLogger(name).setLevel(logging.INFO)  # at DEBUG they write tokens


def connect(memory: Memory | None = None) -> "XConnector":
    """The connector with the credentials of the environment. Raises Unauthorized naming the missing variables."""
    given = XCredentials()
    reading = {"bearer_token": given.bearer_token.get_secret_value()}
    writing = {
        "consumer_key": given.consumer_key,
        "consumer_secret": given.consumer_secret.get_secret_value(),
        "access_token": given.access_token.get_secret_value(),
        "access_token_secret": given.access_token_secret.get_secret_value(),
    }
    needed = reading | (writing if any(writing.values()) else {})
    missing = [f"VIGIE_X_{name.upper()}" for name, value in needed.items() if not value]
    if missing:
        raise Unauthorized(
            say(
                fr="X a besoin de {missing} : copiez-les depuis la console des développeurs",
                en="X needs {missing}: copy them from the developer console",
                missing=", ".join(missing),
            )
        )
    client = tweepy.Client(**needed, return_type=requests.Response)
    client.session.mount(API, LocalOrRemote(given.url))
    return XConnector(client, may_write=any(writing.values()), memory=memory or Memory())


class LocalOrRemote(HTTPAdapter):
    """Gives every request a time-out, which tweepy does not, and sends it to `url` where one is given."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url = url.rstrip("/")

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:
        options["timeout"] = options.get("timeout") or TIMEOUT_SECONDS
        if self.url and request.url:
            request.url = self.url + request.url.removeprefix(API)
            request.headers["Host"] = urlsplit(self.url).netloc
        return super().send(request, *args, **options)


@dataclass(frozen=True)
class XConnector:
    """X, through one tweepy client. seen_limits, seen_access: the newest headers of each kind of call."""

    client: tweepy.Client
    may_write: bool
    memory: Memory
    platform: Platform = Platform.X
    seen_limits: dict[str, Limit] = field(default_factory=dict)
    seen_access: dict[str, str] = field(default_factory=dict)
    user_ids: dict[str, str] = field(default_factory=dict)

    @cached_property
    def ledger(self) -> Ledger:
        """What the calls of this connector cost."""
        return Ledger(self.memory)

    def identity(self) -> str:
        """`x:ID` of the account, or "" without one."""
        return self._identity if self.may_write else ""

    @cached_property
    def _identity(self) -> str:
        return f"x:{id_in(self._ask('own account', self.client.get_me, user_auth=True))}"

    def pull(self, source: Source, since: Watermark | None) -> Iterator[Page]:
        """New mentions of an account, posts that a query finds, or replies in a conversation (named by its first post);
        retweets are left out. See the contract.

        X keeps 800 mentions and 7 days of search: what lies beyond is told in `Page.gap`. A read that the monthly budget
        does not cover raises RateLimited naming it.
        """
        if source.kind is SourceKind.MENTIONS:
            return pages(self._mentions(source, since), since)
        if source.kind is SourceKind.QUERY:
            return pages(self._search(source, source.name, since), since)
        if source.kind is SourceKind.CONVERSATION:
            return pages(self._search(source, f"conversation_id:{source.name}", since), since)
        raise Rejected(
            say(
                fr="X n'a pas de source du type {kind} : suivez des mentions, une recherche ou une conversation",
                en="X has no source of the kind {kind}: watch mentions, a query or a conversation",
                kind=source.kind,
            )
        )

    def refresh(self, source: Source, native_ids: Sequence[str]) -> Iterator[Page]:
        """The present state of posts, and in `Page.gone` those that X no longer shows."""
        return pages(self._refreshed(source, native_ids), None)

    def act(self, action: Action) -> Receipt:
        """Reply, delete our own post, hide and unhide; see `connectors/x_acting.py`."""
        if not self.may_write:
            raise may_not_write("X", ACCOUNT)
        return self._acting.act(action)

    def done(self, action: Action) -> Receipt | None:
        """Whether X shows that the action was done; see the contract."""
        return self._acting.done(action)

    @cached_property
    def _acting(self) -> XActing:
        return XActing(self.client, self._ask, lambda: self._identity)

    def grants(self) -> dict[str, str]:
        """By the access level that X names in its answers to the account's tokens."""
        if not self.may_write:
            return {"read": ""}
        self._ask("own account", self.client.get_me, user_auth=True)
        level = self.seen_access.get("own account", "")
        missing = "" if "write" in level else f"`Read and write` (`x-access-level: {level or '?'}`)"
        return {"read": "", "reply": missing, "moderate": missing}

    def limits(self) -> list[Limit]:
        """What the headers of the calls so far told, for each kind of call."""
        return list(self.seen_limits.values())

    def _mentions(self, source: Source, since: Watermark | None) -> Iterator[Batch]:
        user_id = self._user_id(source.name)

        def ask(**params: Any) -> Any:
            fields = FIELDS | {"max_results": self._page_size(source, LEAST_MENTIONS)}
            return self._ask("mentions", self.client.get_users_mentions, user_id, **fields, **params)

        yield from _listing(ask, "pagination_token", source, _since_id(since), MENTIONS_CEILING_POSTS)

    def _search(self, source: Source, query: str, since: Watermark | None) -> Iterator[Batch]:
        def ask(**params: Any) -> Any:
            fields = FIELDS | {"max_results": self._page_size(source, LEAST_FOUND)}
            return self._ask("search", self.client.search_recent_tweets, query, **fields, **params)

        earliest = datetime.now(UTC) - SEARCH_REACH
        if since is None or since.at - OVERLAP > earliest:
            yield from _listing(ask, "next_token", source, _since_id(since))
            return
        gap = say(
            fr="X ne cherche que sur 7 jours : les posts entre le {since} et le {earliest} UTC n'ont pas pu être lus",
            en="X searches 7 days back: posts between {since} and {earliest} UTC could not be read",
            since=f"{since.at:%Y-%m-%d %H:%M}",
            earliest=f"{earliest:%Y-%m-%d %H:%M}",
        )
        yield Batch([], gap=gap)
        yield from _listing(ask, "next_token", source, None)

    def _refreshed(self, source: Source, native_ids: Sequence[str]) -> Iterator[Batch]:
        wanted = {name: value for name, value in FIELDS.items() if name != "max_results"}
        waiting = list(native_ids)
        while waiting:
            size = self.ledger.posts_within_budget(source.id, keep_pace=True)
            ids, waiting = waiting[:size], waiting[size:]
            answer = self._ask("lookup", self.client.get_tweets, ids, **wanted)
            rows, unreadable = _read_posts(answer, source)
            missing = _missing(answer, ids)
            yield Batch(rows, unreadable, gone=tuple(f"x:{native}" for native in missing))

    def _page_size(self, source: Source, least: int) -> int:
        most: int = FIELDS["max_results"]
        return min(self.ledger.posts_within_budget(source.id, min(least, most)), most)

    def _user_id(self, account: str) -> str:
        name = account.removeprefix("@")
        if name not in self.user_ids:
            answer = self._ask("accounts", self.client.get_user, username=name)
            if "data" not in answer and "errors" in answer:  # in an answer of status 200
                raise Gone(
                    say(
                        fr="X n'a pas de compte @{name} : il a été renommé, suspendu, ou n'a jamais existé",
                        en="X has no account @{name}: it was renamed, suspended or never existed",
                        name=name,
                    )
                )
            self.user_ids[name] = id_in(answer)
        return self.user_ids[name]

    def _ask(self, kind: str, call: Callable[..., requests.Response], *args: Any, **params: Any) -> Any:
        """The JSON object that a call of tweepy answers. Raises the typed errors and nothing else."""
        try:
            response = call(*args, **params)
            self._note_limit(kind, response.headers)
            answer = response.json()
            if not isinstance(answer, dict):
                raise ValueError("not an object")
        except (tweepy.TweepyException, requests.RequestException, ValueError, TypeError, AttributeError) as error:
            problem = typed(error, kind)
        else:
            self._charge(kind, params, answer)
            return answer
        raise problem

    def _charge(self, kind: str, params: Mapping[str, Any], answer: Item) -> None:
        if kind == "posting":
            self.ledger.wrote(id_in(answer), str(params.get("text") or ""))
        elif kind in READS:
            self.ledger.read(answer)

    def _note_limit(self, kind: str, headers: Mapping[str, str]) -> None:
        self.seen_access[kind] = headers.get("x-access-level", "")
        if "x-rate-limit-remaining" in headers:
            self.seen_limits[kind] = Limit(
                name=f"x {kind}",
                remaining=float(headers["x-rate-limit-remaining"]),
                total=float(headers["x-rate-limit-limit"]) if "x-rate-limit-limit" in headers else None,
                unit="requests",
                resets_at=epoch(headers.get("x-rate-limit-reset")),
            )


def _listing(
    ask: Callable[..., Any], cursor: str, source: Source, since_id: str | None, ceiling: int | None = None
) -> Iterator[Batch]:
    """Batches of a paged answer, newest first. ceiling: as many posts as X ever lists here."""
    token: str | None = None
    count = 0
    while True:
        answer = ask(since_id=since_id, **{cursor: token})
        rows, unreadable = _read_posts(answer, source)
        count += len(_objects(answer.get("data")))
        meta = answer.get("meta")
        following = meta.get("next_token") if isinstance(meta, dict) else None
        ended = not following or following == token
        full = ceiling is not None and ended and count >= ceiling
        yield Batch(rows, unreadable, last=ended, gap=_ceiling_reached(count) if full else None)
        if ended:
            return
        token = following


def _ceiling_reached(count: int) -> str:
    return say(
        fr="X ne liste que les {count} dernières mentions : les plus anciennes n'ont pas pu être lues",
        en="X lists no more than the last {count} mentions: older ones could not be read",
        count=count,
    )


def _read_posts(answer: Item, source: Source) -> tuple[list[Row], tuple[Unreadable, ...]]:
    if not answer.keys() & {"data", "meta", "errors"}:
        raise Unavailable(
            say(
                fr="X a répondu dans une forme inconnue : rien n'a été lu",
                en="X answered in an unknown shape: nothing was read",
            )
        )
    users, posts = _included(answer, "users"), _included(answer, "tweets")
    return read(_objects(answer.get("data")), lambda post: rows_of(post, source, users, posts))


def _missing(answer: Item, ids: list[str]) -> list[str]:
    """Of the posts asked for, those that X says it does not find or show; what it leaves unsaid is not missing."""
    errors = answer.get("errors")
    said = [one.get("value") for one in errors if isinstance(one, dict)] if isinstance(errors, list) else []
    return [native for native in ids if native in said]


def _objects(value: Any) -> list[Item]:
    if value is None:
        return []
    if isinstance(value, dict):  # one post, asked for by its id
        return [value]
    if not isinstance(value, list):
        raise Unavailable(
            say(
                fr="X a répondu autre chose qu'une liste de messages",
                en="X answered with something that is not a list of posts",
            )
        )
    return value


def _included(answer: Item, kind: str) -> dict[str, Item]:
    includes = answer.get("includes")
    found = includes.get(kind) if isinstance(includes, dict) else None
    return {one["id"]: one for one in found or [] if isinstance(one, dict) and "id" in one}


def _since_id(since: Watermark | None) -> str | None:
    """The id after which to read: of the watermark or, where earlier, of the overlap before it."""
    if since is None:
        return None
    milliseconds = int((since.at - OVERLAP).timestamp() * 1000) - SNOWFLAKE_EPOCH_MS
    overlap = max(milliseconds, 0) << SNOWFLAKE_TIME_SHIFT_BITS
    known = since.native_id
    return str(min(int(known), overlap) if known and known.isdecimal() else overlap)
