"""How the modules of phrases write one: both languages side by side."""


def pair(fr: str, en: str) -> dict[str, str]:
    """The phrase by language."""
    return {"fr": fr, "en": en}
