"""A model's answer is validated, asked for again once, and then given up with a typed error."""

import json
from typing import Any, Literal

import pytest
from pydantic import BaseModel, Field

from connectors import models
from connectors.contract import ConnectorError, RateLimited, Rejected, Unauthorized, Unavailable

KEY = "sk-s3cret"


class Judgement(BaseModel):
    action: Literal["allow", "hold"]
    confidence: float = Field(ge=0, le=1)


GOOD = '{"action": "hold", "confidence": 0.9}'


def said(content: str | None, refusal: str | None = None) -> dict[str, Any]:
    message = {"role": "assistant", "content": content, "refusal": refusal}
    choice = {"index": 0, "finish_reason": "stop", "message": message}
    return {"id": "1", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice]}


@pytest.fixture
def model(serve: Any, answer: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    def start(*answers: Any, preset: str = "openai") -> Any:
        left = list(answers)
        loopback = serve(lambda request: left.pop(0) if len(left) > 1 else left[0])
        settings = {"PRESET": preset, "NAME": "m", "API_KEY": KEY, "URL": loopback.url}
        for name, value in settings.items():
            monkeypatch.setenv(f"VIGIE_MODEL_{name}", value)
        monkeypatch.setattr(models, "RETRIES", 0)
        return models.connect(), loopback

    return start


def test_an_answer_that_fits_is_a_value(model: Any, answer: Any, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    judge, loopback = model(answer(said(GOOD)))
    assert judge.ask("Judge.", "Bonjour", Judgement) == Judgement(action="hold", confidence=0.9)
    asked = json.loads(loopback.requests[0].body)
    assert asked["response_format"]["json_schema"]["schema"] == Judgement.model_json_schema()
    assert asked["messages"][1] == {"role": "user", "content": "Bonjour"}
    assert KEY not in caplog.text


def test_a_code_fence_is_taken_off(model: Any, answer: Any) -> None:
    judge, _ = model(answer(said(f"Here it is:\n```json\n{GOOD}\n```")))
    assert judge.ask("Judge.", "Bonjour", Judgement).action == "hold"


def test_a_wrong_answer_is_asked_for_again_once(model: Any, answer: Any) -> None:
    judge, loopback = model(answer(said('{"action": "ban", "confidence": 0.9}')), answer(said(GOOD)))
    assert judge.ask("Judge.", "Bonjour", Judgement).confidence == 0.9
    complaint = json.loads(loopback.requests[1].body)["messages"][-1]["content"]
    assert "action: literal_error" in complaint


def test_a_model_that_stays_wrong_is_given_up(model: Any, answer: Any) -> None:
    judge, loopback = model(answer(said("I would rather talk about the weather.")))
    with pytest.raises(Rejected, match="twice"):
        judge.ask("Judge.", "Bonjour", Judgement)
    assert len(loopback.requests) == 2


def test_a_refusal_is_not_asked_again(model: Any, answer: Any) -> None:
    judge, loopback = model(answer(said(None, "I cannot help with that.")))
    with pytest.raises(Rejected, match="refused"):
        judge.ask("Judge.", "Bonjour", Judgement)
    assert len(loopback.requests) == 1


def test_claude_is_asked_in_words_only(model: Any, answer: Any) -> None:
    judge, loopback = model(answer(said(GOOD)), preset="claude")
    judge.ask("Judge.", "Bonjour", Judgement)
    asked = json.loads(loopback.requests[0].body)
    assert "response_format" not in asked
    assert '"confidence"' in asked["messages"][0]["content"]


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (401, Unauthorized),
        (403, Unauthorized),
        (404, Rejected),
        (400, Rejected),
        (429, RateLimited),
        (500, Unavailable),
    ],
)
def test_errors_are_typed_and_do_not_quote_the_key(status: int, expected: type, model: Any, answer: Any) -> None:
    told = {"error": {"message": f"Incorrect API key provided: {KEY}", "type": "t", "code": None, "param": None}}
    judge, _ = model(answer(told, status, {"Retry-After": "3"}))
    with pytest.raises(ConnectorError) as caught:
        judge.ask("Judge.", "Bonjour", Judgement)
    assert type(caught.value) is expected
    assert KEY not in str(caught.value)
    assert not isinstance(caught.value, RateLimited) or caught.value.retry_after == 3


@pytest.mark.parametrize("body", [b"<!DOCTYPE html>", b'{"choices": [', {"choices": []}, {}, []])
def test_nonsense_is_unavailable(body: Any, model: Any, answer: Any) -> None:
    judge, _ = model(answer(body))
    with pytest.raises(Unavailable):
        judge.ask("Judge.", "Bonjour", Judgement)


@pytest.mark.parametrize("how", ["cut", "drop"])
def test_a_broken_connection_is_unavailable(how: str, model: Any, answer: Any) -> None:
    judge, _ = model(answer(said(GOOD), **{how: True}))
    with pytest.raises(Unavailable):
        judge.ask("Judge.", "Bonjour", Judgement)


def test_what_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PRESET", "NAME", "API_KEY", "URL"):
        monkeypatch.delenv(f"VIGIE_MODEL_{name}", raising=False)
    with pytest.raises(Unauthorized, match="VIGIE_MODEL_NAME"):
        models.connect()
    monkeypatch.setenv("VIGIE_MODEL_NAME", "m")
    with pytest.raises(Unauthorized, match="VIGIE_MODEL_API_KEY"):
        models.connect()
    monkeypatch.setenv("VIGIE_MODEL_PRESET", "ollama")
    assert models.connect().name == "m"
    monkeypatch.setenv("VIGIE_MODEL_PRESET", "hal")
    with pytest.raises(Unauthorized, match="openai, gemini, claude"):
        models.connect()
