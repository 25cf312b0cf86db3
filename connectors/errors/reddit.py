"""What praw's and prawcore's errors mean."""

import re
from datetime import timedelta
from typing import Any

from praw.exceptions import ClientException, RedditAPIException
from prawcore import exceptions as core

from connectors.contract import ConnectorError, Gone, Unauthorized
from connectors.errors.common import gone, refused, seconds_in, senseless, slow_down, unreachable, unwell
from domain.language import say

REDDIT = "Reddit"
ACCOUNT = "VIGIE_REDDIT_USERNAME, VIGIE_REDDIT_PASSWORD"
APPLICATION = "VIGIE_REDDIT_CLIENT_ID, VIGIE_REDDIT_CLIENT_SECRET"
# prawcore looks up a 401 by its `www-authenticate` header, and raises KeyError for one that it does not know.
PRAWCORE_401_KEYS = {401, "reddit", "invalid_request"}
GONE_WORDS = ("DELETED_COMMENT", "DELETED_LINK", "NO_THING_ID", "THING_ID_INVALID")


def typed(error: Exception, scope: str) -> ConnectorError:
    """The typed error of one from praw or prawcore. scope: the OAuth scope that the call needs."""
    problem: ConnectorError = senseless(REDDIT, type(error).__name__)
    if isinstance(error, RedditAPIException):
        problem = _refusal(error)
    elif isinstance(error, core.OAuthException):
        problem = _unauthorized(str(error.error), ACCOUNT)
    elif isinstance(error, core.ResponseException):
        problem = _by_status(error.response, scope)
    elif isinstance(error, core.RequestException):
        problem = unreachable(REDDIT, type(error.original_exception).__name__)
    elif isinstance(error, KeyError) and error.args[0] in PRAWCORE_401_KEYS:
        problem = _unauthorized("401", APPLICATION)
    elif isinstance(error, ClientException | core.InvalidInvocation):
        problem = refused("praw", str(error))
    return problem


def _by_status(response: Any, scope: str) -> ConnectorError:
    status = response.status_code
    problem: ConnectorError = refused(REDDIT, str(status))
    if status == 429:
        problem = slow_down(REDDIT, "429", seconds_in(response.headers, "retry-after", "x-ratelimit-reset"))
    elif status == 401:
        problem = _unauthorized("401", APPLICATION)
    elif status == 403:
        problem = _out_of_reach(scope)
    elif status in (301, 302, 404, 410, 451):
        problem = gone(REDDIT, str(status))
    elif status == 200:
        problem = senseless(REDDIT, "JSON")
    elif status in (408, 425) or status >= 500:
        problem = unwell(REDDIT, str(status))
    return problem


def _out_of_reach(scope: str) -> Unauthorized:
    return Unauthorized(
        say(
            fr="Reddit a répondu 403 : le compte, ou sa portée (scope) `{scope}`, ne donne pas accès à ceci",
            en="Reddit answered 403: the account, or its scope `{scope}`, does not reach this",
            scope=scope,
        )
    )


def _unauthorized(said: str, variables: str) -> Unauthorized:
    return Unauthorized(
        say(
            fr="Reddit a refusé la connexion ({said}) : vérifiez {variables}",
            en="Reddit refused to sign in ({said}): check {variables}",
            said=said,
            variables=variables,
        )
    )


def _refusal(error: RedditAPIException) -> ConnectorError:
    """What Reddit says in the JSON of a refused write."""
    first = error.items[0]
    if first.error_type == "RATELIMIT":
        return slow_down(REDDIT, first.message or "", _asked_pause(first.message or ""))
    if first.error_type in GONE_WORDS:
        return Gone(f"Reddit: {first.error_message}")
    if first.error_type == "USER_REQUIRED":
        return Unauthorized(
            say(
                fr="Reddit demande un compte connecté : renseignez {variables}",
                en="Reddit wants a signed-in account: set {variables}",
                variables=ACCOUNT,
            )
        )
    return refused(REDDIT, str(first.error_message))


def _asked_pause(message: str) -> float | None:
    found = re.search(r"(\d+) (millisecond|second|minute|hour)", message)
    if not found:
        return None
    return timedelta(**{f"{found[2]}s": int(found[1])}).total_seconds()
