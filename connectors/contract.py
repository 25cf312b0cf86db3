"""What every platform connector offers, and the family of errors that it may raise.

ConnectorError
├── RateLimited      too many calls or the quota is used up: try again after `retry_after` seconds
├── Unauthorized     a credential or scope is missing or expired
├── Gone             the target was deleted or never existed
├── Rejected         the platform refused this action or source, and would again
└── Unavailable      time-out, cut connection, 5xx, an answer that makes no sense: try again
"""

from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from typing import Protocol, cast

from connectors.memory import Memory
from domain.records import Action, Limit, Page, Platform, Receipt, Source, Watermark


class ConnectorError(Exception):
    """Something went wrong between Vigie and a platform. The message never holds a secret."""


class RateLimited(ConnectorError):
    """Too many calls. retry_after: seconds to wait, None when the platform does not say."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Unauthorized(ConnectorError):
    """A credential or scope is missing or expired; the message names it and the mend."""


class Gone(ConnectorError):
    """The target was deleted or never existed."""


class Rejected(ConnectorError):
    """The platform refused, and would again."""


class Unavailable(ConnectorError):
    """The platform could not be reached or did not make sense; worth a retry."""


class Unanswered(Unavailable):
    """The request went out and its answer did not come back: what it asked for may be done."""


class Connector(Protocol):
    """A platform, through its own client library."""

    platform: Platform

    def identity(self) -> str:
        """Who Vigie is on the platform: the account's id as in `author_id`, or "" with read-only credentials."""

    def pull(self, source: Source, since: Watermark | None) -> Iterator[Page]:
        """Pages of what is new since the watermark, of everything reachable when there is none.

        Pages may overlap what was read before; the caller upserts. Raises ConnectorError.
        """

    def refresh(self, source: Source, native_ids: Sequence[str]) -> Iterator[Page]:
        """The present state of comments read before; `Page.gone` names those that the platform no longer has.

        Raises ConnectorError.
        """

    def act(self, action: Action) -> Receipt:
        """Do the action once. Raises ConnectorError; after Unavailable the action may have been done."""

    def done(self, action: Action) -> Receipt | None:
        """Look whether the action was done: its receipt when the platform shows it, None when it shows that it was not.

        Raises Rejected where the platform does not tell, and the other errors as ever.
        """

    def grants(self) -> Mapping[str, str]:
        """What the credentials allow: `read`, `reply` and `moderate`, each with what is missing for it, "" for nothing.

        Asks the platform. Raises ConnectorError.
        """

    def limits(self) -> list[Limit]:
        """What remains of each quota, as far as the platform has told."""


CONNECTORS = {
    Platform.REDDIT: "connectors.reddit",
    Platform.YOUTUBE: "connectors.youtube",
    Platform.X: "connectors.x",
    Platform.FILE: "connectors.drop_folder",
}


def connect(platform: Platform, memory: Memory | None = None) -> Connector:
    """The connector of a platform, with the credentials of the environment. Raises Unauthorized when they lack.

    memory: what it remembers of earlier runs; by default it begins anew.
    """
    return cast(Connector, import_module(CONNECTORS[platform]).connect(memory))
