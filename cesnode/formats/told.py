"""What waits for members, what they tell of themselves, and what was announced to them."""

from __future__ import annotations

import msgspec

from cesnode.community.profiles import Audience, Contact


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """A trade that waits for the buyer to agree; with `asked` silence is no agreement."""

    file: str
    row: int
    uuid: str
    seller: str
    buyer: str
    amount: int
    description: str | None = None
    event_on: str
    at: int
    entered_by: str | None = None
    asked: bool = False


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody tells of themselves, in the words in which it is told here.

    `account` and `name` say who it is; `audiences` for whom each part is.
    """

    file: str
    row: int
    account: str
    name: str
    about: str = ""
    phone: str = ""
    mobile: str = ""
    address: str = ""
    website: str = ""
    place: str = ""
    languages: str = ""
    absent_until: str = ""
    absence: str = ""
    listed: bool = True
    audiences: tuple[tuple[Contact, Audience], ...] = ()
    photo: str = ""


class Announced(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody told everybody; days from the first to the last it is shown on.

    `owner` is the key of an account, `text` Markdown, `at` when it was written.
    """

    file: str
    row: int
    key: str
    owner: str
    title: str
    text: str
    since: str
    until: str
    at: int
