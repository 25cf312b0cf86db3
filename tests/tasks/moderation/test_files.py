"""The file commands' contract: exact columns, same order, tolerant of holes, clear about what is wrong."""

import csv
from pathlib import Path

import polars as pl
import pytest
from rapidfuzz.fuzz import ratio
from rapidfuzz.process import cdist

from tasks.moderation.charter_file import default_charter, load_charter
from tasks.moderation.files import moderate_table, with_norms_of
from tasks.moderation.local_model import load_models
from tasks.moderation.own_sentences import SENTENCES_FILE, slots, variants
from tasks.moderation.training import TrainingError
from tasks.moderation.training_file import read_labels, train_file

FUNCTIONAL = Path(__file__).with_name("functional")
COLUMNS = ["id", "action", "norms", "scores", "confidence", "decided_by", "evidence", "reason"]


def test_the_output_has_exactly_the_public_columns_in_the_order_of_the_input() -> None:
    rows = pl.DataFrame({"id": ["b", "a", "a"], "text": ["You asshole", None, "Merci\u00a0!"]})
    out = moderate_table(rows, default_charter(), load_models())
    assert [list(row) for row in out] == [COLUMNS] * 3
    assert [row["id"] for row in out] == ["b", "a", "a"]
    assert [row["action"] for row in out] == ["hold", "allow", "allow"]
    assert out[0]["evidence"] == [{"norm": "insult", "start": 4, "end": 11, "text": "asshole"}]
    assert all(0 <= score <= 1 for row in out for score in row["scores"].values())


def test_numbers_as_ids_and_repeated_texts_are_fine() -> None:
    rows = pl.DataFrame({"id": [7, 8], "text": ["You asshole", "You asshole"]})
    out = moderate_table(rows, default_charter(), {})
    assert [(row["id"], row["decided_by"]) for row in out] == [(7, "rule"), (8, "reuse")]


def test_a_missing_column_is_named() -> None:
    with pytest.raises(ValueError, match="column `text` is missing; the columns are: id, body"):
        moderate_table(pl.DataFrame({"id": [1], "body": ["a"]}), default_charter(), {})


def test_an_empty_file_gives_an_empty_output() -> None:
    empty = pl.DataFrame(schema={"id": pl.String, "text": pl.String})
    assert moderate_table(empty, default_charter(), load_models()) == []


def test_a_model_of_a_norm_that_the_charter_lacks_is_used_and_held(tmp_path: Path) -> None:
    rows = pl.DataFrame(
        {
            "text": [f"front row seats, {n} left for tonight" for n in range(20)]
            + [f"{n} people sang" for n in range(20)]
        }
    ).with_columns(label=pl.Series(["touting"] * 20 + ["normal"] * 20))
    report = train_file(rows, "touting", tmp_path)
    assert (tmp_path / "touting.report.json").read_text("utf-8").startswith("{")
    assert report.positives == 20
    charter = with_norms_of(load_charter("norms: [{id: insult}]\n", "charter.yaml"), load_models(tmp_path))
    assert {"insult", "touting"} <= {norm.id for norm in charter.norms}
    out = moderate_table(
        pl.DataFrame({"id": [1], "text": ["front row seats left for tonight"]}), charter, load_models(tmp_path)
    )
    assert (out[0]["action"], out[0]["norms"], out[0]["decided_by"]) == ("hold", ["touting"], "model")


@pytest.mark.parametrize(
    ("labels", "norm"),
    [
        (["1", "0"], "spam"),
        (["spam", "ham"], "spam"),
        (["Spam", "HAM"], "unwanted"),
        (["offensive", "not_offensive"], "insult"),
        (["hateful", "normal"], "hate"),
        (["True", "False"], "spam"),
        (["oui", "non"], "spam"),
        (["toxic", "non-toxic"], "insult"),
        (["yes", "maybe_fine"], "spam"),
    ],
)
def test_which_label_breaks_the_norm(labels: list[str], norm: str) -> None:
    assert read_labels(labels, norm) == [True, False]


def test_with_several_kinds_of_labels_the_norms_own_name_breaks_it() -> None:
    assert read_labels(["hate", "normal", "hateful", "none"], "hate") == [True, False, True, False]


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (["1", "0", "perhaps"], "data.csv:4: label `perhaps` is not understood"),
        (["1", "", "0"], "data.csv:3: the label is empty"),
        (["red", "blue"], "data.csv:2: label `red` is not understood; write 1 where the norm `spam` is broken"),
    ],
)
def test_a_label_that_is_not_understood_is_told_with_its_line(labels: list[str], message: str) -> None:
    with pytest.raises(TrainingError, match=message.replace("(", r"\(")):
        read_labels(labels, "spam", "data.csv")


def test_a_missing_label_column_is_named(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="column `label` is missing"):
        train_file(pl.DataFrame({"text": ["a"]}), "spam", tmp_path, file="data.csv")


def templates(language: str) -> list[dict[str, str]]:
    with (FUNCTIONAL / f"{language}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize(
    ("language", "groups"),
    [
        ("en", ["women", "gay people", "trans people", "Muslims", "black people", "immigrants", "disabled people"]),
        ("fr", ["femmes", "homosexuels", "personnes trans", "musulmans", "Noirs", "immigrés", "handicapés"]),
    ],
)
def test_hate_is_told_from_what_only_looks_like_it(language: str, groups: list[str]) -> None:
    cases = [
        (row["template"].replace("{group}", group).replace("{member}", group.removesuffix("s")), row["hateful"] == "1")
        for row in templates(language)
        for group in (groups if "{" in row["template"] else [""])
    ]
    assert len(cases) >= 300
    rows = pl.DataFrame({"id": range(len(cases)), "text": [text for text, _ in cases]})
    found = ["hate" in row["norms"] for row in moderate_table(rows, default_charter(), load_models())]
    right = [flag == hateful for flag, (_, hateful) in zip(found, cases, strict=True)]
    assert sum(right) / len(right) > 0.85


@pytest.mark.parametrize("language", ["en", "fr"])
def test_no_functional_sentence_was_learnt_from(language: str) -> None:
    sentences = pl.read_csv(SENTENCES_FILE, infer_schema_length=0).filter(pl.col("lang") == language)
    learnt = [filled.casefold() for text in sentences["text"] for filled in variants(text, language)]
    groups = sorted({name.casefold() for slot in "gs" for name in slots()[language][slot]}, key=len, reverse=True)
    learnt = pl.Series(learnt).str.replace_all(rf"\b(?:{'|'.join(groups)})\b", "{group}").to_list()
    kept_apart = [row["template"].replace("{member}", "{group}") for row in templates(language)]
    likeness = cdist([kept.casefold() for kept in kept_apart], learnt, scorer=ratio)
    assert likeness.max() < 85
