"""What every failure is: a code, a sentence with places for values, a field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from typing_extensions import override

from cesnode.errors.codes import Code


def N_(sentence: str) -> str:  # noqa: N802 - the name gettext's extractors know
    """Mark a sentence for translation where it stands."""
    return sentence


LONGER = N_("it has {count} characters, {most} at most")
MORE = N_("there are {count}, {most} at most")
NONE_OF = N_("it is not one of {known}")
FROM_TO = N_("it must be a whole number from {least} to {most}")
"""Reasons why a field is not valid that several rooms give."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """A part of a sentence that is translated for itself, as `NodeError.sentence` is.

    What has no values stands as it is: it may be what another program said.
    """

    words: str
    values: Mapping[str, object] = field(default_factory=dict)

    @override
    def __str__(self) -> str:
        return self.words.format(**self.values) if self.values else self.words


class NodeError(Exception):
    """Base of every expected failure.  Its sentence is safe to show to anyone.

    `sentence` holds `{name}` places; `values` fills them.  `field` names the input
    that has to change, where one does.
    """

    code: ClassVar[Code]
    sentence: ClassVar[str]
    field: str | None = None

    def __init__(self, *, field: str | None = None, **values: object) -> None:
        super().__init__()
        self.values = values
        if field is not None:
            self.field = field

    @override
    def __str__(self) -> str:
        return self.sentence.format(**self.values)


class FieldInvalid(NodeError):
    code = Code.FIELD_INVALID
    sentence = N_("{field_name}: {reason}")

    def __init__(self, field: str, reason: str, **values: object) -> None:
        phrase = Phrase(reason, values)
        super().__init__(field=field, field_name=field, reason=phrase)
