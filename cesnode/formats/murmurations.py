"""What Murmurations calls a profile: how an exchange describes itself to maps and lists.

The fields are those of two schemas of its library, `organizations_schema-v1.0.0` and
`complementary_currencies-v2.0.0`, and `expires`, after which an index forgets a profile
that nobody announced again.  What is not known is left out.
"""

from __future__ import annotations

import hashlib

import msgspec

SCHEMAS = ("organizations_schema-v1.0.0", "complementary_currencies-v2.0.0")


class Geolocation(msgspec.Struct, frozen=True):
    """A point, in degrees."""

    lat: float
    lon: float


class ContactDetails(msgspec.Struct, frozen=True):
    email: str


class Profile(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A profile; times in Unix seconds."""

    linked_schemas: tuple[str, ...]
    name: str
    primary_url: str
    expires: int
    nickname: str
    tags: tuple[str, ...]
    starts_at: int
    launch_year: int
    movement: str
    monetary_model: str
    unit_of_account_type: str
    convert_to_legal_money: str
    payment_tech: tuple[str, ...]
    description: str = ""
    locality: str = ""
    region: str = ""
    country_iso_3166: str = ""
    latitude: float | None = None
    longitude: float | None = None
    geolocation: Geolocation | None = None
    rss: str = ""
    telephone: str = ""
    contact_details: ContactDetails | None = None


def write(profile: Profile) -> str:
    return msgspec.json.encode(profile).decode()


def node_id(address: str) -> str:
    """Return under what an index keeps the profile at an address."""
    return hashlib.sha256(address.encode()).hexdigest()
