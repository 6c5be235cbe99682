"""Loads what translators wrote: one .po file a language, compiled in memory.

No compiled file is kept, so none can be older than its source.
"""

from __future__ import annotations

from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from cesnode.web.languages import SOURCE, Language

DOMAIN = "cesnode"


def load(folder: Path, language: Language) -> NullTranslations:
    """Return the translations into a language; the source needs none."""
    if language == SOURCE:
        return NullTranslations()
    with path(folder, language.code).open("rb") as file:
        written = read_po(file, locale=language.code, domain=DOMAIN)
    compiled = BytesIO()
    write_mo(compiled, written)
    compiled.seek(0)
    return GNUTranslations(compiled)


def path(folder: Path, code: str) -> Path:
    return folder / code / "LC_MESSAGES" / f"{DOMAIN}.po"
