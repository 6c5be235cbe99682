"""What somebody filled in: every field as it was typed, and all that is wrong with it.

A page is shown with the form it was sent with, so that nothing has to be typed again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TypeVar
from uuid import UUID, uuid4

from aiohttp import web
from aiohttp.web_request import FileField

from cesnode.errors import BodyUnsupported, FieldMissing, NodeError
from cesnode.web.hours import joined
from cesnode.web.problems import STATUS

T = TypeVar("T")

ID = "form_id"
WHOLE = ""
"""The field of what is wrong with a form as a whole."""

_KINDS = ("application/x-www-form-urlencoded", "multipart/form-data")
_CORRECTABLE = frozenset(
    {
        HTTPStatus.UNPROCESSABLE_ENTITY,
        HTTPStatus.CONFLICT,
        HTTPStatus.NOT_FOUND,
        HTTPStatus.TOO_MANY_REQUESTS,
    }
)


@dataclass(slots=True)
class Form:
    """A form as it came.  `id` is its own: what it records twice is recorded once.

    `files` are by the names of their fields, and so is what each is called (`called`).
    """

    values: Mapping[str, str] = field(default_factory=dict)
    id: UUID = field(default_factory=uuid4)
    errors: dict[str, NodeError] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)
    called: Mapping[str, str] = field(default_factory=dict)

    def value(self, name: str, otherwise: str = "") -> str:
        """Return what was typed; before that, what stands there `otherwise`."""
        return self.values.get(name, otherwise)

    def has(self, name: str) -> bool:
        """Whether a box was ticked, or a field was there at all."""
        return name in self.values

    def required(self, name: str, missing: type[NodeError] = FieldMissing) -> str:
        """Return what was typed; that nothing was is kept as an error.

        A form of several such fields names errors that tell them apart.
        """
        text = self.value(name)
        if not text.strip():
            self.refuse(name, missing(field=name))
        return text

    def read(self, name: str, parse: Callable[[str], T]) -> T | None:
        """Return what a field says; None, and an error kept, if it says nothing good."""
        text = self.required(name)
        if name in self.errors:
            return None
        with self.checking(name):
            return parse(text)
        return None

    def refuse(self, name: str, error: NodeError) -> None:
        """Keep what is wrong with a field; the first thing is the one to be told."""
        self.errors.setdefault(name, error)

    @contextmanager
    def checking(self, name: str | None = None) -> Iterator[None]:
        """Keep what can be corrected, at its field; let through what cannot."""
        try:
            yield
        except NodeError as error:
            if STATUS[error.code] not in _CORRECTABLE:
                raise
            where = name if name is not None else error.field or WHOLE
            self.refuse(where, error)


async def read(request: web.Request, *, most: int | None = None) -> Form:
    """Return a form as it was sent; `most` bytes of it, where files may come along.

    Raises:
        BodyUnsupported: it was not sent as forms are.

    """
    if most is not None:
        request = request.clone(client_max_size=most)
    if request.content_type not in _KINDS:
        raise BodyUnsupported(wanted=_KINDS[0], found=request.content_type)
    sent = await request.post()
    values = joined({name: text for name, text in sent.items() if isinstance(text, str)})
    files = {
        name: _content(one) for name, one in sent.items() if isinstance(one, FileField)
    }
    called = {
        name: one.filename for name, one in sent.items() if isinstance(one, FileField)
    }
    return Form(values, _id(values.get(ID, "")), files=files, called=called)


def _content(sent: FileField) -> bytes:
    with sent.file as file:
        return file.read()


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return uuid4()
