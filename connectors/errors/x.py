"""What tweepy's errors mean; X answers 403 to a missing permission as well as to a post that it does not want."""

from collections.abc import Mapping
from datetime import UTC, datetime

import requests
import tweepy

from connectors.contract import ConnectorError, Gone, RateLimited, Unauthorized
from connectors.errors.common import gone, refused, seconds_in, senseless, slow_down, unreachable, unwell
from domain.language import say

X = "X"
ACCOUNT = "VIGIE_X_CONSUMER_KEY, VIGIE_X_CONSUMER_SECRET, VIGIE_X_ACCESS_TOKEN, VIGIE_X_ACCESS_TOKEN_SECRET"
PERMISSION_WORDS = ("permission", "oauth", "scope", "access level", "authenticat", "client-not")


def typed(error: Exception, kind: str) -> ConnectorError:
    """The typed error of one from tweepy or requests. kind: what was asked for, such as `mentions`."""
    if isinstance(error, tweepy.HTTPException):
        return _by_status(error, kind)
    if isinstance(error, requests.RequestException) and not isinstance(error, requests.JSONDecodeError):
        return unreachable(X, type(error).__name__)
    return senseless(X, type(error).__name__)


def epoch(seconds: str | None) -> datetime | None:
    """The instant of a header in seconds since 1970, None where it is none."""
    try:
        return datetime.fromtimestamp(float(seconds or ""), UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _by_status(error: tweepy.HTTPException, kind: str) -> ConnectorError:
    status = error.response.status_code
    said = "; ".join(str(message) for message in error.api_messages) or error.response.reason
    problem: ConnectorError = refused(X, f"{kind}, {status}, {said}")
    if status == 402:
        problem = _no_credits(kind, _pause(error.response.headers))
    elif status == 429:
        problem = slow_down(X, f"{kind}, 429", _pause(error.response.headers))
    elif status == 401:
        problem = Unauthorized(
            say(
                fr="X a répondu 401 : vérifiez VIGIE_X_BEARER_TOKEN pour lire et VIGIE_X_ACCESS_TOKEN pour écrire",
                en="X answered 401: check VIGIE_X_BEARER_TOKEN to read and VIGIE_X_ACCESS_TOKEN to write",
            )
        )
    elif status == 403:
        problem = _forbidden(said, kind)
    elif status in (404, 410):
        problem = gone(X, str(status))
    elif status == 408 or status >= 500:
        problem = unwell(X, str(status))
    return problem


def _no_credits(kind: str, retry_after: float | None) -> RateLimited:
    return RateLimited(
        say(
            fr="X a répondu 402 ({kind}) : les crédits sont épuisés ; achetez-en dans la console des développeurs",
            en="X answered 402 ({kind}): the credits are used up; buy more in the developer console",
            kind=kind,
        ),
        retry_after,
    )


def _forbidden(said: str, kind: str) -> ConnectorError:
    lowered = said.lower()
    if "deleted" in lowered or "not visible" in lowered:
        return Gone(f"X: {said}")
    if any(word in lowered for word in PERMISSION_WORDS):
        return Unauthorized(
            say(
                fr="X a refusé ({kind}) : donnez à l'application la permission `Read and write` et refaites les jetons ({said})",
                en="X refused {kind}: give the application `Read and write` and make new tokens ({said})",
                kind=kind,
                said=said,
            )
        )
    return refused(X, f"{kind}, {said}")


def _pause(headers: Mapping[str, str]) -> float | None:
    resets_at = epoch(headers.get("x-rate-limit-reset"))
    if resets_at:
        return max((resets_at - datetime.now(UTC)).total_seconds(), 1.0)
    return seconds_in(headers, "retry-after")
