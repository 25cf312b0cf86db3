"""The page behind the link of a crisis alert: one click pauses automated replies on its subject for a day.

Only a POST counts: scanners of mail and previews of chats open every link. The token shows that the link came from an alert.
"""

import hmac
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Engine
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from connectors.store import alerts
from domain.community import Community
from domain.language import Language
from tasks.publishing.page import content_policy
from tasks.publishing.rendering import rendered, stylesheet
from tasks.publishing.wording import Wording
from tasks.signed_links import pause_token

PAUSED_HOURS = 24


def pause_routes(community: Community, store: Engine) -> Sequence[Route]:
    """GET /pause?crisis=ID&token=TOKEN asks; POST there pauses; POST /resume with the same query ends the pause."""

    async def ask(request: Request) -> Response:
        crisis, now = _crisis(request, community, store), datetime.now(UTC)
        until = _paused_until(store, crisis, now) if crisis else None
        return _page(request, community, crisis, "paused" if until else "ask", until)

    async def pause(request: Request) -> Response:
        crisis, now = _crisis(request, community, store), datetime.now(UTC)
        until = now + timedelta(hours=PAUSED_HOURS)
        if crisis:
            alerts.pause(store, crisis["id"], crisis["terms"], until, "link", now)
        return _page(request, community, crisis, "paused", until)

    async def resume(request: Request) -> Response:
        crisis = _crisis(request, community, store)
        if crisis:
            alerts.resume(store, crisis["id"])
        return _page(request, community, crisis, "resumed")

    return (
        Route("/pause", ask, methods=["GET"]),
        Route("/pause", pause, methods=["POST"]),
        Route("/resume", resume, methods=["POST"]),
    )


def _crisis(request: Request, community: Community, store: Engine) -> dict[str, Any] | None:
    """The crisis that the link names, where its token is right and the crisis was seen lately."""
    name, given = (request.query_params.get(part, "") for part in ("crisis", "token"))
    token = pause_token(community.name, name)
    if not token or not hmac.compare_digest(given.encode(), token.encode()):
        return None
    return alerts.known_crises(store, datetime.now(UTC)).get(name)


def _paused_until(store: Engine, crisis: dict[str, Any], now: datetime) -> datetime | None:
    return next((row["until"] for row in alerts.pauses(store, now) if row["subject"] == crisis["id"]), None)


def _page(
    request: Request, community: Community, crisis: dict[str, Any] | None, step: str, until: datetime | None = None
) -> Response:
    words = Wording(_language(request, community), community.timezone)
    html = rendered(
        "pause.html.j2",
        words=words,
        community=community.name,
        step=step if crisis else "unknown",
        label=crisis["label"] if crisis else "",
        terms=", ".join(crisis["terms"]) if crisis else "",
        until=words.moment(until) if until else "",
        query=request.url.query,
        style=stylesheet(),
        policy=content_policy().replace("form-action 'none'", "form-action 'self'"),
    )
    return HTMLResponse(html, 200 if crisis else 404, {"Referrer-Policy": "no-referrer", "Cache-Control": "no-store"})


def _language(request: Request, community: Community) -> Language:
    asked = request.query_params.get("lang")
    return "fr" if asked == "fr" else "en" if asked == "en" else community.languages[0]
