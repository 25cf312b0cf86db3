"""How the stand-ins answer: JSON in ASCII, as the platforms write it, and the parameters of a request in one mapping."""

import json
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response


def answer(
    content: Any, status: int = 200, headers: Mapping[str, str] | None = None, media: str = "application/json"
) -> Response:
    """A JSON answer."""
    body = json.dumps(content, separators=(",", ":")).encode()
    return Response(body, status, headers, media_type=f"{media}; charset=utf-8")


def whole(value: str | None, default: int, most: int) -> int:
    """A number of a query between 1 and `most`; `default` when it is absent or makes no sense."""
    try:
        return min(max(int(value or default), 1), most)
    except ValueError:
        return default


async def fields(request: Request) -> dict[str, str]:
    """The query and, of a form, its fields."""
    found = dict(request.query_params)
    if request.method == "POST" and "json" not in request.headers.get("content-type", ""):
        from urllib.parse import parse_qsl

        found |= dict(parse_qsl((await request.body()).decode(), keep_blank_values=True))
    return found
