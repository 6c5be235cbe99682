"""Documents of which some parts are written by the code they tell of.

A part stands between `<!-- name -->` and `<!-- /name -->`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "docs"
Parts = Mapping[str, Callable[[], str]]


def written(text: str, parts: Parts) -> str:
    """Return a document with each of its parts as the code has it now."""
    for name, part in parts.items():
        begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
        pattern = re.compile(re.escape(begin) + rf"(?:.*?{re.escape(end)})?", re.DOTALL)
        (standing,) = pattern.findall(text)
        text = text.replace(standing, f"{begin}\n{part()}\n{end}")
    return text


def write(document: Path, parts: Parts) -> None:
    document.write_text(written(document.read_text(), parts))
