"""Reddit through praw: new posts and comments of a subreddit, replies and moderation.

Answers are read as the JSON that praw receives, so that nothing is lost between Reddit and the store.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from typing import Any, TypeVar

import praw
import prawcore
from praw.exceptions import PRAWException
from prawcore import exceptions as core

from connectors.contract import Gone, Rejected, Unauthorized
from connectors.errors.common import may_not_write, senseless
from connectors.errors.reddit import ACCOUNT, typed
from connectors.memory import Memory
from connectors.paging import Batch, Item, Row, pages, reached, read
from connectors.reddit_acting import RedditActing
from connectors.rows.reddit import row_of, unfolded
from domain.language import say
from domain.records import Action, Limit, Page, Platform, Receipt, Source, SourceKind, Watermark
from domain.settings import RedditCredentials

TIMEOUT_SECONDS = 30
ITEMS_A_REQUEST = 100
REPLIES_A_REQUEST = 500
# Listings stop at about 1,000 items, from which removed ones are then taken away.
LISTING_CEILING_ITEMS = 900
SCOPES = {"read": {"read"}, "reply": {"identity", "submit", "edit", "history"}, "moderate": {"modposts", "modmail"}}
QUEUES = {SourceKind.MODQUEUE, SourceKind.REPORTS}

T = TypeVar("T")


def connect(memory: Memory | None = None) -> "RedditConnector":
    """The connector with the credentials of the environment. Raises Unauthorized naming the missing variables."""
    given = RedditCredentials()
    secrets = {"client_secret": given.client_secret.get_secret_value(), "password": given.password.get_secret_value()}
    needed = {"client_id": given.client_id, "client_secret": secrets["client_secret"]}
    account = {"username": given.username, "password": secrets["password"]}
    if any(account.values()):
        needed |= account
    missing = [f"VIGIE_REDDIT_{name.upper()}" for name, value in needed.items() if not value]
    if missing:
        raise Unauthorized(
            say(
                fr="Reddit a besoin de {missing} : créez une application de type script et renseignez-les",
                en="Reddit needs {missing}: create a script application and set them",
                missing=", ".join(missing),
            )
        )
    addresses = dict.fromkeys(("reddit_url", "oauth_url", "short_url"), given.url.rstrip("/")) if given.url else {}
    agent = f"python:vigie:{version('vigie')} (by /u/{given.username or 'unknown'})"
    client = praw.Reddit(
        requestor_class=WriteOnceRequestor,
        user_agent=agent,
        check_for_updates=False,
        timeout=TIMEOUT_SECONDS,
        **needed,
        **addresses,
    )
    return RedditConnector(client, may_write=bool(given.username))


class WriteOnceRequestor(prawcore.Requestor):  # type: ignore[misc]
    """prawcore's own requestor, but a write that broke is reported, not sent again: it may have been done."""

    def request(self, method: str, url: str, **options: Any) -> Any:
        is_write = method.upper() != "GET" and "access_token" not in url
        try:
            response = super().request(method, url, **options)
        except core.RequestException as error:
            if not is_write:
                raise
            problem = typed(error, "write")
        else:
            if not is_write or response.status_code < 500:
                return response
            problem = typed(core.ServerError(response), "write")
        raise problem


@dataclass(frozen=True)
class RedditConnector:
    """Reddit, through one praw client."""

    client: praw.Reddit
    may_write: bool
    platform: Platform = Platform.REDDIT

    def identity(self) -> str:
        """`reddit:t2_...` of the account, or "" without one."""
        return self._identity if self.may_write else ""

    @cached_property
    def _identity(self) -> str:
        return _ask(lambda: f"reddit:t2_{self.client.user.me().id}", "identity")

    def pull(self, source: Source, since: Watermark | None) -> Iterator[Page]:
        """New submissions, then new comments, each newest first; what waits in the queue of a subreddit's moderators or
        was reported; or replies to the account and mentions of it. See the contract.

        Listings stop at about 1,000 items: what lies beyond is told in `Page.gap`. Queues are read whole each time.
        """
        if source.kind is SourceKind.SUBREDDIT:
            return pages(self._new(source, since), since)
        if source.kind is SourceKind.INBOX:
            return pages(self._listing("message/inbox", source, since, last=True), since)
        if source.kind in QUEUES:
            return pages(self._listing(f"r/{source.name}/about/{source.kind}", source, None, last=True), since)
        raise Rejected(
            say(
                fr="Reddit n'a pas de source du type {kind} : suivez un subreddit, sa file de modération ou ses signalements, "
                "ou votre boîte de réception",
                en="Reddit has no source of the kind {kind}: watch a subreddit, its mod queue or reports, or your inbox",
                kind=source.kind,
            )
        )

    def listing(self, path: str, source: Source) -> Iterator[Page]:
        """What another listing holds now, such as `r/NAME/about/spam`, `user/NAME/comments` or `duplicates/ID`; the
        watermark is not meant to be stored."""
        return pages(self._listing(path, source, None, last=True), None)

    def thread(self, source: Source, submission: str, comment: str | None = None) -> Iterator[Page]:
        """A submission (by its id without `t3_`) with every reply that Reddit shows, or one comment's branch of it.

        What Reddit folds away (`more` objects) is asked for, a hundred replies at a time.
        """
        return pages(self._thread_batches(source, submission, comment), None)

    def refresh(self, source: Source, native_ids: Sequence[str]) -> Iterator[Page]:
        """The present state of posts and comments: edited texts, and `deleted` where the text must be dropped."""
        return pages(self._refreshed(source, native_ids), None)

    def act(self, action: Action) -> Receipt:
        """Everything but hold and hide; see `connectors/reddit_acting.py`."""
        if not self.may_write:
            raise may_not_write("Reddit", ACCOUNT)
        return self._acting.act(action)

    def done(self, action: Action) -> Receipt | None:
        """Whether Reddit shows that the action was done; see the contract."""
        return self._acting.done(action)

    @cached_property
    def _acting(self) -> RedditActing:
        return RedditActing(self.client, _ask)

    def grants(self) -> dict[str, str]:
        """By the scopes of the token; whether the account moderates a subreddit, the subreddit's `about` tells."""
        given = _ask(self.client.auth.scopes, "identity")
        needed = SCOPES if self.may_write else {"read": SCOPES["read"]}
        missing = {what: [] if "*" in given else sorted(scopes - given) for what, scopes in needed.items()}
        return {what: ", ".join(f"scope `{scope}`" for scope in scopes) for what, scopes in missing.items()}

    def moderates(self, subreddit: str) -> bool:
        """Whether the account is a moderator there. Raises ConnectorError."""
        about = _ask(lambda: self.client.request(method="GET", path=f"r/{subreddit}/about"), "read")
        return bool(_ask(lambda: about["data"].get("user_is_moderator"), "read"))

    def limits(self) -> list[Limit]:
        """Requests that remain in the current window, once Reddit has told."""
        told = self.client.auth.limits
        remaining, used = told["remaining"], told["used"]
        total = None if remaining is None or used is None else float(remaining + used)
        return [Limit("reddit requests", remaining, total, "requests")]

    def _new(self, source: Source, since: Watermark | None) -> Iterator[Batch]:
        yield from self._listing(f"r/{source.name}/new", source, since)
        yield from self._listing(f"r/{source.name}/comments", source, since, last=True)

    def _listing(self, path: str, source: Source, since: Watermark | None, *, last: bool = False) -> Iterator[Batch]:
        after: str | None = None
        count = 0
        while True:
            listing = self._get_listing(path, after)
            rows, unreadable = read(_public(listing["children"]), lambda thing: [row_of(thing, source)])
            count += len(listing["children"])
            done = reached(rows, since)
            ended = not listing.get("after") or listing["after"] == after
            gap = _gap(path, count, rows) if ended and not done and count >= LISTING_CEILING_ITEMS else None
            yield Batch(rows, unreadable, last=last and (done or ended), gap=gap)
            if done or ended:
                return
            after = listing["after"]

    def _get_listing(self, path: str, after: str | None) -> dict[str, Any]:
        params: dict[str, str | int] = {"limit": ITEMS_A_REQUEST} | ({"after": after} if after else {})
        answer = _ask(lambda: self.client.request(method="GET", path=path, params=params), _scope_of(path))
        if not isinstance(answer, list) or not answer:
            return _listing_in(answer, path)
        several = [_listing_in(one, path) for one in answer]  # a submission, and its duplicates
        return {
            "children": [thing for one in several for thing in one["children"]],
            "after": next((one["after"] for one in several if one.get("after")), None),
        }

    def _refreshed(self, source: Source, native_ids: Sequence[str]) -> Iterator[Batch]:
        for ids in _hundreds(native_ids):
            params: dict[str, str | int] = {"id": ",".join(ids)}
            answer = _ask(lambda p=params: self.client.request(method="GET", path="api/info/", params=p), "read")  # type: ignore[misc]
            rows, unreadable = read(_listing_in(answer, "api/info")["children"], lambda thing: [row_of(thing, source)])
            missing = sorted(set(ids) - {row["native_id"] for row in rows})
            yield Batch(rows, unreadable, gone=tuple(f"reddit:{native}" for native in missing))

    def _thread_batches(self, source: Source, submission: str, comment: str | None) -> Iterator[Batch]:
        path = f"comments/{submission}/" + (f"_/{comment}" if comment else "")
        params: dict[str, str | int] = {"limit": REPLIES_A_REQUEST}
        answer = _ask(lambda: self.client.request(method="GET", path=path, params=params), "read")
        if not isinstance(answer, list) or len(answer) != 2:
            raise senseless("Reddit", f"/{path}")
        posts = _listing_in(answer[0], path)["children"]
        title = _ask(lambda: posts[0]["data"].get("title") if posts else None, "read")
        found, folded = _ask(lambda: unfolded(_listing_in(answer[1], path)["children"]), "read")
        yield _thread_batch([*posts, *found], source, title)
        for more in folded:
            if more.get("count") or more.get("parent_id") != f"t1_{comment}":
                yield from self._folded(more, source, submission, title)

    def _folded(self, more: Item, source: Source, submission: str, title: str | None) -> Iterator[Batch]:
        """The replies behind a `more` object; one of no count stands for a branch that goes too deep."""
        if not more.get("count"):
            parent = str(more["parent_id"])
            if parent.startswith("t1_"):
                with suppress(Gone):  # in the meantime, the branch was deleted
                    yield from self._thread_batches(source, submission, parent.removeprefix("t1_"))
            return
        for ids in _hundreds(more["children"]):
            data = {"link_id": f"t3_{submission}", "children": ",".join(ids)}
            answer = _ask(
                lambda d=data: self.client.request(method="POST", path="api/morechildren/", data=d),  # type: ignore[misc]
                "read",
            )
            things = _ask(lambda a=answer: list(a["json"]["data"]["things"]), "read")  # type: ignore[misc]
            found, folded = _ask(lambda t=things: unfolded(t), "read")  # type: ignore[misc]
            yield _thread_batch(found, source, title)
            for deeper in folded:
                yield from self._folded(deeper, source, submission, title)


def _scope_of(path: str) -> str:
    """The OAuth scope that a listing needs, in whose absence Reddit answers 403."""
    if path.startswith("message/"):
        return "privatemessages"
    if path.startswith("user/"):
        return "history"
    return "read"


def _public(things: list[Any]) -> list[Any]:
    """What is a comment or a submission: private messages (`t4`) in an inbox are nobody's but their reader's."""
    return [thing for thing in things if not (isinstance(thing, dict) and thing.get("kind") == "t4")]


def _hundreds(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    return (ids[start : start + ITEMS_A_REQUEST] for start in range(0, len(ids), ITEMS_A_REQUEST))


def _listing_in(answer: Any, path: str) -> dict[str, Any]:
    """The listing that an answer holds. Raises Unavailable where it holds none."""
    listing = answer.get("data") if isinstance(answer, dict) else None
    if not isinstance(listing, dict) or not isinstance(listing.get("children"), list):
        raise senseless("Reddit", f"/{path}")
    return listing


def _thread_batch(things: Sequence[Item], source: Source, title: str | None) -> Batch:
    """A batch of things of one thread: comments do not repeat its title there as they do in listings."""
    rows, unreadable = read(things, lambda thing: [row_of(thing, source)])
    for row in rows:
        if row["kind"] == "comment" and row["thread_title"] is None:
            row["thread_title"] = title
    return Batch(rows, unreadable)


def _gap(path: str, count: int, rows: list[Row]) -> str:
    return say(
        fr="Reddit ne liste que {count} éléments de /{path} : rien n'a pu être lu avant {oldest}",
        en="Reddit lists no more than {count} items of /{path}: anything before {oldest} could not be read",
        count=count,
        path=path,
        oldest=f"{rows[-1]['created_at']:%Y-%m-%d %H:%M} UTC" if rows else "?",
    )


def _ask(call: Callable[[], T], scope: str) -> T:
    """The answer of a call to praw that needs an OAuth `scope`. Raises the typed errors and nothing else."""
    try:
        return call()
    except (
        PRAWException,
        core.PrawcoreException,
        KeyError,
        TypeError,
        ValueError,
        AttributeError,
        IndexError,
    ) as error:
        problem = typed(error, scope)
    raise problem
