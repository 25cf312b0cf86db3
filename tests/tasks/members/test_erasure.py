"""A member leaves every file in which they were named or quoted, and the file stays what it was."""

import json
from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.members.erasure import ERASED, erased, traces
from tasks.publishing.escaping import markdown
from tasks.publishing.quoting import shorten

QUOTE = 'My lamp <Beam "800"> & its strap broke on *day* two_three, what now? 🚲'
FOUND = traces(("Ana Ruiz",), ("reddit:t2_ana", "reddit:t1_9"), (QUOTE, "Merci !"))


@pytest.mark.parametrize("graphemes", [40, 60, 280])
def test_a_quotation_leaves_a_page_however_it_was_shortened(graphemes: int):
    page = f"<!DOCTYPE html><html><body><p>{escape(shorten(QUOTE, graphemes))}</p><p>Other words</p></body></html>"
    assert erased(page, ".html", FOUND) == f"<!DOCTYPE html><html><body><p>{ERASED}</p><p>Other words</p></body></html>"


def test_a_name_goes_and_the_words_around_it_stay():
    assert erased("<td>Ana Ruiz</td><td>12 messages</td>", ".html", FOUND) == f"<td>{ERASED}</td><td>12 messages</td>"
    assert erased('<a href="https://x.example/reddit:t1_9">see</a>', ".html", FOUND).count("t1_9") == 0
    assert erased("- Ana Ruiz (3)\n- Anaïs (2)\n", ".md", FOUND) == f"- {ERASED} (3)\n- Anaïs (2)\n"


def test_markdown_json_and_json_lines_keep_their_form():
    line = f"> {markdown(QUOTE)}\n> other\n"
    assert erased(line, ".md", FOUND) == f"{ERASED}\n> other\n"
    data = {"by": "Ana Ruiz", "texts": [QUOTE, "other"], "n": 3}
    assert json.loads(erased(json.dumps(data), ".json", FOUND)) == {"by": ERASED, "texts": [ERASED, "other"], "n": 3}
    lines = json.dumps(data) + "\n" + json.dumps({"by": "Bo"}) + "\n"
    assert [json.loads(one)["by"] for one in erased(lines, ".jsonl", FOUND).splitlines()] == [ERASED, "Bo"]


def test_short_words_are_erased_only_where_they_stand_alone():
    assert erased("<p>Merci !</p><p>Merci à tous</p>", ".html", FOUND) == f"<p>{ERASED}</p><p>Merci à tous</p>"


@given(st.text(st.characters(codec="utf-8", exclude_characters="<>"), max_size=80))
def test_a_page_without_traces_stays_as_it_is(text: str):
    page = f"<p>{escape(text)}</p>"
    nobody = traces((), (), ())
    assert erased(page, ".html", nobody) == page
    assert erased(text, ".md", nobody) == text
