"""What a CM writes is read in full, and every mistake is told with its line."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.documents import WorkspaceError
from domain.knowledge import Knowledge
from tasks.knowledge.csv_file import parse_csv
from tasks.knowledge.markdown_file import links_in, parse_markdown
from tasks.knowledge.merging import merge

FILE = "knowledge/faq.md"


def lines_of(error: WorkspaceError) -> list[int]:
    return [problem.line for problem in error.problems]


def test_a_markdown_entry_has_question_variants_answer_and_links():
    text = """---
lang: fr
audience: abonnés
updated: 2026-05-31
---
# Titre

## Où est ma commande ? {#order}
- Mon colis
  n'est pas là
- Suivi *rapide*

Voyez [le suivi](https://a.example/x) ou https://b.example/y.

- une liste
"""
    (entry,) = parse_markdown(text, FILE).entries
    assert (entry.id, entry.lang, entry.question) == ("order", "fr", "Où est ma commande ?")
    assert entry.variants == ("Mon colis n'est pas là", "Suivi *rapide*")
    assert entry.answer.startswith("Voyez") and entry.answer.endswith("- une liste")
    assert entry.links == ("https://a.example/x", "https://b.example/y")
    assert (entry.audience, entry.updated, entry.file, entry.line) == ("abonnés", date(2026, 5, 31), FILE, 8)


def test_a_heading_inside_a_code_block_begins_no_entry():
    text = "---\nlang: en\n---\n## How? {#how}\n\n```\n## not a heading\n```\n"
    (entry,) = parse_markdown(text, FILE).entries
    assert "## not a heading" in entry.answer


def test_examples_for_humans_are_kept_apart():
    knowledge = parse_markdown("---\nlang: en\n---\n## For people {#humans}\n- I am hurt\n- I am hurt\n", FILE)
    assert knowledge == Knowledge((), ("I am hurt",))


@pytest.mark.parametrize(
    ("text", "lines", "words"),
    [
        ("", [1], "front matter is missing"),
        ("---\nlang: fr\n", [1], "no end"),
        ("---\nlang: de\n---\n", [2], "'fr' or 'en'"),
        ("---\nlang: fr\nstatut: draft\n---\n", [3], "not a known key"),
        ("---\nlang: fr\n---\n## Sans nom\n\nx\n", [4], "has no id"),
        ("---\nlang: fr\n---\n## Q {#à côté}\n\nx\n", [4], "cannot be an id"),
        ("---\nlang: fr\n---\n## {#q}\n\nx\n", [4], "has no question"),
        ("---\nlang: fr\n---\n## Q {#q}\n- a\n", [4], "has no answer"),
        ("---\nlang: fr\n---\n## Q {#q}\n- a\nréponse\n", [4, 6], "part of a variant"),
        ("---\nlang: fr\n---\n## Q {#q}\n\n[x](/page)\n", [6], "cannot open"),
        ("---\nlang: fr\n---\n## Q {#q}\n\nx\n\n## R {#q}\n\ny\n", [8], "already stands"),
        ("---\nlang: fr\n---\n## Q {#humans}\n\nx\n", [4], "something else than a list"),
    ],
)
def test_each_mistake_in_markdown_is_told_with_its_line(text, lines, words):
    with pytest.raises(WorkspaceError, match=words) as caught:
        parse_markdown(text, FILE)
    assert lines_of(caught.value) == lines
    assert all(problem.mend for problem in caught.value.problems)


def test_a_table_joins_rows_of_one_entry_and_keeps_rows_for_humans():
    text = (
        "entry_id,question,answer,lang,updated\n"
        'pay,Comment payer ?,"Par carte,\nvoir https://a.example",fr,2026-01-02\n'
        "pay,moyens de paiement,,fr,\n"
        "pay,How to pay?,By card,en,\n"
        ",Je veux voir un juge,,,\n"
        "\n"
    )
    knowledge = parse_csv(text, "kb.csv")
    french, english = knowledge.entries
    assert (french.question, french.variants, french.lang) == ("Comment payer ?", ("moyens de paiement",), "fr")
    assert french.answer == "Par carte,\nvoir https://a.example"
    assert french.links == ("https://a.example",)
    assert (french.line, english.line) == (2, 5)
    assert english.variants == ()
    assert knowledge.for_humans == ("Je veux voir un juge",)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_table_may_be_separated_as_spreadsheets_do(delimiter):
    rows = [["Entry_ID", "Question", "Answer"], ["a", "Where is the shop?", "In the street"]]
    text = "\ufeff" + "\r\n".join(delimiter.join(row) for row in rows)
    (entry,) = parse_csv(text, "kb.csv").entries
    assert (entry.id, entry.lang, entry.answer) == ("a", "en", "In the street")


def test_the_language_is_read_from_the_words_where_no_column_tells():
    (entry,) = parse_csv("entry_id,question,answer\na,Où trouver la boutique,Dans la rue\n", "kb.csv").entries
    assert entry.lang == "fr"


@pytest.mark.parametrize(
    ("text", "lines", "words"),
    [
        ("", [1], "empty"),
        ("question,answer\n", [1], "no column entry_id"),
        ("entry_id,question,answer\na,b\n", [2], "2 fields where the header has 3"),
        ("entry_id,question,answer\na,,c\n", [2], "question is empty"),
        ('entry_id,question,answer\na,"b\nb",c\na,"b', [4], "not valid CSV"),
        ("entry_id,question,answer,lang\na,b,c,de\n", [2], "'de'"),
        ("entry_id,question,answer,status\na,b,c,old\n", [2], "draft, approved or retired"),
        ("entry_id,question,answer,updated\na,b,c,31/05\n", [2], "a date"),
    ],
)
def test_each_mistake_in_a_table_is_told_with_its_line(text, lines, words):
    with pytest.raises(WorkspaceError, match=words) as caught:
        parse_csv(text, "kb.csv")
    assert lines_of(caught.value) == lines


def test_one_entry_in_two_languages_is_merged_and_one_that_comes_twice_is_refused():
    french = parse_csv("entry_id,question,answer,lang\na,b,c,fr\n", "fr.csv")
    english = parse_csv("entry_id,question,answer,lang\na,b,c,en\n", "en.csv")
    assert [entry.lang for entry in merge([french, english]).entries] == ["fr", "en"]
    with pytest.raises(WorkspaceError, match=r"fr\.csv:2"):
        merge([french, english, french])


def test_links_leave_the_punctuation_behind():
    assert links_in("Go to https://a.example/x, or (https://b.example).") == (
        "https://a.example/x",
        "https://b.example",
    )


words = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=30).filter(
    str.strip
)


@settings(max_examples=60)
@given(st.lists(words, min_size=1, max_size=5), words)
def test_whatever_a_table_holds_comes_back(questions, answer):
    def quoted(value: str) -> str:
        return '"' + value.replace('"', '""') + '"'

    rows = "\n".join(f"a,{quoted(question)},{quoted(answer)},fr" for question in questions)
    (entry,) = parse_csv("entry_id,question,answer,lang\n" + rows, "kb.csv").entries
    assert [entry.question, *entry.variants] == list(dict.fromkeys(question.strip() for question in questions))
    assert entry.answer == answer.strip()


@settings(max_examples=80)
@given(st.text(max_size=200))
def test_any_text_is_read_or_refused_with_a_reason(text):
    for content in (text, "---\nlang: fr\n---\n" + text, "---\nlang: en\n---\n## Q {#q}\n" + text):
        try:
            assert isinstance(parse_markdown(content, FILE), Knowledge)
        except WorkspaceError as error:
            assert all(problem.line >= 1 and problem.mend for problem in error.problems)
    for content in (text, "entry_id,question,answer\n" + text):
        try:
            assert isinstance(parse_csv(content, "kb.csv"), Knowledge)
        except WorkspaceError as error:
            assert all(problem.line >= 1 and problem.mend for problem in error.problems)


def test_a_french_reader_is_told_in_french(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("VIGIE_LANGUAGE", "fr")
    with pytest.raises(WorkspaceError) as caught:
        parse_markdown("---\nlang: fr\n---\n## Où ?\n\nIci.\n\n## Quand ? {#quand}\n", FILE)
    assert [str(problem) for problem in caught.value.problems] == [
        f"{FILE}:4: le titre `Où ?` n’a pas d’identifiant (terminez-le par un nom court tel que `{{#horaires}}`)",
        f"{FILE}:8: `quand` n’a pas de réponse (écrivez-la sous la liste\u202f; si la réponse est elle-même une "
        "liste, commencez par une phrase)",
    ]
    with pytest.raises(WorkspaceError, match=r"il n’y a pas de colonne answer.+commencez par entry_id,question,answer"):
        parse_csv("entry_id,question\na,b\n", FILE)
