"""How trades look at a terminal."""

from __future__ import annotations

import click

from cesnode.commands import showing
from cesnode.ledger.trades import TradeState
from cesnode.services.views import TradeView


def sentence(view: TradeView) -> str:
    if view.state == TradeState.HELD:
        return (
            f"Trade {view.ref} waits for {view.remote and view.remote.exchange}; it is sent"
            " as soon as that exchange can be reached. What it costs is held until then."
        )
    waits = view.state == TradeState.REQUESTED
    return f"Trade {view.ref} is {'waiting for the buyer' if waits else view.state}."


def details(view: TradeView, unit: str) -> None:
    showing.facts(
        [
            ("Reference", view.ref),
            ("State", view.state),
            ("Date", view.date),
            ("Seller", f"{view.seller} {view.seller_name}"),
            ("Buyer", f"{view.buyer} {view.buyer_name}"),
            ("Amount", f"{view.amount} {unit}"),
            ("Levies", f"{view.seller_levy} seller, {view.buyer_levy} buyer"),
            ("For", view.description),
            ("Entered by", view.entered_by or f"the operator ({view.channel})"),
            ("On behalf of", view.on_behalf_of),
            ("Recorded", view.recorded_at),
            ("Id", view.id),
        ]
    )


def table(listed: list[TradeView], unit: str) -> None:
    showing.table(
        ["Date", "Reference", "State", "Seller", "Buyer", f">{unit}", "For"],
        [
            [
                one.date,
                one.ref,
                one.state,
                f"{one.seller} {one.seller_name}",
                f"{one.buyer} {one.buyer_name}",
                one.amount,
                one.description,
            ]
            for one in listed
        ],
    )


def warnings(view: TradeView) -> None:
    """Say on stderr which limits this went beyond: it was done all the same."""
    for one in view.warnings:
        click.echo(
            f"Note: with this, account {one.account} is at {one.balance}; its limit is"
            f" {one.limit}. That is {one.excess} too much.",
            err=True,
        )
