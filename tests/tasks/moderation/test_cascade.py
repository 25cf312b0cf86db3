"""What comes out of the cascade: actions, reasons, evidence, reuse, exceptions and a human wherever it is unsure."""

import json
from typing import Any

import polars as pl
import pytest

from domain.charter import Charter
from domain.documents import parse
from domain.records import COMMENT_SCHEMA, VERDICT_SCHEMA, frame
from tasks.moderation.cascade import model_version, moderate, path_counts
from tasks.moderation.charter_file import default_charter, load_charter
from tasks.moderation.local_model import NormModel
from tasks.moderation.training import train

CHARTER = """
norms:
  - id: insult
    autonomy: {autonomy}
    action: remove
    target_precision: {target}
    rules:
      - name: own_list
        words: [idiot, crétin]
        confidence: 0.95
"""


def comments(*texts: str | None, **columns: Any) -> pl.DataFrame:
    rows = [{"id": f"reddit:t1_{at}", "text": text, "lang": "en", **columns} for at, text in enumerate(texts)]
    return frame(rows, COMMENT_SCHEMA)


def charter(autonomy: str = "propose", target: float = 0.9) -> Charter:
    return load_charter(CHARTER.format(autonomy=autonomy, target=target), "charter.yaml")


@pytest.fixture(scope="module")
def rude_model() -> NormModel:
    rude = [f"you are a rotten {word} number {at}" for at in range(30) for word in ("fish", "egg")]
    kind = [f"thank you for the lovely {word} number {at}" for at in range(30) for word in ("fish", "egg")]
    return train([*rude, *kind], [True] * 60 + [False] * 60, "insult")[0]


def test_there_is_one_verdict_for_each_comment_in_the_same_order() -> None:
    batch = comments("You idiot", "Thank you!", None, "", "You idiot")
    verdicts = moderate(batch, charter(), {})
    assert verdicts.schema == VERDICT_SCHEMA
    assert verdicts["comment_id"].to_list() == batch["id"].to_list()
    assert verdicts["action"].to_list() == ["remove", "allow", "allow", "allow", "remove"]


def test_an_empty_batch_gives_no_verdicts() -> None:
    assert moderate(comments(), default_charter(), {}).schema == VERDICT_SCHEMA


def test_the_evidence_points_into_the_original_text() -> None:
    text = "Espèce de C R É T I N !"
    evidence = json.loads(moderate(comments(text), charter(), {})["evidence"][0])
    assert [one["text"] for one in evidence] == ["C R É T I N"]
    assert text[evidence[0]["start"] : evidence[0]["end"]] == "C R É T I N"


def test_the_reason_is_in_the_members_language() -> None:
    french, other = (moderate(comments("idiot", lang=lang), charter(), {})["reason"][0] for lang in ("fr", "de"))
    assert french.startswith("Ce message semble contenir une insulte")
    assert other.startswith("This message seems to contain an insult")


@pytest.mark.parametrize(
    ("autonomy", "target", "action", "granted"),
    [
        ("act", 0.9, "remove", "act"),
        ("act", 0.99, "hold", "propose"),
        ("propose", 0.9, "remove", "propose"),
        ("observe", 0.99, "hold", "observe"),
    ],
)
def test_below_the_wanted_precision_nothing_is_removed_alone(
    autonomy: str, target: float, action: str, granted: str
) -> None:
    row = moderate(comments("you idiot"), charter(autonomy, target), {}).row(0, named=True)
    assert (row["action"], row["autonomy"]) == (action, granted)


def test_the_same_text_is_judged_once_and_reused() -> None:
    first = moderate(comments("you idiot", "hello"), charter(), {})
    again = moderate(comments("hello", "you idiot", "something new"), charter(), {}, known=first)
    assert again["decided_by"].to_list() == ["reuse", "reuse", "rule"]
    assert again["action"].to_list() == ["allow", "remove", "allow"]
    assert path_counts(again)["reuse"] == 2


def test_nothing_is_reused_under_another_charter_or_model(rude_model: NormModel) -> None:
    first = moderate(comments("you idiot"), charter(), {})
    other = moderate(comments("you idiot"), charter(target=0.8), {}, known=first)
    modelled = moderate(comments("you idiot"), charter(), {"insult": rude_model}, known=first)
    assert other["decided_by"].to_list() == modelled["decided_by"].to_list() == ["rule"]
    assert model_version({}) != model_version({"insult": rude_model})


def test_the_teams_own_accounts_are_never_moderated() -> None:
    ours = {"author_id": "reddit:t2_cm", "author_name": "CaptainCM"}
    for team in (["captaincm"], ["u/CaptainCM"], ["reddit:t2_cm"]):
        assert moderate(comments("you idiot", **ours), charter(), {}, team=team)["action"][0] == "allow"
    assert moderate(comments("you idiot", **ours), charter(), {}, team=["somebody"])["action"][0] == "remove"


def test_exceptions_of_a_norm_hold_and_do_not_spill_over_to_the_same_text_elsewhere() -> None:
    text = CHARTER.format(autonomy="propose", target=0.9) + "    exceptions: {threads: ['reddit:t3_roast']}\n"
    roast = load_charter(text, "charter.yaml")
    batch = pl.concat(
        [comments("you idiot", thread_id="reddit:t3_roast"), comments("you idiot", thread_id="reddit:t3_x")]
    )
    assert moderate(batch, roast, {})["action"].to_list() == ["allow", "remove"]


@pytest.mark.parametrize(
    ("role", "raw", "author"),
    [
        ("moderator", {"distinguished": "moderator"}, "reddit:t2_m"),
        ("thread_author", {"is_submitter": True}, "reddit:t2_m"),
        ("channel_owner", {"channelId": "UC1"}, "youtube:UC1"),
    ],
)
def test_a_role_may_be_excepted_where_the_platform_tells_it(role: str, raw: dict[str, Any], author: str) -> None:
    text = CHARTER.format(autonomy="propose", target=0.9) + f"    exceptions: {{roles: [{role}]}}\n"
    excepting = load_charter(text, "charter.yaml")
    told = {"author_id": author, "raw": json.dumps(raw)}
    batch = pl.concat([comments("you idiot", **told), comments("you idiot", **told | {"raw": "{}"})])
    assert moderate(batch, excepting, {})["action"].to_list() == ["allow", "remove"]
    others = {"distinguished": None, "is_submitter": False, "channelId": "UC2"}
    stranger = comments("you idiot", author_id=author, raw=json.dumps(others))
    assert moderate(stranger, excepting, {})["action"].to_list() == ["remove"]


def test_a_model_flags_what_no_rule_names_and_a_human_decides(rude_model: NormModel) -> None:
    row = moderate(comments("you are a rotten apple"), charter("act", 0.99), {"insult": rude_model}).row(0, named=True)
    assert (row["action"], row["decided_by"], row["autonomy"]) == ("hold", "model", "propose")
    assert json.loads(row["scores"])["insult"] > 0.5


def test_a_norm_may_do_without_its_model(rude_model: NormModel) -> None:
    text = CHARTER.format(autonomy="propose", target=0.9) + "    use_model: false\n"
    verdicts = moderate(comments("you are a rotten apple"), load_charter(text, "charter.yaml"), {"insult": rude_model})
    assert verdicts["action"].to_list() == ["allow"]


@pytest.mark.parametrize(
    "text",
    ["Je vais te retrouver et te tuer", "I know where you live", "kys", "I want to end my life", "je veux mourir"],
)
def test_threats_and_distress_reach_a_human_at_once(text: str) -> None:
    assert moderate(comments(text, lang=None), default_charter(), {})["action"].to_list() == ["escalate"]


@pytest.mark.parametrize(
    "text",
    [
        "He called me an idiot in front of everybody",
        "Il m'a traité de connard devant tout le monde",
        "I am such a moron, I forgot my password",
        "Je suis vraiment un abruti, j'ai perdu mon code",
        "Ce boss va me tuer !",
        "I could kill for a pizza",
        "C'était à mourir de rire",
        "Désolé du retard de livraison",
        "Is this crypto giveaway a scam?",
        "Mon numéro de commande est le 10023341",
    ],
)
def test_quoted_insults_self_mockery_and_harmless_words_are_no_offence(text: str) -> None:
    assert moderate(comments(text, lang=None), default_charter(), {})["action"].to_list() == ["allow"]


def test_deleted_comments_are_allowed_and_their_text_is_not_read() -> None:
    assert moderate(comments("you idiot", deleted=True), charter(), {})["action"].to_list() == ["allow"]


def test_a_charter_that_was_parsed_without_presets_still_gives_a_reason() -> None:
    plain = parse(CHARTER.format(autonomy="propose", target=0.9), Charter, "charter.yaml")
    assert moderate(comments("you idiot"), plain, {})["reason"][0] == (
        "This message seems to break a rule of the community: insult."
    )


@pytest.mark.parametrize(
    ("text", "by"),
    [("You clown", "model"), ("You clown, honestly, this is the silliest thing I read all week", "reuse")],
)
def test_a_language_models_opinion_is_taken_over_only_where_it_does_not_rest_on_the_conversation(text: str, by: str):
    charter = default_charter()
    comments = pl.DataFrame([{"id": "a", "text": text, "lang": "en", "deleted": False}], schema=dict(COMMENT_SCHEMA))
    first = moderate(comments, charter, {})
    by_llm = first.with_columns(decided_by=pl.lit("llm"))
    again = moderate(comments, charter, {}, known=by_llm)
    assert (again["decided_by"].to_list() == ["reuse"]) == (by == "reuse")
