"""`vigie webhook`: answers Dialogflow's fulfilment requests by the matcher of `vigie answer`.

It also serves the pages that take a reader off the digest and that pause replies on a crisis."""

import hmac
import json
import logging
import os
from collections.abc import Sequence
from dataclasses import replace

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from connectors.dialogflow import answered, asked
from deployments.pause_page import pause_routes
from deployments.unsubscribe_page import unsubscribe_routes
from domain.documents import MendableError
from domain.knowledge import Knowledge
from domain.language import Language, say, typeset
from tasks.embedding import sense_of_the_environment
from tasks.language import detect_languages
from tasks.replies.matching import Matcher
from tasks.replies.plain_text import plain_text

logger = logging.getLogger(__name__)
TOKEN = "VIGIE_WEBHOOK_TOKEN"  # noqa: S105 the variable's name
MOST_BODY_BYTES = 100_000
EMBEDDING_SECONDS = 2.0  # Dialogflow gives up after five
TO_A_PERSON: dict[Language, str] = {
    "fr": "Je n'ai pas la réponse ; une personne de l'équipe va vous répondre.",
    "en": "I do not have the answer; a person of the team will reply to you.",
}


class NoToken(MendableError):
    """The webhook would answer anybody."""


def application(
    knowledge: Knowledge, matcher: Matcher, token: str, min_confidence: float, others: Sequence[Route] = ()
) -> Starlette:
    """POST /dialogflow with `Authorization: Bearer TOKEN`, in the form of ES or CX; GET /health; other routes beside."""

    async def fulfil(request: Request) -> Response:
        given = request.headers.get("authorization", "").removeprefix("Bearer ")
        if not hmac.compare_digest(given.encode(), token.encode()):
            return JSONResponse({"error": "wrong or missing bearer token"}, 401)
        body = await request.body()
        try:
            content = json.loads(body) if len(body) <= MOST_BODY_BYTES else None
        except ValueError:
            content = None
        question = asked(content) if isinstance(content, dict) else None
        if question is None:
            return JSONResponse({"error": "neither a request of Dialogflow ES nor of CX"}, 400)
        edition, text, code = question
        return JSONResponse(answered(edition, _answer(text, code, knowledge, matcher, min_confidence)))

    async def health(request: Request) -> Response:
        return JSONResponse({"entries": len(matcher.ids)})

    return Starlette(routes=[Route("/dialogflow", fulfil, methods=["POST"]), Route("/health", health), *others])


def _answer(text: str, code: str, knowledge: Knowledge, matcher: Matcher, min_confidence: float) -> str:
    language: Language = "fr" if (code[:2] or detect_languages([text], ["fr", "en"])[0]) == "fr" else "en"
    found = matcher.match([text]).row(0, named=True)
    if found["entry_id"] is None or found["confidence"] < min_confidence:
        return typeset(TO_A_PERSON[language], language)
    return plain_text(knowledge.entry(found["entry_id"], language).answer)


def serve_webhook(host: str, port: int) -> None:
    """Serve until interrupted. Raises NoToken without VIGIE_WEBHOOK_TOKEN."""
    from tasks.workspace import open_workspace

    token = os.environ.get(TOKEN, "")
    if not token:
        raise NoToken(say(fr="choisissez un secret long dans {name}", en="set a long secret in {name}", name=TOKEN))
    workspace = open_workspace()
    directory = workspace.settings.var / "matcher"
    # Embedding a whole knowledge base may take long; a member's question may not.
    fitted = Matcher.load_or_fit(workspace.knowledge, directory, sense_of_the_environment(logger.warning))
    matcher = replace(fitted, sense=sense_of_the_environment(logger.warning, EMBEDDING_SECONDS))
    community, store = workspace.community, workspace.store
    pages = (*unsubscribe_routes(community, store), *pause_routes(community, store))
    app = application(workspace.knowledge, matcher, token, workspace.charter.replies.min_confidence, pages)
    uvicorn.run(app, host=host, port=port, log_level="warning")
