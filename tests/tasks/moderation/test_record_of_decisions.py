"""Shadow mode, appeals, statements of reasons, rehearsals and the DSA export: what makes moderation answerable."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from connectors.store.record import RESTRICTION_SCHEMA
from domain.charter import Appeals, Charter, Norm, Rule
from domain.records import COMMENT_SCHEMA, Autonomy
from tasks.moderation.appeals import find_appeals
from tasks.moderation.cascade import moderate
from tasks.moderation.charter_file import default_charter
from tasks.moderation.dsa import STATEMENTS_A_CALL, DsaStatement, calls, dsa_statements
from tasks.moderation.rehearsal import NormEffect, rehearse
from tasks.moderation.rehearsal_report import rehearsal_markdown
from tasks.moderation.shadow import in_shadow, with_shadow
from tasks.moderation.statement import statement_of_reasons
from tasks.moderation.training import train

NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)
PARIS = ZoneInfo("Europe/Paris")


def norm(norm_id: str, word: str, **fields: object) -> Norm:
    return Norm(id=norm_id, title=norm_id.title(), rules=[Rule(name="one", words=[word])], **fields)


def comments(*texts: str, author: str = "reddit:t2_a") -> pl.DataFrame:
    rows = [
        {
            "id": f"reddit:t1_{at}",
            "platform": "reddit",
            "thread_id": "reddit:t3_0",
            "author_id": author,
            "author_name": "Ana",
            "text": text,
            "lang": "fr",
            "created_at": NOW + timedelta(minutes=at),
            "deleted": False,
        }
        for at, text in enumerate(texts)
    ]
    return pl.DataFrame(rows, schema=dict(COMMENT_SCHEMA))


# --- shadow ---------------------------------------------------------------------------------------------------------


def test_a_norm_added_later_only_observes_for_its_first_days():
    charter = Charter(norms=[norm("spam", "promo", autonomy="act"), norm("spoilers", "fin", autonomy="act")])
    first_seen = {"spam": NOW - timedelta(days=40), "spoilers": NOW - timedelta(days=1)}
    assert in_shadow(charter, first_seen, NOW) == ("spoilers",)
    judged = moderate(comments("la fin est triste", "promo"), with_shadow(charter, ("spoilers",)), {})
    assert judged["autonomy"].to_list() == ["observe", "act"]
    assert in_shadow(charter, first_seen, NOW + timedelta(days=3)) == ()


def test_the_norms_of_the_first_charter_apply_at_once_and_zero_days_switch_the_shadow_off():
    charter = Charter(norms=[norm("spam", "promo"), norm("spoilers", "fin")])
    assert in_shadow(charter, {"spam": NOW, "spoilers": NOW}, NOW) == ()
    later = {"spam": NOW, "spoilers": NOW + timedelta(days=1)}
    assert in_shadow(charter.model_copy(update={"shadow_days": 0}), later, NOW + timedelta(days=1)) == ()


@given(st.lists(st.integers(0, 100), min_size=1, max_size=6), st.integers(0, 30))
def test_the_shadow_never_makes_a_norm_freer(days: list[int], shadow_days: int):
    norms = [norm(f"n{at}", "mot", autonomy="act") for at in range(len(days))]
    charter = Charter(norms=norms, shadow_days=shadow_days)
    seen = {one.id: NOW - timedelta(days=day) for one, day in zip(norms, days, strict=True)}
    shadowed = in_shadow(charter, seen, NOW)
    after = with_shadow(charter, shadowed)
    assert {one.id for one in after.norms if one.autonomy == Autonomy.OBSERVE} == set(shadowed)
    assert after.version == charter.version if not shadowed else after.version != charter.version


# --- appeals --------------------------------------------------------------------------------------------------------

RESTRICTED = pl.DataFrame(
    {
        "verdict_id": [7, 9],
        "comment_id": ["reddit:t1_old", "reddit:t1_newer"],
        "author_id": ["reddit:t2_a", "reddit:t2_a"],
        "thread_id": ["reddit:t3_0", "reddit:t3_1"],
        "at": [NOW - timedelta(days=2), NOW - timedelta(days=1)],
        "norms": [["insult"], ["spam"]],
    }
)


@pytest.mark.parametrize("text", ["Je CONTESTE !", "je conteste cette décision", "I appeal, this is unfair"])
def test_an_appeal_reaches_a_human_with_the_decision_of_its_own_thread(text: str):
    handoffs, contested = find_appeals(comments(text), RESTRICTED, default_charter(), "fr", NOW)
    assert contested == (7,)
    assert handoffs["reason"].to_list() == ["appeal"]
    assert "nº 7" in handoffs["summary"][0]


def test_words_that_only_resemble_an_appeal_and_members_without_a_decision_are_left_alone():
    charter = default_charter()
    harmless = comments("Ce jeu est contesté", "the appeal of this lamp is its light", "Merci")
    assert find_appeals(harmless, RESTRICTED, charter, "fr", NOW)[1] == ()
    stranger = comments("Je conteste", author="reddit:t2_b")
    assert find_appeals(stranger, RESTRICTED, charter, "fr", NOW)[0].is_empty()


def test_a_charter_without_phrases_knows_no_appeals():
    charter = default_charter().model_copy(update={"appeals": Appeals(phrases={"fr": [], "en": []})})
    assert find_appeals(comments("Je conteste"), RESTRICTED, charter, "fr", NOW)[0].is_empty()


# --- statements of reasons ------------------------------------------------------------------------------------------


def a_verdict(**fields: object) -> dict:
    return {
        "id": 12,
        "action": "remove",
        "norms": ["spam"],
        "evidence": [{"norm": "spam", "start": 0, "end": 5, "text": "PROMO  !!"}],
        "decided_by": "rule",
        "status": "applied",
        "charter_version": "abc",
        "model_version": "def",
    } | fields


def test_a_statement_says_what_why_from_which_facts_by_whom_and_how_to_contest():
    text = statement_of_reasons(a_verdict(), NOW, "fr", default_charter(), "Europe/Paris")
    assert "Votre message du 2\u00a0novembre 2026 a été retiré." in text
    assert "«\u00a0PROMO !!\u00a0»" in text
    assert "un robot" in text
    assert "répondez «\u00a0Je conteste\u00a0»" in text
    assert "charte abc, modèles def" in text
    english = statement_of_reasons(a_verdict(), NOW, "de", default_charter(), "Europe/Paris")
    assert "was removed" in english
    assert "reply “I appeal”" in english


def test_a_statement_tells_who_decided_and_copes_with_a_norm_that_is_gone():
    charter = default_charter()
    human = statement_of_reasons(a_verdict(decided_by="human", norms=["gone"]), NOW, "fr", charter, "UTC")
    assert "Une personne de l’équipe a décidé." in human
    assert "gone" in human
    assisted = statement_of_reasons(a_verdict(status="confirmed", evidence=[]), NOW, "en", charter, "UTC")
    assert "a person of the team decided" in assisted
    assert "about the whole message" in assisted
    assert statement_of_reasons(a_verdict(action="allow"), NOW, "en", charter, "UTC") == ""


@given(st.text(max_size=300))
def test_the_words_of_a_member_never_break_the_form_of_a_statement(words: str):
    charter = default_charter()
    quoted = a_verdict(evidence=[{"norm": "spam", "start": 0, "end": 1, "text": words}])
    plain = statement_of_reasons(a_verdict(evidence=[]), NOW, "fr", charter, "UTC")
    assert statement_of_reasons(quoted, NOW, "fr", charter, "UTC").count("\n") == plain.count("\n")


# --- rehearsal ------------------------------------------------------------------------------------------------------


def test_a_rehearsal_shows_what_would_change_and_how_right_humans_found_it():
    past = comments("la fin est triste", "promo", "bonjour", "fin")
    before = Charter(norms=[norm("spam", "promo")])
    after = Charter(norms=[norm("spoilers", "fin")])
    human = {"reddit:t1_0": "hold", "reddit:t1_3": "allow"}
    found = rehearse(past, moderate(past, before, {}), moderate(past, after, {}), human, after)
    assert found.comments == 4
    assert set(found.changes["comment_id"]) == {"reddit:t1_0", "reddit:t1_1", "reddit:t1_3"}
    assert found.effects == (NormEffect("spoilers", 0, 2, right=1, decided=2), NormEffect("spam", 1, 0))
    report = rehearsal_markdown(found, after, "fr", "Europe/Paris")
    assert "Traités autrement\u00a0: 3." in report
    assert "50\u00a0%" in report


def test_an_unchanged_charter_changes_nothing_and_an_empty_past_reads_well():
    charter = default_charter()
    for past in (comments("bonjour", "merci"), comments()):
        judged = moderate(past, charter, {})
        found = rehearse(past, judged, judged, {}, charter)
        assert found.changes.is_empty()
        assert "No comment would be treated differently." in rehearsal_markdown(found, charter, "en", "UTC")


def test_a_rehearsal_tells_what_asking_about_its_doubts_would_cost():
    charter, past = default_charter(), comments(*(f"number {at} of the people who agree" for at in range(45)))
    models = {
        "insult": train(
            [f"you rotten fish {at}" for at in range(20)] + [f"thank you {at}" for at in range(20)],
            [True] * 20 + [False] * 20,
            "insult",
        )[0]
    }
    doubting = replace(models["insult"], threshold=0.001)  # flags everything, and is sure of nothing
    before, after = moderate(past, charter, {}), moderate(past, charter, {"insult": replace(doubting, bounds=())})
    found = rehearse(past, before, after, {}, charter)
    assert (found.calls, found.usd > 0) == (3, True)  # twenty comments a call
    assert "3 calls" in rehearsal_markdown(found, charter, "en", "UTC")
    assert rehearse(past, before, before, {}, charter).calls == 0


def test_what_members_wrote_stays_text_in_the_report():
    past = comments("fin | <script>alert(1)</script> [lien](http://evil.example)")
    before, after = Charter(norms=[norm("spam", "promo")]), Charter(norms=[norm("spoilers", "fin")])
    found = rehearse(past, moderate(past, before, {}), moderate(past, after, {}), {}, after)
    report = rehearsal_markdown(found, after, "en", "UTC")
    assert "<script>" not in report
    assert r"\[lien\](http\://" in report


@given(st.integers(1, 400), st.data())
def test_the_interval_of_a_precision_holds_it(decided: int, data: st.DataObject):
    right = data.draw(st.integers(0, decided))
    effect = NormEffect("spam", 0, decided, right=right, decided=decided)
    low, high = effect.bounds
    assert 0 <= low <= effect.precision <= high <= 1


# --- the EU's database ----------------------------------------------------------------------------------------------


def restricted(count: int = 1, **fields: object) -> pl.DataFrame:
    row = {
        "verdict_id": 3,
        "comment_id": "reddit:t1_a",
        "platform": "reddit",
        "author_id": "reddit:t2_someone",
        "thread_id": "reddit:t3_0",
        "lang": "fr",
        "written_at": datetime(2026, 10, 31, 23, 30, tzinfo=UTC),
        "kind": "remove",
        "done_at": NOW,
        "undone_at": None,
        "norms": ["spam"],
        "confidence": 0.97,
        "decided_by": "rule",
        "status": "applied",
        "reason": "Publicité.",
        "charter_version": "abc",
        "model_version": "def",
    } | fields
    return pl.DataFrame([row | {"verdict_id": at} for at in range(count)], schema=RESTRICTION_SCHEMA)


def test_a_statement_for_the_database_has_its_values_and_no_personal_data():
    (one,) = dsa_statements(restricted(), default_charter(), "fr", PARIS)
    assert one.decision_visibility == ["DECISION_VISIBILITY_CONTENT_REMOVED"]
    assert one.automated_decision == "AUTOMATED_DECISION_FULLY"
    assert (one.content_date, one.application_date) == (date(2026, 11, 1), date(2026, 11, 2))
    assert one.content_language == "FR"
    assert "someone" not in one.model_dump_json()
    assert "t1_a" not in one.model_dump_json()


@pytest.mark.parametrize(
    ("fields", "wanted"),
    [
        ({"decided_by": "human"}, {"automated_decision": "AUTOMATED_DECISION_NOT_AUTOMATED"}),
        ({"status": "confirmed"}, {"automated_decision": "AUTOMATED_DECISION_PARTIALLY"}),
        ({"kind": "hold"}, {"decision_visibility": ["DECISION_VISIBILITY_CONTENT_DISABLED"]}),
        ({"norms": ["hate"]}, {"category": "STATEMENT_CATEGORY_ILLEGAL_OR_HARMFUL_SPEECH"}),
        ({"norms": ["of_our_own"]}, {"category": "STATEMENT_CATEGORY_OTHER_VIOLATION_TC"}),
        ({"undone_at": NOW}, {"end_date_visibility_restriction": "2026-11-02"}),
        ({"lang": "und"}, {"content_language": None}),
        ({"norms": []}, {"category": "STATEMENT_CATEGORY_OTHER_VIOLATION_TC"}),
    ],
)
def test_each_kind_of_restriction_has_its_value(fields: dict, wanted: dict):
    (one,) = dsa_statements(restricted(**fields), default_charter(), "en", PARIS)
    dumped = one.model_dump(mode="json")
    assert {key: dumped[key] for key in wanted} == wanted


def test_calls_hold_at_most_a_hundred_statements_each_with_an_identifier_of_its_own():
    statements = dsa_statements(restricted(205), default_charter(), "en", PARIS)
    bodies = list(calls(statements))
    assert [len(body["statements"]) for body in bodies] == [STATEMENTS_A_CALL, STATEMENTS_A_CALL, 5]
    assert len({one["puid"] for body in bodies for one in body["statements"]}) == 205
    again = DsaStatement.model_validate(json.loads(json.dumps(bodies[2]["statements"][0])))
    assert again == statements[200]


def test_a_value_that_the_database_would_refuse_is_refused_here():
    (one,) = dsa_statements(restricted(), default_charter(), "en", PARIS)
    with pytest.raises(ValidationError):
        DsaStatement.model_validate(one.model_dump() | {"puid": "with a space"})
