"""A batch goes out, is waited for and comes back; a line that failed costs its own question only."""

import json
from typing import Any

import pytest
from pydantic import BaseModel

from connectors import models
from connectors.contract import ConnectorError, Rejected, Unavailable
from connectors.model_batches import Answers, fetch, send


class Judgement(BaseModel):
    action: str


QUESTIONS = {"a": "Bonjour", "b": "Hello"}


@pytest.fixture
def model(serve: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    def start(handle: Any) -> models.Model:
        settings = {"PRESET": "openai", "NAME": "m", "API_KEY": "sk-s3cret", "URL": serve(handle).url}
        for name, value in settings.items():
            monkeypatch.setenv(f"VIGIE_MODEL_{name}", value)
        monkeypatch.setattr(models, "RETRIES", 0)
        return models.connect()

    return start


def line(key: str, content: Any, status: int = 200) -> str:
    body = {"choices": [{"message": {"content": content}}], "usage": {"prompt_tokens": 10, "completion_tokens": 2}}
    return json.dumps({"custom_id": key, "response": {"status_code": status, "body": body}, "error": None})


def endpoint(answer: Any, output: bytes, status: str = "completed") -> Any:
    """Answers to any request of the Batch API."""
    batch = {"id": "batch_1", "object": "batch", "status": status, "output_file_id": "file-2" if output else None}
    return lambda request: answer(output) if request.path.endswith("/content") else answer(batch)


def test_all_questions_share_their_beginning(model: Any, answer: Any) -> None:
    sent: list[str] = []

    def handle(request: Any) -> Any:
        sent.append(request.body)
        return answer({"id": "file-1", "object": "file"})

    send(model(handle), "Judge.", QUESTIONS, Judgement)
    lines = [json.loads(one) for one in sent[0].splitlines() if one.startswith("{")]
    assert [one["custom_id"] for one in lines] == ["a", "b"]
    firsts = [one["body"]["messages"][0] for one in lines]
    assert firsts[0] == firsts[1] and "Judge." in firsts[0]["content"]
    assert [one["body"]["messages"][1]["content"] for one in lines] == list(QUESTIONS.values())


def test_a_running_batch_is_waited_for(model: Any, answer: Any) -> None:
    assert fetch(model(endpoint(answer, b"", "in_progress")), "batch_1", Judgement) is None


def test_what_failed_or_does_not_fit_is_left_out_and_the_rest_is_billed_at_half(model: Any, answer: Any) -> None:
    output = "\n".join(
        [line("a", '{"action": "hold"}'), line("b", "I would rather not"), '{"custom_id": "c", "response": null}', "{"]
    )
    asked = model(endpoint(answer, output.encode()))
    assert fetch(asked, "batch_1", Judgement) == Answers({"a": Judgement(action="hold")}, "completed")
    assert asked.used == [models.Usage(10, 2, 0.5)] * 2


def test_an_expired_batch_without_answers_is_over(model: Any, answer: Any) -> None:
    assert fetch(model(endpoint(answer, b"", "expired")), "batch_1", Judgement) == Answers({}, "expired")


@pytest.mark.parametrize(("status", "expected"), [(404, Rejected), (500, Unavailable)])
def test_errors_are_typed(status: int, expected: type, model: Any, answer: Any) -> None:
    refused = model(lambda request: answer({"error": {"message": "no sk-s3cret"}}, status))
    for act in (lambda: fetch(refused, "batch_1", Judgement), lambda: send(refused, "Judge.", QUESTIONS, Judgement)):
        with pytest.raises(ConnectorError) as caught:
            act()
        assert isinstance(caught.value, expected) and "s3cret" not in str(caught.value)
