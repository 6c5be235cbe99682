"""Categories of the market: a tree of two levels, the exchange's own."""

from __future__ import annotations

from dataclasses import dataclass

from cesnode.store.database import Reader, Writer


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    id: int
    parent: int | None
    name: str
    icon: str


def every(reader: Reader) -> list[Category]:
    """Return all categories, each parent before its children, in their order."""
    rows = reader.all(
        "SELECT c.id, c.parent_id, c.name, c.icon FROM categories AS c"
        " LEFT JOIN categories AS p ON p.id = c.parent_id WHERE c.merged_into IS NULL"
        " ORDER BY COALESCE(p.position, c.position), COALESCE(p.name, c.name),"
        " c.parent_id IS NOT NULL, c.position, c.name"
    )
    return [
        Category(id=number, parent=parent, name=name, icon=icon)
        for number, parent, name, icon in rows
    ]


def find(reader: Reader, category: int) -> Category | None:
    """Return a category, or the one it was merged into."""
    row = reader.first(
        "SELECT id, parent_id, name, icon FROM categories WHERE merged_into IS NULL"
        " AND id = (SELECT COALESCE(merged_into, id) FROM categories WHERE id = ?)",
        (category,),
    )
    return Category(id=row[0], parent=row[1], name=row[2], icon=row[3]) if row else None


def named(reader: Reader, name: str, parent: int | None) -> int | None:
    row = reader.first(
        "SELECT id FROM categories WHERE name = ? AND COALESCE(parent_id, 0) = ?"
        " AND merged_into IS NULL",
        (name, parent or 0),
    )
    return row[0] if row else None


def has_children(reader: Reader, category: int) -> bool:
    sql = "SELECT 1 FROM categories WHERE parent_id = ? AND merged_into IS NULL LIMIT 1"
    return reader.first(sql, (category,)) is not None


def insert(writer: Writer, *, name: str, parent: int | None, icon: str) -> int:
    """Add a category behind its siblings."""
    return writer.insert(
        "INSERT INTO categories (name, parent_id, icon, position) SELECT ?1, ?2, ?3,"
        " COALESCE(MAX(position), 0) + 1 FROM categories WHERE parent_id IS ?2",
        (name, parent, icon),
    )


def rename(writer: Writer, category: int, *, name: str, icon: str) -> None:
    writer.run(
        "UPDATE categories SET name = ?, icon = ? WHERE id = ?", (name, icon, category)
    )


def move(writer: Writer, category: int, *, parent: int | None, position: int) -> None:
    writer.run(
        "UPDATE categories SET parent_id = ?, position = ? WHERE id = ?",
        (parent, position, category),
    )


def merge(writer: Writer, category: int, into: int) -> None:
    """Let whatever names the one, or was merged into it, mean the other."""
    writer.run(
        "UPDATE categories SET merged_into = ?2 WHERE id = ?1 OR merged_into = ?1",
        (category, into),
    )
    writer.run(
        "UPDATE listings SET category_id = ?2 WHERE category_id = ?1", (category, into)
    )
