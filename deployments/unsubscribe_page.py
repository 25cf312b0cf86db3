"""The page behind the link at a mail's foot: one click, or the mail client's own, takes the reader off (RFC 8058).

Only a POST counts: scanners of mail open every link. The token in the address names the reader, so nobody signs in.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import Engine
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from connectors.store.unsubscribed import unsubscribe
from domain.community import Community, Recipient
from tasks.publishing.page import content_policy
from tasks.publishing.rendering import rendered, stylesheet
from tasks.publishing.wording import Wording
from tasks.signed_links import unsubscribe_token


def unsubscribe_routes(community: Community, store: Engine) -> Sequence[Route]:
    """GET /unsubscribe?to=TOKEN asks; POST there does it, from the page's button and from mail clients alike."""
    known = {unsubscribe_token(community.name, each.address): each for each in community.recipients if each.address}
    known.pop("", None)  # without a secret no link is valid

    async def ask(request: Request) -> Response:
        return _page(community, known.get(request.query_params.get("to", "")), "ask")

    async def leave(request: Request) -> Response:
        recipient = known.get(request.query_params.get("to", ""))
        if recipient:
            unsubscribe(store, recipient.address, datetime.now(UTC))
        return _page(community, recipient, "done")

    return (
        Route("/unsubscribe", ask, methods=["GET"]),
        Route("/unsubscribe", leave, methods=["POST"]),
    )


def _page(community: Community, recipient: Recipient | None, step: str) -> Response:
    words = Wording(recipient.language if recipient else community.languages[0])
    html = rendered(
        "unsubscribe.html.j2",
        words=words,
        community=community.name,
        step=step if recipient else "unknown",
        style=stylesheet(),
        policy=content_policy().replace("form-action 'none'", "form-action 'self'"),
    )
    return HTMLResponse(
        html, 200 if recipient else 404, {"Referrer-Policy": "no-referrer", "Cache-Control": "no-store"}
    )
