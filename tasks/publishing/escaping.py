"""Makes plain text literal in Slack's mrkdwn and in Markdown, where HTML's autoescape does not reach."""

import re

_MRKDWN_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
# Slack has no escape for its formatting marks: at a word's edge, where they would format, a look-alike stands in.
_MRKDWN_MARKS = re.compile(r"(?<!\w)[*_~`]+|[*_~`]+(?!\w)")
_MRKDWN_LOOKALIKES = str.maketrans({"*": "\u2217", "_": "\u02cd", "~": "\u223c", "`": "\u02cb"})
_MARKDOWN_MARKS = re.compile(r"[\\`*_\[\]<>|~$]|!(?=\[)|:(?=//)|(?<=\w)@(?=\w)|&(?=#?\w+;)")
_MARKDOWN_LINE_START = re.compile(r"(?m)^(\s*)([-+=#]+|\d+[.)])(?=\s|$)")
_WWW = re.compile(r"(?i)\b(www)\.")


def mrkdwn(text: str) -> str:
    """`text` as Slack shows it letter by letter; for blocks with `verbatim`, so that nothing is linked by itself."""
    literal = _MRKDWN_MARKS.sub(lambda found: found.group().translate(_MRKDWN_LOOKALIKES), text)
    return literal.translate(_MRKDWN_ENTITIES)


def markdown(text: str) -> str:
    """`text` as CommonMark and GitHub's dialect show it letter by letter: no link, image, HTML, table or list."""
    escaped = _MARKDOWN_MARKS.sub(r"\\\g<0>", text)
    escaped = _MARKDOWN_LINE_START.sub(lambda m: m[1] + m[2][:-1] + "\\" + m[2][-1], escaped)
    return _WWW.sub(r"\1\\.", escaped)


def markdown_url(url: str) -> str:
    """An http(s) address that cannot end a Markdown link early."""
    return url.replace("(", "%28").replace(")", "%29").replace("|", "%7C").replace("*", "%2A").replace("_", "%5F")
