"""What a node shows of its market to a peer: proposals as FEP-0837 has them.

A page is JSON-LD that any program of the Fediverse can read; what that vocabulary has no
word for stands in terms of our own (`cxn:`).  Nothing in it moves money, so nothing in
it is signed beyond the answer itself, and members that we do not know are passed over:
what counts is read strictly, the rest is not read at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Literal, TypeAlias, TypeVar

import msgspec

from federation.errors import schema_invalid
from federation.wire import Moment

T = TypeVar("T")

MEDIA_TYPE = 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"'
LONGEST_PAGE = 200

_LONGEST = 20_000
_MOST_TAGS = 20
_ACTIVITY_STREAMS = "https://www.w3.org/ns/activitystreams"
_TERMS: Mapping[str, str | Mapping[str, str]] = MappingProxyType(
    {
        "vf": "https://w3id.org/valueflows/ont/vf#",
        "om2": "http://www.ontology-of-units-of-measure.org/resource/om-2/",
        "cxn": "https://cxn.example/ns#",
        "Proposal": "vf:Proposal",
        "Intent": "vf:Intent",
        "purpose": "vf:purpose",
        "publishes": "vf:publishes",
        "reciprocal": "vf:reciprocal",
        "unitBased": "vf:unitBased",
        "action": "vf:action",
        "resourceConformsTo": {"@id": "vf:resourceConformsTo", "@type": "@id"},
        "resourceQuantity": "vf:resourceQuantity",
        "hasUnit": "om2:hasUnit",
        "hasNumericalValue": "om2:hasNumericalValue",
        "price": "cxn:price",
        "unit": "cxn:unit",
        "terms": "cxn:terms",
        "money": "cxn:money",
        "category": "cxn:category",
        "cursor": "cxn:cursor",
        "more": "cxn:more",
    }
)
CONTEXT = (_ACTIVITY_STREAMS, dict(_TERMS))

Purpose: TypeAlias = Literal["offer", "request"]
PriceWay: TypeAlias = Literal["amount", "words", "open", "swap", "free"]
Cursor: TypeAlias = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9._:-]{1,128}\Z")]
Word: TypeAlias = Annotated[str, msgspec.Meta(max_length=500)]
Uri: TypeAlias = Annotated[str, msgspec.Meta(pattern=r"^https?://[!-~]{1,500}\Z")]
Decimal: TypeAlias = Annotated[
    str, msgspec.Meta(pattern=r"^[0-9]{1,16}(\.[0-9]{1,9})?\Z", max_length=26)
]


class _Part(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """A part of a page; members that we do not know are passed over."""


class Quantity(_Part, frozen=True, kw_only=True, omit_defaults=False):
    has_unit: Literal["one"] = "one"
    has_numerical_value: Decimal


class Intent(_Part, frozen=True, kw_only=True):
    """What would go one way; `resource_conforms_to` names the currency of a price."""

    type: Literal["Intent"]
    id: Uri
    action: Word
    resource_conforms_to: Uri | None = None
    resource_quantity: Quantity


class Author(_Part, frozen=True, kw_only=True):
    """Whose it is; `preferred_username` is the account's number at the sending node."""

    type: Literal["Person"]
    id: Uri
    name: Word
    preferred_username: Annotated[str, msgspec.Meta(pattern=r"^[!-?A-~]{1,64}\Z")]


class Place(_Part, frozen=True, kw_only=True):
    """Whereabouts it is: nearer than `radius` to a point, if one is told."""

    type: Literal["Place"]
    name: Word
    latitude: Annotated[float, msgspec.Meta(ge=-90, le=90)] | None = None
    longitude: Annotated[float, msgspec.Meta(ge=-180, le=180)] | None = None
    radius: Annotated[float, msgspec.Meta(ge=0)] | None = None
    units: Word | None = None


class Tag(_Part, frozen=True, kw_only=True):
    type: Literal["Hashtag"]
    name: Word


class Proposal(_Part, frozen=True, kw_only=True, tag_field="type", tag="Proposal"):
    """An offering or a want; `content` is Markdown.

    `price` says what is given for it, `unit` for how much of it, `terms` what stands
    where no amount does, `money` the part in ordinary money.
    """

    id: Uri
    attributed_to: Author
    name: Word
    content: Annotated[str, msgspec.Meta(max_length=_LONGEST)] = ""
    media_type: Literal["text/markdown"]
    published: Moment
    updated: Moment
    end_time: Moment | None = None
    location: Place | None = None
    tag: Annotated[tuple[Tag, ...], msgspec.Meta(max_length=_MOST_TAGS)] = ()
    category: Word = ""
    purpose: Purpose
    publishes: Intent
    reciprocal: Intent | None = None
    unit_based: bool
    price: PriceWay
    unit: Word = ""
    terms: Word = ""
    money: Word = ""


class Tombstone(_Part, frozen=True, kw_only=True, tag_field="type", tag="Tombstone"):
    """What is shown no longer."""

    id: Uri
    deleted: Moment


class Page(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A part of what there is; who asks `since` its cursor gets what came after it."""

    context: msgspec.Raw = msgspec.field(name="@context")
    type: Literal["OrderedCollectionPage"] = "OrderedCollectionPage"
    id: Uri
    ordered_items: Annotated[tuple[msgspec.Raw, ...], msgspec.Meta(max_length=LONGEST_PAGE)]
    cursor: Cursor
    more: bool


def page(uri: str, items: tuple[msgspec.Raw, ...], *, cursor: str, more: bool) -> bytes:
    context = msgspec.Raw(msgspec.json.encode(CONTEXT))
    return msgspec.json.encode(
        Page(context=context, id=uri, ordered_items=items, cursor=cursor, more=more)
    )


def item(shown: Proposal | Tombstone) -> msgspec.Raw:
    return msgspec.Raw(msgspec.json.encode(shown))


_PAGE = msgspec.json.Decoder(Page)
_ITEM: msgspec.json.Decoder[Proposal | Tombstone] = msgspec.json.Decoder(
    Proposal | Tombstone
)


def read_page(document: bytes) -> Page:
    """Read a page, but for its items: one that is not of the form spoils no other."""
    return _read(_PAGE, document)


def read_item(document: bytes) -> Proposal | Tombstone:
    return _read(_ITEM, document)


def _read(decoder: msgspec.json.Decoder[T], document: bytes) -> T:
    try:
        return decoder.decode(document)
    except RecursionError:
        raise schema_invalid("The message is nested too deeply.") from None
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        detail = f"The message is not of the agreed form: {error}."
        raise schema_invalid(detail) from None
