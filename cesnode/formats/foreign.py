"""What a format is: a reader or a teller of one community, a row at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Protocol

import msgspec
from typing_extensions import override

from cesnode.formats.brought import Advert, Dealing, Facts, Holder, Movement, Stated
from cesnode.formats.told import Announced, Profile, Request


class Columns(msgspec.Struct, frozen=True):
    """What a format calls the columns in which something can be wrong that rows share."""

    seller: str
    buyer: str
    amount: str
    owner: str


Rows = Callable[[], Iterator[Dealing | Movement]]
"""Goes through all trades that were read, in order of time, as often as wanted."""
FROM_THE_START: Mapping[str, int] = MappingProxyType({})


class Format(Protocol):
    """One export of one community, read a row at a time.

    Adverts may be gone through more than once.  What is wrong goes to the problems the
    format was given, and the row is left out.
    """

    facts: Facts

    def holders(self) -> Iterator[Holder]: ...

    def dealings(self) -> Iterator[Dealing | Movement]: ...

    def adverts(self) -> Iterator[Advert]: ...

    def balances(self) -> Iterator[Stated]: ...

    def requests(self) -> Iterator[Request]: ...

    def profiles(self) -> Iterator[Profile]: ...


class Usual:
    """What few formats have: amounts cut short, trades that never happened, and news."""

    cut = 0

    def never_happened(self, _rows: Rows) -> frozenset[int]:
        return frozenset()

    def announcements(self) -> Iterator[Announced]:
        return iter(())


class NothingMore(Usual):
    """What the formats of other systems have nothing of."""

    def requests(self) -> Iterator[Request]:
        return iter(())

    def profiles(self) -> Iterator[Profile]:
        return iter(())


class Foreign(Format, Protocol):
    """A format that files are read in; it says what their columns are called.

    `ledgers` are the tables in which trades are, in the order in which they are read.
    """

    columns: Columns

    @property
    def cut(self) -> int:
        """By how many minor units an amount may be wrong, because the files cut it."""
        ...

    @property
    def ledgers(self) -> tuple[str, ...]: ...

    @override
    def dealings(
        self, begun: Mapping[str, int] = FROM_THE_START
    ) -> Iterator[Dealing | Movement]:
        """Yield what stands after the rows that are named, the last of each table."""
        ...

    def never_happened(self, rows: Rows) -> frozenset[int]:
        """Return by their numbers the rows that tell of no trade; each is told."""
        ...

    def announcements(self) -> Iterator[Announced]: ...
