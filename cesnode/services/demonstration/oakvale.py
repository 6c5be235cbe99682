"""Oakvale: an English village that trades in leaves, with a levy on both sides."""

from __future__ import annotations

from fractions import Fraction
from types import MappingProxyType

from cesnode.community.exchange import National
from cesnode.community.roles import Role
from cesnode.community.rules import HouseRules
from cesnode.ledger.accounts import AccountKind
from cesnode.ledger.levy import Levy, Rate
from cesnode.ledger.limits import Limits
from cesnode.services.demonstration.character import (
    Character,
    DatedRate,
    Lock,
    Person,
    Reasons,
    Service,
    Trust,
    Unit,
    Week,
)

_MILL = "Mill Lane"
_HIGH = "High Street"
_RIVER = "Riverside"
_FARM = "Upper Farm"

_SUMMER = frozenset({5, 6, 7, 8, 9, 10})
_AUTUMN = frozenset({8, 9, 10, 11})
_WINTER = frozenset({10, 11, 12, 1, 2, 3})
_SPRING = frozenset({3, 4, 5, 6})

_SERVICES = {
    "eggs": Service(250, 400, 25, ("A dozen eggs", "Eggs, a dozen, half of them brown")),
    "bread": Service(
        300, 750, 25, ("Two sourdough loaves", "Rye loaf", "Bread and buns for the weekend")
    ),
    "vegetables": Service(
        600, 1400, 50, ("Vegetable box", "Tomatoes and beans", "Small veg box"), _SUMMER
    ),
    "honey": Service(500, 1150, 25, ("Jar of honey", "Two jars of honey"), _AUTUMN),
    "jam": Service(300, 650, 25, ("Damson jam", "Marmalade", "Three jars of chutney")),
    "apples": Service(400, 900, 50, ("Crate of apples", "Pressed apple juice"), _AUTUMN),
    "firewood": Service(
        2000, 4500, 250, ("Load of firewood", "Kindling and split logs"), _WINTER
    ),
    "seedlings": Service(
        200, 900, 50, ("Tomato seedlings", "Tray of bedding plants"), _SPRING
    ),
    "gardening": Service(
        1000, 4000, 250, ("Digging over a bed", "Hedge cutting", "Pruning and mowing")
    ),
    "bicycles": Service(
        800, 2500, 50, ("Bike repair: brakes", "Bike service", "New chain fitted")
    ),
    "haircut": Service(800, 1400, 50, ("Haircut", "Haircuts for two children")),
    "lift": Service(400, 1200, 50, ("Lift to the station", "Lift to the hospital")),
    "children": Service(
        1000, 4000, 500, ("Babysitting, an evening", "After-school care, two days")
    ),
    "cooking": Service(
        1500,
        6000,
        250,
        ("Birthday cake", "Lunch for a meeting", "Freezer meals for a week"),
    ),
    "piano": Service(1000, 1250, 50, ("Piano lesson", "Singing lesson")),
    "portuguese": Service(
        1000, 1200, 50, ("Portuguese lesson", "Portuguese conversation, one hour")
    ),
    "maths": Service(900, 1200, 50, ("Maths tuition", "Help with exam revision")),
    "computers": Service(
        1000, 3000, 100, ("Laptop set up", "Phone and e-mail sorted out", "Printer mended")
    ),
    "sewing": Service(
        400, 2200, 50, ("Trousers taken up", "Curtains hemmed", "Zip replaced in a coat")
    ),
    "massage": Service(1500, 2200, 100, ("Massage, one hour", "Foot massage")),
    "painting": Service(
        2500, 8000, 500, ("Painting the spare room", "Window frames painted")
    ),
    "plumbing": Service(1200, 4500, 100, ("Dripping tap mended", "Washing machine fitted")),
    "pets": Service(400, 2000, 100, ("Dog walking, a week", "Cat fed over the weekend")),
    "knitting": Service(900, 3500, 100, ("Wool socks", "A child's jumper"), _WINTER),
    "pottery": Service(600, 2800, 100, ("Two mugs", "Salad bowl", "Pottery evening")),
    "groceries": Service(
        450,
        3800,
        5,
        ("Groceries", "Flour, oats and lentils", "Weekly shop, part in leaves"),
    ),
    "hall": Service(1500, 4000, 500, ("Hall hire, an evening", "Hall hire for a party")),
    "club": Service(500, 1500, 100, ("After-school club", "Costume hire", "Fête stall")),
    "repairs": Service(
        300, 2000, 50, ("Toaster mended", "Lamp rewired", "Chair glued", "Tool hire")
    ),
    "forms": Service(1000, 2500, 250, ("Help with a tax form", "A letter to the council")),
}

_PEOPLE = (
    Person("Amina Okafor", _HIGH, ("bread", "computers"), role=Role.ADMIN, sign_in="amina"),
    Person(
        "George Whitlock", _HIGH, ("forms",), role=Role.TREASURER, sells=5, sign_in="george"
    ),
    Person(
        "Priya Nair",
        _RIVER,
        ("cooking", "maths"),
        role=Role.MEMBERSHIP_SECRETARY,
        sign_in="priya",
    ),
    Person(
        "Margaret Hale",
        _MILL,
        ("jam", "seedlings"),
        role=Role.COORDINATOR,
        sign_in="margaret",
    ),
    Person("Tom Ashby", _FARM, ("firewood", "eggs"), role=Role.AUDITOR, sign_in="tom"),
    Person("Sofia Marsh", _RIVER, ("haircut", "pottery"), sells=5, buys=5, sign_in="sofia"),
    Person(
        "Oakvale Food Co-op",
        _HIGH,
        ("groceries", "bread"),
        kind=AccountKind.COMPANY,
        sells=9,
        buys=8,
        trust=Trust(day=120, floor="-500", ceiling="2500"),
    ),
    Person(
        "Oakvale Village Hall",
        _HIGH,
        ("hall",),
        kind=AccountKind.PUBLIC,
        sells=3,
        trust=Trust(day=60, floor="-500", ceiling="2000"),
    ),
    Person(
        "Bill and June Carter",
        _MILL,
        ("apples", "gardening"),
        kind=AccountKind.JOINT,
        on_paper=True,
    ),
    Person("Henry Pike", _MILL, ("bicycles", "repairs"), on_paper=True),
    Person("Grace Adeyemi", _MILL, ("sewing", "children"), buys=5),
    Person("Daniel Foss", _FARM, ("vegetables", "eggs"), sells=6),
    Person("Elsie Bramley", _MILL, ("knitting", "jam"), on_paper=True),
    Person("Marek Kowalski", _RIVER, ("plumbing", "painting"), sells=5),
    Person("Beatriz Moura", _RIVER, ("portuguese", "cooking")),
    Person("Owen Price", _FARM, ("honey", "firewood")),
    Person("Hannah Lowe", _HIGH, ("massage",), sells=3),
    Person("Jack Tranter", _HIGH, ("lift", "gardening"), buys=7, sells=3),
    Person("Ruth Feldman", _RIVER, ("piano",)),
    Person("Sam Ridley", _FARM, ("gardening", "pets")),
    Person("Chidi Eze", _HIGH, ("computers", "maths")),
    Person("Wendy Stokes", _MILL, ("children", "pets")),
    Person(
        "The Repair Shed",
        _RIVER,
        ("repairs", "bicycles"),
        kind=AccountKind.ORGANISATION,
        sells=6,
    ),
    Person(
        "Riverside School Parents",
        _RIVER,
        ("club",),
        kind=AccountKind.ORGANISATION,
        buys=5,
        joins=19,
    ),
    Person("Lucy Penrose", _FARM, ("pottery", "seedlings"), joins=26),
    Person(
        "Nathan Brook", _HIGH, ("painting",), joins=33, trust=Trust(day=210, floor="-450")
    ),
    Person("Ivy Chen", _RIVER, ("sewing", "maths"), joins=47),
    Person("Peter Lang", _MILL, ("forms", "lift"), joins=54),
    Person("Leila Haddad", _HIGH, ("cooking", "bread"), joins=68),
    Person("Arthur Wren", _MILL, ("vegetables",), joins=75, on_paper=True),
    Person("Fiona Mackie", _FARM, ("eggs", "knitting"), joins=89),
    Person("Josh Underhill", _RIVER, ("bicycles", "computers"), joins=103),
    Person("Mei-Ling Tan", _HIGH, ("massage", "cooking"), joins=118),
    Person("Robert Sayle", _FARM, ("plumbing",), joins=131),
    Person("Eve Thornton", _RIVER, ("piano", "children"), joins=152),
    Person(
        "Callum Reid",
        _HIGH,
        ("lift", "pets"),
        joins=166,
        buys=8,
        sells=2,
        lock=Lock(
            day=321,
            reason="Moved away and left no address. Please call George at the office.",
        ),
    ),
    Person("Zainab Yusuf", _RIVER, ("haircut", "sewing"), joins=187),
    Person("Dorothy Vane", _MILL, ("jam", "pets"), joins=214, on_paper=True),
    Person("Ben Alder", _FARM, ("honey", "vegetables"), joins=243),
    Person("Nora Finch", _HIGH, ("portuguese", "haircut"), joins=289),
)

OAKVALE = Character(
    code="OAKV",
    name="Oakvale Exchange",
    slug="oakvale",
    unit=Unit(singular="leaf", plural="leaves", scale=2),
    rates=(
        DatedRate(day=0, hour_value=Fraction(8), national=National("GBP", Fraction(4, 5))),
        DatedRate(day=170, hour_value=Fraction(10), national=National("GBP", Fraction(1))),
    ),
    rules=HouseRules(
        limits=Limits(-30_000, 100_000),
        levy=Levy(seller=Rate(share=20_000), buyer=Rate(share=20_000)),
    ),
    seasons=(6, 6, 8, 10, 11, 11, 8, 8, 12, 12, 10, 9),
    week=Week(market=5, rest=0),
    people=_PEOPLE,
    services=MappingProxyType(_SERVICES),
    work=Service(
        1000,
        1800,
        100,
        ("Newsletter written and folded", "Books kept this month", "Market stall set up"),
    ),
    reasons=Reasons(
        declined=("That was a gift, I thought.", "We agreed on less.", "Not from me."),
        objected=(
            "It was one hour, not two.",
            "The eggs never came.",
            "I have paid this already, at the market.",
            "The tap drips again.",
        ),
        reversed=("Both agree that it was counted twice.", "The work was not finished."),
        mistaken=("Wrong buyer chosen, sorry.", "Entered twice.", "A nought too many."),
    ),
)
