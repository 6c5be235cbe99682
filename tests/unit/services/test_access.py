"""What proves to the node who asks, and what proves nothing."""

from __future__ import annotations

import hashlib

import pytest

from cesnode.community.roles import OPERATOR, Role, Scope
from cesnode.errors import Code, NodeError
from cesnode.services import access
from cesnode.services.membership import changing
from cesnode.store import Writer, acts
from tests.support.exchanges import NOW, Person, acting_as, dump, refused


def make(writer: Writer, who: Person, scope: Scope = Scope.READ) -> access.NewToken:
    return access.create_token(
        writer, OPERATOR, who.number, scope=scope, label="till", now=NOW
    )


@pytest.mark.parametrize("scope", list(Scope))
def test_a_token_is_its_member_with_its_scope(
    writer: Writer, ann: Person, scope: Scope
) -> None:
    made = make(writer, ann, scope)

    actor = access.token_actor(writer, made.text)

    assert actor == acting_as(writer, ann, scope)
    assert actor.owns(ann.account)


def test_a_token_has_the_rights_of_this_moment(writer: Writer, ann: Person) -> None:
    made = make(writer, ann, Scope.ADMIN)
    changing.change(
        writer, OPERATOR, ann.number, changing.Changes(role=Role.AUDITOR), now=NOW
    )

    (grant,) = access.token_actor(writer, made.text).grants

    assert grant.role is Role.AUDITOR


def test_every_token_is_another(writer: Writer, ann: Person) -> None:
    made = {make(writer, ann).text for _ in range(20)}

    assert len(made) == 20
    assert all(text.startswith(access.TOKEN_PREFIX) and len(text) > 40 for text in made)


def test_the_file_gives_no_token_away(writer: Writer, ann: Person) -> None:
    made = make(writer, ann)

    kept = repr(dump(writer))

    assert made.text not in kept
    assert made.text.removeprefix(access.TOKEN_PREFIX) not in kept
    assert repr(hashlib.sha256(made.text.encode()).digest()) in kept


def test_a_revoked_token_opens_nothing(writer: Writer, ann: Person) -> None:
    made, other = make(writer, ann), make(writer, ann)

    access.revoke_token(writer, OPERATOR, made.id, now=NOW)

    with refused(Code.TOKEN_INVALID):
        access.token_actor(writer, made.text)
    assert access.token_actor(writer, other.text).member == ann.member


@pytest.mark.parametrize(
    "text", ["", "ces_", "ces_" + "A" * 43, "x" * 10_000, "\udcff", "ü"]
)
def test_what_is_no_token_opens_nothing(writer: Writer, text: str) -> None:
    with refused(Code.TOKEN_INVALID):
        access.token_actor(writer, text)


def test_a_token_is_revoked_once(writer: Writer, ann: Person) -> None:
    made = make(writer, ann)
    access.revoke_token(writer, OPERATOR, made.id, now=NOW)

    for serial in (made.id, made.id + 1, -1):
        with refused(Code.UNKNOWN_TOKEN):
            access.revoke_token(writer, OPERATOR, serial, now=NOW)


@pytest.mark.parametrize("number", ["99", "0"])
def test_nobody_has_no_token(writer: Writer, number: str) -> None:
    with refused(Code.UNKNOWN_MEMBER if number == "0" else Code.UNKNOWN_ACCOUNT):
        access.create_token(writer, OPERATOR, number, scope=Scope.READ, label="", now=NOW)


@pytest.mark.parametrize("label", ["x" * 1_000, "a\x00b", "\ud800"])
def test_a_label_can_be_shown(writer: Writer, ann: Person, label: str) -> None:
    with refused(Code.FIELD_INVALID, field="label"):
        access.create_token(
            writer, OPERATOR, ann.number, scope=Scope.READ, label=label, now=NOW
        )


def test_making_and_revoking_are_on_record(writer: Writer, ann: Person) -> None:
    made = make(writer, ann)
    access.revoke_token(writer, OPERATOR, made.id, now=NOW)

    kept = acts.about(writer, f"token:{made.id}")

    assert [(act.kind, act.details) for act in kept] == [
        ("token.created", f'{{"member":{ann.member},"scope":"read"}}'),
        ("token.revoked", "{}"),
    ]


def test_a_password_is_stored_as_argon2id_with_owasp_s_costs() -> None:
    stored = access.hash_password("correct horse")

    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert "correct" not in stored


def test_a_password_opens_its_own_lock_only() -> None:
    stored = access.hash_password("hübsche Tür 🔑")

    assert access.verify_password(stored, "hübsche Tür 🔑")
    assert not access.verify_password(stored, "hübsche Tür")
    assert not access.verify_password(stored, "")
    assert stored != access.hash_password("hübsche Tür 🔑")


@pytest.mark.parametrize("stored", ["", "x", "$argon2id$v=19$m=19456,t=2,p=1$"])
def test_what_is_no_lock_opens_to_nothing(stored: str) -> None:
    assert not access.verify_password(stored, "correct horse")


def test_a_password_of_any_text_is_tried_without_breaking() -> None:
    stored = access.hash_password("correct horse")

    assert not access.verify_password(stored, "\ud800")


@pytest.mark.parametrize("password", ["", "short", "x" * 7])
def test_a_weak_password_is_refused(password: str) -> None:
    with refused(Code.PASSWORD_WEAK, field="password"):
        access.hash_password(password)


def test_a_password_that_is_no_text_is_refused_by_field() -> None:
    with pytest.raises(NodeError) as caught:
        access.hash_password("\ud800" * 10)

    assert caught.value.field == "password"
