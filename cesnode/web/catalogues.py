"""Loads what translators wrote: one .po file a language, compiled in memory.

Beside it lies one for each vocabulary but that of money, in which the sentences are
written: it holds only what is said otherwise there, in English too.  No compiled file is
kept, so none can be older than its source.
"""

from __future__ import annotations

from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from cesnode.config import Vocabulary
from cesnode.web.languages import SOURCE, Language

DOMAIN = "cesnode"


def load(
    folder: Path, language: Language, vocabulary: Vocabulary = Vocabulary.MONEY
) -> NullTranslations:
    """Return the translations into a language; the source needs none for itself."""
    plain = NullTranslations() if language == SOURCE else _compiled(folder, language)
    if vocabulary is Vocabulary.MONEY:
        return plain
    translations = _compiled(folder, language, vocabulary)
    translations.add_fallback(plain)
    return translations


def _compiled(
    folder: Path, language: Language, vocabulary: Vocabulary = Vocabulary.MONEY
) -> GNUTranslations:
    with path(folder, language.code, vocabulary).open("rb") as file:
        written = read_po(file, locale=language.code, domain=DOMAIN)
    compiled = BytesIO()
    write_mo(compiled, written)
    compiled.seek(0)
    return GNUTranslations(compiled)


def path(folder: Path, code: str, vocabulary: Vocabulary = Vocabulary.MONEY) -> Path:
    suffix = "" if vocabulary is Vocabulary.MONEY else f".{vocabulary}"
    return folder / code / "LC_MESSAGES" / f"{DOMAIN}{suffix}.po"
