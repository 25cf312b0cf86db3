"""Topics of a period: what they gather and how they are named."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tasks.insights.annotate import annotate
from tasks.insights.topics import cluster
from tasks.insights.words import key, stop_words

Comments = Callable[[list[dict[str, Any]]], pl.DataFrame]

BATTERY = [
    ("fr", "La batterie gonfle depuis la mise à jour, c'est dangereux"),
    ("en", "My battery is swelling after the update, this is dangerous"),
    ("fr", "Ma batterie gonfle aussi, que faire ?"),
    ("en", "swelling battery here too, the case opened"),
    ("fr", "Batterie qui gonfle et qui chauffe, j'ai peur"),
]
DELIVERY = [
    ("fr", "Le délai de livraison est passé, toujours pas de colis"),
    ("fr", "Quel est le délai de livraison pour la Belgique ?"),
    ("fr", "Délai de livraison : trois semaines, bravo"),
    ("en", "Delivery takes three weeks, where is my parcel"),
    ("en", "delivery is late, no parcel yet"),
]
PRAISE = [
    ("fr", "J'adore la nouvelle couleur bleue de la lampe"),
    ("fr", "La couleur bleue est magnifique, quelle lampe"),
    ("en", "The blue color of this lamp is gorgeous"),
    ("en", "love the lamp in blue, what a color"),
]


def told(comments: pl.DataFrame) -> pl.DataFrame:
    return annotate(
        comments, pl.DataFrame(schema={"comment_id": pl.String, "action": pl.String, "norms": pl.List(pl.String)})
    )


def mixed(comments: Comments, copies: int = 2) -> pl.DataFrame:
    platforms = ("reddit", "youtube", "x")
    lines = [*BATTERY, *DELIVERY, *PRAISE] * copies
    return told(
        comments(
            [
                {"text": f"{text} {n}", "lang": lang, "platform": platforms[n % 3]}
                for n, (lang, text) in enumerate(lines)
            ]
        )
    )


def test_one_topic_gathers_what_is_said_in_both_languages_and_on_every_platform(comments: Comments) -> None:
    found = cluster(mixed(comments), mixed(comments).clear(), "fr")
    battery = next(topic for topic in found if "atterie" in topic.label)
    assert battery.comments == 2 * len(BATTERY)
    assert set(battery.platforms) == {"reddit", "youtube", "x"}
    assert battery.mood.negative > 0.3
    assert {example.comment_id for example in battery.examples} <= set(mixed(comments)["id"])
    assert len(battery.examples) == 3


def test_labels_are_in_the_language_of_the_reader(comments: Comments) -> None:
    own = mixed(comments)
    french = " ".join(topic.label.lower() for topic in cluster(own, own.clear(), "fr"))
    english = " ".join(topic.label.lower() for topic in cluster(own, own.clear(), "en"))
    assert "batterie" in french and "livraison" in french
    assert "battery" in english and "parcel" in english


def test_the_previous_volume_counts_the_same_subject_before(comments: Comments) -> None:
    before = told(comments([{"text": text, "lang": lang} for lang, text in BATTERY[:3]]))
    found = cluster(mixed(comments), before, "fr")
    assert next(t for t in found if "atterie" in t.label).previous_comments == 3


def test_the_same_comments_always_give_the_same_topics(comments: Comments) -> None:
    own = mixed(comments)
    first, second = (cluster(own, own, "en") for _ in range(2))
    assert first == second


@pytest.mark.parametrize("count", [0, 1, 5])
def test_a_handful_of_comments_is_no_reason_to_fail(comments: Comments, count: int) -> None:
    own = mixed(comments).head(count)
    assert isinstance(cluster(own, own.clear(), "fr"), tuple)


def test_links_markup_and_filler_never_name_a_topic(comments: Comments) -> None:
    noise = [
        "https://www.example.com/watch?v=1 <br /> de la que the of",
        "&lt;b&gt; www.test.org lol mdr",
        "!!! ??? 12 34",
    ]
    own = told(comments([{"text": noise[n % 3]} for n in range(30)]))
    assert cluster(own, own.clear(), "en") == ()


def test_deleted_and_moderated_comments_are_never_shown_as_examples(comments: Comments) -> None:
    rows = [{"id": f"reddit:c{n}", "text": f"battery swelling {n}", "deleted": n == 0} for n in range(12)]
    verdicts = pl.DataFrame({"comment_id": ["reddit:c1"], "action": ["remove"], "norms": [["insult"]]})
    own = annotate(comments(rows), verdicts).filter(pl.col("text").is_not_null())
    shown = {example.comment_id for topic in cluster(own, own.clear(), "en") for example in topic.examples}
    assert shown and not shown & {"reddit:c0", "reddit:c1"}


@pytest.mark.real
@pytest.mark.parametrize(("name", "lang"), [("france", "fr"), ("spotify", "en"), ("AndroidQuestions", "en")])
def test_a_real_subreddit_has_topics_that_can_be_read(
    real_data: Path, reddit: Callable[[Path, str], pl.DataFrame], name: str, lang: str
) -> None:
    own = told(reddit(real_data / "reddit_posts" / f"{name}.csv", lang))
    topics = cluster(own, own.clear(), lang)
    assert len(topics) >= 8
    for topic in topics:
        words = topic.label.replace(",", "").split()
        assert key(words[0]) and key(words[-1]), f"{topic.label} begins or ends with a word that says nothing"
        assert not set(map(str.lower, words)) & {"https", "www", "com", "http", "br"}
        assert not set(map(str.lower, words)) <= stop_words()


def test_twenty_thousand_comments_are_clustered(comments: Comments) -> None:
    lines = [*BATTERY, *DELIVERY, *PRAISE]
    start = datetime(2026, 1, 1, tzinfo=UTC)
    rows = [{"text": lines[n % len(lines)][1], "created_at": start + timedelta(seconds=n)} for n in range(3_000)]
    own = told(comments(rows))
    own = pl.concat([own] * 7)
    found = cluster(own, own.clear(), "fr")
    assert sum(topic.comments for topic in found) > 15_000
