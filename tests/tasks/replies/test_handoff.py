"""What always needs a human is found in both languages, with how soon, and told to the CM in two lines."""

from datetime import timedelta

import pytest

from tasks.replies.concerns import concerns, masked
from tasks.replies.handoff import due_at, handoff


@pytest.mark.parametrize(
    ("text", "topic", "urgency"),
    [
        ("votre chargeur a pris feu", "danger", "critical"),
        ("I want to die", "danger", "critical"),
        ("je vais vous retrouver", "threat", "critical"),
        ("i will find you", "threat", "critical"),
        ("la crème m'a brûlé la peau", "health", "high"),
        ("I had an allergic reaction", "health", "high"),
        ("je sais où est votre boutique, il va y avoir des blessés", "threat", "critical"),
        ("close this shop or someone will get hurt", "threat", "critical"),
        ("Je vais porter plainte", "legal", "high"),
        ("You will hear from my LAWYER", "legal", "high"),
        ("votre livreur Karim a été très grossier", "harassment", "high"),
        ("your agent Tom was so rude to me", "harassment", "high"),
        ("mon compte a été piraté", "hacked", "high"),
        ("my account got hacked", "hacked", "high"),
        ("Je suis journaliste, un contact presse ?", "press", "high"),
        ("I'd like to arrange an interview", "press", "high"),
        ("remboursez-moi !", "refund", "normal"),
        ("I want my money back", "refund", "normal"),
        ("supprimez mes données", "data_request", "normal"),
        ("GDPR: delete my personal data", "data_request", "normal"),
        ("écrivez-moi à lea@example.org", "exposed_data", "high"),
        ("call me on +33 6 12 34 56 78", "exposed_data", "high"),
        ("FR76 3000 6000 0112 3456 7890 189", "exposed_data", "high"),
        ("« Humain » svp", "wants_human", "normal"),
        ("Can I talk to a real person?", "wants_human", "normal"),
        ("je veux parler à quelqu'un", "wants_human", "normal"),
        ("bande de voleurs", "conflict", "high"),
        ("shame on you", "conflict", "high"),
        ("votre service est scandaleux", "anger", "high"),
        ("Your delivery is ridiculous", "anger", "high"),
    ],
)
def test_a_human_is_needed(text, topic, urgency):
    assert concerns([text]).select("topic", "urgency").rows() == [(topic, urgency)]


@pytest.mark.parametrize(
    "text",
    [
        "what is your refund policy",
        "quelle est votre politique de remboursement",
        "this song is fire",
        "ce clip est une honte pour la chanson",
        "I love avocado",
        "order number 20260531",
        "https://facebook.com/photo?id=1495323920744243",
        "Merci, à bientôt !",
        "",
        None,
    ],
)
def test_no_human_is_needed(text):
    assert concerns([text])["topic"].to_list() == [None]


def test_the_gravest_concern_names_the_hand_off():
    assert concerns(["I want a refund, the battery exploded and I will sue you"])["topic"].to_list() == ["danger"]


@pytest.mark.parametrize(("urgency", "hours"), [("critical", 1), ("high", 4), ("normal", 24), ("low", 24)])
def test_urgency_sets_the_hour(urgency, hours, now, community):
    assert due_at(now, urgency, community) == now + timedelta(hours=hours)


def test_nothing_is_due_later_than_the_community_promises(now, community):
    quick = community.model_copy(update={"reply_within_hours": 2})
    assert due_at(now, "high", quick) == now + timedelta(hours=2)


def test_the_summary_has_two_lines_and_no_personal_data(comment, now, community):
    row = handoff(
        comment("Call 06 12 34 56 78\nor lea@example.org " + "now " * 80),
        "refund",
        "sensitive",
        "normal",
        now,
        community,
    )
    first, second = row["summary"].split("\n")
    assert first == "Demande de remboursement · Marie_75 (Reddit)"
    assert second.startswith("«\u00a0Call [...] or [...] now") and second.endswith("…\u00a0»")


def test_the_summary_speaks_the_cm_s_language_and_knows_deleted_authors(comment, now, community):
    english = community.model_copy(update={"languages": ["en"]})
    row = handoff(comment("hi", author_name=None), "no_answer", "no_answer", "normal", now, english, "Where is it?")
    assert row["summary"] == (
        "No answer in the knowledge base · deleted account (Reddit) · nearest entry: Where is it?\n“hi”"
    )


def test_masking_leaves_other_numbers_alone():
    assert masked("order 20260531 of 12.05.2026, call +44 20 7946 0958") == "order 20260531 of 12.05.2026, call [...]"
