"""Attempts to come in, counted for each name that was tried and each address."""

from __future__ import annotations

from cesnode.store.database import Reader, Writer


def count(reader: Reader, subject: bytes, *, since: int) -> int:
    (found,) = reader.one(
        "SELECT count(*) FROM attempts WHERE subject = ? AND at > ?", (subject, since)
    )
    return int(found)


def insert(writer: Writer, subject: bytes, *, now: int) -> None:
    writer.run("INSERT INTO attempts (subject, at) VALUES (?, ?)", (subject, now))


def forget(writer: Writer, subject: bytes) -> None:
    writer.run("DELETE FROM attempts WHERE subject = ?", (subject,))


def forget_before(writer: Writer, at: int) -> int:
    return writer.run("DELETE FROM attempts WHERE at <= ?", (at,))
