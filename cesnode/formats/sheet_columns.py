"""The headers of our own tables, in the order in which they are written."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

NONE = "none"
"""Stands where a limit could: there is none, whatever the exchange's."""

_ADVERTS = (
    "id", "owner", "title", "text", "category", "subcategory", "price", "way", "unit",
    "money", "keywords", "pictures", "picture_words", "state", "audience", "created_at",
    "shown_at", "changed_at", "expires_on",
)  # fmt: skip

COLUMNS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "community.csv": (
            "code", "name", "measure", "unit", "units", "symbol", "scale", "hour_value",
            "national", "floor", "ceiling", "limit_policy", "levy_seller", "levy_buyer",
            "founded_at", "growth", "seller_record", "agree_after", "lapse_after",
            "object_days", "record",
        ),
        "members.csv": (
            "number", "name", "person", "email", "kind", "state", "reason", "area",
            "floor", "ceiling", "roles", "joined_at", "opening", "balance",
            "whitelisted",
        ),
        "trades.csv": (
            "id", "event_on", "recorded_at", "seller", "buyer", "other", "amount",
            "seller_levy", "buyer_levy", "description", "entered_by", "undoes",
            "objected",
        ),
        "requests.csv": (
            "id", "event_on", "recorded_at", "seller", "buyer", "amount", "description",
            "entered_by", "asked",
        ),
        "profiles.csv": (
            "number", "person", "about", "phone", "mobile", "address", "website", "place",
            "languages", "absent_until", "absence", "listed", "audiences", "photo",
        ),
        "movements.csv": ("transfer", "recorded_at", "kind", "account", "amount"),
        "categories.csv": ("category", "subcategory", "icon"),
        "offerings.csv": _ADVERTS,
        "wants.csv": _ADVERTS,
    }
)  # fmt: skip
