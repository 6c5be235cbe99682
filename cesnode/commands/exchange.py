"""Founding an exchange, and changing what it decides for itself."""

from __future__ import annotations

from fractions import Fraction

import click

from cesnode.commands import showing
from cesnode.commands.terminal import (
    Command,
    F,
    Group,
    Terminal,
    Word,
    at_terminal,
    by_option,
    gathered,
)
from cesnode.community.exchange import Exchange
from cesnode.community.rules import HouseRules, RecordShown, SellerRecord
from cesnode.errors import N_, FieldInvalid
from cesnode.ledger.accounts import is_code
from cesnode.ledger.limits import LimitPolicy
from cesnode.ledger.money import Currency, Measure
from cesnode.services import cards, founding, ruling
from cesnode.services.cards import ExchangeView
from cesnode.services.ruling import Terms
from cesnode.store import Writer, keyring, schema

_ORIGIN = "http://127.0.0.1:8080"
_UNITS = {
    Measure.MUTUAL: ("unit", "units", 2),
    Measure.TIME: ("hour", "hours", 2),
    Measure.GIFT: ("gift", "gifts", 0),
}

_TERMS = (
    click.option("--unit", help="What one is called: leaf."),
    click.option("--units", help="What several are called: leaves."),
    click.option("--symbol", help="A short sign for it, up to 8 characters."),
    click.option("--hour-value", metavar="N", help="Units for an hour of ordinary work."),
    click.option("--national", metavar="ZAR=10", help="Units for one of national money."),
    click.option("--origin", metavar="URL", help="The address the node is reached at."),
    click.option(
        "--allow-private-peers/--no-private-peers",
        default=None,
        help="Whether other exchanges may be on this machine or its network.",
    ),
    click.option("--floor", metavar="N", help="The lowest balance (-100), or none."),
    click.option("--ceiling", metavar="N", help="The highest balance, or none."),
    click.option(
        "--growth",
        metavar="TEXT",
        help="How floors move down with sales: “10% up to 500”, or none.",
    ),
    click.option(
        "--limit-policy",
        type=Word(LimitPolicy),
        help="Whether a trade beyond a limit is refused or let pass.",
    ),
    click.option(
        "--levy", metavar="TEXT", help="Taken on both sides: “2%”, “2% + 0.10”, or none."
    ),
    click.option("--levy-seller", metavar="TEXT", help="Taken from the seller."),
    click.option("--levy-buyer", metavar="TEXT", help="Taken from the buyer."),
    click.option(
        "--seller-record",
        type=Word(SellerRecord),
        help="When a trade that its seller records takes effect.",
    ),
    click.option(
        "--agree-after",
        metavar="DAYS",
        help="When silence counts as the buyer's agreement, or none.",
    ),
    click.option("--lapse-after", metavar="DAYS", help="When a request lapses."),
    click.option("--object-days", metavar="DAYS", help="How long a buyer may object."),
    click.option(
        "--record",
        type=Word(RecordShown),
        help="Who sees what another member's trades come to.",
    ),
    click.option(
        "--own-names/--no-own-names",
        default=None,
        help="Whether members choose what their own account is called.",
    ),
)


def _terms(function: F) -> F:
    """Give a command the options for all that an exchange decides."""
    decorated = gathered(Terms, "terms")(function)
    for option in reversed(_TERMS):
        decorated = option(decorated)
    return decorated


@click.command(
    cls=Command,
    examples=[
        """cesnode init --code OAKV --name "Oakvale Exchange" --unit leaf --units leaves \\
    --scale 2 --hour-value 10 --floor -100 --ceiling 500""",
        'cesnode init --code TIME --name "Time Bank" --kind time --floor -20',
    ],
)
@click.option("--code", required=True, help="Four letters for account numbers: OAKV.")
@click.option("--name", required=True, help="The name of the exchange.")
@click.option(
    "--kind",
    type=Word(Measure),
    default=Measure.MUTUAL.value,
    show_default=True,
    help="What it counts: units of value, hours, or gifts.",
)
@click.option(
    "--scale", type=click.IntRange(0, 4), help="Decimals; can never be changed.  [2]"
)
@_terms
@at_terminal
def init(
    terminal: Terminal, *, code: str, kind: Measure, scale: int | None, terms: Terms
) -> None:
    """Found an exchange in an empty folder.

    Its code, kind and scale can never be changed; all else can, from any day on.
    """
    exchange = ruling.revise(_blank(code, kind, scale, now=terminal.now), terms)

    def fill(writer: Writer) -> None:
        keyring.ensure(terminal.folder)
        founding.found(writer, exchange, now=terminal.now)

    schema.create(terminal.folder, fill)
    terminal.answer(
        cards.exchange(exchange),
        lambda: click.echo(f"{exchange.name} ({exchange.code}) is in {terminal.folder}."),
    )


@click.group(cls=Group)
def exchange() -> None:
    """Show and change the rules of the exchange."""


@exchange.command(examples=["cesnode exchange show", "cesnode exchange show --json"])
@at_terminal
def show(terminal: Terminal) -> None:
    """Show the names, rates, limits and rules that hold today."""
    with terminal.reading() as (reader, _):
        view = cards.exchange(terminal.exchange(reader))
    terminal.answer(view, lambda: _show(view))


@exchange.command(
    "set",
    examples=[
        "cesnode exchange set --floor -200 --levy 2%",
        "cesnode exchange set --hour-value 12 --since 2027-01-01",
        'cesnode exchange set --levy-seller none --levy-buyer "1% max 5"',
    ],
)
@click.option("--name", help="The name of the exchange.")
@click.option(
    "--since",
    metavar="DATE",
    help="The day from which a new rate or levy holds; else at once.",
)
@by_option
@_terms
@at_terminal
def change(terminal: Terminal, *, terms: Terms, since: str | None) -> None:
    """Change names, rates, limits and rules; what is not named stays as it is."""
    with terminal.writing() as (writer, actor):
        changed = ruling.set_terms(writer, actor, terms, since=since, now=terminal.now)
        view = cards.exchange(changed)
    terminal.answer(view, lambda: _show(view))


def _blank(code: str, kind: Measure, scale: int | None, *, now: int) -> Exchange:
    tidy = code.strip().upper()
    if not is_code(tidy):
        raise FieldInvalid("code", N_("“{code}” is not four letters like OAKV"), code=code)
    singular, plural, usual = _UNITS[kind]
    if kind is Measure.GIFT and scale:
        raise FieldInvalid("scale", N_("gifts are counted whole"))
    return Exchange(
        name=tidy,
        origin=_ORIGIN,
        allow_private_peers=False,
        founded_at=now,
        currency=Currency(
            code=tidy,
            singular=singular,
            plural=plural,
            scale=usual if scale is None else scale,
            measure=kind,
            hour_value=Fraction(1),
        ),
        rules=HouseRules(),
    )


def _show(view: ExchangeView) -> None:
    rules = view.rules
    showing.facts(
        [
            ("Exchange", f"{view.name} ({view.code})"),
            ("Address", view.origin),
            ("Currency", f"{view.units}, {view.scale} decimals ({view.kind})"),
            ("An hour", f"{view.hour_value} {view.units}"),
            ("National", view.national),
            ("Floor", rules.floor or "none"),
            ("Ceiling", rules.ceiling or "none"),
            ("Limits grow", rules.growth),
            ("Beyond a limit", rules.limit_policy),
            ("Levy on sellers", rules.levy_seller),
            ("Levy on buyers", rules.levy_buyer),
            ("Sellers’ records", rules.seller_record.replace("_", " ")),
            ("Silence agrees", _days(rules.agree_after)),
            ("Requests lapse", _days(rules.lapse_after)),
            ("Objections", _days(rules.object_days)),
            ("Trading records", f"seen by {rules.record}"),
            ("Names", "members choose theirs" if rules.own_names else "chosen for members"),
            ("Founded", view.founded_at),
        ]
    )


def _days(number: int | None) -> str:
    return "never" if number is None else f"after {number} days"
