"""The tree of categories, and who may change it."""

from __future__ import annotations

import pytest

from cesnode.community.roles import OPERATOR, Role
from cesnode.errors import Code
from cesnode.services.market import keeping
from cesnode.store import Reader, Writer
from tests.support.exchanges import NOW, acting_as, join, refused
from tests.unit.services.market.conftest import Market


def names(reader: Reader) -> list[str]:
    return [each.name for each in keeping.tree(reader)]


@pytest.mark.usefixtures("market")
def test_a_tree_stands_in_the_order_it_was_planted(writer: Writer) -> None:
    assert names(writer) == ["Food", "Bread", "Jam", "Lifts"]


@pytest.mark.usefixtures("market")
def test_planting_the_same_tree_again_adds_nothing(writer: Writer) -> None:
    tree = {"Food": ("🍞", ["Bread", "Soup"])}

    added = keeping.begin(writer, OPERATOR, tree, now=NOW)

    assert added == 1
    assert names(writer) == ["Food", "Bread", "Jam", "Soup", "Lifts"]


@pytest.mark.parametrize("role", [Role.ADMIN, Role.MEMBERSHIP_SECRETARY])
def test_those_in_charge_add_categories(writer: Writer, role: Role) -> None:
    keeper = acting_as(writer, join(writer, "Kay", role=role))

    keeping.add(writer, keeper, "Tools", now=NOW)

    assert names(writer) == ["Tools"]


@pytest.mark.parametrize("role", [Role.MEMBER, Role.COORDINATOR, Role.AUDITOR])
def test_nobody_else_does(writer: Writer, role: Role) -> None:
    other = acting_as(writer, join(writer, "Kay", role=role, area="North"))

    with refused(Code.NOT_ALLOWED):
        keeping.add(writer, other, "Tools", now=NOW)


def test_a_category_moves_under_another(writer: Writer, market: Market) -> None:
    lifts, food = market.categories["Lifts"], market.categories["Food"]

    keeping.move(writer, OPERATOR, lifts, parent=food, position=0, now=NOW)

    assert names(writer) == ["Food", "Lifts", "Bread", "Jam"]


def test_the_tree_has_two_levels(writer: Writer, market: Market) -> None:
    bread, food = market.categories["Bread"], market.categories["Food"]

    with refused(Code.FIELD_INVALID, field="parent"):
        keeping.add(writer, OPERATOR, "Rolls", parent=bread, now=NOW)
    with refused(Code.FIELD_INVALID, field="parent"):
        keeping.move(
            writer, OPERATOR, food, parent=market.categories["Lifts"], position=0, now=NOW
        )
    with refused(Code.FIELD_INVALID, field="parent"):
        keeping.move(writer, OPERATOR, food, parent=food, position=0, now=NOW)


def test_two_categories_beside_each_other_have_two_names(
    writer: Writer, market: Market
) -> None:
    with refused(Code.FIELD_INVALID, field="name"):
        keeping.add(writer, OPERATOR, "Food", now=NOW)
    with refused(Code.FIELD_INVALID, field="name"):
        keeping.rename(
            writer, OPERATOR, market.categories["Lifts"], "Food", icon="", now=NOW
        )


def test_a_category_with_subcategories_is_not_merged_away(
    writer: Writer, market: Market
) -> None:
    food, lifts = market.categories["Food"], market.categories["Lifts"]

    with refused(Code.FIELD_INVALID, field="category"):
        keeping.merge(writer, OPERATOR, food, lifts, now=NOW)
    with refused(Code.FIELD_INVALID, field="into"):
        keeping.merge(writer, OPERATOR, lifts, lifts, now=NOW)


def test_an_icon_is_one_sign(writer: Writer) -> None:
    with refused(Code.FIELD_INVALID, field="icon"):
        keeping.add(writer, OPERATOR, "Tools", icon="hammer", now=NOW)
