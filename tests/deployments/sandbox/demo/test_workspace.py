"""The demo's workspace is one that a CM could have written: every file reads without a mistake."""

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from ruamel.yaml import YAML

from deployments.sandbox.demo import WORKSPACE
from deployments.sandbox.demo.cast import TEAM
from deployments.sandbox.demo.season import CHANNEL, HANDLE, SUBREDDITS
from deployments.sandbox.demo.wording import entries
from domain.charter import Charter
from domain.community import Community
from domain.documents import parse
from domain.knowledge import Knowledge
from domain.records import Autonomy
from tasks.knowledge.markdown_file import parse_markdown
from tasks.knowledge.merging import merge
from tasks.moderation.charter_file import default_charter, load_charter

FILES = sorted((WORKSPACE / "knowledge").glob("*.md"))


def read(path: str) -> str:
    return (WORKSPACE / path).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def charter() -> Charter:
    return load_charter(read("charter.yaml"), "charter.yaml")


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return merge([parse_markdown(file.read_text(encoding="utf-8"), file.name) for file in FILES])


def test_the_community_watches_what_the_season_serves() -> None:
    community = parse(read("community.yaml"), Community, "community.yaml")
    assert {source.name for source in community.sources} == {*SUBREDDITS.values(), CHANNEL, HANDLE, f"from:{HANDLE}"}
    assert set(community.team) == set(TEAM.values())
    assert {(r.channel, r.language) for r in community.recipients} == {
        ("email", "fr"),
        ("slack", "fr"),
        ("email", "en"),
    }


def test_the_charter_acts_alone_only_on_spam_and_scam(charter: Charter) -> None:
    assert {norm.id for norm in default_charter().norms} <= {norm.id for norm in charter.norms}
    alone = {norm.id: norm.target_precision for norm in charter.norms if norm.autonomy == Autonomy.ACT}
    assert alone == {"spam": 0.97, "scam": 0.97}
    assert charter.replies.autonomy_on("reddit") == Autonomy.ACT
    assert charter.replies.autonomy_on("x") == charter.replies.autonomy_on("youtube") == Autonomy.PROPOSE


def test_every_entry_exists_in_both_languages_with_variants(knowledge: Knowledge) -> None:
    by_lang = {lang: {e.id: e for e in knowledge.entries if e.lang == lang} for lang in ("fr", "en")}
    assert len(by_lang["fr"]) >= 25
    assert by_lang["fr"].keys() == by_lang["en"].keys() == set(entries("fr")) == set(entries("en"))
    for entry in knowledge.entries:
        assert 5 <= len(entry.variants) <= 8, entry.id
        assert 80 <= len(entry.answer) <= 600, entry.id
    for entry_id, french in by_lang["fr"].items():
        assert len(french.links) == len(by_lang["en"][entry_id].links), entry_id


def test_links_stay_on_the_fictional_site(knowledge: Knowledge) -> None:
    hosts = {urlsplit(link).hostname for entry in knowledge.entries for link in entry.links}
    assert hosts == {"www.noctilo.example"}


def test_some_questions_always_go_to_a_human(knowledge: Knowledge) -> None:
    assert len(knowledge.for_humans) >= 20


@pytest.mark.parametrize("file", [f for f in FILES if ".fr." in f.name], ids=lambda file: file.name)
def test_french_answers_have_french_typography(file: Path) -> None:
    text = file.read_text(encoding="utf-8").split("---")[2]
    for mark in (" ?", " !", " ;", " :", " »", "« "):
        assert mark not in text, f"{file.name}: an ordinary space in {mark!r}"


def test_the_catalogue_has_every_kind_in_both_languages() -> None:
    items = YAML(typ="safe").load(read("catalogue.yaml"))["items"]
    assert {item["kind"] for item in items} == {"article", "video", "event", "download", "form"}
    assert len({item["id"] for item in items}) == len(items)
    for item in items:
        assert item["title"].keys() == {"fr", "en"}
        assert item["topics"]
        assert urlsplit(item["url"]).hostname == "www.noctilo.example"


def test_the_voice_speaks_both_languages() -> None:
    voice = read("voice.md")
    assert "La voix de Noctilo" in voice
    assert "The Noctilo voice" in voice
