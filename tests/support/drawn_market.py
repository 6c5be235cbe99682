"""What the pages of the market are drawn with in tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from uuid import uuid4

from cesnode.community.market import Audience, Kind, Price
from cesnode.community.roles import OPERATOR
from cesnode.ledger.limits import Side
from cesnode.ledger.money import Amount, Currency
from cesnode.services.market import finding, keeping, publishing, watching
from cesnode.services.market.advising import Advice
from cesnode.services.market.drafts import Draft
from cesnode.services.market.neighbours import Neighbour
from cesnode.services.market.seeing import Seen
from cesnode.store import Reader, Writer, pictures
from cesnode.store.pictures import Picture
from cesnode.web import home
from cesnode.web.asking import Asked, Sight
from cesnode.web.market import browsing, showing, writing
from tests.support.drawn import Values, common, visitor
from tests.support.drawn_trading import Seeing
from tests.support.exchanges import NOW, Person, acting_as, join

HORA = Currency(code="VILA", singular="hora", plural="hora")
VILA = Neighbour(
    id=1,
    code="VILA",
    name="Vila",
    node="v.io",
    origin="https:v.io",
    currency=HORA,
    one_is=Fraction(10),
    trades=False,
    shows_ours=True,
    carries_messages=False,
    shares_groups=True,
    offerings=2,
    wants=1,
    heard_at=NOW,
)
PHOTO = Picture(small="a" * 32 + ".webp", large="b" * 32 + ".webp", width=9, height=9)


def market_pages(writer: Writer, person: Person) -> Mapping[str, Values]:
    """Return every page of the market, as somebody sees it who has put things up."""
    own = _fill(writer, person)
    token = publishing.renewal_token(writer, publishing.own(writer, OPERATOR, own), now=NOW)
    members = common(writer, visitor(writer, person))
    seen = Seeing(writer, person)
    drawn = dict(
        (
            seen(_advised),
            seen(browsing.browse),
            seen(browsing.mine),
            seen(writing.new, kind="want"),
            seen(writing.gallery, id=str(own)),
            seen(showing.renewing, token=token),
            seen(showing.show, id=str(own)),
        )
    )
    foreign = _foreign(finding.show(writer, acting_as(writer, person), own, now=NOW))
    drawn["market/neighbours.html"] = {**members, "neighbours": [VILA]}
    drawn["market/neighbour.html"] = {
        **members,
        "neighbour": VILA,
        "newest": [foreign],
        "keeps_peers": True,
    }
    drawn["market/sharing.html"] = {**members, "neighbour": VILA}
    return drawn


def _fill(writer: Writer, person: Person) -> int:
    """Put things up, of one's own and another's; return one's own."""
    keeping.begin(writer, OPERATOR, {"Food": ("x", ["Rye"])}, now=NOW)
    other = join(writer, "Jo Elm", area="North")
    for kind in Kind:
        put(writer, other, kind)
    actor = acting_as(writer, person)
    put(writer, person, Kind.WANT)
    watching.save(writer, actor, "kind=offering&q=tea", now=NOW)
    own = put(writer, person, Kind.OFFERING)
    pictures.replace(writer, own, [PHOTO])
    return own


def put(writer: Writer, owner: Person, kind: Kind) -> int:
    draft = Draft(title="tea", price="3", keywords="mint", audience=Audience.PUBLIC)
    made = publishing.publish(
        writer, OPERATOR, kind, owner.number, draft, id=uuid4(), now=NOW
    )
    return made.listing.id


def _advised(reader: Reader, asked: Asked) -> Sight:
    """See one's home after weeks near the lower limit."""
    sight, actor = home.show(reader, asked), asked.visitor.actor
    sought = finding.matching(reader, actor, Kind.OFFERING, limit=1, now=NOW)
    wanted = finding.counts(reader, actor, Kind.WANT, now=NOW)
    advice = Advice(side=Side.FLOOR, listings=tuple(sought), categories=tuple(wanted[:2]))
    return replace(sight, values={**sight.values, "advice": advice})


def _foreign(seen: Seen) -> Seen:
    return replace(
        seen,
        mine=False,
        neighbour="Vila",
        way=Price.AMOUNT,
        price=Amount(1_00, HORA),
        price_here=seen.price,
        pictures=(),
    )
