"""Welcomes, recommendations and opting out: each only where it fits, and only as far as the charter goes."""

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.catalogue import Catalogue, Item
from domain.charter import Charter, Norm, Recommendations, Replies, Welcome
from domain.community import Community, Segment, WatchedSource
from domain.documents import WorkspaceError, parse
from domain.records import COMMENT_SCHEMA, DRAFT_SCHEMA, MEMBER_SCHEMA, VERDICT_SCHEMA
from tasks.members.opt_out import opting_out
from tasks.members.recommend import History, best_fit, reactions, recommend, tagged, with_recommendation
from tasks.members.segment import members
from tasks.members.welcome import A_RUN, welcome

NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)
TODAY = date(2026, 11, 2)
COMMUNITY = Community(name="Lumio", sources=[WatchedSource(platform="reddit", kind="subreddit", name="lumio")])
WINTER = Item(
    id="winter",
    kind="article",
    title={"fr": "L'hiver", "en": "Winter riding"},
    url="https://l.example/winter",
    topics=["battery", "winter", "cold"],
)
RIDE = Item(
    id="ride",
    kind="event",
    title="Night ride",
    url="https://l.example/ride#map",
    topics=["ride", "night"],
    starts=date(2026, 11, 1),
)


def charter(**replies: object) -> Charter:
    return Charter(norms=[Norm(id="spam")], replies=Replies(**replies))


def comments(*texts: str, **fields: object) -> pl.DataFrame:
    rows = [
        {
            "id": f"reddit:t1_{at}",
            "platform": "reddit",
            "thread_id": "reddit:t3_0",
            "author_id": f"reddit:t2_{at}",
            "author_name": f"Member{at}",
            "text": text,
            "lang": "en",
            "created_at": NOW,
            "deleted": False,
        }
        | fields
        for at, text in enumerate(texts)
    ]
    return pl.DataFrame(rows, schema=dict(COMMENT_SCHEMA))


def verdicts(of: pl.DataFrame, action: str = "allow") -> pl.DataFrame:
    return pl.DataFrame([{"comment_id": one, "action": action} for one in of["id"]], schema=dict(VERDICT_SCHEMA))


def drafts(of: pl.DataFrame, **fields: object) -> pl.DataFrame:
    rows = [
        {
            "comment_id": one,
            "kind": "answer",
            "lang": "en",
            "text": "Keep it warm.\n\n*A bot.*",
            "sources": ["knowledge:cold"],
            "autonomy": "propose",
        }
        | fields
        for one in of["id"]
    ]
    return pl.DataFrame(rows, schema=dict(DRAFT_SCHEMA))


# --- recommendations ------------------------------------------------------------------------------------------------


def recommended(
    text: str,
    interests: dict | None = None,
    history: History | None = None,
    draft: dict | None = None,
    **replies: object,
):
    asked = comments(text)
    return recommend(
        drafts(asked, **(draft or {})),
        asked,
        interests or {},
        Catalogue(items=[WINTER, RIDE]),
        history or History(),
        charter(**{"disclosure": {"en": "A bot."}} | replies),
        "en",
        TODAY,
    )


def test_a_recommendation_fits_the_question_and_says_why():
    found, given = recommended("My battery dies in the cold")
    assert given == {"reddit:t1_0": "winter"}
    text = found["text"][0]
    assert (
        text.index("Keep it warm.")
        < text.index("Winter riding https://l.example/winter?utm_source=vigie")
        < text.index("A bot.")
    )
    assert found["sources"][0].to_list() == ["knowledge:cold", "catalogue:winter (in the question: battery, cold)"]


@pytest.mark.parametrize("text", ["My battery dies", "Is the strap waterproof?", ""])
def test_one_word_alone_is_no_fit_without_an_interest(text: str):
    found, given = recommended(text)
    assert given == {}
    assert found["text"].to_list() == drafts(comments(text))["text"].to_list()


def test_an_interest_of_the_member_makes_one_word_enough():
    found, given = recommended("My battery dies", interests={"reddit:t2_0": ["winter"]})
    assert given == {"reddit:t1_0": "winter"}
    assert "among their interests: winter" in found["sources"][0][1]


@pytest.mark.parametrize(
    ("history", "draft", "replies"),
    [
        (History(recently=frozenset({"reddit:t2_0"})), {}, {}),
        (History(opted_out=frozenset({"reddit:t2_0"})), {}, {}),
        (None, {"kind": "welcome"}, {}),
        (None, {"autonomy": "act"}, {}),
        (None, {}, {"recommendations": Recommendations(autonomy="observe")}),
        (None, {"text": "See https://l.example/winter"}, {}),
    ],
    ids=["one lately", "opted out", "no answer", "sent alone", "switched off", "already linked"],
)
def test_nobody_gets_what_they_should_not(history: History | None, draft: dict, replies: dict):
    assert recommended("My battery dies in the cold", history=history, draft=draft, **replies)[1] == {}


def test_replies_sent_alone_carry_one_only_if_the_charter_says_so():
    allowed = Recommendations(autonomy="act")
    assert recommended("My battery dies in the cold", draft={"autonomy": "act"}, recommendations=allowed)[1]


def test_an_event_of_yesterday_is_not_recommended_and_what_is_clicked_more_wins():
    assert recommended("A ride at night")[1] == {}
    other = WINTER.model_copy(update={"id": "other"})
    liked = History(shown={"winter": 50, "other": 50}, clicked={"winter": 1, "other": 20})
    assert best_fit([WINTER, other], "battery in the cold", [], liked).item.id == "other"


def test_what_members_protest_against_yields_to_what_they_thank_for():
    other = WINTER.model_copy(update={"id": "other"})
    shown = {"winter": 50, "other": 50}
    reacted = History(shown=shown, thanked={"other": 4}, protested={"winter": 4})
    assert best_fit([WINTER, other], "battery in the cold", [], reacted).item.id == "other"
    posted = pl.DataFrame({"item_id": ["winter"], "comment_id": ["reddit:t1_0"], "done_at": [NOW]}).with_columns(
        pl.col("done_at").cast(pl.Datetime("us", "UTC"))
    )
    asked = comments("battery?", created_at=NOW - timedelta(hours=1))
    told = comments("That is useless", id="reddit:t1_7", created_at=NOW + timedelta(hours=1))
    assert reactions(posted, pl.concat([asked, told])) == ({}, {"winter": 1})


def test_a_recommendation_that_is_too_long_for_x_stays_out():
    assert with_recommendation("a" * 250, WINTER, "en", "x", charter()) is None
    assert with_recommendation("a" * 250, WINTER, "en", "reddit", charter())
    assert tagged(RIDE) == "https://l.example/ride?utm_source=vigie&utm_medium=reply&utm_campaign=ride#map"


def test_one_member_gets_one_recommendation_in_a_batch():
    asked = comments("battery in the cold", "cold battery again", author_id="reddit:t2_same")
    _, given = recommend(drafts(asked), asked, {}, Catalogue(items=[WINTER]), History(), charter(), "en", TODAY)
    assert len(given) == 1


def test_a_mistake_in_the_catalogue_is_told_with_its_line():
    with pytest.raises(WorkspaceError, match=r"catalogue\.yaml"):
        parse(
            "items:\n  - id: a\n    kind: article\n    title: T\n    url: nowhere\n    topics: [a]\n",
            Catalogue,
            "catalogue.yaml",
        )
    with pytest.raises(WorkspaceError, match=r"twice|deux fois"):
        one = "  - {id: a, kind: article, title: T, url: 'https://a.example', topics: [a]}\n"
        parse(f"items:\n{one}{one}", Catalogue, "catalogue.yaml")


# --- welcomes -------------------------------------------------------------------------------------------------------

OPEN = {"welcome": Welcome(autonomy="act"), "autonomy": "act"}


def test_a_newcomer_is_welcomed_by_name_in_their_language_and_told_that_a_bot_speaks():
    firsts = comments("Bonjour à tous, je viens de recevoir la mienne !", lang="fr")
    (draft,) = welcome(firsts, verdicts(firsts), charter(**OPEN), COMMUNITY).to_dicts()
    assert draft["kind"] == "welcome"
    assert draft["text"].startswith("Bonjour Member0,\n\nBienvenue")
    assert "robot" in draft["text"]
    assert draft["autonomy"] == "act"


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("This is awful, I hate it, worst purchase ever", {}),
        ("How do I charge it?", {}),
        ("You are right", {"parent_id": "reddit:t1_other"}),
        ("Hello", {"deleted": True}),
    ],
    ids=["a conflict", "a question", "to another member", "deleted"],
)
def test_nobody_is_welcomed_at_the_wrong_moment(text: str, fields: dict):
    firsts = comments(text, **fields)
    assert welcome(firsts, verdicts(firsts), charter(**OPEN), COMMUNITY).is_empty()


def test_the_charter_decides_on_welcomes_and_held_comments_get_none():
    firsts = comments("Hello everybody")
    assert welcome(firsts, verdicts(firsts), charter(), COMMUNITY).is_empty()
    assert welcome(firsts, verdicts(firsts, "hold"), charter(**OPEN), COMMUNITY).is_empty()
    assert welcome(firsts, verdicts(firsts), charter(**OPEN), COMMUNITY, ["reddit:t2_0"]).is_empty()
    proposed = charter(welcome=Welcome(autonomy="act"))
    assert welcome(firsts, verdicts(firsts), proposed, COMMUNITY)["autonomy"].to_list() == ["propose"]


def test_a_run_welcomes_only_so_many():
    firsts = comments(*["Hello everybody"] * (A_RUN + 5))
    assert welcome(firsts, verdicts(firsts), charter(**OPEN), COMMUNITY).height == A_RUN


# --- opting out and segments of the CM's own ------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["Pas de personnalisation, merci", "please STOP recommending things"])
def test_a_member_opts_out_by_a_phrase(text: str):
    assert opting_out(comments(text), charter()) == ["reddit:t2_0"]


def test_other_words_and_a_charter_without_phrases_opt_nobody_out():
    assert opting_out(comments("I stopped recommending them"), charter()) == []
    assert opting_out(comments("stop recommending"), charter(opt_out={"fr": [], "en": []})) == []


def test_the_cms_own_segments_come_first_and_an_opted_out_member_has_no_profile():
    written = comments("I love my lamp, winter rides are great", "Nothing special")
    own = [Segment(id="fans", when="mood > 0.1 AND comments >= 1"), Segment(id="everybody", when="comments > 0")]
    found = members(written, verdicts(written), NOW, own_segments=own)
    assert found["segment"].to_list() == ["fans", "everybody"]
    out = members(written, verdicts(written), NOW, own_segments=own, opted_out=["reddit:t2_0"])
    assert out.row(0, named=True)["segment"] == "occasional"
    assert out["mood"][0] is None
    assert out.schema == pl.Schema(MEMBER_SCHEMA)


@given(st.text(max_size=40))
def test_a_segment_is_refused_or_can_be_computed(when: str):
    try:
        segment = Segment(id="any", when=when)
    except ValueError:
        return
    written = comments("Hello")
    assert members(written, verdicts(written), NOW, own_segments=[segment]).height == 1


def test_a_mistake_in_a_segment_is_told_with_its_line():
    text = "name: L\nsources:\n  - {platform: reddit, kind: subreddit, name: l}\nsegments:\n  - id: a\n    when: karma > 3\n"
    with pytest.raises(WorkspaceError, match="karma"):
        parse(text, Community, "community.yaml")
