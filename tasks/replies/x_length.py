"""How long X counts a post: twitter-text's weighted length, configuration 3 (280 units of weight).

Source: twitter-text, config/v3.json: code points of four ranges count 1, others 2, an emoji sequence 2, a link 23.
"""

import unicodedata

import regex

MAX_WEIGHT = 280
LINK_WEIGHT = 23

_LIGHT = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))
# Bare domains are links too for X; a longer list of endings would only matter for domains under 23 characters.
_LINK = regex.compile(
    r"https?://[^\s<>\"«»]*[^\s<>\"«».,;:!?)\]'’]"
    r"|(?<![\w@.-])(?:[\w-]+\.)+(?:com|fr|org|net|io|eu|be|ch|ca|co|uk|de|app|dev|info|tv|me|shop|store)(?:/[^\s<>]*)?\b",
    regex.IGNORECASE,
)
_EMOJI = regex.compile(r"\p{Extended_Pictographic}|\p{Regional_Indicator}{2}|[0-9#*]\uFE0F?\u20E3")


def weighted_length(text: str) -> int:
    """The weight of `text` as X counts it; a post may weigh at most MAX_WEIGHT."""
    composed = unicodedata.normalize("NFC", text)
    links = _LINK.findall(composed)
    rest = _LINK.sub("", composed)
    return LINK_WEIGHT * len(links) + sum(_weight(cluster) for cluster in regex.findall(r"\X", rest))


def _weight(cluster: str) -> int:
    if _EMOJI.match(cluster) and not cluster.isascii():
        light_alone = len(cluster) == 1 and ord(cluster) <= _LIGHT[0][1]  # © and ® stand alone as letters do
        return 1 if light_alone else 2
    return sum(1 if any(low <= ord(char) <= high for low, high in _LIGHT) else 2 for char in cluster)
