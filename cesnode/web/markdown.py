"""Shows what members wrote: a little Markdown, and nothing that does anything.

CommonMark without HTML makes it; what comes out is cleaned once more, because whoever
reads it trusts this page.
"""

from __future__ import annotations

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

_TAGS = {
    *("p", "br", "em", "strong", "ul", "ol", "li", "blockquote", "code", "pre", "a", "hr"),
    *("h3", "h4", "h5", "h6"),
}
_READER = MarkdownIt("commonmark", {"html": False, "breaks": True}).disable(["image"])
_DEEPEN = {"h1": "h3", "h2": "h4", "h3": "h5", "h4": "h6", "h5": "h6", "h6": "h6"}


def plain(text: str) -> str:
    """Return what a text says on one line, as paper has room for it."""
    lines = (line.striptags() for line in prose(text).split("</li>"))
    return " · ".join(line for line in lines if line)


def prose(text: str) -> Markup:
    """Return safe HTML; a heading of the text is never above those of the page."""
    tokens = _READER.parse(text)
    for token in tokens:
        token.tag = _DEEPEN.get(token.tag, token.tag)
    html = _READER.renderer.render(tokens, _READER.options, {})
    return Markup(  # noqa: S704 - cleaned here and now
        nh3.clean(
            html,
            tags=_TAGS,
            attributes={"a": {"href"}},
            url_schemes={"https", "http", "mailto", "tel"},
            link_rel="nofollow noopener ugc",
        )
    )
