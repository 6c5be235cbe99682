"""/market/new, /market/{id}/edit, /market/{id}/pictures: what an owner says and shows."""

from __future__ import annotations

from aiohttp import web

from cesnode.community.market import MOST_PICTURES, Audience, Kind, Price
from cesnode.errors import UnknownCategory
from cesnode.services.market import boards, drafts, keeping, publishing
from cesnode.services.market.drafts import Draft
from cesnode.store import Reader
from cesnode.store.pictures import Picture
from cesnode.store.pictures import of_listings as pictures_of
from cesnode.web import uploads
from cesnode.web.addresses import number
from cesnode.web.asking import Asked, Asking, Sight
from cesnode.web.forms import Form
from cesnode.web.market.showing import number_of
from cesnode.web.site import MARKET

_BOARD = "group-"
_UNSAID = frozenset({Price.AMOUNT, Price.OPEN})
"""Ways of a price that follow from whether there is an amount."""


def new(reader: Reader, asked: Asked) -> Sight:
    """Show an empty form, or one that says what a listing of one's own says already."""
    kind, account = asked.query.get("kind", ""), asked.visitor.account.id
    board = number(asked.query.get("group", ""))
    draft = Draft(title="", groups=() if board is None else (board,))
    kind = kind if kind in set(Kind) else Kind.OFFERING.value
    if "copy" in asked.query:
        wanted = number_of(asked.query["copy"])
        known = publishing.own(reader, asked.visitor.actor, wanted)
        kind, draft = known.kind, drafts.as_draft(reader, known, now=asked.now)
        account = known.account or 0
    return _sheet(reader, asked.form, kind, draft, account=account)


async def put_up(asking: Asking) -> web.StreamResponse:
    form = asking.form
    kind = Kind.WANT if form.value("kind") == Kind.WANT else Kind.OFFERING
    draft = _draft(form)
    if not form.errors:
        with form.checking():
            listing = await asking.do(
                lambda writer, asked: (
                    publishing.publish(
                        writer,
                        asked.visitor.actor,
                        kind,
                        asked.visitor.account.number,
                        draft,
                        id=form.id,
                        now=asked.now,
                    ).listing.id
                )
            )
            return asking.go(f"{MARKET}/{listing}", note=_note(draft))
    return await asking.show(new)


def edit(reader: Reader, asked: Asked) -> Sight:
    known = publishing.own(reader, asked.visitor.actor, number_of(asked.path["id"]))
    draft = drafts.as_draft(reader, known, now=asked.now)
    return _sheet(
        reader,
        asked.form,
        known.kind,
        draft,
        account=known.account or 0,
        listing=known.id,
        until=known.expires_on,
    )


async def rewrite(asking: Asking) -> web.StreamResponse:
    listing = number_of(asking.request.match_info["id"])
    draft = _draft(asking.form)
    if not asking.form.errors:
        with asking.form.checking():
            await asking.write(publishing.rewrite, listing, draft, now=asking.now)
            return asking.go(f"{MARKET}/{listing}", note=_note(draft))
    return await asking.show(edit)


def gallery(reader: Reader, asked: Asked) -> Sight:
    known = publishing.own(reader, asked.visitor.actor, number_of(asked.path["id"]))
    shown = pictures_of(reader, [known.id]).get(known.id, ())
    return Sight(
        "market/pictures.html",
        {"listing": known, "pictures": shown, "room": MOST_PICTURES - len(shown)},
    )


async def arrange(asking: Asking) -> web.StreamResponse:
    """Add a picture, or take one away."""
    listing = number_of(asking.request.match_info["id"])
    place = asking.request.path
    known = await _shown(asking, listing)
    gone = asking.form.value("remove")
    if gone:
        known = tuple(each for each in known if each.small != gone)
    else:
        with asking.form.checking("picture"):
            known = (*known, await _received(asking))
    if not asking.form.errors:
        with asking.form.checking():
            await asking.write(publishing.picture, listing, known, now=asking.now)
            return asking.go(place, note="pictures-kept")
    return await asking.show(gallery)


async def _shown(asking: Asking, listing: int) -> tuple[Picture, ...]:
    def read(reader: Reader, asked: Asked) -> tuple[Picture, ...]:
        known = publishing.own(reader, asked.visitor.actor, listing)
        return pictures_of(reader, [known.id]).get(known.id, ())

    _, known = await asking.look(read)
    return known


async def _received(asking: Asking) -> Picture:
    prepared, small, large = await uploads.received(asking)
    return publishing.filed(prepared, small, large, asking.form.value("words"))


def _sheet(
    reader: Reader,
    form: Form,
    kind: str,
    draft: Draft,
    *,
    account: int,
    listing: int | None = None,
    until: str | None = None,
) -> Sight:
    ticked = _groups(form) if form.values else draft.groups
    return Sight(
        "market/write.html",
        {
            "kind": kind,
            "draft": draft,
            "listing": listing,
            "until": until or "",
            "categories": keeping.tree(reader),
            "boards": [
                (group, name, group in ticked)
                for group, name in boards.of_owner(reader, account).items()
            ],
        },
    )


def _draft(form: Form) -> Draft:
    """Read what the form says; the service finds out whether it makes sense."""
    form.required("title")
    way, audience = form.value("way"), form.value("audience")
    chosen = Price(way) if way in set(Price) else Price.OPEN
    category = form.value("category")
    if category and number(category) is None:
        form.refuse("category", UnknownCategory(name=category))
    return Draft(
        title=form.value("title"),
        text=form.value("text"),
        keywords=form.value("keywords"),
        category=number(category),
        price=form.value("price") if chosen in _UNSAID else "",
        way=None if chosen in _UNSAID else chosen,
        unit=form.value("unit"),
        terms=form.value("terms"),
        money=form.value("money"),
        audience=Audience(audience) if audience in set(Audience) else Audience.HERE,
        groups=_groups(form),
        until=form.value("until"),
        shown=form.value("save") != "draft",
    )


def _groups(form: Form) -> tuple[int, ...]:
    """Return the groups that are ticked."""
    found = (number(name.removeprefix(_BOARD)) for name in form.values if _BOARD in name)
    return tuple(group for group in found if group is not None)


def _note(draft: Draft) -> str:
    return "listing-show" if draft.shown else "listing-kept"
