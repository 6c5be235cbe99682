"""The stylesheet and the icon, under names that change with what they hold.

A browser may keep such a file for ever: another content has another name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from cesnode.web import content
from cesnode.web.colours import Colour, by_choice, stylesheet
from cesnode.web.content import Content

_MEDIA_TYPES = {".css": "text/css", ".svg": "image/svg+xml"}
_HEADERS = {
    "Cache-Control": "public, max-age=31536000, immutable",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Vary": "Accept-Encoding",
}
_STYLESHEET = "app.css"


@dataclass(frozen=True, slots=True)
class StaticFiles:
    """`paths` leads from the name of a file to its address, `contents` from there on."""

    paths: Mapping[str, str]
    contents: Mapping[str, Content]


def load(folder: Path, *, brand: Colour) -> StaticFiles:
    """Read the files once; the brand's colours come to stand before the stylesheet."""
    paths: dict[str, str] = {}
    contents: dict[str, Content] = {}
    for file in sorted(folder.iterdir()):
        text = file.read_text(encoding="utf-8")
        if file.name == _STYLESHEET:
            text = by_choice(stylesheet(brand) + text)
        ready = content.prepare(text, _MEDIA_TYPES[file.suffix])
        paths[file.name] = f"/static/{file.stem}.{ready.tag}{file.suffix}"
        contents[paths[file.name]] = ready
    return StaticFiles(paths, contents)


def show(request: web.Request, files: StaticFiles) -> web.Response:
    found = files.contents.get(request.path)
    if found is None:
        raise web.HTTPNotFound
    return content.answer(request, found, _HEADERS)
