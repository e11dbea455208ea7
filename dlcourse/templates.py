"""HTML pages from the templates of a package."""

from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Environment


@cache
def environment(package: str) -> "Environment":
    """Return the templates of `package`; whatever is put into them is escaped.

    They have the filters `number`, four significant digits, and `clock`, for a time in ISO format.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined

    templates = Environment(
        loader=PackageLoader(package),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters["number"] = lambda value: f"{value:.4g}"
    templates.filters["clock"] = lambda text: f"{datetime.fromisoformat(text):%Y-%m-%d %H:%M %Z}"
    return templates
