"""Rules find what the CM named, in any disguise, fast, and no pattern can stop a run."""

import logging

import pytest

from domain.charter import Charter, Norm, Rule
from tasks.moderation.rules import TIMEOUTS_BEFORE_REST, Hit, rule_book, word_pattern


def hits_of(text: str, lang: str | None = "en", **conditions: object) -> list[Hit]:
    rule = Rule.model_validate({"name": "one", **conditions})
    return rule_book(Charter(norms=[Norm(id="own", rules=[rule])])).hits([text], [lang]).get(0, [])


@pytest.mark.parametrize(
    "text", ["Scumbag!", "what a scumbag", "s c u m b a g", "scumb4g", "ＳＣＵＭＢＡＧ", "sсumbаg"]
)
def test_words_are_found_whole_and_in_disguise(text: str) -> None:
    assert hits_of(text, words=["scumbag"])


@pytest.mark.parametrize("text", ["scumbags", "a scum bag", "Scunthorpe"])
def test_parts_of_other_words_are_not(text: str) -> None:
    assert not hits_of(text, words=["scumbag", "cunt"])


def test_a_star_stands_for_any_ending() -> None:
    assert hits_of("scumbaggery", words=["scumbag*"])
    assert word_pattern("Crétin*") == r"\bcretin\w*"


def test_accents_in_a_cms_words_and_patterns_do_not_matter() -> None:
    assert hits_of("espece de cretin", words=["crétin"])
    assert hits_of("ESPÈCE DE CRÉTIN", patterns=["esp[èe]ce de crétin"])


def test_every_condition_must_hold() -> None:
    both = {"words": ["bitcoin"], "patterns": [r"\d+ ?%"]}
    assert hits_of("bitcoin up 20%", **both)
    assert not hits_of("bitcoin is up", **both)
    assert not hits_of("up 20%", **both)


@pytest.mark.parametrize("link", ["https://bit.ly/x", "http://www.bit.ly", "bit.ly/abc", "HTTPS://BIT.LY/x"])
def test_domains_include_subdomains(link: str) -> None:
    assert hits_of(f"see {link} now", domains=["bit.ly"])


@pytest.mark.parametrize("link", ["https://rabbit.ly", "https://bit.ly.example.com", "https://example.com/bit.ly"])
def test_a_domain_is_not_found_inside_another(link: str) -> None:
    assert not hits_of(f"see {link} now", domains=["bit.ly"])


def test_links_are_counted() -> None:
    assert hits_of("https://a.com https://b.com", min_links=2)
    assert not hits_of("https://a.com", min_links=2)


def test_shouting_is_a_share_of_capitals_in_a_text_that_is_long_enough() -> None:
    assert hits_of("WHY IS THIS STILL BROKEN", min_capitals_share=0.8)
    assert not hits_of("Why is this STILL broken", min_capitals_share=0.8)
    assert not hits_of("OK LOL", min_capitals_share=0.8)


def test_unless_keeps_a_rule_from_hitting() -> None:
    assert not hits_of("he called me an idiot", words=["idiot"], unless=["called me"])


def test_a_rule_in_one_language_leaves_the_others_alone() -> None:
    late = {"words": ["retard"], "languages": ["en"]}
    assert hits_of("you retard", "en", **late)
    assert not hits_of("désolé du retard de livraison", "fr", **late)
    assert not hits_of("désolé du retard de livraison ce matin", None, **late)


def test_emoji_can_be_rules() -> None:
    assert hits_of("take that🖕", words=["🖕"])


def test_spans_are_those_of_the_original_text() -> None:
    text = "👋🏽 Hé, tu es un C.R.É.T.I.N fini"
    (hit,) = hits_of(text, "fr", words=["cretin"])
    assert [text[start:end] for start, end in hit.spans] == ["C.R.É.T.I.N"]


def test_a_catastrophic_pattern_runs_out_of_time_and_is_then_left_out(caplog: pytest.LogCaptureFixture) -> None:
    evil = Rule(name="evil", patterns=[r"^((?:a|aa)+)\1?$"])  # a back-reference: no linear engine reads it
    good = Rule(name="good", words=["idiot"])
    book = rule_book(Charter(norms=[Norm(id="own", rules=[evil, good])]))
    assert TIMEOUTS_BEFORE_REST < 30
    with caplog.at_level(logging.WARNING):
        found = book.hits(["a" * 60 + "!"] * 30 + ["you idiot"], ["en"] * 31)
    assert [hit.rule for hit in found[30]] == ["good"]
    assert len(caplog.records) == TIMEOUTS_BEFORE_REST


def test_a_huge_text_is_judged_at_its_beginning_and_does_not_break_offsets() -> None:
    (hit,) = hits_of("idiot " + "é " * 100_000, words=["idiot"])
    assert hit.spans == ((0, 5),)


def test_the_first_pass_finds_in_a_large_batch_what_is_found_alone() -> None:
    rules = [Rule(name="w", words=["idiot"]), Rule(name="p", patterns=[r"(?<!not )\bbad (?:dog|cat)\b"])]
    book = rule_book(Charter(norms=[Norm(id="own", rules=rules)]))
    texts = ["fine", "an 1d10t", "bad dog", "not bad cat", "a bad   cat", "b a d c a t", "İdiot", ""] * 100
    alone = [[hit.rule for hit in book.hits([text], ["en"]).get(0, [])] for text in texts[:8]]
    together = book.hits(texts, ["en"] * len(texts))
    assert [[hit.rule for hit in together.get(at, [])] for at in range(len(texts))] == alone * 100
    assert alone[:4] == [[], ["w"], ["p"], []]
