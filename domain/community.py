"""`community.yaml`: who the community is, what is watched, who reads the digest and when Vigie works."""

import re
from datetime import date, time
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, available_timezones

import polars as pl
from holidays import list_supported_countries
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, HttpUrl, field_validator, model_validator

from domain.language import Language as Language  # noqa: PLC0414 offered here, too
from domain.language import say
from domain.records import MEMBER_SCHEMA, Platform, Source, SourceKind, empty

KINDS_BY_PLATFORM: dict[Platform, tuple[SourceKind, ...]] = {
    Platform.REDDIT: (SourceKind.SUBREDDIT, SourceKind.MODQUEUE, SourceKind.REPORTS, SourceKind.INBOX),
    Platform.YOUTUBE: (SourceKind.CHANNEL, SourceKind.VIDEO),
    Platform.X: (SourceKind.MENTIONS, SourceKind.QUERY, SourceKind.CONVERSATION),
    Platform.FILE: (SourceKind.FOLDER,),
}


class Strict(BaseModel):
    """A part of a CM's file: unknown keys are mistakes, and nothing changes after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _known_timezone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError(say(fr="un fuseau horaire tel que Europe/Paris", en="a time zone such as Europe/Paris"))
    return name


CRON_FIELDS = (("minute", 0, 59), ("hour", 0, 23), ("day", 1, 31), ("month", 1, 12), ("weekday", 0, 7))
CRON_FIELDS_FR = {"minute": "minute", "hour": "heure", "day": "jour", "month": "mois", "weekday": "jour de semaine"}
CRON_NAMES = re.compile(r"\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|sun|mon|tue|wed|thu|fri|sat)\b", re.I)
CRON_PART = re.compile(r"(\*|\d+|\d+-\d+)(/[1-9]\d*)?")


def _cron(expression: str) -> str:
    fields = expression.split()
    if len(fields) != len(CRON_FIELDS):
        raise ValueError(say(fr="cinq champs cron, tels que `7 * * * *`", en="five cron fields such as `7 * * * *`"))
    for field, (name, lowest, highest) in zip(fields, CRON_FIELDS, strict=True):
        plain = CRON_NAMES.sub("1", field) if name in {"month", "weekday"} else field
        parts = plain.split(",")
        numbers = [int(number) for part in parts for number in re.findall(r"\d+", part.partition("/")[0])]
        if not all(CRON_PART.fullmatch(part) for part in parts) or not all(lowest <= n <= highest for n in numbers):
            raise ValueError(
                say(
                    fr="au champ cron « {nom} », un nombre de {lowest} à {highest} (ou `*`, `1-5`, `*/15`, `1,3`) et non `{field}`",
                    en="a cron {name} from {lowest} to {highest} (or `*`, `1-5`, `*/15`, `1,3`) in `{field}`",
                    nom=CRON_FIELDS_FR[name],
                    name=name,
                    lowest=lowest,
                    highest=highest,
                    field=field,
                )
            )
    return " ".join(fields)


Timezone = Annotated[str, AfterValidator(_known_timezone)]
Cron = Annotated[str, AfterValidator(_cron)]


class WatchedSource(Strict):
    """One line of `sources`."""

    platform: Platform
    kind: SourceKind
    name: str = Field(
        min_length=1, description="subreddit name, channel or video id, X account or search query, folder"
    )

    @model_validator(mode="after")
    def _kind_fits_platform(self) -> "WatchedSource":
        allowed = KINDS_BY_PLATFORM[self.platform]
        if self.kind not in allowed:
            raise ValueError(
                say(
                    fr="pour une source {platform}, un `kind` parmi {kinds}",
                    en="one of {kinds} as the kind of a {platform} source",
                    kinds=", ".join(allowed),
                    platform=self.platform,
                )
            )
        return self

    def as_source(self) -> Source:
        return Source(self.platform, self.kind, self.name)


SectionKey = Literal[
    "waiting",
    "signals",
    "topics",
    "questions",
    "calendar",
    "activity",
    "mood",
    "members",
    "norms",
    "costs",
    "blind_spots",
]
Frequency = Literal["daily", "weekly", "monthly"]


class Recipient(Strict):
    """Somebody who receives the digest: an email address, or Slack by the webhook or the bot of the environment."""

    channel: Literal["email", "slack"]
    address: str = Field(default="", description="email address; for Slack's bot a channel, such as #community")
    language: Language = "fr"
    alerts: bool = Field(default=True, description="also told at once of what is urgent")
    frequency: Frequency = Field(default="daily", description="which of the three digests they receive")
    sections: list[SectionKey] = Field(default=[], description="which sections follow what matters; empty: all")

    @model_validator(mode="after")
    def _email_has_address(self) -> "Recipient":
        if self.channel == "email" and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", self.address):
            raise ValueError(say(fr="une adresse électronique dans `address`", en="an email address in `address`"))
        return self


class WorkingHours(Strict):
    """When somebody of the team is there; what is not critical is due within these hours."""

    days: list[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]] = Field(
        default=["mon", "tue", "wed", "thu", "fri"], min_length=1
    )
    opens: time = time(9)
    closes: time = time(18)
    country: str = Field(default="", description="ISO code, such as FR, whose public holidays are closed; empty: none")
    closed: list[date] = Field(default=[], description="other days on which nobody is there")

    @model_validator(mode="after")
    def _closes_after_it_opens(self) -> "WorkingHours":
        if self.closes <= self.opens:
            raise ValueError(say(fr="`closes` après `opens`", en="`closes` after `opens`"))
        return self

    @field_validator("country")
    @classmethod
    def _has_known_holidays(cls, country: str) -> str:
        if country and country not in list_supported_countries():
            raise ValueError(say(fr="un code de pays ISO tel que FR", en="an ISO country code such as FR"))
        return country


class Segment(Strict):
    """A group of members that the CM defines; who is in it is in no other."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    when: str = Field(
        description="a condition in SQL over the columns of a member, such as `comments >= 10 AND mood < 0`"
    )

    @field_validator("when")
    @classmethod
    def _can_be_computed(cls, when: str) -> str:
        try:
            empty(MEMBER_SCHEMA).select(pl.sql_expr(when).cast(pl.Boolean))
        except (pl.exceptions.PolarsError, ValueError) as error:
            raise ValueError(
                say(
                    fr="une condition SQL sur les colonnes {columns} ({reason})",
                    en="a condition in SQL over the columns {columns} ({reason})",
                    columns=", ".join(MEMBER_SCHEMA),
                    reason=str(error).splitlines()[0],
                )
            ) from None
        return when


class Schedule(Strict):
    """Cron expressions in the community's time zone."""

    patrol: Cron = "7 * * * *"
    report: Cron = "30 5 * * *"
    refresh: Cron = "45 3 * * *"
    weekly: Cron = "0 6 * * mon"
    monthly: Cron = "15 6 1 * *"


class Budget(Strict):
    """What may be spent on platforms and models that bill each call."""

    model_calls_a_run: int = Field(default=30, ge=0, description="calls to a language model in one run; 0: none")
    model_overnight: Literal["nothing", "allowed", "everything"] = Field(
        default="nothing",
        description="what waits for the night's batch at half the price, where the endpoint has one (OpenAI): doubts about "
        "comments that stay visible (`allowed`), or all doubts",
    )
    model_usd_a_month: float | None = Field(default=None, ge=0, description="USD in a calendar month; empty: no limit")
    model_usd_per_million_input_tokens: float = Field(default=0.15, ge=0)
    model_usd_per_million_output_tokens: float = Field(default=0.6, ge=0)
    x_usd_a_month: float | None = Field(default=None, ge=0, description="USD in a calendar month; empty: no limit")


class Community(Strict):
    """The whole of `community.yaml`."""

    name: str = Field(min_length=1)
    languages: list[Language] = Field(default=["fr", "en"], min_length=1)
    timezone: Timezone = "Europe/Paris"
    sources: list[WatchedSource] = Field(min_length=1)
    recipients: list[Recipient] = []
    schedule: Schedule = Schedule()
    budget: Budget = Budget()
    site_url: HttpUrl | None = Field(default=None, description="public address under which `public/` is served")
    working_hours: WorkingHours | None = Field(default=None, description="none: somebody is always there")
    segments: list[Segment] = Field(default=[], description="the CM's own, which come before Vigie's")
    unsubscribe_url: HttpUrl | None = Field(
        default=None,
        description="where a POST takes the recipient `?to=TOKEN` off the list; empty: by mail to the sender",
    )
    pause_url: HttpUrl | None = Field(
        default=None, description="where the page of `vigie webhook` that pauses replies is: https://.../pause"
    )
    team: list[str] = Field(default=[], description="names of the CMs' own accounts: never moderated nor answered")
    reply_within_hours: int = Field(default=24, ge=1, le=240, description="when a handed-off member hears from a human")

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    def watched(self, platforms: list[Platform] | None = None) -> list[Source]:
        """The sources of the given platforms, of all platforms by default."""
        return [s.as_source() for s in self.sources if platforms is None or s.platform in platforms]
