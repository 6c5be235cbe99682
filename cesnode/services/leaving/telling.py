"""Tells of an exchange in the words in which foreign files are read (formats.brought)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from cesnode.community.market import Audience, State
from cesnode.community.profiles import place_text
from cesnode.formats.brought import (
    Advert,
    Category,
    Dealing,
    Facts,
    Holder,
    House,
    Move,
    Movement,
    Outside,
    PictureFile,
    Sharer,
    Stated,
)
from cesnode.formats.told import Profile, Request
from cesnode.ledger.accounts import Account, AccountKind
from cesnode.ledger.money import render
from cesnode.ledger.trades import Trade, TradeState
from cesnode.services import cards
from cesnode.services.terms import NONE
from cesnode.store import (
    Reader,
    accounts,
    categories,
    exchanges,
    export,
    members,
    pictures,
    profiles,
)
from cesnode.store.export import Posted
from cesnode.store.listings import Listing
from cesnode.store.pictures import Picture
from cesnode.store.profiles import Profile as Kept

_HERE = ""
"""What is told comes from no file."""
PICTURES = "pictures"
"""The folder beside the tables in which pictures are."""


class Told:
    """The exchange of one snapshot; each method reads it anew."""

    def __init__(self, reader: Reader, *, now: int) -> None:
        self._reader = reader
        exchange = exchanges.load(reader, now)
        card = cards.exchange(exchange)
        self.facts = Facts(
            code=exchange.code,
            name=exchange.name,
            currency=exchange.currency,
            named=True,
            hour_known=True,
            floor=exchange.rules.limits.floor,
            ceiling=exchange.rules.limits.ceiling,
            limit_policy=exchange.rules.limit_policy,
            levy_seller=card.rules.levy_seller,
            levy_buyer=card.rules.levy_buyer,
            national=card.national,
            founded_at=exchange.founded_at,
            house=House(
                growth=card.rules.growth,
                seller_record=exchange.rules.seller_record,
                agree_after=str(card.rules.agree_after or NONE),
                lapse_after=str(card.rules.lapse_after),
                object_days=str(card.rules.object_days),
                record=exchange.rules.trading_record,
            ),
            categories=tuple(
                Category(self._shelves[one.id], one.icon)
                for one in categories.every(reader)
            ),
        )

    @cached_property
    def _shelves(self) -> dict[int, tuple[str, ...]]:
        """Return the names of each category, those of its parent first."""
        every = categories.every(self._reader)
        outer = {one.id: one.name for one in every}
        return {
            one.id: (outer[one.parent], one.name) if one.parent else (one.name,)
            for one in every
        }

    @cached_property
    def _accounts(self) -> dict[int, Account]:
        return {account.id: account for account in accounts.every(self._reader)}

    def holders(self) -> Iterator[Holder]:
        limits = export.own_limits(self._reader)
        for account in self._accounts.values():
            if account.kind.is_personal:
                yield self._holder(account, limits[account.id])

    def dealings(self) -> Iterator[Dealing | Movement]:
        for posted in export.postings(self._reader):
            yield self._dealing(posted) if posted.trade else self._movement(posted)

    def adverts(self) -> Iterator[Advert]:
        for listing in export.own_listings(self._reader):
            yield self._advert(listing)

    def requests(self) -> Iterator[Request]:
        """Tell of what waits here; what waits between exchanges is for those two."""
        for trade in export.requests(self._reader):
            if trade.other is None:
                yield self._request(trade)

    def profiles(self) -> Iterator[Profile]:
        for number, member in self._people():
            told = profiles.of_member(self._reader, member)
            if told != Kept():
                yield self._profile(number, member, told)

    def pictures(self) -> Iterator[tuple[str, str]]:
        """Name each picture as adverts and profiles do, and its file as it lies here."""
        for number, member in self._people():
            photo = profiles.of_member(self._reader, member).photo
            if photo is not None:
                yield _photo(number, member), photo.large
        for listing in export.own_listings(self._reader):
            for name, picture in self._shown(listing):
                yield name, picture.large

    def balances(self) -> Iterator[Stated]:
        for account in self._accounts.values():
            yield Stated(account.number, account.position.balance)

    def _holder(self, account: Account, limits: export.OwnLimits) -> Holder:
        held = accounts.members_of(self._reader, account.id)
        people = [members.by_id(self._reader, member) for member in held]
        grants = [
            grant for member in held for grant in members.grants(self._reader, member)
        ]
        return Holder(
            file=_HERE,
            row=0,
            key=account.number,
            serial=int(account.number[4:]),
            name=account.name,
            kind=account.kind,
            sharers=tuple(Sharer(one.name, one.email) for one in people)
            or (Sharer(account.name, None),),
            state=account.state,
            reason=account.lock_reason,
            area=members.area_name(self._reader, account.area),
            own_floor=limits.own_floor,
            floor=limits.floor,
            own_ceiling=limits.own_ceiling,
            ceiling=limits.ceiling,
            roles=tuple(dict.fromkeys(grant.role for grant in grants)),
            joined_at=limits.opened_at,
            whitelisted=account.whitelisted,
        )

    def _advert(self, listing: Listing) -> Advert:
        terms, category, amount = listing.terms, listing.category, listing.terms.amount
        return Advert(
            file=_HERE,
            row=0,
            key=str(listing.uuid),
            kind=listing.kind,
            owner=self._accounts[listing.account or 0].number,
            title=listing.words.title,
            text=listing.words.text,
            category=self._shelves[category] if category is not None else (),
            price=terms.words if amount is None else render(amount, self.facts.currency),
            way=terms.price,
            unit=terms.unit,
            money=terms.money,
            keywords=", ".join(listing.words.keywords),
            pictures=tuple(
                PictureFile(name, picture.words) for name, picture in self._shown(listing)
            ),
            state=_state(listing),
            audience=listing.audience,
            created_at=listing.created_at,
            shown_at=listing.shown_at,
            changed_at=listing.changed_at,
            expires_on=listing.expires_on,
        )

    def _shown(self, listing: Listing) -> Iterator[tuple[str, Picture]]:
        found = pictures.of_listings(self._reader, [listing.id])
        for place, picture in enumerate(found.get(listing.id, ()), 1):
            yield f"{PICTURES}/{listing.uuid}-{place}.webp", picture

    def _people(self) -> Iterator[tuple[str, int]]:
        """Yield every member with the number of the account they hold first."""
        for account in self._accounts.values():
            for member in accounts.members_of(self._reader, account.id):
                if self._by_member[member] == account.number:
                    yield account.number, member

    def _request(self, trade: Trade) -> Request:
        return Request(
            file=_HERE,
            row=0,
            uuid=str(trade.uuid),
            seller=self._accounts[trade.seller].number,
            buyer=self._accounts[trade.buyer].number,
            amount=trade.amount,
            description=trade.description,
            event_on=trade.event_on,
            at=trade.created_at,
            entered_by=self._by_member.get(trade.entered_by or 0),
            asked=trade.asked,
        )

    def _profile(self, number: str, member: int, told: Kept) -> Profile:
        return Profile(
            file=_HERE,
            row=0,
            account=number,
            name=members.name(self._reader, member),
            about=told.about,
            phone=told.phone,
            mobile=told.mobile,
            address=told.address,
            website=told.website,
            place=place_text(told.place),
            languages=", ".join(told.languages),
            absent_until=told.absent_until or "",
            absence=told.absence,
            listed=told.listed,
            audiences=tuple(sorted(told.audiences.items())),
            photo=_photo(number, member) if told.photo else "",
        )

    def _dealing(self, posted: Posted) -> Dealing:
        trade, header = posted.trade, posted.header
        assert trade is not None  # noqa: S101 - asked before
        undoes = header.reverses is not None
        return Dealing(
            file=_HERE,
            row=header.seq,
            key=f"{trade.uuid}/undone" if undoes else str(trade.uuid),
            seller=self._side(trade.seller, trade.other),
            buyer=self._side(trade.buyer, trade.other),
            amount=trade.amount,
            seller_levy=trade.seller_levy,
            buyer_levy=trade.buyer_levy,
            description=trade.description,
            event_on=trade.event_on,
            at=header.recorded_at,
            entered_by=self._by_member.get(trade.entered_by or 0),
            uuid=None if undoes else str(trade.uuid),
            undoes=undoes,
            of=str(trade.uuid) if undoes else None,
            objected=trade.state is TradeState.OBJECTED,
        )

    def _movement(self, posted: Posted) -> Movement:
        return Movement(
            file=_HERE,
            row=posted.header.seq,
            key=str(posted.header.seq),
            kind=posted.header.kind,
            moves=tuple(
                Move(self._accounts[account].number, amount)
                for account, amount, _ in posted.entries
            ),
            at=posted.header.recorded_at,
        )

    def _side(self, account: int, other: str | None) -> str | Outside:
        found = self._accounts[account]
        if found.kind is not AccountKind.CLEARING:
            return found.number
        _, _, code = found.number.partition("-")
        return Outside(code, other or code)

    @cached_property
    def _by_member(self) -> dict[int, str]:
        """Return the account by which each member is known."""
        known: dict[int, str] = {}
        for account in self._accounts.values():
            for member in accounts.members_of(self._reader, account.id):
                known.setdefault(member, account.number)
        return known


def _state(listing: Listing) -> State:
    """Return the state elsewhere: what only groups see is hidden, for they stay here."""
    is_for_groups = listing.audience is Audience.GROUP and listing.state is State.SHOWN
    return State.HIDDEN if is_for_groups else listing.state


def _photo(number: str, member: int) -> str:
    return f"{PICTURES}/{number}-{member}.webp"
