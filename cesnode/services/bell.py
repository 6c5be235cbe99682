"""What a member has been told, what of it is unread, and how they wish to be told.

1. A member reads and settles their own; who keeps members may help with the settings.
2. What concerns the safety of a sign-in is not for anybody to switch off.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from cesnode.community.languages import LANGUAGES
from cesnode.community.notices import DEFAULTS, Kind, Preferences, Topic
from cesnode.community.roles import Actor, Scope
from cesnode.errors import N_, NONE_OF, FieldInvalid, NotAllowed
from cesnode.ledger.money import Amount, Currency
from cesnode.ledger.trades import Trade
from cesnode.services import acting
from cesnode.services.authority import require_care
from cesnode.services.clearing.addressing import known_number
from cesnode.services.guests import offering
from cesnode.store import (
    Reader,
    Writer,
    accounts,
    acts,
    exchanges,
    group_guests,
    group_notices,
    groups,
    members,
    notices,
    trades,
)
from cesnode.store import preferences as kept
from cesnode.store.notices import Notice

MOST_COUNTED = 100
"""Counting ends here: more is said as "99+"."""

_GONE = "…"
"""Stands for words that were taken away since."""
_REASONED = frozenset({Kind.DECLINED, Kind.OBJECTED, Kind.REVERSED})


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeView:
    """A notice with all that its sentence names.

    `ref`, `amount`, `words` and `other` (the name of the other side) are there where it
    is about a trade; `amount` is how far a limit still is, where it is about one.  Of
    other things `path` leads to them, `words` name them, `day` is when they end, `count`
    how many there are, and `token` renews them.  `group` is the name of a group, where
    it is about one.
    """

    id: int
    kind: Kind
    at: int
    is_read: bool
    account: str = ""
    ref: str | None = None
    amount: Amount | None = None
    words: str = ""
    other: str = ""
    reason: str = ""
    device: str = ""
    path: str = ""
    day: str = ""
    count: str = ""
    token: str = ""
    group: str = ""


def notices_of(
    reader: Reader,
    actor: Actor,
    *,
    unread: bool = False,
    before: int | None = None,
    limit: int = 20,
) -> list[NoticeView]:
    """Return what the actor was told, newest first; go on `before` the last id seen.

    `unread` leaves out what was read.
    """
    member = _themselves(actor)
    found = notices.of_member(
        reader,
        member,
        silenced=kept.of_member(reader, member).silenced,
        unread=unread,
        before=before,
        limit=limit,
    )
    return views(reader, found, now=0)


def unread(reader: Reader, actor: Actor) -> int:
    """Return how many notices the actor has not read, at most MOST_COUNTED."""
    member = _themselves(actor)
    silenced = kept.of_member(reader, member).silenced
    return notices.unread(reader, member, silenced=silenced, most=MOST_COUNTED)


def mark_read(
    writer: Writer, actor: Actor, ids: tuple[int, ...] | None = None, *, now: int
) -> int:
    """Mark these notices of the actor as read, or all of them; return how many were not."""
    member = _themselves(actor)
    actor.require_scope(Scope.TRADE)
    if ids is None:
        return notices.mark_all_read(writer, member, now=now)
    return sum(notices.mark_read(writer, member, notice, now=now) for notice in ids)


def open_notice(
    writer: Writer, actor: Actor, notice: int, *, now: int
) -> NoticeView | None:
    """Mark a notice of the actor as read and return it; None if there is none."""
    found = notices_of(writer, actor, before=notice + 1, limit=1)
    mark_read(writer, actor, (notice,), now=now)
    return found[0] if found and found[0].id == notice else None


def preferences(reader: Reader, actor: Actor, member: int) -> Preferences:
    require_care(reader, actor, member)
    return kept.of_member(reader, member)


def set_preferences(
    writer: Writer, actor: Actor, member: int, wanted: Preferences, *, now: int
) -> Preferences:
    """Keep how a member wishes to be told; what is not named is told as by default.

    Raises:
        FieldInvalid: a language is not spoken here, or security would be switched off.

    """
    require_care(writer, actor, member)
    if wanted.language is not None and wanted.language not in LANGUAGES:
        raise FieldInvalid("language", NONE_OF, known=", ".join(LANGUAGES))
    if wanted.of(Topic.SECURITY) != DEFAULTS[Topic.SECURITY]:
        raise FieldInvalid("security", N_("what keeps you safe cannot be switched off"))
    kept.keep(writer, member, wanted)
    if actor.member != member:
        exchange = exchanges.load(writer, now)
        subject = f"member:{member}"
        acting.record(writer, exchange, actor, "member.preferences_set", subject, now=now)
    return kept.of_member(writer, member)


def views(reader: Reader, found: list[Notice], *, now: int) -> list[NoticeView]:
    """Put to each notice what its sentence names."""
    if not found:
        return []
    currency = exchanges.load(reader, now).currency
    return [_view(reader, notice, currency) for notice in found]


def _view(reader: Reader, notice: Notice, currency: Currency) -> NoticeView:
    left = notice.details.get("left")
    view = NoticeView(
        id=notice.id,
        kind=notice.kind,
        at=notice.at,
        is_read=notice.read_at is not None,
        account=_number(reader, notice.account),
        amount=Amount(abs(int(left)), currency) if left else None,
        reason=notice.details.get("reason", ""),
        device=notice.details.get("device", ""),
        words=notice.details.get("words", ""),
        path=notice.details.get("path", ""),
        day=notice.details.get("day", ""),
        count=notice.details.get("count", ""),
        token=notice.details.get("token", ""),
    )
    if "group" in notice.details:
        return _of_group(reader, notice, view)
    if notice.trade is None:
        return view
    trade = trades.by_id(reader, notice.trade)
    return replace(
        view,
        ref=trade.ref,
        amount=Amount(trade.amount, currency),
        words=trade.description or "",
        other=_other(reader, trade, notice.account),
        reason=_reason(reader, trade, notice.kind),
    )


def _of_group(reader: Reader, notice: Notice, view: NoticeView) -> NoticeView:
    """Say which group, who, and about what: as it is called now, for nothing is copied."""
    details = notice.details
    group = groups.find(reader, int(details["group"]))
    written = group_notices.find(reader, int(details.get("notice", "0")))
    by = details.get("by")
    return replace(
        view,
        group=group.name if group else details.get("called", ""),
        words=written.title if written else _GONE,
        other=members.name(reader, int(by)) if by else _elsewhere(reader, details),
    )


def _elsewhere(reader: Reader, details: Mapping[str, str]) -> str:
    """Return who it was, if that is somebody of another exchange."""
    if "guest" in details:
        group, guest = int(details["group"]), int(details["guest"])
        known = group_guests.find(reader, group, guest)
        return f"{known.name} ({known.home})" if known else _GONE
    said = details.get("reply", details.get("notice"))
    written = group_notices.find(reader, int(said)) if said else None
    if written is not None and written.address is not None:
        return f"{written.author_name} ({offering.home_of(reader, written.address)})"
    return details.get("name", _GONE if said else "")


def _number(reader: Reader, account: int | None) -> str:
    return accounts.names(reader, [account])[account][0] if account else ""


def _other(reader: Reader, trade: Trade, own: int | None) -> str:
    if trade.other is not None:
        return known_number(reader, trade.other)
    other = trade.buyer if own == trade.seller else trade.seller
    _, name = accounts.names(reader, [other])[other]
    return name


def _reason(reader: Reader, trade: Trade, kind: Kind) -> str:
    """Return the words that were given with what happened, unless they were erased."""
    if kind not in _REASONED:
        return ""
    wanted = f"trade.{kind}"
    said = [act for act in acts.about(reader, f"trade:{trade.uuid}") if act.kind == wanted]
    return said[-1].note or "" if said else ""


def _themselves(actor: Actor) -> int:
    """Return the member who asks about what they were told."""
    actor.require_scope(Scope.READ)
    if actor.member is None:
        raise NotAllowed(permission=N_("have notices of their own"))
    return actor.member
