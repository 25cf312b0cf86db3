"""Who the members of a community are: what they did, how they sound, what they care about, and one segment for each.

The first rule that holds names the segment; the rules are those of `SEGMENTS`, from the most to the least urgent for a CM.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from math import log

import polars as pl

from domain.community import Segment
from domain.records import MEMBER_ANSWER_SCHEMA, MEMBER_DAY_SCHEMA, MEMBER_SCHEMA, MEMBER_TOTAL_SCHEMA
from tasks.insights.annotate import by_team, said
from tasks.insights.words import clauses, key

SEGMENTS = {
    "leaving": "wrote at least 5 times on 3 days, then nothing for 10 days and for three times their usual pause",
    "dissatisfied": "at least 3 comments, of which half or more sound negative, and on the whole a negative mood",
    "expert": "answered other members at least 5 times, at least 3 different ones, with a score that is not negative",
    "advocate": "at least 4 comments, mostly positive, at most one in ten negative",
    "newcomer": "first seen within the last 7 days",
    "regular": "at least 5 comments on at least 3 different days",
    "occasional": "everybody else",
}
MAX_INTERESTS = 3
_NEWCOMER_FOR = timedelta(days=7)
_SILENCE = timedelta(days=10)
_MIN_USES_OF_AN_INTEREST = 2


def members(
    comments: pl.DataFrame,
    verdicts: pl.DataFrame,
    now: datetime,
    team: Collection[str] = (),
    own_segments: Sequence[Segment] = (),
    opted_out: Collection[str] = (),
) -> pl.DataFrame:
    """MEMBER_SCHEMA, one row for each author, in the order of their ids; deleted authors and the team are left out.

    comments: COMMENT_SCHEMA, all that is known of each member. verdicts: VERDICT_SCHEMA, the latest of each comment.
    team: names of the team's own accounts. own_segments: the CM's, tried first. opted_out: ids of members of whom only
    counts are kept, with neither segment nor interests nor mood.
    A reply is a comment whose parent is by somebody else, or unknown.
    """
    written = read_members(comments, verdicts, team)
    days, answers = by_day(written, "UTC")
    return profiles(totals(days, answers), interests(written), now, own_segments, opted_out)


def profiles(
    counted: pl.DataFrame,
    interests: pl.DataFrame,
    now: datetime,
    own_segments: Sequence[Segment] = (),
    opted_out: Collection[str] = (),
) -> pl.DataFrame:
    """MEMBER_SCHEMA. counted: MEMBER_TOTAL_SCHEMA. interests: member_id, interests; who has no row has none."""
    shares = {name: pl.col(name) / pl.col("comments") for name in ("mood", "negative", "positive")}
    measured = counted.with_columns(**shares)
    segment = pl.coalesce(
        *[pl.when(rule).then(pl.lit(name)) for name, rule in _rules(now).items()], pl.lit("occasional")
    )
    known = measured.with_columns(segment=segment).join(interests, on="member_id", how="left")
    filled = known.with_columns(pl.col("interests").fill_null([])).rename({"member_id": "id"})
    found = filled.select(list(MEMBER_SCHEMA)).cast(pl.Schema(MEMBER_SCHEMA)).sort("id")
    return _without_profile(_in_own_segments(found, own_segments), opted_out)


def _in_own_segments(found: pl.DataFrame, own: Sequence[Segment]) -> pl.DataFrame:
    """The CM's own segments: the first whose condition holds names the member's."""
    rules = [pl.when(pl.sql_expr(one.when).cast(pl.Boolean)).then(pl.lit(one.id)) for one in own]
    return found.with_columns(segment=pl.coalesce(*rules, "segment")) if rules else found


def _without_profile(found: pl.DataFrame, opted_out: Collection[str]) -> pl.DataFrame:
    kept = ~pl.col("id").is_in(list(opted_out))
    return found.with_columns(
        segment=pl.when(kept).then("segment").otherwise(pl.lit("occasional")),
        interests=pl.when(kept).then("interests").otherwise(pl.lit([], pl.List(pl.String))),
        mood=pl.when(kept).then("mood"),
    )


def read_members(
    comments: pl.DataFrame, verdicts: pl.DataFrame, team: Collection[str], parents: pl.DataFrame | None = None
) -> pl.DataFrame:
    """The members' comments, oldest first, with parent_author, asks, mood, mood_score and held.

    parents: parent_id, parent_author, of comments that are answered from elsewhere than among `comments`.
    """
    authors = comments.select(parent_id="id", parent_author="author_id")
    authors = authors if parents is None else pl.concat([authors, parents])
    held = verdicts.filter(pl.col("action") != "allow").select(id="comment_id", held=True).unique("id")
    own = comments.filter(pl.col("author_id").is_not_null(), ~by_team(team))
    own = own.join(authors.unique("parent_id", keep="first"), on="parent_id", how="left")
    own = own.join(held, on="id", how="left").sort("created_at", "id")
    own = own.with_columns(
        pl.col("held").fill_null(False), text=pl.when(~pl.col("deleted").fill_null(False)).then("text")
    )
    return own.hstack(said(own))


def by_day(written: pl.DataFrame, timezone: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """MEMBER_DAY_SCHEMA and MEMBER_ANSWER_SCHEMA of what `read_members` gives, in days of the time zone."""
    to_others = pl.col("parent_id").is_not_null() & pl.col("author_id").ne_missing(pl.col("parent_author"))
    dated = written.with_columns(day=pl.col("created_at").dt.convert_time_zone(timezone).dt.date(), to_others=to_others)
    days = dated.group_by("author_id", "day").agg(
        platform=pl.col("platform").last(),
        name=pl.col("author_name").drop_nulls().last(),
        first_seen=pl.col("created_at").min(),
        last_seen=pl.col("created_at").max(),
        comments=pl.len(),
        replies=pl.col("to_others").sum(),
        helpful=(pl.col("to_others") & pl.col("parent_author").is_not_null() & ~pl.col("asks")).sum(),
        questions=pl.col("asks").sum(),
        score=pl.col("score").fill_null(0).sum(),
        held=pl.col("held").sum(),
        mood=pl.col("mood_score").sum(),
        negative=(pl.col("mood") == "negative").sum(),
        positive=(pl.col("mood") == "positive").sum(),
    )
    answered = dated.filter("to_others", pl.col("parent_author").is_not_null())
    answers = answered.select("author_id", "day", to_member_id="parent_author").unique()
    return (
        days.rename({"author_id": "member_id"}).select(list(MEMBER_DAY_SCHEMA)).cast(pl.Schema(MEMBER_DAY_SCHEMA)),
        answers.rename({"author_id": "member_id"}).select(list(MEMBER_ANSWER_SCHEMA)),
    )


def totals(days: pl.DataFrame, answers: pl.DataFrame) -> pl.DataFrame:
    """MEMBER_TOTAL_SCHEMA of MEMBER_DAY_SCHEMA and MEMBER_ANSWER_SCHEMA."""
    ordered = days.sort("member_id", "day")
    sums = [name for name, kind in MEMBER_DAY_SCHEMA.items() if kind in (pl.Int64(), pl.Float64())]
    counted = ordered.group_by("member_id").agg(
        pl.col("platform").last(),
        pl.col("name").drop_nulls().last(),
        pl.col("first_seen").min(),
        pl.col("last_seen").max(),
        pl.col(sums).sum(),
        days=pl.len(),
        pause_days=pl.col("day").diff().dt.total_days().median(),
    )
    answered = answers.group_by("member_id").agg(answered=pl.col("to_member_id").n_unique())
    joined = counted.join(answered, on="member_id", how="left").with_columns(pl.col("answered").fill_null(0))
    return joined.select(list(MEMBER_TOTAL_SCHEMA)).cast(pl.Schema(MEMBER_TOTAL_SCHEMA))


def _rules(now: datetime) -> dict[str, pl.Expr]:
    """Segment -> its rule, in the order of SEGMENTS; `occasional` has none."""
    silent_days = (pl.lit(now) - pl.col("last_seen")).dt.total_hours() / 24
    well_behaved = pl.col("held") * 2 < pl.col("comments")
    return {
        "leaving": (pl.col("comments") >= 5)
        & (pl.col("days") >= 3)
        & (silent_days >= _SILENCE.days)
        & (silent_days >= 3 * pl.col("pause_days")),
        "dissatisfied": (pl.col("comments") >= 3) & (pl.col("negative") >= 0.5) & (pl.col("mood") < -0.15),
        "expert": (pl.col("helpful") >= 5) & (pl.col("answered") >= 3) & (pl.col("score") >= 0) & well_behaved,
        "advocate": (pl.col("comments") >= 4)
        & (pl.col("positive") >= 0.6)
        & (pl.col("negative") <= 0.1)
        & well_behaved,
        "newcomer": pl.col("first_seen") > now - _NEWCOMER_FOR,
        "regular": (pl.col("comments") >= 5) & (pl.col("days") >= 3),
    }


def interests(written: pl.DataFrame) -> pl.DataFrame:
    """member_id, interests: words that a member uses in several comments and few others use, as written, at most MAX_INTERESTS."""
    uses: dict[str, Counter[str]] = defaultdict(Counter)
    forms: dict[str, Counter[str]] = defaultdict(Counter)
    for author, text in written.filter(~pl.col("held")).select("author_id", "text").drop_nulls().iter_rows():
        for name, word in {key(word): word for words in clauses(text) for word in words if key(word)}.items():
            uses[author][name] += 1
            forms[name][word.lower()] += 1
    users = Counter(name for words in uses.values() for name in words)
    found: list[tuple[str, list[str]]] = []
    for author, words in uses.items():
        worth = {
            name: count * log(1 + len(uses) / users[name])
            for name, count in words.items()
            if count >= _MIN_USES_OF_AN_INTEREST
        }
        leading = sorted(worth, key=lambda name: (-worth[name], name))[:MAX_INTERESTS]
        found.append((author, [max(forms[name], key=lambda form: (forms[name][form], form)) for name in leading]))
    return pl.DataFrame(found, schema={"member_id": pl.String, "interests": pl.List(pl.String)}, orient="row")
