"""Turns the HTML that members of older systems wrote into plain text or Markdown.

nh3 takes away whatever could run or hide; what is left is only form, and becomes the
same form in Markdown.
"""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser

import nh3
from typing_extensions import override

_KEPT = {
    "a", "b", "strong", "i", "em", "p", "div", "br", "ul", "ol", "li",
    "h1", "h2", "h3", "h4", "h5", "h6", "blockquote",
}  # fmt: skip
_LOOKS_LIKE_HTML = re.compile(r"<[a-zA-Z!/][^<>]*>|&(?:#\d+|#x[0-9a-fA-F]+|[a-zA-Z]+);")
_BLOCKS = frozenset({"p", "div", "ul", "ol", "blockquote"})
_BOLD, _SLANTED = frozenset({"b", "strong"}), frozenset({"i", "em"})
_MANY_LINES = re.compile(r"\n{3,}")
_BLANKS = re.compile(r"[^\S\n]+")


def plain(text: str) -> str:
    """Return the words alone, on one line."""
    if _LOOKS_LIKE_HTML.search(text):
        text = html.unescape(nh3.clean(text, tags=set()))
    return " ".join(text.split())


def markdown(text: str) -> str:
    """Return the text with its emphasis, links, lists and paragraphs as Markdown."""
    if not _LOOKS_LIKE_HTML.search(text):
        return text.replace("\r\n", "\n").strip()
    writer = _Writer()
    writer.feed(nh3.clean(text, tags=_KEPT, link_rel=None))
    writer.close()
    lines = (line.strip() for line in "".join(writer.parts).split("\n"))
    return _MANY_LINES.sub("\n\n", "\n".join(lines)).strip()


class _Writer(HTMLParser):
    """Writes Markdown for what nh3 has let through."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._links: list[str] = []
        self._counts: list[int | None] = []

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BOLD:
            self.parts.append("**")
        elif tag in _SLANTED:
            self.parts.append("*")
        elif tag == "br":
            self.parts.append("\n")
        elif tag == "a":
            self._links.append(dict(attrs).get("href") or "")
            self.parts.append("[")
        elif tag == "li":
            self.parts.append(self._bullet())
        elif tag[0] == "h":
            self.parts.append("\n\n" + "#" * int(tag[1]) + " ")
        elif tag in _BLOCKS:
            if tag in {"ul", "ol"}:
                self._counts.append(0 if tag == "ol" else None)
            self.parts.append("\n\n> " if tag == "blockquote" else "\n\n")

    @override
    def handle_endtag(self, tag: str) -> None:
        if tag in _BOLD:
            self.parts.append("**")
        elif tag in _SLANTED:
            self.parts.append("*")
        elif tag == "a" and self._links:
            link = self._links.pop()
            self.parts.append(f"]({link})" if link else "]")
        elif tag in {"ul", "ol"} and self._counts:
            self._counts.pop()
            self.parts.append("\n\n")
        elif tag in _BLOCKS or tag[0] == "h":
            self.parts.append("\n\n")

    @override
    def handle_data(self, data: str) -> None:
        self.parts.append(_BLANKS.sub(" ", data.replace("\n", " ")))

    def _bullet(self) -> str:
        if not self._counts or self._counts[-1] is None:
            return "\n- "
        self._counts[-1] += 1
        return f"\n{self._counts[-1]}. "
