"""The colours of every face: one accent, one colour for alarm, greys. Each light colour has its dark counterpart.

Text colours reach WCAG AA (4.5 to 1) on the backgrounds they are used on, in both schemes; a test measures it.
"""

from collections.abc import Mapping

LIGHT: Mapping[str, str] = {
    "paper": "#ffffff",
    "raised": "#f3f6f7",
    "ink": "#13191f",
    "muted": "#55606b",
    "rule": "#d8dfe4",
    "accent": "#00626d",
    "alarm": "#a83a14",
    "alarm_paper": "#fdf2ed",
    "past": "#a9b8bf",
}
DARK: Mapping[str, str] = {
    "paper": "#10161b",
    "raised": "#182027",
    "ink": "#e9eef1",
    "muted": "#9ba8b3",
    "rule": "#2c3740",
    "accent": "#5fc6d1",
    "alarm": "#f39a72",
    "alarm_paper": "#2a1a13",
    "past": "#4f5f69",
}

# From nothing to the most: the five steps of the heat map.
HEAT_LIGHT = ("#eef2f4", "#c9e0e3", "#8fc1c7", "#41929c", "#00525c")
HEAT_DARK = ("#1b242b", "#17434b", "#1c656f", "#3898a3", "#86e0e9")


def counterparts() -> dict[str, str]:
    """The dark colour of every light colour that a chart may use."""
    charted = {LIGHT[name]: DARK[name] for name in ("ink", "muted", "rule", "accent", "alarm", "past", "paper")}
    return charted | dict(zip(HEAT_LIGHT, HEAT_DARK, strict=True))


def custom_properties(scheme: Mapping[str, str]) -> str:
    """The scheme as CSS custom properties."""
    return " ".join(f"--{name.replace('_', '-')}: {colour};" for name, colour in scheme.items())


def dark_charts() -> str:
    """CSS that repaints an SVG chart for a dark page: its marks carry their light colours as attributes."""
    return "\n".join(
        f'.chart svg [{attribute}="{light}"] {{ {attribute}: {dark}; }}'
        for light, dark in counterparts().items()
        for attribute in ("fill", "stroke")
    )


def contrast(one: str, other: str) -> float:
    """The WCAG contrast ratio of two #rrggbb colours (WCAG 2.2, relative luminance)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
