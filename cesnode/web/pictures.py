"""Pictures that cameras read (QR), as part of a page: nothing else has to be loaded."""

from __future__ import annotations

import segno


def qr(text: str, title: str) -> str:
    """Draw a text as an SVG element; a quarter of it may be damaged and it is read still.

    `title` says what it is to whoever cannot see it.
    """
    code = segno.make_qr(text, error="q")
    return code.svg_inline(title=title, omitsize=True, svgclass="qr", lineclass=None)
