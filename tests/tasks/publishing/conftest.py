"""Made-up but likely insights: a coffee-machine brand's week, with a crisis, and days on which nothing happens."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser

import polars as pl
import pytest

from domain.community import Community
from domain.insights import (
    ActiveMember,
    BestHour,
    Example,
    HelpfulMember,
    Insights,
    Kpi,
    Mood,
    People,
    Period,
    Proposal,
    RecurringQuestion,
    Signal,
    Topic,
    Waiting,
)
from domain.knowledge import Knowledge, KnowledgeEntry

START = datetime(2026, 11, 1, 23, tzinfo=UTC)  # midnight of Monday 2 November in Paris
PLATFORMS = ("reddit", "youtube", "x")


def example(number: int, text: str, author: str | None = "Camille", platform: str = "reddit") -> Example:
    address = f"https://www.reddit.com/r/lumen/comments/{number}"
    return Example(f"{platform}:{number}", platform, author, text, address, START + timedelta(hours=7 * number % 160))


def mood(negative: float, positive: float, comments: int) -> Mood:
    return Mood(negative, 1 - negative - positive, positive, comments, positive - negative)


def by_day(days: int) -> pl.DataFrame:
    rows = [
        (
            date(2026, 11, 2) - timedelta(days=days - 7 - at),
            platform,
            (17 * at + 31 * rank + at * at * 7) % 29 + 12 - 5 * rank,
        )
        for at in range(days)
        for rank, platform in enumerate(PLATFORMS)
    ]
    frame = pl.DataFrame(rows, schema={"date": pl.Date, "platform": pl.String, "comments": pl.Int64}, orient="row")
    busy = (pl.col("date") == date(2026, 11, 5)) & (pl.col("platform") == "reddit")
    return frame.with_columns(pl.when(busy).then(96).otherwise(pl.col("comments")).alias("comments"))


def by_hour() -> pl.DataFrame:
    rows = [
        (
            day,
            hour,
            max(0, 14 - abs(hour - 20) * 2 + (day % 3) * 2 - (3 if day > 5 else 0)) + (5 if 11 < hour < 14 else 0),
        )
        for day in range(1, 8)
        for hour in range(24)
        if hour > 6
    ]
    return pl.DataFrame(rows, schema={"weekday": pl.Int8, "hour": pl.Int8, "comments": pl.Int64}, orient="row")


def mood_by_day() -> pl.DataFrame:
    rows = [
        (date(2026, 11, 2) + timedelta(days=at), 9 + (at * 5) % 11 + 30 * (at == 3), 40, 21 + (at * 7) % 13)
        for at in range(7)
    ]
    names = {"date": pl.Date, "negative": pl.Int64, "neutral": pl.Int64, "positive": pl.Int64}
    return pl.DataFrame(rows, schema=names, orient="row")


def topics() -> tuple[Topic, ...]:
    late = (
        example(
            1,
            "Ma commande du 24 octobre n'est toujours pas arrivée, et le suivi ne bouge plus depuis six jours. Vous comptez faire quelque chose ?",
        ),
        example(2, "Same here: tracking stuck at “handed to carrier” since Monday 😤", "brew_daily", "youtube"),
        example(3, "Toujours rien reçu non plus, je commence à regretter…", None, "x"),
    )
    return (
        Topic("t1", "retards de livraison", ("livraison", "retard", "colis"), 128, 41, 83, 412, mood(0.61, 0.08, 128), {"reddit": 81, "youtube": 29, "x": 18}, late),
        Topic("t2", "détartrage de la Lumen 2", ("détartrage", "voyant", "vinaigre"), 64, 59, 47, 190, mood(0.22, 0.31, 64), {"youtube": 44, "reddit": 20}, (example(4, "Le voyant orange reste allumé après le détartrage, c'est normal ?", "Jean-Baptiste"),)),
        Topic("t3", "nouveau moulin silencieux", ("moulin", "bruit", "silencieux"), 37, 0, 30, 301, mood(0.05, 0.7, 37), {"youtube": 30, "x": 7}, (example(5, "The new grinder is so quiet my cat stopped running away ❤️", "Aïcha 🌿", "youtube"),)),
        Topic("t4", "كبسولات متوافقة", ("كبسولات",), 12, 9, 10, 18, mood(0.1, 0.4, 12), {"x": 12}, (example(6, "هل الكبسولات متوافقة مع الجهاز الجديد؟", "ليلى", "x"),)),
    )  # fmt: skip


def kpis() -> tuple[Kpi, ...]:
    return (
        Kpi("comments", 1284.0, 1142.0, "count", "up"),
        Kpi("members", 486.0, 470.0, "count", "up"),
        Kpi("new_members", 73.0, 52.0, "count", "up"),
        Kpi("first_response_minutes", 42.0, 67.0, "minutes", "down"),
        Kpi("answered_by_vigie", 68.0, 61.0, "count", "up"),
        Kpi("negative_share", 0.214, 0.125, "share", "down"),
        Kpi("held", 38.0, 36.0, "count", "neither"),
        Kpi("cost", None, None, "usd", "down"),
        Kpi("handoffs_open", 5.0, None, "count", "down"),
    )


def signals() -> tuple[Signal, ...]:
    at = datetime(2026, 11, 5, 18, 5, tzinfo=UTC)
    return (
        Signal("peak", at, 2, 96.0, 24.0, ("livraison", "colis"), topics()[0].examples[:1]),
        Signal(
            "weak_signal",
            at - timedelta(days=1),
            1,
            9.0,
            1.4,
            ("joint qui fuit",),
            (example(7, "Le joint fuit au bout de trois semaines, quelqu'un d'autre ?", "Nadia"),),
        ),
        Signal("mood_shift", at, 2, 0.31, 0.12, ("livraison",)),
        Signal("crisis", at, 3, 96.0, 24.0, ("livraison", "retard"), topics()[0].examples),
    )


@pytest.fixture(scope="session")
def week() -> Insights:
    """A full and difficult week."""
    members = tuple(
        ActiveMember(f"reddit:{n}", name, platform, 41 - 4 * n, 30 - 5 * n, 210 - 33 * n, segment)
        for n, (name, platform, segment) in enumerate(
            [
                ("Margaux_torréfie", "reddit", "expert"),
                ("brew_daily", "youtube", "advocate"),
                ("ليلى", "x", "regular"),
                ("Jean-Baptiste", "youtube", "newcomer"),
                ("café☕️noir", "reddit", "dissatisfied"),
            ]
        )
    )
    questions = (
        RecurringQuestion("Comment savoir où en est ma commande ?", 23, 21, "order-status", (topics()[0].examples[0],)),
        RecurringQuestion("Le voyant orange reste allumé après le détartrage, que faire ?", 11, 9, None, (topics()[1].examples[0],)),
        RecurringQuestion("Do you ship to Switzerland?", 4, 4, "shipping-abroad"),
    )  # fmt: skip
    platforms = pl.DataFrame(
        {
            "platform": ["reddit", "youtube", "x"],
            "comments": [642, 421, 221],
            "members": [231, 176, 79],
            "negative": [0.27, 0.14, 0.19],
        }
    )
    return Insights(
        "Café Lumen",
        Period(START, START + timedelta(days=7), "Europe/Paris"),
        kpis(),
        by_day(28),
        by_hour(),
        platforms,
        mood(0.214, 0.298, 1284),
        mood(0.125, 0.33, 1142),
        mood_by_day(),
        topics(),
        members,
        questions,
        signals(),
        Waiting(7, 12, 5, 2, START + timedelta(days=7, hours=10)),
        {"spam": 21, "insult": 9, "self_promotion": 6, "rumeur": 2},
        ("youtube:channel:UC123: quotaExceeded, since 14:00",),
    )


@pytest.fixture(scope="session")
def empty_day() -> Insights:
    """A day without a comment, on the first night."""
    nobody = Mood(0.0, 0.0, 0.0, 0, 0.0)
    counts = pl.DataFrame(schema={"date": pl.Date, "platform": pl.String, "comments": pl.Int64})
    return Insights(
        "Café Lumen",
        Period(START, START + timedelta(days=1), "Europe/Paris"),
        (Kpi("comments", 0.0, None), Kpi("first_response_minutes", None, None, "minutes", "down")),
        counts,
        by_hour().clear(),
        pl.DataFrame(schema={"platform": pl.String, "comments": pl.Int64, "members": pl.Int64, "negative": pl.Float64}),
        nobody,
        nobody,
        mood_by_day().clear(),
        (),
        (),
        (),
        (),
        Waiting(0, 0, 0, 0),
    )


@pytest.fixture(scope="session")
def attacked(week: Insights) -> Callable[[str], Insights]:
    """The week in which everything that members can write is the given text."""

    def build(text: str) -> Insights:
        hit = replace(example(1, text, text), permalink=f"javascript:alert(1)//{text}")
        return replace(
            week,
            community=text,
            topics=tuple(replace(t, label=text, terms=(text,), examples=(hit,)) for t in week.topics),
            members=tuple(replace(m, name=text, segment=text) for m in week.members),
            questions=tuple(replace(q, text=text, examples=(hit,)) for q in week.questions),
            signals=(
                *(replace(s, terms=(text,), examples=(hit,), first=hit, thread=text) for s in week.signals),
                Signal("burst", START, 2, 9, 1, label=text, about="link"),
            ),
            people=People((HelpfulMember("x", text, "reddit", 3, 3, 1),)),
            best_hours=(BestHour("", text, 18, 0.3, 90),),
            calendar=(
                Proposal("question", START, text, 4),
                Proposal("event", START, text, url=f"javascript:{text}", event_day=START.date()),
            ),
            norms={text: 3},
            blind_spots=(text,),
        )

    return build


@pytest.fixture(scope="session")
def community() -> Community:
    return Community.model_validate(
        {
            "name": "Café Lumen",
            "languages": ["fr", "en"],
            "timezone": "Europe/Paris",
            "sources": [{"platform": "reddit", "kind": "subreddit", "name": "lumen"}],
            "site_url": "https://aide.lumen.example/",
        }
    )


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    return Knowledge(
        (
            KnowledgeEntry("order-status", "fr", "Comment savoir où en est ma commande ?", "Ouvrez **Mes commandes** dans votre compte Café Lumen : chaque commande y montre son état.\n\n1. Connectez-vous.\n2. Choisissez *Mes commandes*.\n3. Touchez la commande.\n\nLe suivi se met à jour [deux fois par jour](https://lumen.example/suivi).", ("Où est mon colis ?", "suivi de commande"), ("https://lumen.example/suivi",), updated=date(2026, 10, 28)),
            KnowledgeEntry("order-status", "en", "How do I track my order?", "Open **My orders** in your Café Lumen account: each order shows where it is. Tracking updates [twice a day](https://lumen.example/track).", ("where is my parcel",), updated=date(2026, 10, 28)),
            KnowledgeEntry("descale", "fr", "Comment détartrer la Lumen 2 ?", "Versez le détartrant, tenez le bouton `café` cinq secondes, puis rincez deux fois.\n\n> N'utilisez pas de vinaigre : il abîme les joints.", (), (), updated=date(2026, 9, 3)),
            KnowledgeEntry("shipping-abroad", "en", "Do you ship to Switzerland?", "Yes. Café Lumen ships to Switzerland in 3 to 5 days, customs included.", (), (), updated=date(2026, 8, 1)),
            KnowledgeEntry("internal", "fr", "Qui gère les remboursements ?", "Équipe interne.", audience="team"),
            KnowledgeEntry("draft", "fr", "Une question en brouillon ?", "Brouillon.", status="draft"),
        )
    )  # fmt: skip


WRITTEN_BY_MEMBERS = ("signals", "topics", "questions", "members", "norms", "blind_spots")
VOID = {"area", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
ATTACKS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</script><script>alert(2)</script>",
    "[click](javascript:alert(1)) ![x](http://evil.example/p.png)",
    "<!channel> <@U123> <http://evil.example|safe> *bold* _it_ ~no~ `code`",
    "{{ 7*7 }} {% raw %} ${x} | cell | \n# heading\n- item",
    "a\u202eevil\u202c \u0000\u0007 \u2028 b",
)


class Document(HTMLParser):
    """A parsed page: its elements in order, its visible text; tags that do not match raise."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.open: list[str] = []
        self.text = ""
        self.scripts: list[str] = []
        self.feed(html)
        self.close()
        assert not self.open, f"never closed: {self.open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"<{tag}> has an attribute twice: {names}"
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open[-1] == tag, f"</{tag}> closes {self.open[-1:]}"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        if "script" in self.open:
            self.scripts.append(data)
        elif "style" not in self.open:
            self.text += data

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.fixture(scope="session")
def parsed() -> type[Document]:
    """Parses a page strictly: `parsed(html)`."""
    return Document


@pytest.fixture(params=ATTACKS, ids=range(len(ATTACKS)))
def attack(request: pytest.FixtureRequest) -> str:
    """Something that a member may write to break a page, a message or its reader."""
    return str(request.param)


@pytest.fixture(scope="session")
def written_by_members() -> tuple[str, ...]:
    """The sections that show what members wrote."""
    return WRITTEN_BY_MEMBERS
