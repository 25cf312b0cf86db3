"""The model's stand-in, driven by the openai client."""

import math
from typing import Literal

import openai
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, Field

from deployments.sandbox.faults import Fault
from deployments.sandbox.model_answers import reply_to
from deployments.sandbox.server import Sandbox


class Judgement(BaseModel):
    id: str
    action: Literal["allow", "hold", "remove"]
    confidence: float = Field(ge=0, le=1)
    reason: str | None


class Judgements(BaseModel):
    judgements: list[Judgement]


class Draft(BaseModel):
    text: str = Field(max_length=40)
    urgent: bool
    stars: int = Field(ge=1, le=5)


@pytest.fixture(scope="module")
def sandbox(shared_sandbox: Sandbox) -> Sandbox:
    return shared_sandbox


@pytest.fixture
def client(sandbox: Sandbox) -> openai.OpenAI:
    environment = sandbox.environment
    return openai.OpenAI(
        base_url=environment["VIGIE_MODEL_URL"], api_key=environment["VIGIE_MODEL_API_KEY"], max_retries=0, timeout=10
    )


QUESTION = 'Judge these:\n[{"id": "a", "text": "Merci, super !"}, {"id": "b", "text": "Shut up you idiot"}]'


def test_each_comment_of_a_question_is_judged_by_its_own_words(client: openai.OpenAI) -> None:
    answer = client.chat.completions.parse(
        model="sandbox-small", messages=[{"role": "user", "content": QUESTION}], response_format=Judgements
    )
    judged = answer.choices[0].message.parsed
    assert judged is not None
    assert [(one.id, one.action) for one in judged.judgements] == [("a", "allow"), ("b", "remove")]


def test_responses_follow_the_schema_too(client: openai.OpenAI) -> None:
    answer = client.responses.parse(model="sandbox-small", input=QUESTION, text_format=Judgements)
    assert answer.output_parsed is not None
    assert [one.action for one in answer.output_parsed.judgements] == ["allow", "remove"]


def test_without_a_schema_the_answer_is_the_gist_of_the_last_question(client: openai.OpenAI) -> None:
    said = [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": [{"type": "text", "text": "Le mode hors ligne ? Il est payant."}]},
    ]
    answer = client.chat.completions.create(model="m", messages=said)  # type: ignore[arg-type]
    assert answer.choices[0].message.content == "Le mode hors ligne ?"
    assert answer.usage is not None and answer.usage.total_tokens > 0


def test_the_same_question_gets_the_same_answer(client: openai.OpenAI) -> None:
    answers = [client.responses.create(model="m", input="Once more?") for _ in range(2)]
    assert answers[0].to_dict() == answers[1].to_dict()


@given(st.text(min_size=1, max_size=200))
@settings(max_examples=40, deadline=None)
def test_whatever_is_said_the_answer_fits_the_schema(said: str) -> None:
    for shape in (Judgements, Draft):
        shape.model_validate_json(reply_to([("user", said)], shape.model_json_schema(), as_json=False))


def test_texts_that_share_words_are_near_each_other(client: openai.OpenAI) -> None:
    texts = ["how do I cancel my plan", "cancel my plan please", "une autre histoire"]
    vectors = [one.embedding for one in client.embeddings.create(model="sandbox-embedding", input=texts).data]
    near, far = (math.sumprod(vectors[0], other) if hasattr(math, "sumprod") else
                 sum(a * b for a, b in zip(vectors[0], other, strict=True)) for other in vectors[1:])  # fmt: skip
    assert near > 0.5 > far
    assert math.isclose(sum(value * value for value in vectors[0]), 1, rel_tol=1e-5)


def test_moderation_has_the_categories_of_openai(client: openai.OpenAI) -> None:
    mild, harsh = client.moderations.create(model="omni-moderation-latest", input=["hello", "I will kill you"]).results
    assert (mild.flagged, harsh.flagged) == (False, True)
    assert harsh.categories.harassment_threatening and harsh.category_scores.harassment_threatening > 0.5


def test_models_are_listed(client: openai.OpenAI) -> None:
    assert "sandbox-small" in [model.id for model in client.models.list()]


def test_a_fault_and_a_question_without_words_are_refused_as_by_openai(sandbox: Sandbox, client: openai.OpenAI) -> None:
    sandbox.inject(Fault("models", "429"))
    with pytest.raises(openai.RateLimitError):
        client.models.list()
    with pytest.raises(openai.BadRequestError, match="messages"):
        client.chat.completions.create(model="m", messages=[])
    with pytest.raises(openai.BadRequestError, match="stream"):
        client.chat.completions.create(model="m", messages=[{"role": "user", "content": "a"}], stream=True)
