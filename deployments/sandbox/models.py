"""The stand-in of an OpenAI-compatible endpoint: chat, responses, embeddings, moderations and models, without weights.

Answers depend on the request alone, so that a run can be repeated.
"""

import json
import re
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from deployments.sandbox import ids
from deployments.sandbox.answers import answer
from deployments.sandbox.model_answers import embedding, estimated_tokens, moderation, reply_to
from deployments.sandbox.model_batches import batch_routes

API_KEY = "sandbox-model-key"
MODELS = ("sandbox-small", "sandbox-embedding", "omni-moderation-latest")
CREATED_AT = 1_700_000_000

Handler = Callable[[Request], Awaitable[Response]]


# What each provider's documentation leaves out of OpenAI's API; the paths `/limits/PROVIDER/v1/...` behave like it.
OWN_SCHEMA = re.compile(r"JSON object of this schema:\n(\{.*\})", re.DOTALL)
LIMITS: dict[str, frozenset[str]] = {
    "openai": frozenset(),
    "gemini": frozenset({"moderations"}),
    "claude": frozenset({"moderations", "embeddings", "response_format"}),
    "perplexity": frozenset({"moderations", "embeddings"}),
    "ollama": frozenset({"moderations"}),
    "vllm": frozenset({"moderations"}),
    "llamacpp": frozenset({"moderations"}),
}


def routes() -> list[Route]:
    return [
        Route("/limits/{provider}/v1/{what:path}", _keyed(_limited), methods=["POST"]),
        Route("/v1/models", _keyed(_models)),
        Route("/v1/models/{name}", _keyed(_model)),
        Route("/v1/chat/completions", _keyed(_chat), methods=["POST"]),
        Route("/v1/responses", _keyed(_responses), methods=["POST"]),
        Route("/v1/embeddings", _keyed(_embeddings), methods=["POST"]),
        Route("/v1/moderations", _keyed(_moderations), methods=["POST"]),
        *batch_routes(_keyed, HANDLERS),
    ]


def _keyed(act: Handler) -> Handler:
    """`act` for a well-formed request with any key, as local model servers have it."""

    async def endpoint(request: Request) -> Response:
        if not request.headers.get("authorization", "").removeprefix("Bearer").strip():
            error = {
                "message": "You didn't provide an API key.",
                "type": "invalid_request_error",
                "param": None,
                "code": None,
            }
            return answer({"error": error}, 401)
        try:
            return await act(request)
        except json.JSONDecodeError:
            return _refused("We could not parse the JSON body of your request.", None)

    return endpoint


async def _models(request: Request) -> Response:
    return answer({"object": "list", "data": [_described(name) for name in MODELS]})


async def _model(request: Request) -> Response:
    return answer(_described(request.path_params["name"]))


def _described(name: str) -> dict[str, Any]:
    return {"id": name, "object": "model", "created": CREATED_AT, "owned_by": "sandbox"}


async def _limited(request: Request) -> Response:
    """As a provider that lacks part of the API: what it does not know is not there, or is ignored."""
    provider, what = request.path_params["provider"], request.path_params["what"]
    if provider not in LIMITS or what.split("/")[0] in LIMITS[provider] or what not in HANDLERS:
        return answer({"error": {"message": f"Unknown path {what}", "type": "not_found_error", "param": None}}, 404)
    return await HANDLERS[what](request)


async def _chat(request: Request) -> Response:
    body = await request.json()
    if body.get("stream"):
        return _refused("the sandbox does not stream: leave `stream` out", "stream")
    if not body.get("messages"):
        return _refused("you must provide a `messages` parameter", "messages")
    turns = [_turn(message) for message in body["messages"]]
    ignored = "response_format" in LIMITS.get(request.path_params.get("provider", ""), ())
    wanted = {} if ignored else body.get("response_format") or {}
    schema = (wanted.get("json_schema") or {}).get("schema") if wanted.get("type") == "json_schema" else None
    told = OWN_SCHEMA.search("\n".join(said for role, said in turns if role == "system")) if ignored else None
    text = reply_to(turns, json.loads(told[1]) if told else schema, as_json=wanted.get("type") == "json_object")
    text = f"Here is the JSON:\n```json\n{text}\n```" if told else text
    return answer({
        "id": f"chatcmpl-{_id(body)}",
        "object": "chat.completion",
        "created": CREATED_AT,
        "model": body.get("model", MODELS[0]),
        "choices": [{
            "index": 0,
            "message": {"role": "assistant", "content": text, "refusal": None, "annotations": []},
            "logprobs": None,
            "finish_reason": "stop",
        }],
        "usage": _usage("prompt", "completion", json.dumps(body["messages"]), text),
        "system_fingerprint": "fp_sandbox",
    })  # fmt: skip


async def _responses(request: Request) -> Response:
    body = await request.json()
    if body.get("stream"):
        return _refused("the sandbox does not stream: leave `stream` out", "stream")
    given = body.get("input")
    if not given:
        return _refused("you must provide an `input` parameter", "input")
    turns = [("user", given)] if isinstance(given, str) else [_turn(message) for message in given]
    if body.get("instructions"):
        turns.insert(0, ("system", body["instructions"]))
    form = (body.get("text") or {}).get("format") or {"type": "text"}
    text = reply_to(turns, form.get("schema"), as_json=form["type"] == "json_object")
    content = {"type": "output_text", "text": text, "annotations": [], "logprobs": []}
    return answer({
        "id": f"resp_{_id(body)}",
        "object": "response",
        "created_at": CREATED_AT,
        "status": "completed",
        "error": None,
        "incomplete_details": None,
        "instructions": body.get("instructions"),
        "metadata": {},
        "model": body.get("model", MODELS[0]),
        "output": [{
            "id": f"msg_{_id(body)}", "type": "message", "status": "completed", "role": "assistant", "content": [content],
        }],
        "parallel_tool_calls": True,
        "temperature": 1.0,
        "tool_choice": "auto",
        "tools": [],
        "top_p": 1.0,
        "text": {"format": form},
        "usage": _usage("input", "output", json.dumps(given), text)
        | {"input_tokens_details": {"cached_tokens": 0}, "output_tokens_details": {"reasoning_tokens": 0}},
    })  # fmt: skip


async def _embeddings(request: Request) -> Response:
    body = await request.json()
    given = body.get("input")
    texts = [given] if isinstance(given, str) else given or []
    if not texts:
        return _refused("'input' is needed", "input")
    as_base64 = body.get("encoding_format") == "base64"
    size = body.get("dimensions") or 256
    data = [
        {"object": "embedding", "index": index, "embedding": embedding(str(text), size, as_base64=as_base64)}
        for index, text in enumerate(texts)
    ]
    used = sum(estimated_tokens(str(text)) for text in texts)
    usage = {"prompt_tokens": used, "total_tokens": used}
    return answer({"object": "list", "data": data, "model": body.get("model", MODELS[1]), "usage": usage})


async def _moderations(request: Request) -> Response:
    body = await request.json()
    given = body.get("input")
    texts = [given] if isinstance(given, str) else given or []
    results = [moderation(text if isinstance(text, str) else str(text.get("text", ""))) for text in texts]
    return answer({"id": f"modr-{_id(body)}", "model": body.get("model") or MODELS[2], "results": results})


HANDLERS: dict[str, Handler] = {
    "chat/completions": _chat,
    "responses": _responses,
    "embeddings": _embeddings,
    "moderations": _moderations,
}


def _turn(message: dict[str, Any]) -> tuple[str, str]:
    """Who says what: content may be text or a list of parts."""
    content = message.get("content") or ""
    if not isinstance(content, str):
        content = "\n".join(str(part.get("text", "")) for part in content)
    return str(message.get("role", "user")), content


def _usage(asked: str, said: str, question: str, reply: str) -> dict[str, Any]:
    counts = {f"{asked}_tokens": estimated_tokens(question), f"{said}_tokens": estimated_tokens(reply)}
    return counts | {"total_tokens": sum(counts.values())}


def _id(body: Any) -> str:
    return ids.opaque("answer", json.dumps(body, sort_keys=True), length=29).replace("-", "0").replace("_", "1")


def _refused(message: str, parameter: str | None) -> Response:
    error = {"message": message, "type": "invalid_request_error", "param": parameter, "code": None}
    return answer({"error": error}, 400)
