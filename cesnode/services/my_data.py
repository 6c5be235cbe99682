"""All that the node knows of a member, as files they can take along.

Secrets are none of it: no password, no second step, no session's key is ever told.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import msgspec

from cesnode.community.exchange import Exchange
from cesnode.community.roles import Actor, Scope
from cesnode.errors import N_, NotAllowed
from cesnode.formats import csv
from cesnode.ledger.accounts import Account
from cesnode.ledger.trades import Trade, reference
from cesnode.services import account_views, authority
from cesnode.services.messages import meeting
from cesnode.store import (
    Reader,
    accounts,
    acts,
    announcements,
    applications,
    brought,
    correspondents,
    events,
    exchanges,
    favourites,
    group_copies,
    group_members,
    group_notices,
    groups,
    listings,
    members,
    messages,
    near_limits,
    newsletters,
    notices,
    peers,
    preferences,
    profiles,
    schedules,
    sessions,
    sign_ins,
    statements,
    thanks,
    trades,
    trading_forms,
)
from cesnode.store.statements import Period

_ALL = 2**31
_EXPLAINED = """\
All that this exchange knows of you.

profile.json          what you told of yourself, and whom each part is for
preferences.json      how you wish to be told things
sign-ins.json         how you come in, and on which devices you are signed in
notices.json          what you were told
searches.json         the searches you keep, and the listings you marked
news.json             the newsletters you were sent, the announcements you put away, and
                      since when programs of yours follow the calendar
groups.json           the groups you are in or were invited to, and what you wrote there
acts.json             what was done to your membership and your accounts, by number of
                      the member who did it (null: the operator)
NUMBER/account.json   an account of yours and where it stands
NUMBER/application.json  how you asked to join, and which terms you accepted
NUMBER/brought.json   what the system said of it that the community came from
NUMBER/statement.csv  every entry of it; amounts in units
NUMBER/trades.csv     every trade, also those that came to nothing
NUMBER/listings.json  what you put up on the market
NUMBER/schedules.json trades to come
NUMBER/forms.json     orders and slips
NUMBER/thanks.json    thank-yous, said to you and by you
NUMBER/near-limit.json since when the account is near a limit, as seen at night
NUMBER/messages.json  what others wrote to you, and you to them
photo.webp, face.webp your photo, if you have one

Times are seconds since 1970-01-01 00:00 UTC unless they are written out.  In .json files
amounts are in the smallest unit unless they are written with a decimal point.
Passwords, codes and keys are not kept in a form that anybody could read, and not here.
"""


@dataclass(frozen=True, slots=True)
class Bundle:
    """Files by their names, and the names of pictures on disk that belong to them."""

    texts: Sequence[tuple[str, str]]
    pictures: Sequence[tuple[str, str]]


def gather(reader: Reader, actor: Actor, *, now: int) -> Bundle:
    """Return everything there is to know of whoever asks.

    Raises:
        NotAllowed: the operator is nobody of whom something is known.

    """
    actor.require_scope(Scope.ADMIN)
    if actor.member is None:
        raise NotAllowed(permission=N_("have data of their own"))
    member, exchange = actor.member, exchanges.load(reader, now)
    photo = profiles.of_member(reader, member).photo
    return Bundle(
        texts=[
            ("README.txt", _EXPLAINED),
            *_of_member(reader, exchange, member, now=now),
            *(
                each
                for account in sorted(accounts.of_member(reader, member))
                for each in _of_account(reader, exchange, account)
            ),
        ],
        pictures=[("photo.webp", photo.large), ("face.webp", photo.small)] if photo else [],
    )


def _of_member(
    reader: Reader, exchange: Exchange, member: int, *, now: int
) -> Iterator[tuple[str, str]]:
    held = authority.member_actor(reader, member)
    yield (
        "profile.json",
        _json(
            {
                "member": members.by_id(reader, member),
                "told": profiles.of_member(reader, member),
                "roles": [grant.role for grant in held.grants],
                "exchange": exchange.name,
            }
        ),
    )
    yield "preferences.json", _json(preferences.of_member(reader, member))
    told = notices.of_member(reader, member, silenced=frozenset(), before=None, limit=_ALL)
    yield "notices.json", _json(told)
    marked = {
        "searches": favourites.saved_by(reader, member),
        "marked": sorted(favourites.of_member(reader, member)),
    }
    yield "searches.json", _json(marked)
    yield "groups.json", _json(_groups(reader, member))
    yield "news.json", _json(_news(reader, member))
    yield "sign-ins.json", _json(list(_sign_ins(reader, member, now=now)))
    yield "acts.json", _json(list(_acts(reader, member)))


def _groups(reader: Reader, member: int) -> dict[str, object]:
    return {
        "seats": [
            {
                "group": group.name,
                "exchange": peers.by_id(reader, group.peer).name if group.peer else None,
                "seat": held.seat,
                "since": held.since,
            }
            for held in group_members.of_member(reader, member)
            for group in [groups.find(reader, held.group)]
            if group is not None
        ],
        "written": [
            {"at": one.written_at, "title": one.title, "text": one.body}
            for one in group_notices.by_author(reader, member)
        ],
        "on_their_way": [
            {"at": one.sent_at, "title": one.title}
            for one in group_copies.sent_by(reader, member)
            if one.title
        ],
    }


def _news(reader: Reader, member: int) -> dict[str, object]:
    return {
        "newsletters": [
            {"newsletter": one.id, "title": one.title, "sent_at": one.sent_at}
            for one in newsletters.received(reader, member, limit=_ALL, offset=0)
        ],
        "announcements_put_away": announcements.put_away_by(reader, member),
        "calendar_address_made_at": events.address_made_at(reader, member),
    }


def _sign_ins(reader: Reader, member: int, *, now: int) -> Iterator[dict[str, object]]:
    for number in sign_ins.of_member(reader, member):
        known = sign_ins.by_id(reader, number)
        yield {
            "email": known.email,
            "has_password": known.password is not None,
            "has_second_step": known.has_totp,
            "recovery_codes_left": sign_ins.recovery_codes_left(reader, number),
            "devices": [
                {
                    "device": one.device,
                    "signed_in_at": one.created_at,
                    "last_seen_at": one.seen_at,
                    "expires_at": one.expires_at,
                }
                for one in sessions.of_sign_in(reader, number, now=now)
            ],
        }


def _acts(reader: Reader, member: int) -> Iterator[dict[str, object]]:
    numbers = accounts.names(reader, accounts.of_member(reader, member))
    held = accounts.of_member(reader, member)
    subjects = [f"member:{member}", *(f"account:{numbers[one][0]}" for one in held)]
    for act in sorted(
        (act for subject in subjects for act in acts.about(reader, subject)),
        key=lambda act: act.seq,
    ):
        yield {
            "seq": act.seq,
            "at": act.at,
            "by": act.actor,
            "what": act.kind,
            "about": act.subject,
            "details": msgspec.json.decode(act.details),
            "note": act.note,
        }


def _of_account(
    reader: Reader, exchange: Exchange, account_id: int
) -> Iterator[tuple[str, str]]:
    account = accounts.by_id(reader, account_id)
    place = account.number
    yield f"{place}/account.json", _json(account_views.account(reader, exchange, account))
    applied = applications.of_account(reader, account_id)
    if applied is not None:
        yield f"{place}/application.json", _json(applied)
        asked = applications.questions(reader, applied.id)
        yield f"{place}/application-questions.json", _json(asked)
    said = brought.saying_of(reader, account_id)
    if said is not None:
        yield f"{place}/brought.json", _json(msgspec.json.decode(said))
    yield f"{place}/statement.csv", "".join(_statement(reader, exchange, account))
    yield f"{place}/trades.csv", "".join(_trades(reader, exchange, account))
    yield f"{place}/listings.json", _json(listings.of_account(reader, account_id))
    yield f"{place}/schedules.json", _json(schedules.of_account(reader, account_id))
    forms = trading_forms.of_account(reader, account_id, limit=_ALL)
    yield f"{place}/forms.json", _json(forms)
    yield f"{place}/thanks.json", _json(list(_thanks(reader, account_id)))
    near = near_limits.of_accounts(reader, [account_id])
    yield f"{place}/near-limit.json", _json(near)
    yield f"{place}/messages.json", _json(list(_messages(reader, account_id)))


def _statement(reader: Reader, exchange: Exchange, account: Account) -> Iterator[str]:
    yield csv.header(csv.STATEMENT)
    sheet = statements.of_account(reader, account.id, Period(limit=_ALL))
    for line in sheet.lines:
        yield csv.statement_line(line, exchange.currency)


def _trades(reader: Reader, exchange: Exchange, account: Account) -> Iterator[str]:
    yield csv.header(csv.TRADES)
    made: list[Trade] = trades.of_account(reader, account.id, since="", limit=_ALL)
    sides = [side for trade in made for side in (trade.seller, trade.buyer)]
    named = accounts.names(reader, sides)
    for trade in made:
        (seller, _), (buyer, _) = named[trade.seller], named[trade.buyer]
        yield csv.trade(trade, seller, buyer, exchange.currency)


def _thanks(reader: Reader, account: int) -> Iterator[dict[str, object]]:
    for one in thanks.between(reader, account):
        named = accounts.names(reader, filter(None, (one.giver, one.receiver)))
        yield {
            "trade": reference(one.trade),
            "from": named[one.giver][0],
            "to": named[one.receiver][0] if one.receiver else one.abroad,
            "words": one.words,
            "said_at": one.said_at,
            "answer": one.answer,
            "answered_at": one.answered_at,
            "is_hidden": one.is_hidden,
            "removed_at": one.removed_at,
        }


def _messages(reader: Reader, account: int) -> Iterator[dict[str, object]]:
    for side in sorted(
        (
            side
            for away in (False, True)
            for side in correspondents.inbox(
                reader, (account,), away=away, before=None, limit=_ALL
            )
        ),
        key=lambda side: side.last,
    ):
        yield {
            "with": meeting.addressed(reader, side.other),
            "blocked_at": side.blocked_at,
            "put_away": side.is_away,
            "messages": [
                {
                    "at": one.written_at,
                    "by_you": one.sender == account,
                    "about": one.subject,
                    "text": one.text,
                    "state": one.state,
                    "withdrawn_at": one.withdrawn_at,
                }
                for one in messages.latest(
                    reader, side.conversation, after=side.gone, limit=_ALL
                )
            ],
        }


def _json(value: object) -> str:
    # Mappings that cannot be changed are written like those that can.
    written = msgspec.json.encode(value, enc_hook=dict)
    return msgspec.json.format(written, indent=2).decode() + "\n"
