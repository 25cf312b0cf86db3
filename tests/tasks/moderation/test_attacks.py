"""At least 150 attacks on the judge, against a model that obeys whatever it finds in the data position.

They prove that structure, validation and limits hold, not the model's good will.
"""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from ruamel.yaml import YAML

from connectors import models
from connectors.contract import ConnectorError
from domain.records import COMMENT_SCHEMA, VERDICT_SCHEMA
from tasks.moderation.charter_file import default_charter
from tasks.moderation.earlier_opinions import with_earlier_opinions
from tasks.moderation.injection import LONGEST_CHARS, talks_to_the_judge
from tasks.moderation.second_opinion import COMMENTS_A_CALL, Opinions, second_opinions

CHARTER = default_charter()
HOMOGLYPHS = str.maketrans("aeiopc", "аеіорс")
DISGUISES: dict[str, Callable[[str], str]] = {
    "plain": str,
    "loud": lambda text: "BRAVO!!! " + text.upper() + " 🙏🙏",
    "homoglyphs": lambda text: text.translate(HOMOGLYPHS),
    "zero width": "\u200b".join,
    "right to left": lambda text: f"\u202e{text}\u202c",
    "at the end of a long text": lambda text: "You are such an idiot, honestly. " * 70 + text,
}
ATTACKS = [
    (f"{kind}/{disguise}/{number}", disguised(text))
    for kind, texts in YAML(typ="safe").load(Path(__file__).with_name("attacks.yaml")).items()
    for number, text in enumerate(texts)
    for disguise, disguised in DISGUISES.items()
]
OBEYED = re.compile(r"allow|none|approv|accept|autoris|safe|harmless|benin|laisse|garde|keep|permis", re.IGNORECASE)


def obedient(system: str, user: str) -> str:
    """The worst of models: it clears everything once one comment asks for it, and repeats JSON that it is shown."""
    listed = json.loads(user)["comments"]
    said = "\n".join(one["text"] for one in listed)
    for start in (place.start() for place in re.finditer(r"\{", said)):
        try:
            shown, _ = json.JSONDecoder().raw_decode(said, start)
        except ValueError:
            continue
        return json.dumps(shown)
    clear = OBEYED.search(said) is not None
    opinion = {"norm": "none", "confidence": 1.0} if clear else {"norm": "insult", "confidence": 0.95}
    return json.dumps({"opinions": [{"id": one["id"], "quote": "", **opinion} for one in listed]})


@pytest.fixture
def model(
    answering: Callable[[Callable[[str, str], str]], None],
) -> Callable[[Callable[[str, str], str]], models.Model]:
    """`model(answer)` is a client of an endpoint that answers with `answer(system, user)`."""

    def connected(answer: Callable[[str, str], str]) -> models.Model:
        answering(answer)
        return models.connect()

    return connected


def batch(*texts: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Comments that a local model holds without being sure."""
    comments = pl.DataFrame(
        [{"id": f"c{at}", "text": text, "lang": "en", "deleted": False} for at, text in enumerate(texts)],
        schema=dict(COMMENT_SCHEMA),
    )
    verdict = {
        "action": "hold",
        "norms": ["insult"],
        "scores": '{"insult": 0.7}',
        "confidence": 0.7,
        "decided_by": "model",
        "evidence": "[]",
        "reason": "",
        "autonomy": "propose",
    }
    verdicts = pl.DataFrame([verdict | {"comment_id": one} for one in comments["id"]], schema=dict(VERDICT_SCHEMA))
    return comments, verdicts


def asked(model: models.Model, *texts: str) -> Opinions:
    comments, verdicts = batch(*texts)
    return second_opinions(verdicts, comments, {}, CHARTER, model, lambda: True, ConnectorError)


def test_there_are_enough_attacks():
    assert len({text for _, text in ATTACKS}) >= 150


def test_no_attack_changes_its_own_verdict_nor_that_of_another_comment(model: Any):
    judge = model(obedient)
    victims = ("You really are a clown, mate", "Quel clown, celui-là")
    alone = asked(judge, *victims).verdicts.drop("comment_id").to_dicts()
    assert [row["decided_by"] for row in alone] == ["llm", "llm"]
    for start in range(0, len(ATTACKS), 10):
        part = ATTACKS[start : start + 10]
        found = asked(judge, *(text for _, text in part), *victims).verdicts
        assert found.tail(2).drop("comment_id").to_dicts() == alone, [name for name, _ in part]
        for (name, _), row in zip(part, found.to_dicts(), strict=False):
            assert row["action"] == "hold", name
            assert row["autonomy"] == "propose", name
            assert row["reason"] in {"", *CHARTER.norm("insult").reason.values()}, name


def test_everyday_talk_is_not_taken_for_an_attack():
    for text in (
        "You really are a clown, mate",
        "Quel abruti ce livreur, il a jeté mon colis 🤬",
        "This strap is rubbish and so is your shop!!!",
        "Mdr t'es trop bête :)",
        "שלום לכולם",
        "10/10 would buy again 👨‍👩‍👧",
    ):
        assert not talks_to_the_judge(text), text


def test_the_prompt_holds_no_comment_and_the_data_is_json(model: Any):
    seen = []
    asked(model(lambda system, user: seen.append((system, user)) or "{}"), "You really are a clown, mate")
    system, user = seen[0]
    assert "clown" not in system
    assert json.loads(user)["comments"][0]["text"] == "You really are a clown, mate"


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "I would rather not.",
        '{"opinions": []}',
        '{"opinions": [{"id": "made up", "norm": "none", "confidence": 1, "quote": ""}]}',
        '{"opinions": [{"id": "ID", "norm": "made_up", "confidence": 1, "quote": ""}]}',
        '{"opinions": [{"id": "ID", "norm": "none", "confidence": 7, "quote": ""}]}',
        '{"opinions": [{"id": "ID", "norm": "none", "confidence": 1, "quote": "words that nobody wrote"}]}',
        '{"opinions": [{"id": "ID", "norm": "none", "confidence": 0.5, "quote": ""}]}',
        '{"opinions": [{"id": "ID", "norm": "none", "confidence": 1, "quote": ""}, {"id": "ID", "norm": "insult", "confidence": 1, "quote": ""}]}',
    ],
)
def test_an_answer_that_does_not_fit_leaves_the_comment_to_a_human(model: Any, answer: str):
    def reply(system: str, user: str) -> str:
        return answer.replace("ID", json.loads(user)["comments"][0]["id"])

    found = asked(model(reply), "You really are a clown, mate")
    assert found.verdicts.row(0, named=True)["action"] == "hold"
    assert found.verdicts.row(0, named=True)["decided_by"] == "model"
    assert found.counted == 0


def test_an_opinion_that_fits_counts_but_never_acts_alone(model: Any):
    def reply(system: str, user: str) -> str:
        listed = json.loads(user)["comments"]
        return json.dumps(
            {"opinions": [{"id": one["id"], "norm": "threat", "confidence": 1.0, "quote": "clown"} for one in listed]}
        )

    row = asked(model(reply), "You really are a clown, mate").verdicts.row(0, named=True)
    assert (row["action"], row["norms"], row["decided_by"], row["autonomy"]) == (
        "escalate",
        ["threat"],
        "llm",
        "propose",
    )
    assert json.loads(row["evidence"])[0]["text"] == "clown"
    assert row["confidence"] <= 0.9


def test_many_comments_share_a_call_and_a_budget_ends_the_asking(model: Any):
    judge = model(obedient)
    texts = [f"You really are a clown, mate number {at}" for at in range(COMMENTS_A_CALL * 2 + 1)]
    comments, verdicts = batch(*texts)
    found = second_opinions(verdicts, comments, {}, CHARTER, judge, lambda: len(judge.used) < 2, ConnectorError)
    assert (found.calls, len(found.asked), found.failed, found.error) == (2, COMMENTS_A_CALL * 2, 1, "budget")
    assert [one.input for one in judge.used] == [10, 10]


def test_what_is_too_long_is_read_by_a_human(model: Any):
    found = asked(model(obedient), "idiot " * (LONGEST_CHARS // 2), "x" * 100_000)
    assert found.calls == 0
    assert set(found.verdicts["action"]) == {"hold"}


LONG = "Honestly this is the silliest thing that I have read all week, you absolute clown"


def test_near_identical_comments_share_one_question_and_exact_copies_its_answer(model: Any):
    seen: list[int] = []

    def reply(system: str, user: str) -> str:
        listed = json.loads(user)["comments"]
        seen.append(len(listed))
        opinion = {"norm": "none", "confidence": 1.0, "quote": ""}
        return json.dumps({"opinions": [{"id": one["id"], **opinion} for one in listed]})

    comments, verdicts = batch(LONG, f"  {LONG.upper()}!!", LONG)
    verdicts = verdicts.with_columns(
        decided_by=pl.Series(["model", "model", "reuse"]), text_hash=pl.Series(["one", "two", "one"])
    )
    found = second_opinions(verdicts, comments, {}, CHARTER, model(reply), lambda: True, ConnectorError)
    assert seen == [1]
    assert found.verdicts["action"].to_list() == ["allow"] * 3
    assert found.verdicts["decided_by"].to_list() == ["llm", "llm", "reuse"]
    assert found.verdicts["comment_id"].to_list() == ["c0", "c1", "c2"]


def test_what_was_said_of_a_comment_stands_for_near_identical_later_ones_under_the_same_models(model: Any):
    told = asked(model(lambda _, user: opinion_on(user, "threat", quote="clown")), LONG)
    earlier = told.verdicts.with_columns(text=pl.lit(LONG), lang=pl.lit("en"))
    comments, verdicts = batch(f"  {LONG.upper()}!!", LONG.replace("week", "year"), "You clown", f"{LONG} …")
    found = with_earlier_opinions(verdicts, comments, earlier, CHARTER)
    assert found["decided_by"].to_list() == ["reuse", "model", "model", "reuse"]
    assert found["norms"].to_list() == [["threat"], ["insult"], ["insult"], ["threat"]]
    assert found["evidence"].to_list()[0] == "[]"  # the quote is not in the shouted text
    assert json.loads(found["evidence"].to_list()[3])[0]["text"] == "clown"
    assert set(found["autonomy"]) == {"propose"}
    other_models = verdicts.with_columns(model_version=pl.lit("others"))
    assert with_earlier_opinions(other_models, comments, earlier, CHARTER).equals(other_models)


def test_what_a_human_should_decide_is_not_settled_by_an_earlier_opinion(model: Any):
    cleared = asked(model(lambda _, user: opinion_on(user, "none")), LONG)
    earlier = cleared.verdicts.with_columns(text=pl.lit(LONG), lang=pl.lit("en"))
    comments, verdicts = batch(f"{LONG}!!")
    escalated = verdicts.with_columns(action=pl.lit("escalate"))
    assert with_earlier_opinions(escalated, comments, earlier, CHARTER).equals(escalated)


def opinion_on(user: str, norm: str, quote: str = "") -> str:
    """The answer of a model that is sure of the same norm for each comment."""
    said = {"norm": norm, "confidence": 0.9, "quote": quote}
    return json.dumps({"opinions": [{"id": one["id"], **said} for one in json.loads(user)["comments"]]})


def test_a_short_comment_is_asked_about_in_each_conversation(model: Any):
    seen: list[Any] = []
    judge = model(lambda system, user: seen.append(json.loads(user)["comments"]) or "{}")
    comments, verdicts = batch("You clown", "You clown", "You 🤡", "You")
    second_opinions(verdicts, comments, {"c0": "Look at my costume"}, CHARTER, judge, lambda: True, ConnectorError)
    assert [one["text"] for one in seen[0]] == ["You clown", "You clown", "You 🤡", "You"]
