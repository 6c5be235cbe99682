"""How other exchanges look at a terminal."""

from __future__ import annotations

from collections import Counter

import click

from cesnode.commands import showing
from cesnode.community.exchange import Exchange
from cesnode.services.clearing.tracing import Trace
from cesnode.services.peering.knowing import DistantView
from cesnode.services.peering.views import LimitView, MeetingView, PeerView, UsageView
from cesnode.services.views import instant
from federation.peering import State


def meeting(view: MeetingView, exchange: Exchange) -> None:
    """Show on stderr whom the invitation leads to: it comes before the answer."""
    facts = [
        ("Invited by", f"{view.name}, {view.origin}"),
        ("Its currency", f"{view.currency}, {view.hour_value} to the hour"),
        ("One of it", f"{view.one_of_theirs} {exchange.currency.plural}"),
        ("Its fingerprint", view.fingerprint),
        ("Our fingerprint", view.own_fingerprint),
    ]
    for name, value in facts:
        click.echo(f"{name:15}  {value}", err=True)


def details(view: PeerView, unit: str) -> None:
    showing.facts(
        [
            ("Exchange", f"{view.name} ({view.code})"),
            ("Address", view.origin),
            ("Known as", view.node if not view.origin.endswith(f"//{view.node}") else None),
            ("Moves to", view.moving_to),
            ("State", _state(view)),
            ("Put away", view.put_away_at),
            ("Fingerprint", ", ".join(view.fingerprints)),
            ("Currency", f"{view.currency_name}, {view.hour_value} to the hour"),
            ("One of it", f"{view.one_of_theirs} {unit}"),
            ("We owe them", f"{view.balance} {unit}"),
            ("Held", f"{view.held} {unit} in {view.in_flight} trades"),
            ("They may owe us", f"{view.credit_line} {unit}"),
            ("We may owe them", f"{view.max_we_owe} {unit}"),
            ("They lend us", f"{view.their_credit_line} {view.currency_name}"),
            ("Largest trade", _largest(view, unit)),
            ("In one day", f"{view.daily_volume} {unit}" if view.daily_volume else None),
            ("Bills", "allowed" if view.allow_requests else "refused"),
            ("As a hub", "allowed" if view.allow_as_hub else "refused"),
            ("Our hub fee", view.hub_fee),
            ("Our market", "shown to them" if view.shares_market else "not shown to them"),
            ("Messages", "go both ways" if view.carries_messages else "go neither way"),
            ("Groups", "take guests" if view.shares_groups else "take no guests"),
            ("Terms", f"version {view.terms_version}"),
            ("Compared", _comparison(view)),
            ("Last seen", view.last_seen),
            ("Last failure", view.last_error),
            *(
                ("Look at", f"{one.kind} since {one.at} {one.wire_id or one.details}")
                for one in view.alarms
            ),
            *(("Nearly used", usage(one, unit)) for one in view.near_limits),
            *(("In the chain", _noted(one)) for one in view.noted_limits),
        ]
    )


def listing(found: list[PeerView], unit: str) -> None:
    showing.table(
        [
            "Code",
            "Name",
            "State",
            f">{unit} we owe",
            ">Held",
            "Compared",
            "Last seen",
            "Look at",
        ],
        [
            [
                one.code,
                one.name,
                _state(one),
                showing.signed(one.balance),
                one.held,
                one.reconciliation,
                one.last_seen,
                _attention(one),
            ]
            for one in found
        ],
    )


def _attention(view: PeerView) -> str:
    """Say in short what a person has to look at."""
    kinds = Counter(one.kind for one in view.alarms)
    alarms = [f"{kind} ({count})" if count > 1 else kind for kind, count in kinds.items()]
    moving = [f"moves to {view.moving_to}"] if view.moving_to else []
    near = [f"{one.which} {one.percent} %" for one in view.near_limits]
    return ", ".join([*alarms, *moving, *near])


def _noted(view: LimitView) -> str:
    who = "we lend" if view.by_us else "they lend"
    lent, version = f"{view.credit_line} {view.currency}", view.terms_version
    return f"{who} {lent} from entry {view.seq} on, terms {version}, {view.noted_at}"


def usage(view: UsageView, unit: str) -> str:
    return f"{view.which}: {view.used} of {view.limit} {unit} ({view.percent} %)"


def _largest(view: PeerView, unit: str) -> str | None:
    if view.max_trade is None or not view.max_trade.endswith("%"):
        return f"{view.max_trade} {unit}" if view.max_trade else None
    return f"{view.max_trade} of the credit line"


def beyond(found: list[DistantView]) -> None:
    showing.table(
        ["Node", "Name", "Currency", "Through", "Met", "Fingerprint"],
        [
            [
                one.node,
                one.name,
                one.currency,
                one.via,
                one.met_at,
                ", ".join(one.fingerprints),
            ]
            for one in found
        ],
    )


def _state(view: PeerView) -> str:
    if view.state == State.REQUESTED:
        waits = view.approved or not view.asked_us
        return "requested; they have still to answer" if waits else "asks for our approval"
    return f"{view.state} by them" if view.paused_there else view.state


def _comparison(view: PeerView) -> str | None:
    if view.reconciled_at is None:
        return None
    return f"{view.reconciliation}, {view.reconciled_at}"


def trace(traced: Trace) -> None:
    """Show what was said and signed about a trade, in full: it may be evidence."""
    showing.facts(
        [
            ("Trade", f"{traced.ref} ({traced.wire_id})"),
            ("With", f"{traced.peer}, {traced.node}"),
            ("Passing", ", ".join(traced.via)),
            ("Our part", traced.role),
            ("State", traced.state),
            ("Reason", traced.reason),
        ]
    )
    for limit in traced.limits:
        lent = f"{limit.credit_line} {limit.currency}"
        click.echo(f"\n{limit.creditor} lent {limit.debtor} {lent} at entry {limit.entry}")
        click.echo(f"  by terms {limit.terms_version}, noted in entry {limit.noted}")
    for signed in traced.objects:
        click.echo(f"\n{signed.type}, signed by {signed.signer} with {signed.keyid}")
        click.echo(f"  digest     {signed.digest}")
        click.echo(f"  signature  {signed.signature}")
        click.echo(f"  {bytes(signed.object).decode()}")
    for letter in traced.messages:
        done = "answered" if letter.done_at else f"tried {letter.attempts} times"
        click.echo(f"\n{letter.kind}, written {instant(letter.written_at)}, {done}")
        for name, text in (("sent", letter.body), ("answer", letter.answer)):
            if text is not None:
                click.echo(f"  {name:6}  {bytes(text).decode()}")
