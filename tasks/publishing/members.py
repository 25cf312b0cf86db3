"""The digest's section of members: who wrote most, who helps, rises or drifts away, and whether a few dominate."""

from domain.insights import ActiveMember, HelpfulMember, MovingMember
from tasks.publishing.edition import Item, Section
from tasks.publishing.quoting import NAME_GRAPHEMES, isolated, shorten
from tasks.publishing.reading import Reading

MEMBERS_SHOWN = 10


def members_section(reading: Reading) -> Section | None:
    """None where nobody is to be named."""
    words, found, people = reading.words, reading.insights.members, reading.insights.people
    title = words.say("section_members")
    if reading.origin == "file" and found and all(member.comments == 1 for member in found):
        return Section("members", title, words.count("members_once", reading.members))
    items = (
        *(_active(reading, member) for member in found[:MEMBERS_SHOWN]),
        *(_helpful(reading, member) for member in people.helpful),
        *(_rising(reading, member) for member in people.rising),
        *(_leaving(reading, member) for member in people.leaving),
    )
    lead = ""
    if people.loudest_share is not None:
        lead = words.count("members_dominated", people.loudest, share=words.percent(people.loudest_share))
    return Section("members", title, lead, items) if items else None


def _active(reading: Reading, member: ActiveMember) -> Item:
    words = reading.words
    facts = [words.platform(member.platform), words.count("n_comments", member.comments)]
    facts += [words.count("n_replies", member.replies)] if member.replies else []
    facts += [words.count("n_votes", member.score)] if member.score else []
    return Item(_name(member.name), tuple(facts), badge=words.named("segment", member.segment))


def _helpful(reading: Reading, member: HelpfulMember) -> Item:
    words = reading.words
    facts = [words.platform(member.platform), words.count("member_answered", member.answered)]
    facts += [words.count("member_thanked", member.thanked)] if member.thanked else []
    return Item(_name(member.name), tuple(facts), badge=words.say("member_helpful"), tone="good")


def _rising(reading: Reading, member: MovingMember) -> Item:
    words = reading.words
    usual = words.number(member.usual, 1 if member.usual < 10 and member.usual != round(member.usual) else 0)
    told = words.say("member_rising_detail", comments=words.count("n_comments", member.now), usual=usual)
    return Item(_name(member.name), (words.platform(member.platform), told), badge=words.say("member_rising"))


def _leaving(reading: Reading, member: MovingMember) -> Item:
    words = reading.words
    usual = words.count("n_comments", max(1, round(member.usual)))
    told = words.say("member_leaving_detail", usual=usual, when=words.day(words.local(member.last_seen).date()))
    return Item(_name(member.name), (words.platform(member.platform), told), badge=words.say("member_leaving"))


def _name(name: str) -> str:
    return isolated(shorten(name, NAME_GRAPHEMES))
