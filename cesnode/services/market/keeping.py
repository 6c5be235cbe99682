"""Categories: the exchange's own tree of two levels, kept by those in charge of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cesnode.community import words
from cesnode.community.roles import Actor, Permission, Scope
from cesnode.errors import N_, FieldInvalid, UnknownCategory
from cesnode.ledger.chain import Canonical
from cesnode.services import acting
from cesnode.store import Reader, Writer, categories, exchanges, searching
from cesnode.store.categories import Category
from cesnode.store.searching import By

_LONGEST_ICON = 4
Tree = Mapping[str, tuple[str, Sequence[str]]]
"""For each category its icon and the names of its subcategories."""


def tree(reader: Reader) -> list[Category]:
    return categories.every(reader)


def find(reader: Reader, category: int) -> Category:
    found = categories.find(reader, category)
    if found is None:
        raise UnknownCategory(name=category)
    return found


def add(
    writer: Writer,
    actor: Actor,
    name: str,
    *,
    parent: int | None = None,
    icon: str = "",
    now: int,
) -> Category:
    """Add a category, or a subcategory of one that is none itself."""
    _require(actor)
    name, icon = words.name(name), _icon(icon)
    _require_parent(writer, parent)
    _require_free(writer, name, parent)
    number = categories.insert(writer, name=name, parent=parent, icon=icon)
    _record(writer, actor, number, "category.added", {"name": name}, now=now)
    return find(writer, number)


def rename(
    writer: Writer, actor: Actor, category: int, name: str, *, icon: str, now: int
) -> Category:
    _require(actor)
    known, name, icon = find(writer, category), words.name(name), _icon(icon)
    if name != known.name:
        _require_free(writer, name, known.parent)
    categories.rename(writer, known.id, name=name, icon=icon)
    _record(writer, actor, known.id, "category.renamed", {"name": name}, now=now)
    searching.rebuild(writer)
    return find(writer, known.id)


def move(
    writer: Writer,
    actor: Actor,
    category: int,
    *,
    parent: int | None,
    position: int,
    now: int,
) -> Category:
    """Put a category elsewhere in the tree; its listings go with it."""
    _require(actor)
    known = find(writer, category)
    if parent == known.id or (parent and categories.has_children(writer, known.id)):
        raise FieldInvalid("parent", N_("it has subcategories of its own"))
    _require_parent(writer, parent)
    if parent != known.parent:
        _require_free(writer, known.name, parent)
    categories.move(writer, known.id, parent=parent, position=position)
    _record(writer, actor, known.id, "category.moved", {"parent": parent}, now=now)
    searching.rebuild(writer)
    return find(writer, known.id)


def merge(writer: Writer, actor: Actor, category: int, into: int, *, now: int) -> Category:
    """Let all listings of one category belong to another; the one is no more."""
    _require(actor)
    known, target = find(writer, category), find(writer, into)
    if known.id == target.id:
        raise FieldInvalid("into", N_("it is the same category"))
    if categories.has_children(writer, known.id):
        raise FieldInvalid("category", N_("it has subcategories: merge or move them first"))
    categories.merge(writer, known.id, target.id)
    _record(writer, actor, known.id, "category.merged", {"into": target.id}, now=now)
    searching.rebuild(writer)
    return target


def begin(writer: Writer, actor: Actor, tree: Tree, *, now: int) -> int:
    """Add a whole tree at once, passing over what is there; return how many were added."""
    _require(actor)
    added = 0
    for name, (icon, children) in tree.items():
        parent = categories.named(writer, name, None)
        if parent is None:
            parent = add(writer, actor, name, icon=icon, now=now).id
            added += 1
        for child in children:
            if categories.named(writer, child, parent) is None:
                add(writer, actor, child, parent=parent, now=now)
                added += 1
    return added


def search_by(writer: Writer, actor: Actor, way: By, *, now: int) -> None:
    """Choose how words are found: by word, or by letters where no spaces part them."""
    actor.require_scope(Scope.ADMIN)
    actor.require(Permission.SET_RULES)
    searching.set_by(writer, way)
    exchange = exchanges.load(writer, now)
    details = {"by": way.value}
    acting.record(
        writer, exchange, actor, "market.search_set", "market", details=details, now=now
    )


def _require(actor: Actor) -> None:
    actor.require_scope(Scope.ADMIN)
    actor.require(Permission.KEEP_MARKET)


def _require_parent(reader: Reader, parent: int | None) -> None:
    if parent is not None and find(reader, parent).parent is not None:
        raise FieldInvalid("parent", N_("a subcategory has no subcategories"))


def _require_free(reader: Reader, name: str, parent: int | None) -> None:
    if categories.named(reader, name, parent) is not None:
        raise FieldInvalid("name", N_("there is a category of this name already"))


def _icon(text: str) -> str:
    """Return a sign that stands for the category: one character, or an emoji."""
    tidy = text.strip()
    if len(tidy) > _LONGEST_ICON:
        raise FieldInvalid("icon", N_("it is more than one sign"))
    return words.name(tidy, field="icon") if tidy else ""


def _record(
    writer: Writer, actor: Actor, category: int, kind: str, details: Canonical, *, now: int
) -> None:
    exchange = exchanges.load(writer, now)
    subject = f"category:{category}"
    acting.record(writer, exchange, actor, kind, subject, details=details, now=now)
