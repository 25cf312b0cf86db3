"""AutoModerator's words, and what each is called in a charter."""

from collections.abc import Mapping

ACTIONS = {"remove": "remove", "spam": "remove", "filter": "hold", "report": "hold"}

# type -> (kinds of message, whether a post holds text; None: either)
TYPES: Mapping[str, tuple[tuple[str, ...], bool | None]] = {
    "any": ((), None),
    "comment": (("comment",), None),
    "submission": (("post",), None),
    "text submission": (("post",), True),
    "link submission": (("post",), False),
}

PARTS = {
    "body": "body",
    "title": "title",
    "url": "url",
    "domain": "domain",
    "author": "author",
    "flair_text": "post_flair",
}
AUTHOR_PARTS = {"name": "author", "flair_text": "author_flair"}

HOWS = ("includes-word", "includes", "starts-with", "ends-with", "full-exact", "full-text")
# Of a field that is searched alone; all others are searched for whole words.
DEFAULT_HOW = {"url": "includes", "flair_text": "full-exact"}

# key -> (fact, what a number without a sign means)
NUMBERS = {
    "body_longer_than": ("body_chars", ">"),
    "body_shorter_than": ("body_chars", "<"),
    "reports": ("reports", ">"),
    "account_age": ("account_age_days", "="),
    "comment_karma": ("comment_karma", "="),
    "post_karma": ("post_karma", "="),
    "link_karma": ("post_karma", "="),
    "combined_karma": ("combined_karma", "="),
}
PERIOD_DAYS = {"minute": 1 / 1440, "hour": 1 / 24, "day": 1, "week": 7, "month": 30, "year": 365}

FLAGS = {
    "is_edited": "is_edited",
    "is_top_level": "is_top_level",
    "is_submitter": "is_submitter",
    "over_18": "is_adult",
}

_NOT_HERE = (
    "Vigie ne sait pas le faire : la règle est reprise sans cela",
    "Vigie does not do this: the rule is carried over without it",
)
_ORDER = (
    "dans Vigie toutes les règles sont lues, et la plus grave l'emporte",
    "in Vigie all rules are read, and the gravest leads",
)
OUTPUTS: Mapping[str, tuple[str, str]] = {
    "priority": _ORDER,
    **dict.fromkeys(
        (
            "comment_locked", "comment_stickied", "message", "message_subject", "modmail", "modmail_subject",
            "overwrite_flair", "set_contest_mode", "set_flair", "set_locked", "set_nsfw", "set_original_content",
            "set_post_crowd_control_level", "set_spoiler", "set_sticky", "set_suggested_sort",
        ),
        _NOT_HERE,
    ),
}  # fmt: skip

# Well-known sites of each kind; the names of the lists are AutoModerator's, their contents are Vigie's own.
STANDARDS = {
    "image hosting sites": (
        "imgur.com", "flickr.com", "flic.kr", "photobucket.com", "imgbb.com", "ibb.co", "postimg.cc", "gyazo.com",
        "tinypic.com", "imageshack.us", "giphy.com", "tenor.com", "prnt.sc",
    ),
    "video hosting sites": (
        "youtube.com", "youtu.be", "vimeo.com", "dailymotion.com", "dai.ly", "streamable.com", "tiktok.com", "rumble.com",
        "bitchute.com", "odysee.com", "vid.me",
    ),
    "streaming sites": ("twitch.tv", "kick.com", "hitbox.tv", "mixer.com", "dlive.tv", "trovo.live", "livestream.com"),
    "crowdfunding sites": (
        "kickstarter.com", "kck.st", "indiegogo.com", "igg.me", "gofundme.com", "gofund.me", "patreon.com", "ulule.com",
        "kisskissbankbank.com", "leetchi.com", "tipeee.com", "ko-fi.com", "buymeacoffee.com", "crowdfunder.co.uk",
    ),
    "meme generator sites": (
        "imgflip.com", "memegenerator.net", "quickmeme.com", "qkme.me", "memecrunch.com", "livememe.com", "makeameme.org",
    ),
    "facebook links": ("facebook.com", "fb.com", "fb.me", "fbcdn.net", "fb.watch"),
}  # fmt: skip
