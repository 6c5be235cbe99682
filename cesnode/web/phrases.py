"""The words of one language as templates ask for them: translated, and safe as markup.

Jinja's own way looks a sentence up, marks it and fills it in anew wherever it stands,
through three functions each time; a page has a hundred.  A sentence with nothing to fill
in is kept as it is written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from gettext import NullTranslations

from markupsafe import Markup

_KEPT = 4_096


class Phrases:
    """Speaks out of one catalogue.  Every sentence is a format: a `%` is written `%%`."""

    def __init__(self, catalogue: NullTranslations) -> None:
        self._catalogue = catalogue
        self._plain = lru_cache(_KEPT)(lambda *words: self._found(*words) % {})

    @property
    def functions(self) -> Mapping[str, Callable[..., Markup]]:
        """Return what templates call, by the names they know it by."""
        return {
            "_": self.gettext,
            "gettext": self.gettext,
            "ngettext": self.ngettext,
            "pgettext": self.pgettext,
            "npgettext": self.npgettext,
        }

    def gettext(self, message: str, /, **values: object) -> Markup:
        return self._found(message) % values if values else self._plain(message)

    def pgettext(self, context: str, message: str, /, **values: object) -> Markup:
        if values:
            return self._found(context, message) % values
        return self._plain(context, message)

    def ngettext(
        self, singular: str, plural: str, number: int, /, **values: object
    ) -> Markup:
        found = self._catalogue.ngettext(singular, plural, number)
        return Markup(found) % {"num": number, **values}  # noqa: S704 - a translator's

    def npgettext(
        self, context: str, singular: str, plural: str, number: int, /, **values: object
    ) -> Markup:
        found = self._catalogue.npgettext(context, singular, plural, number)
        return Markup(found) % {"num": number, **values}  # noqa: S704 - a translator's

    def _found(self, *words: str) -> Markup:
        """Translate a message, or a context and a message."""
        if len(words) == 1:
            return Markup(self._catalogue.gettext(*words))  # noqa: S704
        return Markup(self._catalogue.pgettext(*words))  # noqa: S704
