"""Members: who they are, what they may, and how far they are trusted."""

from __future__ import annotations

from dataclasses import replace

import click

from cesnode.commands import member_joining, member_limits, showing
from cesnode.commands.terminal import (
    Group,
    Terminal,
    Word,
    at_terminal,
    by_option,
    confirm,
    gathered,
    password_from_stdin,
    yes_option,
)
from cesnode.community.roles import Role
from cesnode.ledger.accounts import OPENABLE, Account, AccountKind
from cesnode.services import (
    access,
    account_views,
    authority,
    beyond,
    cards,
    profiles,
    reading,
)
from cesnode.services.cards import MemberCard
from cesnode.services.membership import adding, changing, closing, helping, locking, naming
from cesnode.services.membership.adding import Newcomer
from cesnode.services.membership.changing import Changes
from cesnode.services.profiles import Told
from cesnode.store import Reader

_ALL = 2**31


@click.group(cls=Group)
def member() -> None:
    """Add, show and change members."""


@member.command(
    examples=[
        'cesnode member add "Ada Brook" --email ada@example.org',
        'cesnode member add "Corner Shop" --kind company --floor -500 --area North',
        'cesnode member add "Ben Hill" --role admin --password-stdin < password.txt',
    ]
)
@click.argument("name")
@click.option("--email", help="Where letters reach them.")
@click.option(
    "--kind",
    type=Word(OPENABLE),
    default=AccountKind.INDIVIDUAL.value,
    show_default=True,
    help="The kind of their account.",
)
@click.option(
    "--role",
    type=Word(Role),
    default=Role.MEMBER.value,
    show_default=True,
    help="What they may do for others.",
)
@click.option("--area", help="The part of the exchange they belong to.")
@click.option("--password-stdin", is_flag=True, help="Read a password from stdin.")
@click.option("--floor", metavar="N", help="A floor of their own, or none.")
@click.option("--ceiling", metavar="N", help="A ceiling of their own, or none.")
@by_option
@gathered(Newcomer, "newcomer")
@at_terminal
def add(terminal: Terminal, *, newcomer: Newcomer, password_stdin: bool) -> None:
    """Add a member, with an account under the next number."""
    if password_stdin:
        hashed = access.hash_password(password_from_stdin())
        newcomer = replace(newcomer, password_hash=hashed)
    with terminal.writing() as (writer, actor):
        account = adding.add(writer, actor, newcomer, now=terminal.now)
        card = _card(terminal, writer, account)
    terminal.answer(card, lambda: click.echo(f"{card.name} has number {card.number}."))


@member.command(
    "list",
    examples=[
        "cesnode member list",
        "cesnode member list --search brook --json",
        "cesnode member list --beyond-limits",
    ],
)
@click.option("--search", metavar="TEXT", default="", help="Part of a name or number.")
@click.option("--beyond-limits", is_flag=True, help="Only who is beyond a limit.")
@at_terminal
def list_(terminal: Terminal, *, search: str, beyond_limits: bool) -> None:
    """List members with where they stand."""
    if beyond_limits:
        _list_beyond(terminal, search)
        return
    with terminal.reading() as (reader, actor):
        listed = reading.directory(reader, actor, like=search, limit=_ALL)
        exchange = terminal.exchange(reader)
        found = account_views.directory(exchange, actor, listed)
    terminal.answer(
        found,
        lambda: showing.table(
            ["Number", "Name", "Kind", "State", "Area", f">{exchange.currency.plural}"],
            [
                [
                    one.number,
                    one.name,
                    one.kind,
                    one.state,
                    one.area,
                    showing.signed(one.balance or ""),
                ]
                for one in found
            ],
        ),
    )


def _list_beyond(terminal: Terminal, search: str) -> None:
    with terminal.reading() as (reader, actor):
        listed = reading.directory(reader, actor, like=search, limit=_ALL)
        meant = {one.number for one in listed}
        found = [
            one
            for one in beyond.standing(reader, actor, now=terminal.now)
            if one.account in meant
        ]
    terminal.answer(
        found,
        lambda: showing.table(
            ["Number", ">Stands at", ">Limit", ">Too much"],
            [[one.account, one.balance, one.limit, one.excess] for one in found],
        ),
    )


@member.command(examples=["cesnode member show 7", "cesnode member show OAKV0007 --json"])
@click.argument("number")
@at_terminal
def show(terminal: Terminal, *, number: str) -> None:
    """Show who holds an account, and their roles and limits."""
    with terminal.reading() as (reader, _):
        account = naming.find(reader, terminal.exchange(reader), number)
        card = _card(terminal, reader, account)
    terminal.answer(card, lambda: _show(card))


@member.command(
    "set",
    examples=[
        "cesnode member set 7 --floor -200 --ceiling none",
        "cesnode member set 7 --floor default",
        "cesnode member set 7 --area North --role coordinator",
        'cesnode member set 7 --phone "555 0107" --languages "English, Deutsch"',
    ],
)
@click.argument("number")
@click.option("--name", help="What they are called.")
@click.option("--email", help="Where letters reach them.")
@click.option("--area", help="The part of the exchange they belong to.")
@click.option("--phone", help="Their telephone number.")
@click.option("--mobile", help="The number of their mobile.")
@click.option("--address", help="Where they live.")
@click.option("--website", metavar="URL", help="A page of theirs.")
@click.option("--languages", help="What they speak, with commas between.")
@click.option("--about", help="What others should know of them.")
@click.option(
    "--listed/--not-listed",
    default=None,
    help="Whether members find them in the list of people.",
)
@click.option("--role", type=Word(Role), help="A role to give.")
@click.option("--without-role", type=Word(Role), help="A role to take.")
@click.option("--floor", metavar="N", help="A floor of their own, none, or default.")
@click.option("--ceiling", metavar="N", help="A ceiling of their own, none, or default.")
@click.option(
    "--whitelisted/--not-whitelisted",
    default=None,
    help="Whether their records as sellers take effect at once where the rules ask it.",
)
@click.option(
    "--approves-receipts/--receives-at-once",
    default=None,
    help="Whether they want to agree before receiving from another exchange.",
)
@click.option(
    "--pays-bills-up-to",
    metavar="N",
    help="Up to what bills from other exchanges are paid without asking, or none.",
)
@by_option
@gathered(Changes, "changes")
@gathered(Told, "told")
@at_terminal
def change(terminal: Terminal, *, number: str, changes: Changes, told: Told) -> None:
    """Change a member; what is not named stays as it is."""
    with terminal.writing() as (writer, actor):
        account = changing.change(writer, actor, number, changes, now=terminal.now)
        if told != Told():
            exchange = terminal.exchange(writer)
            member = authority.member_of(writer, exchange, number, field="number")
            profiles.change(writer, actor, member, told, now=terminal.now)
        card = _card(terminal, writer, account)
    terminal.answer(card, lambda: _show(card))


@member.command(examples=['cesnode member lock 7 --reason "Please call the office"'])
@click.argument("number")
@click.option("--reason", required=True, help="Why; it is shown to the member.")
@by_option
@at_terminal
def lock(terminal: Terminal, *, number: str, reason: str) -> None:
    """Keep an account from buying; it may still sell."""
    with terminal.writing() as (writer, actor):
        account = locking.lock(writer, actor, number, reason=reason, now=terminal.now)
        card = _card(terminal, writer, account)
    terminal.answer(card, lambda: click.echo(f"{card.number} is locked."))


@member.command(examples=["cesnode member unlock 7"])
@click.argument("number")
@by_option
@at_terminal
def unlock(terminal: Terminal, *, number: str) -> None:
    """Let a locked account buy again."""
    with terminal.writing() as (writer, actor):
        account = locking.unlock(writer, actor, number, now=terminal.now)
        card = _card(terminal, writer, account)
    terminal.answer(card, lambda: click.echo(f"{card.number} is open."))


@member.command(examples=["cesnode member close 7", "cesnode member close 7 --yes"])
@click.argument("number")
@yes_option
@by_option
@at_terminal
def close(terminal: Terminal, *, number: str, yes: bool) -> None:
    """Close an account whose balance is settled; its number is never given again."""
    confirm(f"Close account {number} for good?", yes=yes)
    with terminal.writing() as (writer, actor):
        account = closing.close(writer, actor, number, now=terminal.now)
        card = _card(terminal, writer, account)
    terminal.answer(card, lambda: click.echo(f"{card.number} is closed."))


@member.command(
    examples=["cesnode member password 7", "cesnode member password 7 --stdin < file"]
)
@click.argument("number")
@click.option("--stdin", is_flag=True, help="Read it from stdin instead of asking.")
@by_option
@at_terminal
def password(terminal: Terminal, *, number: str, stdin: bool) -> None:
    """Give a member a new password."""
    hashed = access.hash_password(password_from_stdin() if stdin else _ask_password())
    with terminal.writing() as (writer, actor):
        account = helping.set_password(
            writer, actor, number, password_hash=hashed, now=terminal.now
        )
        card = _card(terminal, writer, account)
    terminal.answer(card, lambda: click.echo(f"{card.number} has a new password."))


def _ask_password() -> str:
    text: str = click.prompt(
        "New password", hide_input=True, confirmation_prompt=True, err=True
    )
    return text


def _card(terminal: Terminal, reader: Reader, account: Account) -> MemberCard:
    return cards.member(reader, terminal.exchange(reader), account)


def _show(card: MemberCard) -> None:
    showing.facts(
        [
            ("Number", card.number),
            ("Name", card.name),
            *(("Member", _person(person)) for person in card.members),
            ("Kind", card.kind),
            ("State", card.state),
            ("Locked because", card.lock_reason),
            ("Area", card.area),
            ("Whitelisted", "yes" if card.whitelisted else None),
            ("Balance", f"{showing.signed(card.balance)} {card.currency}"),
            ("Floor", card.floor or "none"),
            ("Ceiling", card.ceiling or "none"),
            ("Member since", card.opened_at),
        ]
    )


def _person(person: cards.PersonView) -> str:
    facts = [person.name, person.email, person.phone, person.mobile, *person.roles]
    return ", ".join(filter(None, facts))


for _command in (*member_joining.COMMANDS, *member_limits.COMMANDS):
    member.add_command(_command)
