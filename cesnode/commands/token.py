"""Tokens: what programs sign in with."""

from __future__ import annotations

import click

from cesnode.commands import showing
from cesnode.commands.terminal import (
    Group,
    Terminal,
    Word,
    at_terminal,
    by_option,
    confirm,
    yes_option,
)
from cesnode.community.roles import Scope
from cesnode.ledger.accounts import parse_number
from cesnode.services import access, cards
from cesnode.services.cards import NewTokenView


@click.group(cls=Group)
def token() -> None:
    """Make and revoke the tokens that programs sign in with."""


@token.command(
    examples=[
        "cesnode token create --member 7",
        'cesnode token create --member 7 --scope till --label "The market stall"',
    ]
)
@click.option("--member", required=True, metavar="NUMBER", help="For whom it speaks.")
@click.option(
    "--scope",
    type=Word(Scope),
    default=Scope.TRADE.value,
    show_default=True,
    help="How much of the member's rights it carries.",
)
@click.option("--label", default="", help="What it is for.")
@by_option
@at_terminal
def create(terminal: Terminal, *, member: str, scope: Scope, label: str) -> None:
    """Make a token.  It is shown this once; only its digest is kept."""
    with terminal.writing() as (writer, actor):
        made = access.create_token(
            writer, actor, member, scope=scope, label=label, now=terminal.now
        )
        code = terminal.exchange(writer).code
    view = NewTokenView(
        token=made.text,
        id=made.id,
        member=parse_number(member, code, field="member").number,
        scope=made.scope,
        label=label,
    )
    terminal.answer(view, lambda: click.echo(view.token))


@token.command("list", examples=["cesnode token list", "cesnode token list --json"])
@at_terminal
def list_(terminal: Terminal) -> None:
    """List tokens, those revoked included."""
    with terminal.reading() as (reader, _):
        found = cards.token_list(reader)
    terminal.answer(
        found,
        lambda: showing.table(
            [">Id", "Member", "Name", "Scope", "Label", "Made", "Revoked"],
            [
                [
                    str(one.id),
                    one.member,
                    one.name,
                    one.scope,
                    one.label,
                    one.created_at,
                    one.revoked_at,
                ]
                for one in found
            ],
        ),
    )


@token.command(examples=["cesnode token revoke 3", "cesnode token revoke 3 --yes"])
@click.argument("token_id", metavar="ID", type=int)
@yes_option
@by_option
@at_terminal
def revoke(terminal: Terminal, *, token_id: int, yes: bool) -> None:
    """Revoke a token at once and for good."""
    confirm(f"Revoke token {token_id} for good?", yes=yes)
    with terminal.writing() as (writer, actor):
        access.revoke_token(writer, actor, token_id, now=terminal.now)
        view = next(one for one in cards.token_list(writer) if one.id == token_id)
    terminal.answer(view, lambda: click.echo(f"Token {token_id} is revoked."))
