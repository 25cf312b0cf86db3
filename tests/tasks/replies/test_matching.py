"""The matcher finds the entry whatever the spelling, says when there is none, and is fitted once."""

import numpy as np
import pytest

from domain.knowledge import Knowledge, KnowledgeEntry
from tasks.replies.matching import MATCH_SCHEMA, Matcher, fingerprint


@pytest.mark.parametrize(
    ("text", "entry_id"),
    [
        ("Où est ma commande ?", "order_status"),
        ("ou est ma comande", "order_status"),
        ("bonjour, mon colis n'est toujours pas arrivé", "order_status"),
        ("where's my parcel", "order_status"),
        ("livrez vous en suisse", "shipping_countries"),
        ("mot de passe oublié", "password"),
        ("forgot my pasword", "password"),
        ("how to cancel my subscription", "cancel"),
        ("I want to unsubscribe", "cancel"),
    ],
)
def test_a_question_finds_its_entry(matcher, text, entry_id):
    assert matcher.match([text])["entry_id"].to_list() == [entry_id]


@pytest.mark.parametrize(
    "text",
    [
        "quelle heure est-il à Tokyo",
        "how do I cook rice",
        "What do you think about the election?",
        "qui est votre directeur",
        "",
        "😀",
        "?",
        "شكرا",
    ],
)
def test_a_question_that_nothing_answers_finds_no_entry(matcher, text):
    assert matcher.match([text])["entry_id"].to_list() == [None]


def test_the_nearest_two_are_named_even_when_neither_is_sure(matcher):
    row = matcher.match(["something about a parcel"]).row(0, named=True)
    assert row["best"] == "order_status"
    assert row["runner_up"] not in {None, row["best"]}
    assert 1 >= row["confidence"] >= row["runner_up_confidence"] >= 0


def test_rows_come_in_order_with_the_declared_columns(matcher):
    result = matcher.match(["reset password", "xyzzy", "reset password"])
    assert dict(result.schema) == MATCH_SCHEMA
    assert result["entry_id"].to_list() == ["password", None, "password"]
    assert matcher.match([]).is_empty() and dict(matcher.match([]).schema) == MATCH_SCHEMA


def test_an_empty_knowledge_base_answers_nothing():
    assert Matcher.fit(Knowledge(())).match(["Where is my order?"])["entry_id"].to_list() == [None]


def test_a_single_entry_is_no_answer_to_everything():
    entry = KnowledgeEntry("hours", "en", "What are your opening hours?", "9 to 5")
    matcher = Matcher.fit(Knowledge((entry,)))
    result = matcher.match(["what are the opening hours", "how do I cook rice", "what are your plans"])
    assert result["entry_id"].to_list() == ["hours", None, None]


def test_drafts_and_retired_entries_answer_nothing():
    entry = KnowledgeEntry("hours", "en", "What are your opening hours?", "9 to 5", status="retired")
    assert Matcher.fit(Knowledge((entry,))).match([entry.question])["best"].to_list() == [None]


def test_a_stored_matcher_answers_as_before_and_holds_no_pickle(matcher, tmp_path):
    matcher.save(tmp_path)
    texts = ["Où est ma commande ?", "how do I cook rice"]
    assert Matcher.load(tmp_path).match(texts).equals(matcher.match(texts))
    with np.load(tmp_path / "matcher.npz", allow_pickle=False) as arrays:
        assert all(arrays[name].dtype != object for name in arrays)


def test_it_is_fitted_again_only_when_the_knowledge_changes(knowledge, tmp_path):
    first = Matcher.load_or_fit(knowledge, tmp_path)
    written = (tmp_path / "matcher.npz").stat().st_mtime_ns
    again = Matcher.load_or_fit(knowledge, tmp_path)
    assert again.fingerprint == first.fingerprint
    assert (tmp_path / "matcher.npz").stat().st_mtime_ns == written
    changed = Knowledge(knowledge.entries[1:], knowledge.for_humans)
    assert Matcher.load_or_fit(changed, tmp_path).fingerprint == fingerprint(changed) != first.fingerprint


def test_a_broken_store_is_fitted_again(knowledge, tmp_path):
    Matcher.load_or_fit(knowledge, tmp_path)
    (tmp_path / "matcher.npz").write_bytes(b"PK broken")
    assert Matcher.load_or_fit(knowledge, tmp_path).match(["reset password"])["entry_id"].to_list() == ["password"]
