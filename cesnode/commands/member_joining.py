"""`cesnode member ...` for who is not in yet: applications, cards, and lost telephones."""

from __future__ import annotations

import io
import sys

import click
import msgspec
import segno

from cesnode.commands import showing
from cesnode.commands.terminal import Command, Terminal, Word, at_terminal, by_option
from cesnode.community.languages import LANGUAGES, SOURCE
from cesnode.services import admitting, joining, second_step
from cesnode.services.admitting import Card
from cesnode.services.membership import naming
from cesnode.services.views import instant, instant_or_none
from cesnode.store import applications as store
from cesnode.store.applications import Application, HouseTerms, State


class ApplicationView(msgspec.Struct, frozen=True, kw_only=True):
    """`terms` is the version that was accepted, `number` the account's."""

    id: int
    name: str
    email: str
    area: str | None
    offers: str
    state: State
    applied_at: str
    email_proven_at: str | None
    terms: int | None
    number: str | None
    reason: str | None


class ApprovedView(msgspec.Struct, frozen=True, kw_only=True):
    id: int
    number: str
    name: str


class CardView(msgspec.Struct, frozen=True, kw_only=True):
    """What stands on a card; it is shown this once."""

    number: str
    name: str
    words: list[str]
    address: str
    expires_at: str


class TermsView(msgspec.Struct, frozen=True, kw_only=True):
    version: int | None
    text: str
    since: str | None


class SharedView(msgspec.Struct, frozen=True, kw_only=True):
    number: str
    acts_for: str


class ForgottenView(msgspec.Struct, frozen=True, kw_only=True):
    number: str


@click.command(
    cls=Command,
    examples=[
        "cesnode member applications",
        "cesnode member applications --state declined",
    ],
)
@click.option(
    "--state",
    type=Word(State),
    default=State.WAITING.value,
    show_default=True,
    help="Where they stand.",
)
@by_option
@at_terminal
def applications(terminal: Terminal, *, state: State) -> None:
    """List who would like to join."""
    with terminal.reading() as (reader, actor):
        found = [_view(one) for one in joining.listed(reader, actor, state)]
    terminal.answer(
        found,
        lambda: showing.table(
            [">Id", "Name", "E-mail", "Area", "Offers", "Asked"],
            [
                [str(one.id), one.name, one.email, one.area, one.offers, one.applied_at]
                for one in found
            ],
        ),
    )


@click.command(cls=Command, examples=["cesnode member approve 3"])
@click.argument("application", type=int)
@by_option
@at_terminal
def approve(terminal: Terminal, *, application: int) -> None:
    """Let somebody join: they get a number, and a letter of welcome."""
    with terminal.writing() as (writer, actor):
        account = joining.approve(writer, actor, application, now=terminal.now)
    view = ApprovedView(id=application, number=account.number, name=account.name)
    terminal.answer(view, lambda: click.echo(f"{view.name} has number {view.number}."))


@click.command(
    cls=Command, examples=['cesnode member decline 3 --reason "We are full this year"']
)
@click.argument("application", type=int)
@click.option("--reason", required=True, help="Why; it is shown to who applied.")
@by_option
@at_terminal
def decline(terminal: Terminal, *, application: int, reason: str) -> None:
    """Say no to an application."""
    with terminal.writing() as (writer, actor):
        found = joining.decline(writer, actor, application, reason=reason, now=terminal.now)
    view = _view(found)
    terminal.answer(view, lambda: click.echo(f"{view.name} is told: {view.reason}"))


@click.command(
    "sign-in-card",
    cls=Command,
    examples=[
        "cesnode member sign-in-card 7",
        "cesnode member sign-in-card 7 --language es",
    ],
)
@click.argument("number")
@click.option(
    "--language",
    type=click.Choice(list(LANGUAGES)),
    default=SOURCE.code,
    show_default=True,
    help="In which language its words are.",
)
@by_option
@at_terminal
def sign_in_card(terminal: Terminal, *, number: str, language: str) -> None:
    """Make a card with which a member signs in once, and chooses a password."""
    drawn = admitting.draw_words(language)
    with terminal.writing() as (writer, actor):
        card = admitting.make_card(writer, actor, number, drawn, now=terminal.now)
        exchange = terminal.exchange(writer)
    view = CardView(
        number=card.number,
        name=card.name,
        words=list(card.words),
        address=card.address,
        expires_at=instant(card.expires_at),
    )
    terminal.answer(view, lambda: _show_card(card, f"{exchange.origin}/card"))


@click.command(
    "forget-second-step", cls=Command, examples=["cesnode member forget-second-step 7"]
)
@click.argument("number")
@by_option
@at_terminal
def forget_second_step(terminal: Terminal, *, number: str) -> None:
    """Let the password suffice again for who lost telephone and recovery codes."""
    with terminal.writing() as (writer, actor):
        second_step.forget(writer, actor, number, now=terminal.now)
        account = naming.find(writer, terminal.exchange(writer), number)
    view = ForgottenView(number=account.number)
    terminal.answer(
        view, lambda: click.echo(f"{view.number} signs in with a password alone.")
    )


@click.command("acts-for", cls=Command, examples=["cesnode member acts-for 7 12"])
@click.argument("number")
@click.argument("other")
@by_option
@at_terminal
def acts_for(terminal: Terminal, *, number: str, other: str) -> None:
    """Let whoever signs in for NUMBER act for the member of OTHER, too."""
    with terminal.writing() as (writer, actor):
        shared = admitting.share(writer, actor, number, other, now=terminal.now)
        account = naming.find(writer, terminal.exchange(writer), number)
    view = SharedView(number=account.number, acts_for=shared.number)
    terminal.answer(
        view,
        lambda: click.echo(f"Who signs in for {view.number} acts for {view.acts_for}."),
    )


@click.command(
    cls=Command,
    examples=["cesnode member terms", "cesnode member terms --stdin < terms.txt"],
)
@click.option(
    "--stdin",
    is_flag=True,
    help="Read new terms from stdin, in plain text; who joins from now on accepts these.",
)
@by_option
@at_terminal
def terms(terminal: Terminal, *, stdin: bool) -> None:
    """Show the terms that whoever joins accepts, or put new ones in force."""
    if stdin:
        text = sys.stdin.buffer.read().decode(errors="surrogateescape")
        with terminal.writing() as (writer, actor):
            found: HouseTerms | None = joining.set_terms(
                writer, actor, text, now=terminal.now
            )
    else:
        with terminal.reading() as (reader, _):
            found = store.terms(reader)
    view = _terms_view(found)
    terminal.answer(view, lambda: _show_terms(view))


COMMANDS = (
    acts_for,
    applications,
    approve,
    decline,
    forget_second_step,
    sign_in_card,
    terms,
)


def _view(found: Application) -> ApplicationView:
    return ApplicationView(
        id=found.id,
        name=found.name,
        email=found.email,
        area=found.area,
        offers=found.offers,
        state=found.state,
        applied_at=instant(found.applied_at),
        email_proven_at=instant_or_none(found.email_proven_at),
        terms=found.terms,
        number=found.number,
        reason=found.reason,
    )


def _terms_view(found: HouseTerms | None) -> TermsView:
    if found is None:
        return TermsView(version=None, text="", since=None)
    return TermsView(version=found.version, text=found.text, since=instant(found.since))


def _show_terms(view: TermsView) -> None:
    if view.version is None:
        click.echo("There are no terms: whoever joins accepts none.")
    else:
        click.echo(f"Version {view.version}, since {view.since}\n\n{view.text}")


def _show_card(card: Card, door: str) -> None:
    picture = io.StringIO()
    segno.make_qr(card.address, error="m").terminal(picture, compact=True)
    click.echo(picture.getvalue())
    showing.facts(
        [
            ("Number", card.number),
            ("Name", card.name),
            ("Words", " ".join(card.words)),
            ("By words", door),
            ("By link", card.address),
            ("Once, until", instant(card.expires_at)),
        ]
    )
