"""Who gets an answer, who gets a human, and who is left in peace."""

from datetime import timedelta

import polars as pl
import pytest

from domain.charter import Replies
from domain.records import DRAFT_SCHEMA, HANDOFF_SCHEMA
from tasks.replies.reply import answer_table, reply
from tasks.replies.x_length import weighted_length


@pytest.fixture
def run(comments, verdicts, knowledge, matcher, charter, community, now):
    def call(rows, already=(), charter=charter, knowledge=knowledge, matcher=matcher, before=None, **actions):
        frame = comments(rows)
        judged = verdicts(frame, **actions)
        return reply(frame, judged, knowledge, matcher, charter, community, now, already, before=before)

    return call


def test_a_question_gets_the_answer_in_the_member_s_language(run, comment):
    drafts, handoffs = run([comment("ou est ma commande svp", lang="fr")])
    assert drafts["entry_id"].to_list() == ["order_status"]
    assert drafts["lang"].to_list() == ["fr"]
    assert "Suivez votre colis" in drafts["text"][0]
    assert drafts["sources"][0].to_list() == ["knowledge:order_status", "https://example.org/fr/suivi"]
    assert drafts["autonomy"].to_list() == ["propose"]
    assert handoffs.is_empty()


def test_frames_have_exactly_the_declared_schemas_even_when_empty(run):
    drafts, handoffs = run([])
    assert drafts.schema == pl.Schema(DRAFT_SCHEMA)
    assert handoffs.schema == pl.Schema(HANDOFF_SCHEMA)


def test_every_reply_says_that_a_bot_speaks(run, comment, charter):
    drafts, _ = run([comment("How do I change my password?")])
    assert charter.replies.disclosure["en"] in drafts["text"][0]


def test_a_question_that_no_entry_answers_goes_to_a_human(run, comment, now, community):
    drafts, handoffs = run([comment("Do you sponsor chess tournaments in Norway?")])
    assert drafts.is_empty()
    assert handoffs["reason"].to_list() == ["no_answer"]
    assert handoffs["due_at"].to_list() == [now + timedelta(hours=community.reply_within_hours)]


@pytest.mark.parametrize("text", ["I love my new parcel bag ❤️", "What a song!", "First!", "😀😀😀", "شكرا جزيلا"])
def test_whoever_does_not_ask_is_left_in_peace(run, comment, text):
    drafts, handoffs = run([comment(text)])
    assert drafts.is_empty() and handoffs.is_empty()


@pytest.mark.parametrize(
    "changed",
    [
        {"deleted": True},
        {"author_name": "acme_team"},
        {"author_name": "u/Acme_Team"},
        {"text": None},
        {"text": "   "},
        {"parent_id": "reddit:t1_stranger"},
    ],
)
def test_what_is_not_for_us_gets_nothing(run, comment, changed):
    drafts, handoffs = run([comment("Where is my order?") | changed])
    assert drafts.is_empty() and handoffs.is_empty()


def test_our_own_replies_are_recognised_by_their_signature(run, comment, charter):
    text = f"Where is my order? Here.\n\n*{charter.replies.disclosure['en']}*"
    drafts, handoffs = run([comment(text, author_name="somebody")])
    assert drafts.is_empty() and handoffs.is_empty()


def test_a_comment_that_was_answered_is_not_answered_again(run, comment):
    drafts, handoffs = run([comment("Where is my order?")], already={"reddit:t1_a"})
    assert drafts.is_empty() and handoffs.is_empty()


@pytest.mark.parametrize("action", ["hold", "remove"])
def test_what_moderation_holds_gets_no_reply(run, comment, action):
    drafts, handoffs = run([comment("Where is my order?")], a=action)
    assert drafts.is_empty() and handoffs.is_empty()


def test_what_moderation_escalates_goes_to_a_human_soon(run, comment, now):
    drafts, handoffs = run([comment("Where is my order?")], a="escalate")
    assert drafts.is_empty()
    assert handoffs.select("reason", "urgency").rows() == [("escalated", "high")]
    assert handoffs["due_at"][0] == now + timedelta(hours=4)


def test_a_comment_without_a_verdict_waits(comments, comment, verdicts, knowledge, matcher, charter, community, now):
    frame = comments([comment("Where is my order?")])
    drafts, handoffs = reply(frame, verdicts(frame.clear()), knowledge, matcher, charter, community, now)
    assert drafts.is_empty() and handoffs.is_empty()


def test_a_concern_comes_before_an_answer(run, comment):
    drafts, handoffs = run([comment("Where is my order? I will sue you.")])
    assert drafts.is_empty()
    assert handoffs["reason"].to_list() == ["sensitive"]


def test_a_concern_is_heard_even_in_a_conversation_of_others(run, comment):
    _, handoffs = run([comment("my charger caught fire", parent_id="reddit:t1_stranger")])
    assert handoffs.select("reason", "urgency").rows() == [("sensitive", "critical")]


def test_whoever_wants_a_person_is_told_when_to_expect_one(run, comment):
    drafts, handoffs = run([comment("humain", lang="fr", parent_id="reddit:t1_ours")])
    assert handoffs["reason"].to_list() == ["wants_human"]
    assert drafts["kind"].to_list() == ["handoff_note"]
    assert "02/06 à 14\u00a0h\u00a000" in drafts["text"][0]


@pytest.mark.parametrize("text", ["I want a refund", "Do you sponsor chess tournaments in Norway?"])
def test_where_vigie_answers_alone_nobody_is_handed_over_without_a_word(run, comment, charter, text):
    alone = charter.model_copy(update={"replies": Replies(autonomy="act")})
    drafts, handoffs = run([comment(text)], charter=alone)
    assert handoffs.height == 1
    assert drafts["kind"].to_list() == ["handoff_note"]
    assert "at the latest" in drafts["text"][0]
    assert drafts["autonomy"].to_list() == ["act"]
    assert run([comment(text)])[0].is_empty()  # a note that waits for a human tells nothing that the human could not


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        ("my charger caught fire", {}),  # a person, at once, and no bot
        ("I want a refund", {"parent_id": "reddit:t1_stranger"}),  # said to another member
    ],
)
def test_a_bot_does_not_speak_to_whoever_is_in_danger_or_talks_to_others(run, comment, charter, text, changed):
    alone = charter.model_copy(update={"replies": Replies(autonomy="act")})
    drafts, handoffs = run([comment(text, **changed)], charter=alone)
    assert handoffs.height == 1
    assert drafts.is_empty()


def test_who_protests_against_our_answer_is_handed_to_a_person(
    comments, comment, verdicts, knowledge, matcher, charter, community, now
):
    rows = comments([comment("That is not what I asked, useless", parent_id="reddit:t1_ours")])
    told = rows["id"].to_list()
    _, handoffs = reply(rows, verdicts(rows), knowledge, matcher, charter, community, now, answering_ours=told)
    assert handoffs.select("reason", "urgency").rows() == [("no_answer", "high")]
    assert "Dit que notre réponse n’aide pas" in handoffs["summary"][0]


@pytest.mark.parametrize(
    ("author", "changed", "reasons"),
    [
        ("reddit:t2_old", {}, ["conflict"]),
        ("reddit:t2_new", {}, []),
        ("reddit:t2_old", {"parent_id": "reddit:t1_stranger"}, []),  # said to another member
        ("reddit:t2_old", {"text": "Lovely light, no complaint at all"}, []),
    ],
)
def test_an_angry_regular_gets_a_person(
    comments, comment, verdicts, knowledge, matcher, charter, community, now, author, changed, reasons
):
    angry = {"text": "The new app is terrible, awful, it crashes every time. Very disappointed.", "author_id": author}
    rows = comments([comment(**(angry | changed))])
    regulars = ("reddit:t2_old",)
    _, handoffs = reply(rows, verdicts(rows), knowledge, matcher, charter, community, now, regulars=regulars)
    assert handoffs["reason"].to_list() == reasons


def test_a_follow_up_to_oneself_or_to_the_team_is_answered(run, comment):
    rows = [
        comment("Hello all", id="reddit:t1_x", native_id="t1_x"),
        comment("How do I change my password?", id="reddit:t1_y", parent_id="reddit:t1_x"),
    ]
    assert run(rows)[0]["comment_id"].to_list() == ["reddit:t1_y"]


def test_whoever_answers_us_speaks_to_us(comments, comment, verdicts, knowledge, matcher, charter, community, now):
    asked = comments([comment("How do I change my password?", id="reddit:t1_y", parent_id="reddit:t1_ours")])
    judged = verdicts(asked)
    told, _ = reply(asked, judged, knowledge, matcher, charter, community, now, answering_ours=["reddit:t1_y"])
    assert told["comment_id"].to_list() == ["reddit:t1_y"]
    untold, _ = reply(asked, judged, knowledge, matcher, charter, community, now)
    assert untold.is_empty()


def test_a_post_is_read_with_its_title(run, comment):
    drafts, _ = run([comment("", kind="post", parent_id=None, thread_title="How do I change my password?")])
    assert drafts["entry_id"].to_list() == ["password"]


def test_on_x_a_human_approves_even_when_the_charter_acts_elsewhere(run, comment, charter):
    acting = charter.model_copy(update={"replies": Replies(autonomy="act")})
    rows = [
        comment("Where is my order?"),
        comment("Where is my order?", id="x:2", platform="x", source_id="x:mentions:acme", parent_id=None),
    ]
    drafts, _ = run(rows, charter=acting)
    assert dict(drafts.select("comment_id", "autonomy").rows()) == {"reddit:t1_a": "act", "x:2": "propose"}


@pytest.mark.parametrize(
    ("text", "lang", "entries"),
    [
        ("Hi! Where is my order? And how do I change my password?", "en", ["order_status", "password"]),
        ("Bonjour, où est ma commande ? Et livrez-vous en Suisse ?", "fr", ["order_status", "shipping_countries"]),
        (
            "ou est ma comande ? je n arrive plus a me connecter a mon compte",
            "fr",
            ["order_status", "password"],
        ),
    ],
)
def test_each_of_two_questions_is_answered_below_its_own_heading(run, comment, knowledge, text, lang, entries):
    drafts, handoffs = run([comment(text, lang=lang)])
    assert handoffs.is_empty()
    (draft,) = drafts.iter_rows(named=True)
    assert sorted(each for each in draft["sources"] if each.startswith("knowledge:")) == [
        f"knowledge:{each}" for each in entries
    ]
    for entry in (knowledge.entry(each, lang) for each in entries):
        assert f"**{entry.question}**\n\n{entry.answer}" in draft["text"]


def test_a_second_question_that_nothing_answers_goes_to_a_person_and_the_member_is_told(run, comment, charter):
    drafts, handoffs = run([comment("Where is my order? Do you sell gift cards for children?")])
    assert drafts["entry_id"].to_list() == ["order_status"]
    assert "As for your other question, a person of the team will reply on 02 June at 14:00" in drafts["text"][0]
    assert handoffs["reason"].to_list() == ["no_answer"]
    assert handoffs["summary"][0].startswith("Une autre question, sans réponse")


@pytest.mark.parametrize(
    "text",
    [
        "Where is my order? Any ideas?",
        "My parcel has not arrived. It is for my niece's birthday, can you believe it? Where is my order?",
        "Salut, where is my colis ? pas encore arrivé",
    ],
)
def test_what_only_repeats_or_decorates_a_question_is_none_of_its_own(run, comment, text):
    drafts, handoffs = run([comment(text)])
    assert drafts["entry_id"].to_list() == ["order_status"]
    assert "other question" not in drafts["text"][0]
    assert handoffs.is_empty()


def test_what_has_no_room_for_two_answers_gets_a_person_for_both(run, comment, charter):
    text = "Where is my order? And how do I change my password?"
    on_x = comment(text, id="x:1", platform="x", parent_id=None, thread_id="x:1")
    (both,) = run([on_x])[0]["text"]
    assert weighted_length(both) <= 280 and "tracking page" in both and "Settings" in both
    longer = {"en": "Automatic reply by the bot of the team. " * 4, "fr": "Réponse automatique."}
    wordy = charter.model_copy(update={"replies": Replies(disclosure=longer)})
    drafts, handoffs = run([on_x], charter=wordy)
    assert drafts.is_empty()
    assert handoffs["reason"].to_list() == ["no_answer"]


def test_a_french_comment_in_an_english_thread_is_answered_in_french(run, comment):
    drafts, _ = run([comment("ou est ma commande svp", lang="fr", thread_title="Shipping and delivery questions")])
    assert drafts["lang"].to_list() == ["fr"]
    assert "Suivez votre colis" in drafts["text"][0]


def test_the_charter_may_ask_for_more_confidence(run, comment, charter):
    strict = charter.model_copy(update={"replies": Replies(min_confidence=1.0)})
    drafts, handoffs = run([comment("my package, where is it now")], charter=strict)
    assert drafts.is_empty()
    assert handoffs["reason"].to_list() == ["no_answer"]


def test_the_file_command_answers_every_row_in_order(knowledge, matcher):
    rows = pl.DataFrame({"id": ["2", "1", "3"], "text": ["ou est ma commande", None, "Who won the world cup?"]})
    answers = answer_table(rows, knowledge, matcher)
    assert [list(answer) for answer in answers] == [["id", "entry_id", "confidence", "draft", "sources"]] * 3
    assert [answer["id"] for answer in answers] == ["2", "1", "3"]
    assert [answer["entry_id"] for answer in answers] == ["order_status", None, None]
    assert answers[0]["draft"].startswith("Suivez votre colis")
    assert answers[1]["draft"] is None and answers[1]["sources"] == []


def test_the_file_command_names_the_columns_that_it_needs(knowledge, matcher):
    with pytest.raises(ValueError, match="`id` and `text`"):
        answer_table(pl.DataFrame({"id": [1]}), knowledge, matcher)
