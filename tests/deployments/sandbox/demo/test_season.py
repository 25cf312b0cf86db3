"""The demo community is what the README promises: its size, rhythm, languages, trouble and slow crisis."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from rapidfuzz.fuzz import ratio

from deployments.sandbox.demo import generate
from deployments.sandbox.demo.plot import ZONE
from deployments.sandbox.demo.season import CHANNEL, HANDLE
from deployments.sandbox.demo.wording import X_POST_CHARACTERS, entries, load
from deployments.sandbox.seed import SEED_SCHEMA

END = datetime(2026, 11, 23, 14, 30, tzinfo=UTC)
AFTER_MIDNIGHT = datetime(2026, 3, 29, 22, 5, tzinfo=UTC)  # five past midnight in Paris, after a day of 23 hours
MEASURED = pl.col("kind") != "video"


@pytest.fixture(scope="module", params=[(1, END), (7, AFTER_MIDNIGHT)], ids=["afternoon", "after midnight"])
def case(request: pytest.FixtureRequest) -> tuple[int, datetime]:
    seed, end = request.param
    return int(seed), end


@pytest.fixture(scope="module")
def end(case: tuple[int, datetime]) -> datetime:
    return case[1]


@pytest.fixture(scope="module")
def season(case: tuple[int, datetime]) -> pl.DataFrame:
    return generate(*case)


@pytest.fixture(scope="module")
def past(season: pl.DataFrame, end: datetime) -> pl.DataFrame:
    return season.filter(pl.col("created_at") <= end)


def local_day() -> pl.Expr:
    return pl.col("created_at").dt.convert_time_zone(str(ZONE)).dt.date()


def test_it_has_the_shape_that_the_sandbox_serves(season: pl.DataFrame) -> None:
    assert dict(season.schema) == SEED_SCHEMA
    assert season["key"].is_unique().all()
    required = ["key", "platform", "source", "thread", "kind", "text", "created_at", "score", "lang", "label"]
    assert season.select(required).null_count().sum_horizontal().item() == 0
    assert set(season["platform"]) == {"reddit", "youtube", "x"}
    assert season.filter(pl.col("text").str.strip_chars() == "").is_empty()


def test_it_is_large_enough_for_three_weeks(past: pl.DataFrame, end: datetime) -> None:
    assert 1500 <= past.height <= 3000
    assert past["author"].n_unique() >= 250
    assert past.filter(MEASURED)["created_at"].min() >= end - timedelta(days=21)
    days = past.group_by(local_day().alias("day")).len()
    last_day = end.astimezone(ZONE).date()
    full = days.filter(pl.col("day").is_between(last_day - timedelta(days=20), last_day - timedelta(days=1)))
    assert full.height == 20
    assert full["len"].min() >= 30


def test_new_comments_go_on_for_about_a_day_after_the_end(season: pl.DataFrame, end: datetime) -> None:
    later = season.filter(pl.col("created_at") > end)
    assert later.height >= 60
    assert timedelta(hours=20) <= later["created_at"].max() - end <= timedelta(hours=26)
    assert {"question", "crisis"} <= {label.split(":")[0] for label in later["label"]}


def test_french_and_english_share_it(past: pl.DataFrame) -> None:
    share = dict(past.group_by("lang").len().with_columns(pl.col("len") / past.height).iter_rows())
    assert 0.5 <= share["fr"] <= 0.62
    assert 0.37 <= share["en"] <= 0.5
    assert {"ar", "he"} <= set(share)


def test_the_same_seed_gives_the_same_season_and_another_seed_another() -> None:
    assert generate(3, END).equals(generate(3, END))
    assert not generate(3, END).equals(generate(4, END))


@pytest.mark.parametrize("hour", [7, 23])
def test_all_demos_of_a_day_tell_the_same_past(hour: int) -> None:
    midnight = datetime(2026, 11, 22, 23, tzinfo=UTC)
    first, other = (generate(1, midnight + timedelta(hours=h, minutes=31)) for h in (0, hour))
    known = pl.col("created_at") < midnight + timedelta(minutes=31)
    assert first.filter(known).equals(other.filter(known))
    assert first.height - first.filter(known).height > 60


def test_an_end_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        generate(1, datetime(2026, 11, 23))


def test_answers_come_after_what_they_answer_and_stay_in_its_thread(season: pl.DataFrame) -> None:
    known = season.select("key", "created_at", "thread", "platform", "source")
    answers = season.join(known, left_on="parent", right_on="key", suffix="_parent")
    assert answers.height == season["parent"].drop_nulls().len() > 200
    assert (answers["created_at"] > answers["created_at_parent"]).all()
    assert (answers["thread"] == answers["thread_parent"]).all()
    assert (answers["platform"] == answers["platform_parent"]).all()
    in_thread = season.join(known, left_on="thread", right_on="key", suffix="_thread")
    assert in_thread.height == season.height
    assert (in_thread["created_at"] >= in_thread["created_at_thread"]).all()
    assert (in_thread["source"] == in_thread["source_thread"]).all()


def test_threads_are_what_each_platform_has(season: pl.DataFrame) -> None:
    first = season.filter(pl.col("key") == pl.col("thread"))
    assert first["parent"].null_count() == first.height
    assert set(first.select("platform", "kind").unique().rows()) == {
        ("reddit", "post"),
        ("youtube", "video"),
        ("x", "comment"),
    }
    youtube, x = (season.filter(pl.col("platform") == name) for name in ("youtube", "x"))
    assert set(youtube["source"]) == {CHANNEL}
    assert set(youtube.filter(pl.col("kind") == "video")["author"]) == {"@NoctiloLights"}
    assert set(x["source"]) == {HANDLE}
    assert x["thread_title"].null_count() == x.height
    x = x.filter(pl.col("label") != "team")
    assert x["text"].str.to_lowercase().str.contains(f"@{HANDLE}", literal=True).all()
    assert x["text"].str.len_chars().max() <= X_POST_CHARACTERS
    assert season.filter(pl.col("platform") != "x")["thread_title"].null_count() == 0


def test_few_texts_repeat_to_the_letter(past: pl.DataFrame) -> None:
    assert past["text"].n_unique() / past.height > 0.97


def test_members_have_a_long_tail(past: pl.DataFrame) -> None:
    counts = past["author"].drop_nulls().value_counts()["count"].sort(descending=True)
    assert past["author"].null_count() >= 10
    assert (counts == 1).sum() > counts.len() * 0.3
    assert counts.head(counts.len() // 10).sum() > 0.25 * past.height


def test_members_have_names_that_their_platform_allows(season: pl.DataFrame) -> None:
    allowed = {
        "reddit": r"^[A-Za-z0-9_-]{3,20}$",
        "youtube": r"^@[A-Za-z0-9._-]{3,30}$",
        "x": r"^[A-Za-z0-9_]{3,15}$",
    }
    for platform, pattern in allowed.items():
        names = season.filter(pl.col("platform") == platform)["author"].drop_nulls()
        assert names.filter(~names.str.contains(pattern)).to_list() == []


def test_every_kind_of_matter_comes_up_in_both_languages(past: pl.DataFrame) -> None:
    seen = {
        (label.split(":")[0] if "handoff" not in label else label, lang) for label, lang in past["label", "lang"].rows()
    }
    matters = ["question", "praise", "complaint", "crisis", "spam", "scam", "self_promotion", "insult", "chitchat"]
    matters += ["feature_request", "joke", "thanks", "answer", "peer", "team", "personal_data", "quoted_insult"]
    assert {(matter, lang) for matter in matters for lang in ("fr", "en")} <= seen
    rarer = {"hate", "threat", "counter_speech", "protest", "off_topic", "huge_text"}
    rarer |= {f"handoff:{reason}" for reason in ("human", "press", "health", "legal", "refund", "named")}
    assert rarer <= {matter for matter, _ in seen}


def test_every_knowledge_entry_is_asked_about_and_some_questions_have_none(past: pl.DataFrame) -> None:
    asked = past.filter(pl.col("label").str.starts_with("question:"))["label"].str.strip_prefix("question:")
    entry_ids = {entry for label in asked for entry in label.split("+")}
    assert entry_ids - {"none"} == set(entries("fr"))
    assert (asked == "none").sum() >= 40
    assert asked.str.contains("+", literal=True).sum() >= 10
    assert (
        past.filter(
            pl.col("label").str.starts_with("question:") & ~pl.col("text").str.contains("?", literal=True)
        ).height
        > 30
    )


def test_thanks_and_protests_come_from_who_was_answered(season: pl.DataFrame) -> None:
    authors = dict(season.select("key", "author").iter_rows())
    parents = dict(season.select("key", "parent").iter_rows())
    reactions = season.filter(pl.col("label").is_in(["thanks", "protest"]))
    assert reactions.height >= 10
    for row in reactions.iter_rows(named=True):
        assert row["author"] == authors[parents[row["parent"]]]


def test_spam_comes_in_waves_of_near_same_texts_by_new_accounts(season: pl.DataFrame) -> None:
    spam = season.filter(pl.col("label").is_in(["spam", "scam"])).sort("platform", "created_at")
    pause = (pl.col("created_at").diff().over("platform") > timedelta(minutes=45)).fill_null(value=True)
    busiest = spam.group_by("platform", pause.cum_sum().alias("wave"), maintain_order=True).agg(
        "text", "author", pl.len()
    )
    waves = busiest.filter(pl.col("len") >= 6)
    assert waves.height >= len(load("waves.yaml"))
    writers = season["author"].value_counts()
    for wave in waves.iter_rows(named=True):
        alike = [ratio(wave["text"][i], wave["text"][i + 1]) > 70 for i in range(wave["len"] - 1)]
        assert sum(alike) >= len(alike) - 4
        assert writers.filter(pl.col("author").is_in(wave["author"]))["count"].max() == 1


def test_the_crisis_starts_small_on_one_platform_then_spreads_and_peaks(past: pl.DataFrame, end: datetime) -> None:
    crisis = past.filter(pl.col("label") == "crisis").with_columns(local_day().alias("day"))
    by_day = dict(crisis.group_by("day").len().iter_rows())
    peak = end.astimezone(ZONE).date() - timedelta(days=2)
    assert max(by_day, key=by_day.__getitem__) == peak
    first = min(by_day)
    assert 9 <= (first - (end - timedelta(days=21)).astimezone(ZONE).date()).days <= 11
    early = crisis.filter(pl.col("day") <= first + timedelta(days=1))
    assert 2 <= early.height <= 4
    assert early["platform"].n_unique() == 1
    week = [
        sum(by_day.get(peak - timedelta(days=ago), 0) for ago in span) for span in (range(6, 9), range(3, 6), range(3))
    ]
    assert week[0] * 2 < week[1] < week[2] / 2
    assert crisis.filter(pl.col("day") == peak)["platform"].n_unique() == 3


def test_mood_turns_while_the_crisis_lasts(past: pl.DataFrame, end: datetime) -> None:
    peak = end.astimezone(ZONE).date() - timedelta(days=2)
    bad = pl.col("label").is_in(["crisis", "complaint"])
    before = past.filter(local_day() < peak - timedelta(days=8)).select(bad.mean()).item()
    during = (
        past.filter(local_day().is_between(peak - timedelta(days=1), peak + timedelta(days=1)))
        .select(bad.mean())
        .item()
    )
    assert before < 0.15
    assert during > 0.35


def test_evenings_are_busy_and_nights_are_quiet(past: pl.DataFrame) -> None:
    hours = past["created_at"].dt.convert_time_zone(str(ZONE)).dt.hour()
    evening = hours.is_between(18, 21).sum() / 4
    night = hours.is_between(1, 5).sum() / 5
    assert evening > 10 * night > 0


@pytest.mark.parametrize("change", [datetime(2026, 3, 29), datetime(2026, 10, 25)])
def test_a_clock_change_breaks_neither_order_nor_rhythm(change: datetime) -> None:
    end = (change + timedelta(days=9)).replace(tzinfo=ZoneInfo("Europe/Paris"))
    season = generate(1, end)
    assert season["created_at"].is_sorted()
    hours = season.select(
        local_day().alias("day"), pl.col("created_at").dt.convert_time_zone(str(ZONE)).dt.hour().alias("h")
    )
    that_day = hours.filter(pl.col("day") == change.date())
    assert that_day.height >= 40
    assert 2 not in that_day["h"] or change.month == 10


def test_personal_data_uses_numbers_and_domains_kept_for_fiction(season: pl.DataFrame) -> None:
    for text in season["text"]:
        for domain in _domains(text):
            assert domain.endswith(".example"), text
    numbers = season["text"].str.extract_all(r"(?:\+33 ?|\b0)[1-9](?: ?\d\d){4}\b").explode().drop_nulls()
    assert numbers.len() >= 5
    assert numbers.str.contains(r"^(?:0|\+33 )(?:6 39 98|1 99 00)").all()


def _domains(text: str) -> list[str]:
    addresses = [part.split("/")[0] for part in text.split("://")[1:]]
    mails = [word.split("@")[1] for word in text.split() if "@" in word[1:-1] and "." in word.split("@")[-1]]
    return [part.split()[0].strip(".,!?)") for part in addresses + mails]


def test_one_text_is_huge(past: pl.DataFrame) -> None:
    assert past.filter(pl.col("label") == "huge_text")["text"].str.len_chars().max() > 15_000
