"""The headers of Komunitin's community bundle, in the order in which they are written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

_WAYS = ("Simple", "Qr", "Multiple", "Tag")


def _pairs(prefix: str, ways: tuple[str, ...]) -> list[str]:
    return [
        f"{prefix}{way}{what}" for way in ways for what in ("Payments", "PaymentRequests")
    ]


def _capital(prefix: str, ways: tuple[str, ...]) -> list[str]:
    return [f"{prefix}{way}Payments" for way in ways] + [
        f"{prefix}{way}PaymentRequests" for way in ways
    ]


_ADDRESS = [
    f"address.{part}"
    for part in ("streetAddress", "locality", "postalCode", "region", "country")
]
_LOCATION = ["location.type", "location.longitude", "location.latitude"]
_CONTACT = [
    f"contact.{way}"
    for way in (
        "phone", "email", "telegram", "whatsapp", "website", "instagram", "facebook",
        "twitter",
    )
]  # fmt: skip

COLUMNS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "community.csv": (
            "id", "code", "name", "status", "description", "access", "adminUsers",
            "createdAt", "updatedAt", "imageUrl", *_ADDRESS, *_LOCATION, *_CONTACT,
            "settings.requireAcceptTerms", "settings.terms", "settings.minOffers",
            "settings.minNeeds", "settings.allowAnonymousMemberList",
            "settings.enableGroupEmail", "settings.defaultGroupEmailFrequency",
        ),
        "currency.csv": (
            "id", "code", "adminUser", "name", "namePlural", "symbol", "decimals",
            "scale", "rateNumerator", "rateDenominator", "createdAt", "updatedAt",
            "settings.defaultInitialCreditLimit", "settings.externalTraderCreditLimit",
            "settings.defaultInitialMaximumBalance",
            "settings.defaultOnPaymentCreditLimit",
            "settings.externalTraderMaximumBalance",
            "settings.defaultAcceptPaymentsAfter",
            "settings.defaultAcceptPaymentsWhitelist", "settings.defaultAllowPayments",
            "settings.defaultAllowPaymentRequests",
            "settings.defaultAcceptPaymentsAutomatically",
            *_capital("settings.defaultAllow", (*_WAYS, "External")),
            "settings.defaultAcceptExternalPaymentsAutomatically",
            "settings.enableExternalPayments", "settings.enableExternalPaymentRequests",
            "settings.enableCreditCommonsPayments", "settings.defaultHideBalance",
            "stellarIssuerSecret", "stellarCreditSecret", "stellarAdminSecret",
            "stellarExternalIssuerSecret", "stellarExternalTraderSecret",
            "stellarDisabledAccountsPoolSecret",
        ),
        "users.csv": (
            "id", "email", "name", "status", "passwordHash", "language", "createdAt",
            "updatedAt",
        ),
        "member-users.csv": (
            "id", "member", "user", "notifications.myAccount", "notifications.group",
            "emails.myAccount", "emails.group",
        ),
        "members.csv": (
            "id", "code", "name", "type", "status", "access", "description",
            "createdAt", "updatedAt", "imageUrl", *_ADDRESS, *_LOCATION, *_CONTACT,
        ),
        "accounts.csv": (
            "id", "code", "balance", "creditLimit", "createdAt", "updatedAt",
            "maximumBalance", "settings.onPaymentCreditLimit",
            "settings.acceptPaymentsAfter", "settings.acceptPaymentsWhitelist",
            "settings.allowPayments", "settings.allowPaymentRequests",
            *_pairs("settings.allow", _WAYS), "settings.acceptPaymentsAutomatically",
            "settings.allowExternalPayments", "settings.allowExternalPaymentRequests",
            "settings.acceptExternalPaymentsAutomatically", "settings.hideBalance",
            "stellarSecret",
        ),
        "transfers.csv": (
            "id", "payer", "payee", "user", "amount", "description", "createdAt",
            "updatedAt",
        ),
        "categories.csv": (
            "id", "code", "name", "description", "access", "createdAt", "updatedAt",
            "icon.type", "icon.value",
        ),
        "posts.csv": (
            "id", "code", "type", "member", "category", "title", "description",
            "status", "access", "value", "fulfilledAt", "expiresAt", "createdAt",
            "updatedAt", *_LOCATION, "imageUrls",
        ),
    }
)  # fmt: skip

REQUIRED = (
    "community.csv", "currency.csv", "users.csv", "member-users.csv", "members.csv",
    "accounts.csv",
)  # fmt: skip


def row(name: str, /, **cells: str) -> tuple[str, ...]:
    """Lay cells out under the header of a file; those that are not given are empty."""
    return tuple(cells.get(column, "") for column in COLUMNS[name])


SHELF = " / "
"""Stands between the names of a category and of one below it: a bundle has no levels."""
_LONGEST_CODE = 60


def codes(categories: Iterable[tuple[str, ...]]) -> dict[tuple[str, ...], str]:
    """Give each category, by its names, a code of its own."""
    found: dict[tuple[str, ...], str] = {}
    for names in categories:
        letters = (each.lower() if each.isalnum() else "-" for each in SHELF.join(names))
        parts = filter(None, "".join(letters).split("-"))
        code = "-".join(parts)[:_LONGEST_CODE] or "category"
        found[names] = f"{code}-{len(found)}" if code in found.values() else code
    return found
