"""The Jinja environment that every template is rendered in: HTML and XML escape by themselves, missing names raise."""

from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from tasks.publishing.palette import DARK, LIGHT, custom_properties, dark_charts

TEMPLATES = Path(__file__).parent / "templates"


def rendered(template: str, **values: object) -> str:
    """The template of that file name with those values."""
    return _environment().get_template(template).render(**values)


@lru_cache(maxsize=1)
def stylesheet() -> Markup:
    """The pages' one stylesheet, with both colour schemes in front of it."""
    light, dark = custom_properties(LIGHT), custom_properties(DARK)
    schemes = (
        f":root {{ color-scheme: light dark; {light} }}\n"
        f"@media screen and (prefers-color-scheme: dark) {{ :root {{ {dark} }}\n{dark_charts()} }}\n"
    )
    return Markup(schemes + (TEMPLATES / "style.css").read_text(encoding="utf-8"))  # noqa: S704 files of ours


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=lambda name: bool(name) and str(name).endswith((".html.j2", ".xml.j2")),  # noqa: S701 text and Markdown have escapes of their own
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
