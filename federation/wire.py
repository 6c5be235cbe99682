"""JSON in and out: what a member of a message may hold, and how a message is read.

Unknown members are refused and no type is bent to fit another.  A message is first read
as canonical.parse reads it, so that nothing in it has two meanings.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, TypeAlias, TypeVar

import msgspec

from federation import canonical
from federation.canonical import LARGEST, Json
from federation.errors import FederationError, Problem, schema_invalid

T = TypeVar("T")

VERSION = 1

ABSENT = msgspec.Raw(b"")
"""Stands for a signed object that is not there; it is left out when written."""

NODE = r"[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?(?::[1-9][0-9]{0,4})?"
UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
UUID7 = r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
_NO_CONTROLS = r"[^\x00-\x1f\x7f-\x9f]*"

NodeName: TypeAlias = Annotated[str, msgspec.Meta(pattern=rf"^{NODE}\Z")]
Address: TypeAlias = Annotated[str, msgspec.Meta(pattern=rf"^[!-?A-~]{{1,64}}@{NODE}\Z")]
TradeId: TypeAlias = Annotated[str, msgspec.Meta(pattern=rf"^{UUID7}\Z")]
Token: TypeAlias = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9._-]{1,64}\Z")]
Hash: TypeAlias = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\Z")]
KeyId: TypeAlias = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_-]{43}\Z")]
Base64Signature: TypeAlias = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9+/]{86}==\Z")]
Base64: TypeAlias = Annotated[
    str, msgspec.Meta(pattern=r"^[A-Za-z0-9+/]+={0,2}\Z", max_length=8192)
]
Reason: TypeAlias = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z-]{0,39}\Z")]
CurrencyCode: TypeAlias = Annotated[str, msgspec.Meta(pattern=r"^[A-Z0-9]{1,12}\Z")]
Scale: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=9)]
Positive: TypeAlias = Annotated[int, msgspec.Meta(ge=1, le=LARGEST)]
Natural: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=LARGEST)]
Integer: TypeAlias = Annotated[int, msgspec.Meta(ge=-LARGEST, le=LARGEST)]
Line: TypeAlias = Annotated[
    str, msgspec.Meta(pattern=rf"^{_NO_CONTROLS}\Z", max_length=500)
]
Text: TypeAlias = Annotated[str, msgspec.Meta(max_length=8192)]
Url: TypeAlias = Annotated[str, msgspec.Meta(pattern=r"^https?://[!-~]{1,300}\Z")]
Moment: TypeAlias = Annotated[datetime, msgspec.Meta(tz=True)]
Version: TypeAlias = Annotated[int, msgspec.Meta(ge=VERSION, le=VERSION)]


class Body(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of whatever crosses the wire; members that are None are left out."""


def read(document: bytes, kind: type[T]) -> T:
    """Read a whole message as `kind`, or refuse it."""
    return convert(canonical.parse(document), document, kind)


def read_part(document: bytes, kind: type[T]) -> T:
    """Read a member of a message that read() has been through, which kept it as it came."""
    return convert(None, document, kind)


def recognise(document: bytes, kind: type[T]) -> T | None:
    """Read a message that is spelt as we would spell it; None for any other.

    For a kind without raw members: then its form leaves nothing open that canonical.parse
    would refuse.
    """
    if not document.isascii():
        return None
    try:
        value = msgspec.json.decode(document, type=kind)
        is_exact = msgspec.json.encode(value, order="sorted") == document
    except (msgspec.MsgspecError, OverflowError, RecursionError):
        return None
    return value if is_exact else None


def convert(value: Json, document: bytes, kind: type[T]) -> T:
    """Read a document that canonical.parse has already found to be `value`."""
    if isinstance(value, dict) and value.get("v", VERSION) != VERSION:
        detail = f"This node reads version {VERSION} of the protocol's objects."
        raise FederationError(Problem.VERSION_UNSUPPORTED, detail)
    try:
        return msgspec.json.decode(document, type=kind)
    except msgspec.ValidationError as error:
        raise schema_invalid(f"The message is not of the agreed form: {error}.") from None


def write(body: msgspec.Struct) -> bytes:
    return msgspec.json.encode(body, order="sorted")


def whole_seconds(moment: datetime) -> datetime:
    """Return the moment as the wire tells it: UTC, to the second."""
    return moment.astimezone(UTC).replace(microsecond=0)
