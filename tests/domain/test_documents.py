"""A CM's mistakes in YAML are told with file, line and mend, all at once, in words that need no programmer."""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from domain.charter import Charter
from domain.community import Community
from domain.documents import Problem, WorkspaceError, parse

GOOD = """\
name: Lumio
sources:
  - platform: reddit
    kind: subreddit
    name: lumio
"""
JARGON = re.compile(
    r"Input should|valid dictionary|instance of|after validation|parse string|pydantic|\[key\]|Value error"
)


def problems_of(text: str, model: type = Community) -> list[Problem]:
    with pytest.raises(WorkspaceError) as caught:
        parse(text, model, "community.yaml")
    assert not JARGON.search(str(caught.value)), str(caught.value)
    assert all(problem.file == "community.yaml" and problem.mend for problem in caught.value.problems)
    return caught.value.problems


def test_a_good_file_is_read():
    community = parse(GOOD, Community, "community.yaml")
    assert community.name == "Lumio"
    assert [source.id for source in community.watched()] == ["reddit:subreddit:lumio"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("name: a\nsources: [\n", "community.yaml:3: not valid YAML"),
        ("name: 'a\n", "community.yaml:2: not valid YAML"),
        (GOOD + "timezone: a: b\n", "community.yaml:6: not valid YAML"),
        ("name: a\nsources:\n\t- platform: x\n", "community.yaml:3: not valid YAML: a tab in the indentation (indent"),
        (GOOD + "name: b\n", "community.yaml:6: `name` is written twice (keep one of the two)"),
        ("name: a\nsources: b\x00\n", "community.yaml:2: not valid YAML: an invisible control character (delete"),
        ("- a\n- b\n", "community.yaml:1: the file must hold `key: value` lines"),
        ("just words\n", "community.yaml:1: the file must hold `key: value` lines"),
        ("", "community.yaml:1: `name` is missing (add `name:` here)"),
        ("# only a comment\n", "community.yaml:1: `sources` is missing (add `sources:` here)"),
        (GOOD.replace("    kind: subreddit\n", ""), "community.yaml:3: `sources.kind` is missing (add `kind:` here)"),
        (GOOD + "langages: [fr]\n", "community.yaml:6: `langages` is not a known key (did you mean `languages`?)"),
        (GOOD + "xyz: 1\n", "community.yaml:6: `xyz` is not a known key (remove it; known keys: name, languages,"),
        (
            GOOD + "recipients:\n  - channel: slack\n    adress: a\n",
            "community.yaml:8: `recipients.adress` is not a known key (did you mean `address`?)",
        ),
        (GOOD.replace("lumio", ""), "community.yaml:5: `sources.name`: expected text, but nothing is written"),
        (GOOD + "team: bob\n", "community.yaml:6: `team`: expected a list, one `- ` line for each item, not 'bob'"),
        (GOOD + "schedule: daily\n", "community.yaml:6: `schedule`: expected indented `key: value` lines, not 'daily'"),
        (GOOD + "reply_within_hours: soon\n", "community.yaml:6: `reply_within_hours`: expected a whole number"),
        (GOOD + "reply_within_hours: 2.5\n", "expected a whole number, not 2.5"),
        (GOOD + "reply_within_hours: 0\n", "community.yaml:6: `reply_within_hours`: expected at least 1, not 0"),
        (GOOD + "reply_within_hours: 999\n", "expected at most 240, not 999"),
        (GOOD + "site_url: lumio\n", "community.yaml:6: `site_url`: expected a web address such as https://"),
        (
            GOOD + "languages:\n  - fr\n  - de\n",
            "community.yaml:8: `languages`: expected one of 'fr' or 'en', not 'de'",
        ),
        (GOOD + "languages: []\n", "community.yaml:6: `languages`: expected at least 1 `- ` line below"),
        (
            GOOD.replace("reddit", "mastodon"),
            "community.yaml:3: `sources.platform`: expected one of 'reddit', 'youtube', 'x' or 'file', not 'mastodon'",
        ),
        ("name: 2026-13-45\n", "community.yaml: not valid YAML: month must be in 1..12 (put quotes"),
        ("name: " + "[" * 400, "not valid YAML"),
        ("name: &a [*a]\n", "community.yaml"),
    ],
)
def test_each_mistake_is_told_with_its_line_and_mend(text: str, told: str):
    assert any(told in str(problem) for problem in problems_of(text)), [str(p) for p in problems_of(text)]


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("severity: grave", "`norms.severity`: expected one of 'low', 'medium', 'high' or 'critical', not 'grave'"),
        ("action: delete", "expected one of 'allow', 'hold', 'remove' or 'escalate', not 'delete'"),
        ("autonomy: full", "expected one of 'observe', 'propose' or 'act', not 'full'"),
        ("use_model: maybe", "expected true or false, not 'maybe'"),
        ("target_precision: 2", "expected at most 1"),
        ("rules: [{name: a, confidence: high}]", "expected a number, not 'high'"),
        ("rules: [{name: a, min_capitals_share: 0}]", "expected more than 0"),
        ("exceptions: [a]", "expected indented `key: value` lines"),
        ("title: {de: Hass}", "`norms.title.de`: expected one of 'fr' or 'en', not 'de'"),
    ],
)
def test_each_mistake_in_a_norm_is_told_with_its_line_and_mend(written: str, told: str):
    (problem,) = problems_of(f"norms:\n  - id: insult\n    {written}\n", Charter)
    assert problem.line == 3
    assert told in str(problem)


def test_every_mistake_is_told_at_once_in_the_order_of_the_file():
    text = GOOD.replace("subreddit", "channel") + "timezone: Paris\nschedule:\n  patrol: hourly\n  rapport: 1 2 * * *\n"
    assert [(p.line, p.message.split(":")[0]) for p in problems_of(text)] == [
        (3, "`sources`"),
        (6, "`timezone`"),
        (8, "`schedule.patrol`"),
        (9, "`schedule.rapport` is not a known key"),
    ]


yaml_like = st.lists(
    st.sampled_from(
        [*"ab01:-[]{}&*!|>'\"#%@`,? \n\t\x00\u2028é🎉", "\n  ", "name", "sources", ": ", "- ", "<<", "---\n"]
    )
).map("".join)


@settings(max_examples=250, deadline=None)
@given(st.one_of(yaml_like, st.text(max_size=60)))
@example("a: !!int b")
@example("a: !!timestamp 1")
@example("? [a]\n: b")
@example("1: a\n~: b")
@example("%YAML 9.9\n---\na: b")
def test_any_text_is_read_or_told_with_a_line_of_the_file(text: str):
    try:
        parse(text, Community, "community.yaml")
    except WorkspaceError as error:
        assert error.problems
        lines = len(re.split(r"\r\n|[\n\r\x85\u2028\u2029]", text))
        assert all(0 <= problem.line <= lines + 1 for problem in error.problems)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("name: a\nsources: [\n", "community.yaml:3: YAML invalide ("),
        (GOOD + "name: b\n", "community.yaml:6: `name` est écrit deux fois (gardez l’un des deux)"),
        ("name: a\n", "community.yaml:1: `sources` manque (ajoutez `sources:` ici)"),
        (GOOD + "xyz: 1\n", "`xyz` n’est pas une clé connue (supprimez-la\u202f; clés connues\u00a0: name, languages,"),
        (GOOD + "languages: [de]\n", "attendu, une valeur parmi 'fr' ou 'en', et non 'de' (corrigez `languages`)"),
        (GOOD.replace("lumio", ""), "`sources.name`\u00a0: attendu, du texte, mais rien n’est écrit"),
        (GOOD + "schedule:\n  patrol: 7 25 * * *\n", "au champ cron «\u00a0heure\u00a0», un nombre de 0 à 23"),
        (GOOD.replace("subreddit", "video"), "pour une source reddit, un `kind` parmi subreddit"),
    ],
)
def test_a_french_reader_is_told_in_french(text: str, told: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("VIGIE_LANGUAGE", "fr")
    assert any(told in str(problem) for problem in problems_of(text)), [str(p) for p in problems_of(text)]
