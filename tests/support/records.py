"""What each line of records.jsonl is, in words: its table, and its fields.

What a reference, a list of words or the end of a name says of a field by itself is not
said here again: `meaning` puts it together.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from cesnode.store import Reader, everything
from tests.support.record_words import FIELDS, OF_ONE_TABLE, TABLES

_WORDS = re.compile(r"\b(\w+) IN \(\s*('[^)]*')\s*\)")
_YES_OR_NO = re.compile(r"\b(\w+) IN \(0, 1\)")
_ENDINGS = {"_at": "Unix seconds", "_on": "a day"}


class NotDescribed(KeyError):
    """A table or a field of which nobody has said what it is."""


@dataclass(frozen=True, slots=True)
class Schema:
    """What the schema itself says of a table's fields."""

    references: dict[str, str]
    words: dict[str, str]
    yes_or_no: frozenset[str]


def schema_of(reader: Reader, table: str) -> Schema:
    keys = reader.all('SELECT "from", "table" FROM pragma_foreign_key_list(?)', (table,))
    (sql,) = reader.one("SELECT sql FROM sqlite_schema WHERE name = ?", (table,))
    words = {
        name: ", ".join(part.strip().strip("'") for part in listed.split(","))
        for name, listed in _WORDS.findall(sql)
    }
    return Schema(dict(keys), words, frozenset(_YES_OR_NO.findall(sql)))


def meaning(table: str, field: str, schema: Schema) -> str:
    """Say what a field is.

    Raises:
        NotDescribed: neither the schema nor anybody says it.

    """
    said = OF_ONE_TABLE.get((table, field)) or FIELDS.get(field)
    facts = []
    if field in schema.references:
        facts.append(f"of `{schema.references[field]}`")
    if field in schema.words:
        facts.append(schema.words[field])
    if field in schema.yes_or_no:
        facts.append("0 or 1")
    facts.extend(fact for end, fact in _ENDINGS.items() if field.endswith(end))
    if said is None and (not facts or field in schema.yes_or_no):
        raise NotDescribed(f"{table}.{field}")
    return "; ".join([*([said] if said else []), *facts])


def described(reader: Reader) -> Iterator[str]:
    """Yield the lines of the document, table by table."""
    for table, fields in everything.leaving(reader):
        if table not in TABLES:
            raise NotDescribed(table)
        schema = schema_of(reader, table)
        yield f"### `{table}`\n\n{TABLES[table]}\n\n| field | what it is |\n|---|---|"
        yield from (f"| `{one}` | {meaning(table, one, schema)} |" for one in fields)
        yield ""
