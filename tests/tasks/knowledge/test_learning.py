"""What the team answered more than once becomes one entry in each language, in words that somebody wrote."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.store.learned import ANSWERED_SCHEMA
from domain.knowledge import KnowledgeEntry
from tasks.knowledge.learning import learned, without_traces
from tasks.knowledge.markdown_file import parse_markdown
from tasks.knowledge.writing import appended
from tasks.members.erasure import traces

ANSWER = "Screw it to the seat post with the 4 mm key, then tighten it to 2 Nm."
FRENCH = "Vissez-le sur la tige de selle avec la clé de 4 mm, puis serrez à 2 Nm."


def answered(*rows: tuple[str, str, str, str]) -> pl.DataFrame:
    """(author, language, question, answer) of each."""
    return pl.DataFrame(
        [
            (f"reddit:t1_{n}", f"reddit:t2_{who}", lang, text, answer)
            for n, (who, lang, text, answer) in enumerate(rows)
        ],
        schema=ANSWERED_SCHEMA,
        orient="row",
    )


MOUNTING = answered(
    ("ana", "en", "How do I mount the bracket on a carbon seatpost?", f"Hi @ana, {ANSWER}"),
    ("bob", "en", "how to mount a bracket on carbon seatpost", ANSWER),
    ("cléo", "fr", "Comment monter le support sur une tige de selle en carbone ?", FRENCH),
    ("dan", "en", "When does the shop open on Sunday?", "We open at ten on every Sunday of the year."),
)


def test_questions_of_several_members_become_an_entry_with_an_answer_that_was_given():
    found = {one.entry.lang: one for one in learned(MOUNTING, [])}
    english = found["en"]
    assert english.entry.answer == ANSWER  # as written, without whom it addressed
    assert {english.entry.question, *english.entry.variants} == set(MOUNTING["text"][:2])
    assert (english.entry.status, english.entry.origin) == ("draft", "learned")
    assert set(english.evidence) == {"reddit:t1_0", "reddit:t1_1"}
    assert all("Sunday" not in one.entry.question for one in found.values())  # one member alone asked that


def test_a_question_of_another_language_with_the_same_facts_in_its_answer_is_the_same_question():
    english, french = sorted((one.entry for one in learned(MOUNTING, [])), key=lambda entry: entry.lang)
    assert english.id == french.id
    assert (french.question, french.answer) == (MOUNTING["text"][2], FRENCH)
    assert {one.members for one in learned(MOUNTING, [])} == {3}


@pytest.mark.parametrize(
    "answer",
    [
        "Vissez-le sur la tige de selle avec la clé fournie, sans forcer.",  # no facts
        "Vissez-le sur la tige de selle avec la clé de 5 mm, puis serrez à 8 Nm.",  # others
        "Comptez 4 jours de livraison en France et 2 de plus en Suisse.",  # the same by chance, about something else
    ],
)
def test_other_facts_or_another_subject_keep_languages_apart(answer: str):
    text = "Quel est le délai de livraison en Suisse ?" if "livraison" in answer else MOUNTING["text"][2]
    apart = MOUNTING.with_columns(
        answer=pl.when(pl.col("lang") == "fr").then(pl.lit(answer)).otherwise("answer"),
        text=pl.when(pl.col("lang") == "fr").then(pl.lit(text)).otherwise("text"),
    )
    assert {one.entry.lang for one in learned(apart, [])} == {"en"}


def test_one_member_who_insists_teaches_nothing_and_known_ids_are_not_taken():
    alone = MOUNTING.with_columns(author_id=pl.lit("reddit:t2_ana"))
    assert learned(alone, []) == []
    [first, *_] = learned(MOUNTING, [])
    again = learned(MOUNTING, [(first.entry.id, first.entry.lang)])
    assert (first.entry.id, first.entry.lang) not in {(one.entry.id, one.entry.lang) for one in again}


def test_courtesies_and_promises_to_come_back_are_no_answers():
    promised = MOUNTING.with_columns(answer=pl.lit("Thanks for asking, we will get back to you tomorrow morning."))
    assert learned(promised, []) == []
    praise = MOUNTING.with_columns(text=pl.lit("Three winters with the bracket on my carbon seatpost, well done"))
    assert learned(praise, []) == []


def test_a_forgotten_members_questions_leave_the_entries():
    entries = [one.entry for one in learned(MOUNTING, [])]
    bob = traces(("bob",), ("reddit:t2_bob",), (MOUNTING["text"][1],))
    kept = [question for entry in without_traces(entries, bob) for question in (entry.question, *entry.variants)]
    assert MOUNTING["text"][0] in kept and MOUNTING["text"][1] not in kept
    both = traces((), (), tuple(MOUNTING["text"]))
    assert without_traces(entries, both) == []


words = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=80)


answers = st.one_of(
    words, st.lists(st.sampled_from(["-", "=", "## x", "##", "```", "<!--", "* a", "word"])).map("\n".join)
)


@given(words.filter(lambda text: any(char.isalnum() for char in text)), answers.filter(str.strip))
def test_whatever_is_written_is_read_again_as_one_entry(question: str, answer: str):
    entry = KnowledgeEntry("some_id", "en", " ".join(question.split()), answer.strip())
    after = KnowledgeEntry("next", "en", "And then?", "Nothing.")
    text = appended("", {"lang": "en", "status": "approved", "origin": "learned"}, "A note.", [entry, after])
    read, following = parse_markdown(text, "knowledge/learned.en.md").entries
    assert (read.id, read.origin) == ("some_id", "learned")
    assert read.answer and following.answer == "Nothing."
