"""The messages of groups across exchanges: their forms, and the log that links."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from federation import canonical, wire
from federation.errors import FederationError
from federation.groups import (
    Entry,
    EntryKind,
    Head,
    Listing,
    LogForked,
    LogLine,
    LogPage,
    Telling,
    Wish,
    WishKind,
    Words,
    beginning,
    digest_of,
    follow,
    head_of,
)

GROUP = "0f0e0d0c-0b0a-4908-8706-050403020100"
ITEM = "1f0e0d0c-0b0a-4908-8706-050403020100"
WISH = "019ac3f0-7c1e-7a52-9b1d-4f3b2a1c0d11"
AT = datetime(2026, 11, 21, 22, 26, 40, tzinfo=UTC)
GENESIS = "5e4d2614126abd65e30ae9951073922c418be400cf43d7e15f8eb1ce4faaa356"
DIGEST = "ff4cf15c3cdb8df1f526fb43df1455806f31709b64805c99e45eea6281249685"
FIRST = "a62d5062d5c913ab702ab65b37dea508c203ea25f24f3191b4b96d085b1e21d7"
TOLD = Telling(
    author="0012@oak.example", name="Ann Ash", words=Words(title="We dig"), salt="0" * 32
)


def entry(head: Head, kind: EntryKind = EntryKind.WORDS, **changes: Any) -> Entry:  # noqa: ANN401
    told = {"digest": digest_of(TOLD)} if kind is EntryKind.WORDS else {}
    values = {
        "v": 1,
        "group_id": GROUP,
        "seq": head.seq + 1,
        "prev": head.hash,
        "kind": kind,
        "item": ITEM,
        "at": AT,
        **told,
        **changes,
    }
    return Entry(**values)


def lines(count: int) -> list[LogLine]:
    """Return a log: words, and then that they were taken away, again and again."""
    head, found = beginning(GROUP), list[LogLine]()
    for number in range(count):
        kind = EntryKind.REMOVED if number % 2 else EntryKind.WORDS
        made = entry(head, kind)
        found.append(LogLine(entry=made, told=None if number % 2 else TOLD))
        head = head_of(made)
    return found


def page(found: list[LogLine], head: Head | None = None) -> LogPage:
    return LogPage(head=head or head_of(found[-1].entry), lines=tuple(found))


def test_the_hash_of_an_entry_is_that_of_its_golden_vector() -> None:
    """An implementation of another hand has to find the same."""
    made = entry(beginning(GROUP))

    assert wire.write(made) == canonical.encode(canonical.parse(wire.write(made)))
    assert digest_of(TOLD) == DIGEST
    assert beginning(GROUP).hash == GENESIS
    assert head_of(made) == Head(seq=1, hash=FIRST)


def test_a_log_is_followed_line_by_line() -> None:
    found = lines(4)

    heads = [head for _, head in follow(page(found), GROUP, beginning(GROUP))]

    assert [head.seq for head in heads] == [1, 2, 3, 4]
    assert heads[-1] == head_of(found[-1].entry)


def test_a_log_is_followed_from_where_one_stands() -> None:
    found = lines(4)

    rest = list(follow(page(found[2:]), GROUP, head_of(found[1].entry)))

    assert [line.entry.seq for line, _ in rest] == [3, 4]


def test_words_that_were_taken_away_are_left_out_and_the_log_goes_on() -> None:
    found = lines(2)
    found[0] = LogLine(entry=found[0].entry)

    heads = list(follow(page(found), GROUP, beginning(GROUP)))

    assert len(heads) == 2


@pytest.mark.parametrize(
    "broken",
    [
        lambda found: [found[1]],
        lambda found: [found[0], found[0]],
        lambda found: [LogLine(entry=found[0].entry, told=_other())],
        lambda found: [
            LogLine(entry=found[0].entry),
            LogLine(entry=found[1].entry, told=TOLD),
        ],
        lambda _found: [LogLine(entry=entry(beginning(GROUP), group_id=ITEM))],
    ],
)
def test_a_log_with_a_line_that_does_not_belong_is_refused(broken: Any) -> None:  # noqa: ANN401
    found = lines(2)

    with pytest.raises(FederationError):
        list(follow(page(broken(found), head_of(found[1].entry)), GROUP, beginning(GROUP)))


def _other() -> Telling:
    return Telling(author=TOLD.author, name="Eve", words=TOLD.words, salt=TOLD.salt)


def test_a_log_of_another_past_has_forked() -> None:
    found = lines(3)
    other = Head(seq=1, hash="0" * 64)

    with pytest.raises(LogForked):
        list(follow(page(found[1:]), GROUP, other))


def test_a_log_that_is_shorter_than_it_was_has_forked() -> None:
    found = lines(3)
    shorter = LogPage(head=head_of(found[0].entry), lines=())

    with pytest.raises(LogForked):
        list(follow(shorter, GROUP, head_of(found[2].entry)))


def test_a_log_that_goes_on_without_a_line_is_refused() -> None:
    found = lines(2)

    with pytest.raises(FederationError):
        list(
            follow(LogPage(head=head_of(found[1].entry), lines=()), GROUP, beginning(GROUP))
        )


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": WishKind.WRITE},
        {"kind": WishKind.WRITE, "item": ITEM},
        {"kind": WishKind.SHOW, "item": ITEM},
        {"kind": WishKind.JOIN, "item": ITEM},
        {"kind": WishKind.REMOVE},
        {"kind": WishKind.REMOVE, "item": ITEM, "words": Words(title="a")},
    ],
)
def test_a_wish_holds_what_its_kind_needs_and_nothing_else(changes: Any) -> None:  # noqa: ANN401
    with pytest.raises(ValueError, match=r"given exactly|have an item"):
        Wish(wish_id=WISH, guest="0002@b.example", name="Bea", **changes)


@pytest.mark.parametrize("said", [{"title": ""}, {"title": "a", "under": ITEM}])
def test_a_notice_has_a_title_and_a_reply_has_none(said: Any) -> None:  # noqa: ANN401
    with pytest.raises(ValueError, match="has a title"):
        Words(**said)


def test_a_price_that_is_an_amount_has_one() -> None:
    with pytest.raises(ValueError, match="is an amount"):
        Listing(purpose="offer", title="Beans", price="amount")


def test_an_entry_that_tells_nothing_has_no_digest() -> None:
    with pytest.raises(ValueError, match="has a digest"):
        entry(beginning(GROUP), EntryKind.REMOVED, digest="0" * 64)
