"""Every table that is about somebody is in what they take along, or says why not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cesnode.community.roles import Role
from cesnode.services import authority, my_data
from cesnode.services.bringing.systems import System
from cesnode.store import Reader, accounts, everything
from cesnode.store.store import reading, writing
from tests.support.bringing import MOVED, move
from tests.support.exchanges import found, join, oakvale
from tests.support.foreign import folder, table

PEOPLE = ("members", "accounts", "sign_ins")
TAKEN = {
    "account_members": "NUMBER/account.json",
    "acts": "acts.json",
    "announcements_put_away": "news.json",
    "applications": "NUMBER/application.json",
    "brought_sayings": "NUMBER/brought.json",
    "calendar_addresses": "news.json",
    "conversations": "NUMBER/messages.json",
    "correspondents": "NUMBER/messages.json",
    "entries": "NUMBER/statement.csv",
    "favourites": "searches.json",
    "group_members": "groups.json",
    "group_notices": "groups.json",
    "group_sent": "groups.json",
    "group_visits": "groups.json",
    "listings": "NUMBER/listings.json",
    "member_roles": "profile.json",
    "messages": "NUMBER/messages.json",
    "newsletter_recipients": "news.json",
    "notice_choices": "preferences.json",
    "notice_preferences": "preferences.json",
    "notices": "notices.json",
    "profiles": "profile.json",
    "saved_searches": "searches.json",
    "schedules": "NUMBER/schedules.json",
    "sessions": "sign-ins.json",
    "sign_in_members": "sign-ins.json",
    "standings": "NUMBER/account.json",
    "thanks": "NUMBER/thanks.json",
    "trades": "NUMBER/trades.csv",
    "trading_forms": "NUMBER/forms.json",
}
"""In which file a table is that refers to a person, an account, or a sign-in."""
NOT_TAKEN = {
    "announcements": "said for the exchange; its pages show who said it",
    "application_questions": "who asked; the questions are with the application",
    "brought_accounts": "a key; the number is the account's own",
    "email_changes": "a link on its way, for some hours",
    "events": "said for the exchange; its pages show who said it",
    "hold_entries": "in the standing, as what is held",
    "mails": "letters on their way; what they tell is in the notices",
    "message_reports": "with those who look into it",
    "message_wishes": "one choice, shown where messages are",
    "near_limits": "when the last advice was; the advice is in the notices",
    "newsletters": "said for the exchange; its pages show who said it",
    "notices_to_mail": "which notices will be in the next mail",
    "peers": "other exchanges",
    "recovery_codes": "secrets; how many are left is in sign-ins.json",
    "schedule_maxima": "with the order it is for",
    "tickets": "secrets, for some days",
    "tokens": "secrets of programs",
    "unsubscribe_links": "secrets",
}
"""Why another is not."""


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[Reader]:
    with reading(found(tmp_path / "data", oakvale())) as opened:
        yield opened


def test_no_table_about_somebody_was_forgotten(reader: Reader) -> None:
    about = {
        table
        for table in everything.tables(reader)
        for (named,) in reader.all(
            'SELECT "table" FROM pragma_foreign_key_list(?)', (table,)
        )
        if named in PEOPLE
    }

    assert about == set(TAKEN) | set(NOT_TAKEN)
    assert set(TAKEN).isdisjoint(NOT_TAKEN)


def test_each_file_that_is_named_is_there(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with writing(found(data, oakvale())) as writer:
        person = join(writer, "Ida Ivy", role=Role.ADMIN)
    made = {
        "members.csv": table("number,name,email", (1, "Ida Ivy", "ida@oak.example")),
    }
    move(tmp_path / "other", folder(tmp_path / "in", made), System.CSV, code="OAKV")

    names = set(taken(data, person.member)) | set(taken(tmp_path / "other", 1))

    written = {name.replace("OAKV0001", "NUMBER") for name in names}
    asked = {"NUMBER/application.json"}  # Only of who asked to join.
    assert set(TAKEN.values()) - asked <= written


def taken(data: Path, member: int) -> Iterator[str]:
    with reading(data) as reader:
        assert accounts.of_member(reader, member)
        actor = authority.member_actor(reader, member)
        yield from (name for name, _ in my_data.gather(reader, actor, now=MOVED).texts)
