"""`charter.yaml`: the community's rules as the CM wrote them, and how far Vigie may go alone under each."""

import hashlib
import json
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from domain.checks import Flag, Kind, NumberCheck, TextCheck
from domain.community import Language, Strict
from domain.records import Autonomy, Platform, VerdictAction

Severity = Literal["low", "medium", "high", "critical"]


def _in_each_language(value: object) -> object:
    """A plain string stands for every language."""
    return {"fr": value, "en": value} if isinstance(value, str) else value


Localized = Annotated[dict[Language, str], BeforeValidator(_in_each_language)]


class Rule(Strict):
    """One rule of a norm: it hits when every condition that is given holds.

    Within a list, one match is enough. Words and patterns are matched against normalised text (no accents, no case,
    no look-alike or invisible characters); words match whole words only.
    """

    name: str = Field(min_length=1)
    words: list[str] = []
    patterns: list[str] = Field(default=[], description="regular expressions")
    domains: list[str] = Field(default=[], description="link domains, subdomains included")
    min_links: int | None = Field(default=None, ge=1)
    min_capitals_share: float | None = Field(default=None, gt=0, le=1)
    unless: list[str] = Field(default=[], description="regular expressions that keep the rule from hitting")
    languages: list[str] = Field(default=[], description="only comments in these languages; empty: all")
    kinds: list[Kind] = Field(default=[], description="only posts, or only comments; empty: both")
    checks: list[TextCheck] = Field(default=[], description="all of them must hold")
    numbers: list[NumberCheck] = Field(default=[], description="all of them must hold")
    any_number: bool = Field(default=False, description="one of `numbers` is enough")
    flags: dict[Flag, bool] = Field(default={}, description="what must be so, or must not")
    confidence: float = Field(default=0.95, ge=0, le=1, description="how often the CM expects this rule to be right")


Role = Literal["moderator", "channel_owner", "thread_author"]


class Exceptions(Strict):
    """Where a norm does not apply."""

    members: list[str] = []
    roles: list[Role] = Field(
        default=[],
        description="as far as the platform tells: who writes as a moderator (Reddit), whose channel it is (YouTube), who "
        "began the thread (Reddit)",
    )
    threads: list[str] = []
    languages: list[str] = []


class Norm(Strict):
    """One norm. A norm whose id is that of a preset inherits what the CM did not write."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: Localized = Field(default_factory=dict)
    description: Localized = Field(default_factory=dict)
    reason: Localized = Field(default_factory=dict, description="the sentence that a member reads when it applies")
    allowed: list[str] = []
    not_allowed: list[str] = []
    removal_reason: str = Field(
        default="", description="the title of one of the subreddit's own removal reasons, which Reddit then keeps"
    )
    severity: Severity = "medium"
    action: VerdictAction = VerdictAction.HOLD
    autonomy: Autonomy = Autonomy.PROPOSE
    target_precision: float = Field(default=0.95, ge=0.5, le=1, description="below this, `act` becomes `propose`")
    rules: list[Rule] = []
    use_model: bool = Field(default=True, description="also judge by the local model, where one exists")
    exceptions: Exceptions = Exceptions()


def _x_needs_consent(by_platform: dict[Platform, Autonomy]) -> dict[Platform, Autonomy]:
    """X wants a person behind every reply, so `act` on other platforms never extends to it unless it is written."""
    return {Platform.X: Autonomy.PROPOSE} | by_platform


class Welcome(Strict):
    """A first word to who writes for the first time; once, and never in a conflict."""

    autonomy: Autonomy = Field(default=Autonomy.OBSERVE, description="`observe`: nobody is welcomed")
    text: Localized = Field(
        default={
            "fr": "Bienvenue dans la communauté ! Posez vos questions, on y répond volontiers.",
            "en": "Welcome to the community! Ask whatever you like, we are glad to answer.",
        }
    )


class Recommendations(Strict):
    """Something of the catalogue at the end of a reply, where it fits the question and the member."""

    autonomy: Autonomy = Field(
        default=Autonomy.PROPOSE,
        description="`observe`: never; `propose`: only in replies that a human reads; `act`: in all replies",
    )
    every_days: int = Field(default=30, ge=1, le=365, description="one member gets at most one in so many days")


class Replies(Strict):
    """What Vigie may write to members."""

    autonomy: Autonomy = Autonomy.PROPOSE
    min_confidence: float = Field(default=0.6, ge=0, le=1, description="below this, a human answers")
    by_platform: Annotated[dict[Platform, Autonomy], AfterValidator(_x_needs_consent)] = Field(
        default={Platform.X: Autonomy.PROPOSE}, description="overrides `autonomy`; X proposes unless it is named here"
    )
    disclosure: Localized = Field(
        default={
            "fr": "Réponse automatique de Vigie, un robot au service de l'équipe. Répondez « humain » pour joindre une personne.",
            "en": "Automatic reply by Vigie, a bot that helps the team. Reply “human” to reach a person.",
        }
    )

    disclose_approved: bool = Field(
        default=True, description="false: the disclosure is left out of replies that a human approved"
    )
    x_links: Literal["keep", "drop"] = Field(
        default="keep", description="on X: keep links (0.20 USD for such a post instead of 0.015), or drop them"
    )
    welcome: Welcome = Welcome()
    recommendations: Recommendations = Recommendations()
    opt_out: dict[Language, list[str]] = Field(
        default={
            "fr": ["pas de personnalisation", "ne me recommandez plus rien"],
            "en": ["no personalisation", "no personalization", "stop recommending"],
        },
        description="the words by which a member wants nothing made from what Vigie knows of them",
    )

    def autonomy_on(self, platform: str) -> Autonomy:
        return self.by_platform.get(Platform(platform), self.autonomy)


class Appeals(Strict):
    """How a member contests a decision: by writing one of these phrases. An appeal always reaches a human."""

    phrases: dict[Language, list[str]] = Field(
        default={
            "fr": ["Je conteste", "contester cette décision", "faire appel", "je fais appel"],
            "en": ["I appeal", "appeal this", "i contest", "contest this decision"],
        },
        description="the first of each language is the one that members are told",
    )
    statements: Literal["on request", "with the act"] = Field(
        default="on request",
        description="`with the act`: the author gets the statement of reasons with a removal, where the platform sends it (Reddit)",
    )


class Contact(Strict):
    """Whom to reach for what always needs a human."""

    about: str
    name: str
    reach: str


class Charter(Strict):
    """The whole of `charter.yaml`."""

    norms: list[Norm] = Field(min_length=1)
    replies: Replies = Replies()
    contacts: list[Contact] = []
    appeals: Appeals = Appeals()
    shadow_days: int = Field(
        default=3, ge=0, le=90, description="a norm added to a charter in service only observes for so many days"
    )

    @property
    def version(self) -> str:
        """A short fingerprint of everything that can change a verdict or a reply."""
        content = json.dumps(self.model_dump(mode="json"), sort_keys=True)
        return hashlib.sha256(content.encode()).hexdigest()[:12]

    def norm(self, norm_id: str) -> Norm:
        """The norm of that id. Raises KeyError."""
        return {norm.id: norm for norm in self.norms}[norm_id]
