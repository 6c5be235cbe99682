"""Whatever people do, in whatever order and at whatever time: the books are right.

Hypothesis plays a village on a real file.  After each step everything is worked out
anew from the entries alone and compared with what the file says.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, ClassVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)
from typing_extensions import override

from cesnode.community.roles import OPERATOR, Actor
from cesnode.community.rules import SellerRecord
from cesnode.errors import NodeError
from cesnode.ledger.accounts import AccountKind
from cesnode.ledger.levy import Levy, Rate
from cesnode.ledger.limits import Growth, LimitPolicy
from cesnode.services import trading
from cesnode.services.membership import changing, closing, locking
from cesnode.services.membership.changing import Changes
from cesnode.services.orders import Order
from cesnode.services.trading import Recorded
from cesnode.store import (
    accounts,
    database,
    trades,
)
from cesnode.store.store import writing
from tests.support.books import (
    every_statement_closes_at_the_balance,
    every_transfer_is_whole_and_in_order,
    everything_follows_from_the_entries,
)
from tests.support.exchanges import (
    DAY,
    HOUR,
    NOW,
    Person,
    acting_as,
    found,
    join,
    order,
    set_rules,
)
from tests.support.holding import release, reserve

ANSWERS = {
    "accept": "requested",
    "decline": "requested",
    "withdraw": "requested",
    "object_to": "posted",
    "settle": "objected",
    "reverse": "posted",
}
"""What can be said to a trade, and the state in which it may be heard."""
REASONED = {"object_to", "reverse"}
TREATMENTS: Mapping[str, Callable[..., object]] = {
    "lock": locking.lock,
    "unlock": locking.unlock,
    "close": closing.close,
}
"""What may be done to an account."""

pairs = st.sampled_from([(a, b) for a in range(4) for b in range(4) if a != b] + [(0, 0)])
sides = st.sampled_from(["seller", "seller", "buyer", "buyer", "operator", "OAKV0003"])
any_of = st.integers(0, 1_000)
amounts = st.sampled_from([1, 333, 12_50, 40_00, 99_99, 130_00]).map(
    lambda minor: f"{minor // 100}.{minor % 100:02}"
)
rates = st.builds(
    Rate,
    share=st.sampled_from([0, 1, 20_000, 333_333]),
    fixed=st.sampled_from([0, 7]),
    least=st.sampled_from([0, 50]),
    most=st.sampled_from([None, 200]),
)
limits = st.sampled_from(["none", "default", "0", "40", "150"])


class Village(RuleBasedStateMachine):
    template: ClassVar[Path | None] = None

    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.home = Path(tempfile.mkdtemp(prefix="village-"))
        self.folder = self.home / "data"
        self.orders: list[Order] = []  # those that became trades
        self.held: list[int] = []  # trades that wait for another exchange

    @override
    def teardown(self) -> None:
        self.watch.close()
        shutil.rmtree(self.home)

    @initialize()
    def found(self) -> None:
        if Village.template is None:
            home = Path(tempfile.mkdtemp(prefix="village-"))
            atexit.register(shutil.rmtree, home)
            Village.template = found(home / "data")
        shutil.copytree(Village.template, self.folder)
        self.watch = database.open_reader(self.folder)
        self.checked = (0, 0)
        with writing(self.folder) as writer:
            self.people = [
                join(writer, name, area="North") for name in ("Ann", "Bob", "Cem")
            ]
            self.people.append(Person("OAKV0000", 1, 0))
            for n in range(6):
                seller, buyer = self.people[n % 3], self.people[(n + 1) % 3]
                self.orders.append(order(seller, buyer, "9", asking=n < 3))
                trading.record(writer, OPERATOR, self.orders[-1], now=NOW)
            self.peer = accounts.insert(
                writer,
                number="OAKV-VILA",
                name="Vila",
                kind=AccountKind.CLEARING,
                now=NOW,
                area=None,
            )

    # What people do

    @rule(pair=pairs, amount=amounts, by=sides, asking=st.booleans())
    def record(self, pair: tuple[int, int], amount: str, by: str, *, asking: bool) -> None:
        seller, buyer = (self.people[who] for who in pair)
        wanted = order(seller, buyer, amount, asking=asking)
        if self.attempt(trading.record, self.actor(by, wanted), wanted):
            self.orders.append(wanted)

    @rule(which=any_of)
    def record_again(self, which: int) -> None:
        """The same id with the same content gets the same answer and changes nothing."""
        wanted = self.orders[which % len(self.orders)]
        before = self.version()
        with database.reading(self.watch) as reader:
            known = trades.known(reader, wanted.id)

        assert self.attempt(trading.record, OPERATOR, wanted) == Recorded(
            known, created=False
        )
        assert self.version() == before

    @rule(which=any_of, by=sides, wish=st.sampled_from(sorted(ANSWERS)))
    def answer(self, which: int, by: str, wish: str) -> None:
        wanted = self.one_in(ANSWERS[wish], which)
        reason = {"reason": "not so"} if wish in REASONED else {}
        actor = self.actor(by, wanted)
        self.attempt(getattr(trading, wish), actor, str(wanted.id), **reason)

    # What the office does

    @rule(
        seller=rates,
        buyer=rates,
        seller_record=st.sampled_from(SellerRecord),
        limit_policy=st.sampled_from(LimitPolicy),
        agree_after_days=st.sampled_from([None, 3]),
        growth=st.sampled_from([Growth(), Growth(share=500_000, cap=30_00)]),
    )
    def decide(self, seller: Rate, buyer: Rate, **changes: object) -> None:
        with writing(self.folder) as writer:
            set_rules(writer, levy=Levy(seller, buyer), **changes)

    @rule(who=st.integers(0, 2), floor=limits, ceiling=limits)
    def limit(self, who: int, floor: str, ceiling: str) -> None:
        low = f"-{floor}" if floor.isdigit() else floor
        changes = Changes(floor=low, ceiling=ceiling)
        self.attempt(changing.change, OPERATOR, self.people[who].number, changes)

    @rule(who=st.integers(0, 2), act=st.sampled_from(["lock", "unlock", "unlock", "close"]))
    def treat(self, who: int, act: str) -> None:
        reason = {"reason": "leave"} if act == "lock" else {}
        self.attempt(TREATMENTS[act], OPERATOR, self.people[who].number, **reason)

    # What another exchange does

    @rule(who=st.integers(0, 2), amount=st.integers(1, 90_00), out=st.booleans())
    def hold(self, who: int, amount: int, *, out: bool) -> None:
        ours = self.people[who].account
        seller, buyer = (self.peer, ours) if out else (ours, self.peer)
        trade = self.attempt(reserve, seller, buyer, amount)
        self.held += [trade] if trade else []

    @precondition(lambda self: self.held)
    @rule(which=any_of, posts=st.booleans())
    def end(self, which: int, *, posts: bool) -> None:
        trade = self.held.pop(which % len(self.held))
        self.attempt(release, trade, posts=posts)

    # What the clock does

    @rule(step=st.sampled_from([1, 60, HOUR, DAY, 15 * DAY, 91 * DAY]))
    def time_passes(self, step: int) -> None:
        self.now += step
        self.attempt(trading.tend)

    @rule(step=st.sampled_from([1, HOUR]))
    def the_clock_is_set_back(self, step: int) -> None:
        self.now -= step

    # What holds whatever happened

    @invariant()
    def the_books_are_right(self) -> None:
        if self.checked != (self.version(), self.now):
            self.checked = (self.version(), self.now)
            with database.reading(self.watch) as reader:
                everything_follows_from_the_entries(reader)
                every_transfer_is_whole_and_in_order(reader)
                every_statement_closes_at_the_balance(reader, self.now)

    # How it is done

    def one_in(self, state: str, which: int) -> Order:
        """Return an order whose trade is in this state, or any where there is none."""
        with database.reading(self.watch) as reader:
            fitting = [
                wanted
                for wanted in self.orders
                if trades.known(reader, wanted.id).state == state
            ]
        among = fitting or self.orders
        return among[which % len(among)]

    def actor(self, by: str, wanted: Order) -> Actor:
        number = {"seller": wanted.seller, "buyer": wanted.buyer}.get(by, by)
        person = next((one for one in self.people if one.number == number), None)
        if person is None or not person.member:  # The community's account has no member.
            return OPERATOR
        with database.reading(self.watch) as reader:
            return acting_as(reader, person)

    def attempt(self, service: Callable[..., Any], *args: object, **words: object) -> Any:  # noqa: ANN401
        """Do it as a command would; a refusal leaves the file as it was."""
        before = self.version()
        try:
            with writing(self.folder) as writer:
                return service(writer, *args, now=self.now, **words)
        except NodeError:
            assert self.version() == before
            return None

    def version(self) -> int:
        """Return a number that changes whenever somebody commits a change."""
        (number,) = self.watch.execute("PRAGMA data_version").fetchone()
        return int(number)


Village.TestCase.settings = settings(
    max_examples=25,
    stateful_step_count=50,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
TestVillage = Village.TestCase
