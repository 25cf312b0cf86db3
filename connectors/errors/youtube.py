"""What the errors of Google's libraries mean; YouTube tells its reasons in words of its own."""

from http import HTTPStatus
from http.client import HTTPException

import httplib2
import requests
from google.auth.exceptions import GoogleAuthError, RefreshError, TransportError
from googleapiclient.errors import HttpError

from connectors.contract import ConnectorError, RateLimited, Unauthorized
from connectors.errors.common import gone, refused, seconds_in, senseless, slow_down, unreachable, unwell
from connectors.youtube_quota import seconds_to_renewal
from domain.language import say

YOUTUBE = "YouTube"
SCOPE = "https://www.googleapis.com/auth/youtube.force-ssl"
ACCOUNT = f"VIGIE_YOUTUBE_CLIENT_ID, VIGIE_YOUTUBE_CLIENT_SECRET, VIGIE_YOUTUBE_REFRESH_TOKEN (scope {SCOPE})"
UNREACHED = (TransportError, requests.RequestException, httplib2.HttpLib2Error, HTTPException, OSError)
QUOTA_REASONS = {"quotaExceeded", "dailyLimitExceeded"}
RATE_REASONS = {"rateLimitExceeded", "userRateLimitExceeded", "RATE_LIMIT_EXCEEDED"}
CREDENTIAL_REASONS = {"keyInvalid", "keyExpired", "accessNotConfigured", "authError", "required", "API_KEY_INVALID"}
REFUSAL_REASONS = {"commentsDisabled", "ineligibleAccount", "commentTextTooLong", "commentTextRequired", "banWithoutReject"}  # fmt: skip


def typed(error: Exception) -> ConnectorError:
    """The typed error of one from the Google libraries or requests."""
    problem: ConnectorError = senseless(YOUTUBE, type(error).__name__)
    if isinstance(error, HttpError):
        problem = _by_reason(error)
    elif isinstance(error, UNREACHED):
        problem = unreachable(YOUTUBE, type(error).__name__)
    elif isinstance(error, RefreshError):
        problem = Unauthorized(
            say(
                fr="Google a refusé VIGIE_YOUTUBE_REFRESH_TOKEN : il a expiré ou a été révoqué ; refaites-en un",
                en="Google refused VIGIE_YOUTUBE_REFRESH_TOKEN: it expired or was revoked; make a new one",
            )
        )
    elif isinstance(error, GoogleAuthError):
        problem = Unauthorized(
            say(
                fr="Google a refusé la connexion ({why}) : vérifiez VIGIE_YOUTUBE_CLIENT_ID",
                en="Google refused to sign in ({why}): check VIGIE_YOUTUBE_CLIENT_ID",
                why=type(error).__name__,
            )
        )
    return problem


def _by_reason(error: HttpError) -> ConnectorError:
    status, reason = error.resp.status, _reason(error)
    said = f"{reason or HTTPStatus(status).phrase}, {status}"
    problem: ConnectorError = refused(YOUTUBE, said)
    if reason in QUOTA_REASONS:
        problem = _quota_used_up()
    elif reason in RATE_REASONS or status == 429:
        problem = slow_down(YOUTUBE, said, seconds_in(error.resp, "retry-after"))
    elif reason == "commentsDisabled":
        problem = refused(YOUTUBE, _comments_disabled())
    elif status in (404, 410) or (reason or "").endswith("NotFound"):
        problem = gone(YOUTUBE, said)
    elif status >= 500 or status == 408:
        problem = unwell(YOUTUBE, said)
    elif reason in CREDENTIAL_REASONS or (status in (401, 403) and reason not in REFUSAL_REASONS):
        problem = _unauthorized(said)
    return problem


def _quota_used_up() -> RateLimited:
    return RateLimited(
        say(
            fr="le quota quotidien de YouTube est épuisé : il est renouvelé à minuit, heure du Pacifique",
            en="YouTube's quota of the day is used up: it is renewed at midnight, Pacific time",
        ),
        seconds_to_renewal(),
    )


def _comments_disabled() -> str:
    return say(
        fr="les commentaires de cette vidéo sont désactivés (commentsDisabled) ; retirez-la des sources",
        en="comments are turned off on this video (commentsDisabled); take it out of the sources",
    )


def _unauthorized(said: str) -> Unauthorized:
    return Unauthorized(
        say(
            fr="YouTube a refusé les accès ({said}) : vérifiez VIGIE_YOUTUBE_API_KEY, et que VIGIE_YOUTUBE_REFRESH_TOKEN a la "
            "portée (scope) {scope} et vient du propriétaire de la chaîne",
            en="YouTube refused the credentials ({said}): check VIGIE_YOUTUBE_API_KEY, and that VIGIE_YOUTUBE_REFRESH_TOKEN "
            "has the scope {scope} and the channel's owner",
            said=said,
            scope=SCOPE,
        )
    )


def _reason(error: HttpError) -> str | None:
    """The machine-readable reason, where the answer has the documented shape."""
    details = error.error_details
    if isinstance(details, list):
        return next((str(one["reason"]) for one in details if isinstance(one, dict) and "reason" in one), None)
    return None
