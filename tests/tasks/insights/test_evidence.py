"""What members wrote stands as evidence: short, on one line, and as the platform shows it."""

from tasks.insights.evidence import EXAMPLE_CHARACTERS, excerpt


def test_an_excerpt_is_one_line_without_the_marks_of_markdown() -> None:
    assert excerpt("**Read**\n\nthe [manual](https://lumo.example/manual), please") == "Read the manual, please"
    assert excerpt("2 * 3 * 4 and a__b stay") == "2 * 3 * 4 and a__b stay"


def test_a_long_excerpt_ends_between_words() -> None:
    told = excerpt("lantern " * 100)
    assert len(told) <= EXAMPLE_CHARACTERS and told.endswith("lantern…")
