"""Sign-ins, sessions and tickets: what is told, what ends, and who may be meant."""

from __future__ import annotations

from collections.abc import Sequence

from sqlite_utils import Database

from cesnode.community.roles import OPERATOR, Role
from cesnode.errors import Code
from cesnode.services import admitting, identities, sessions, signing_in
from cesnode.services.admitting import NewWords
from cesnode.services.membership import changing, closing
from cesnode.services.membership.changing import Changes
from cesnode.store import Reader, Writer, accounts, exchanges, sign_ins
from cesnode.store.migrations import migrations
from tests.support.exchanges import NOW, Person, acting_as, join, refused
from tests.support.visitors import sign_in
from tests.support.wishes import HASH

WORDS = NewWords(("oak", "bag", "cat"), HASH)
EMAIL = "ann@oakvale.example"


def told(reader: Reader, person: Person) -> Sequence[str]:
    rows = reader.all(
        "SELECT kind FROM notices WHERE member_id = ? ORDER BY id", (person.member,)
    )
    return [kind for (kind,) in rows]


def change_email(writer: Writer, who: Person, email: str, *, by: Person | None) -> None:
    actor = acting_as(writer, by) if by else OPERATOR
    changing.change(writer, actor, who.number, Changes(email=email), now=NOW)


def email_of(reader: Reader, person: Person) -> str | None:
    (found,) = sign_ins.of_member(reader, person.member)
    return sign_ins.by_id(reader, found).email


def test_passwords_from_before_become_sign_ins() -> None:
    db = Database(memory=True)
    migrations.apply(db, stop_before="007_signing_in")
    for member, email in (
        (1, "Ann@X.example"),
        (2, None),
        (3, " ann@x.example "),
        (4, "d@x"),
    ):
        db.execute("INSERT INTO members VALUES (?, 'x', ?, 'active', 1)", (member, email))
        if member != 4:
            row = (member, f"hash {member}")
            db.execute("INSERT INTO passwords VALUES (?, ?, 7)", row)

    migrations.apply(db)

    found = db.execute(
        "SELECT m.member_id, s.email, s.password, s.password_set_at FROM sign_ins AS s"
        " JOIN sign_in_members AS m ON m.sign_in_id = s.id ORDER BY m.member_id"
    ).fetchall()
    assert found == [
        (1, "ann@x.example", "hash 1", 7),
        (2, None, "hash 2", 7),
        (3, None, "hash 3", 7),
    ]
    assert not db["passwords"].exists()


def test_an_address_leads_to_the_first_who_had_it(
    writer: Writer, ann: Person, bob: Person
) -> None:
    for person in (ann, bob):
        change_email(writer, person, EMAIL, by=None)
        identities.ensure(writer, person.member, now=NOW)

    assert (email_of(writer, ann), email_of(writer, bob)) == (EMAIL, None)


def test_a_new_address_is_one_to_come_in_by(writer: Writer, ann: Person) -> None:
    identities.ensure(writer, ann.member, now=NOW)

    change_email(writer, ann, EMAIL.title(), by=None)

    assert email_of(writer, ann) == EMAIL


def test_a_secretary_does_not_become_an_admin_by_changing_an_address(
    writer: Writer, ann: Person
) -> None:
    secretary = join(writer, "Sam Sorb", role=Role.MEMBERSHIP_SECRETARY)
    admin = join(writer, "Eva Elm", role=Role.ADMIN)
    for person in (admin, ann):
        identities.ensure(writer, person.member, now=NOW)
        change_email(writer, person, f"{person.member}@mine.example", by=secretary)

    assert email_of(writer, admin) is None
    assert email_of(writer, ann) == f"{ann.member}@mine.example"


def test_whoever_leaves_does_not_come_in_any_more(writer: Writer, ann: Person) -> None:
    secret = sign_in(writer, ann)
    admitting.make_card(writer, OPERATOR, ann.number, WORDS, now=NOW)

    closing.close(writer, OPERATOR, ann.number, now=NOW)

    assert sessions.presence(writer, secret, now=NOW) is None
    assert sign_ins.of_member(writer, ann.member) == []


def test_what_is_taken_from_somebody_is_gone_at_once(writer: Writer) -> None:
    eva = join(writer, "Eva Elm", role=Role.ADMIN)
    secret = sign_in(writer, eva, second_step=True)
    before = sessions.presence(writer, secret, now=NOW)

    changing.change(writer, OPERATOR, eva.number, Changes(without_role=Role.ADMIN), now=NOW)
    after = sessions.presence(writer, secret, now=NOW)

    assert before is not None
    assert after is not None
    assert (len(before.actor.grants), len(after.actor.grants)) == (1, 0)


def test_a_new_device_is_told_and_a_known_one_is_not(writer: Writer, ann: Person) -> None:
    who = identities.ensure(writer, ann.member, now=NOW)

    for device in ("Firefox", "Firefox", "Chrome"):
        sessions.begin(writer, who, device=device, now=NOW)

    assert told(writer, ann) == ["new_device"]


def test_a_changed_password_is_told_and_a_first_one_is_not(
    writer: Writer, ann: Person
) -> None:
    identities.set_password(writer, ann.member, HASH, now=NOW)
    first = told(writer, ann)
    identities.set_password(writer, ann.member, HASH, now=NOW)

    assert (first, told(writer, ann)) == ([], ["password_changed"])


def test_whoever_others_try_to_be_is_told_once(writer: Writer, ann: Person) -> None:
    identities.set_password(writer, ann.member, HASH, now=NOW)
    exchange = exchanges.load(writer, NOW)

    for _ in range(signing_in.PER_NAME):
        signing_in.knock(writer, exchange, ann.number, address="", now=NOW)

    assert told(writer, ann) == ["sign_in_locked"]


def test_many_may_try_from_one_address_and_not_too_many(writer: Writer) -> None:
    exchange = exchanges.load(writer, NOW)
    for number in range(signing_in.PER_ADDRESS):
        signing_in.knock(writer, exchange, f"{number}", address="192.0.2.1", now=NOW)

    with refused(Code.TOO_MANY_TRIES):
        signing_in.knock(writer, exchange, "9999", address="192.0.2.1", now=NOW)
    signing_in.knock(writer, exchange, "9999", address="192.0.2.2", now=NOW)


def test_a_closed_account_is_not_acted_for(writer: Writer, ann: Person) -> None:
    community = accounts.by_number(writer, "OAKV0000")
    accounts.add_holder(writer, account=community.id, member=ann.member)
    secret = sign_in(writer, ann)

    closing.close(writer, OPERATOR, ann.number, now=NOW)
    present = sessions.presence(writer, secret, now=NOW)

    assert present is not None
    assert [one.number for one in present.accounts] == ["OAKV0000"]


def test_what_lets_nobody_in_any_more_is_forgotten(writer: Writer, ann: Person) -> None:
    sign_in(writer, ann)
    admitting.make_card(writer, OPERATOR, ann.number, WORDS, now=NOW)

    early = sessions.tidy(writer, now=NOW + sessions.IDLE - 1)
    sessions_gone = sessions.tidy(writer, now=NOW + sessions.IDLE)
    cards_gone = sessions.tidy(writer, now=NOW + admitting.CARD_SECONDS)

    assert (early, sessions_gone, cards_gone) == (0, 1, 1)


def test_an_admin_without_a_second_step_has_a_members_rights(writer: Writer) -> None:
    eva = join(writer, "Eva Elm", role=Role.ADMIN)

    before = sessions.presence(writer, sign_in(writer, eva), now=NOW)
    after = sessions.presence(writer, sign_in(writer, eva, second_step=True), now=NOW)

    assert before is not None
    assert after is not None
    assert (before.lacks_second_step, before.actor.grants) == (True, ())
    assert (after.lacks_second_step, len(after.actor.grants)) == (False, 1)
