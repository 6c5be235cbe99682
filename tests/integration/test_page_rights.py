"""Every page, as everybody: who may open it is what the table says, and nothing else."""

from __future__ import annotations

import pytest
from aiohttp import web

from cesnode.community.roles import PERMISSIONS, Permission, Role
from cesnode.web.routing import Page, Who
from cesnode.web.table import PAGES
from tests.integration.conftest import House
from tests.support.exchanges import NOW, join
from tests.support.visitors import Guest, signed_in

OUTSIDE = ("/api/", "/-/", "/static/", "/fed/", "/.well-known/")
STOPPED = {303, 403}
FILLED = {
    "number": "0001",
    "secret": "nothing",
    "token": "nothing",
    "id": "1",
    "ref": "AAAA",
}


def address(page: Page) -> str:
    """Return an address of a page, its places filled."""
    path = page.path
    for name in set(filter(None, (part.partition("}")[0] for part in path.split("{")[1:]))):
        path = path.replace(f"{{{name}}}", FILLED.get(name.partition(":")[0], "1"))
    return path


async def ask(guest: Guest, page: Page, method: str) -> web.Response:
    ask_ = guest.get if method == "GET" else guest.post
    return await ask_(address(page))  # type: ignore[return-value]


async def as_role(house: House, role: Role) -> Guest:
    person = await house.store.write(join, f"A {role}", role=role, area="North")
    return await signed_in(house.client, house.store, person, second_step=True, now=NOW)


def is_let_in(answer: web.Response) -> bool:
    """Whether somebody was not stopped at the door; what comes after may still fail."""
    if answer.status == 403:
        return False
    return not (answer.status == 303 and answer.headers["Location"].startswith("/sign-in"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
async def test_a_stranger_gets_into_open_pages_alone(house: House, page: Page) -> None:
    for method in page.methods:
        answer = await ask(house.guest(), page, method)

        is_open = page.who in {Who.ANYBODY, Who.ONLOOKERS}
        assert is_let_in(answer) == is_open, (method, answer.status)
        assert answer.status < 500


@pytest.mark.parametrize("role", Role)
async def test_a_page_opens_to_whom_the_table_names(house: House, role: Role) -> None:
    guest = await as_role(house, role)

    for page in PAGES:
        if page.name == "sign_out":
            continue  # What signs out is tried elsewhere: everything after would fail.
        for method in page.methods:
            answer = await ask(guest, page, method)
            may = not isinstance(page.who, Permission) or page.who in PERMISSIONS[role]
            assert is_let_in(answer) == may, (page.name, method, answer.status)
            assert answer.status < 500, (page.name, method)


@pytest.mark.parametrize("page", [one for one in PAGES if one.deed], ids=lambda p: p.name)
async def test_no_form_is_taken_from_elsewhere(house: House, page: Page) -> None:
    guest = await house.visitor("eva", second_step=True)
    before = house.village.everything()

    for site in ("cross-site", "same-site"):
        answer = await guest.post(address(page), {}, **{"Sec-Fetch-Site": site})
        assert (answer.status == 403) != page.from_anywhere

    if not page.from_anywhere:
        assert house.village.everything() == before


async def test_no_page_is_served_that_the_table_does_not_name(house: House) -> None:
    named = {(method, page.path) for page in PAGES for method in page.methods}

    served = {
        (route.method, route.resource.canonical)
        for route in house.client.app.router.routes()
        if route.resource is not None and route.method != "HEAD"
    }

    pages = {one for one in served if not one[1].startswith(OUTSIDE)}
    assert pages == {one for one in named if not one[1].startswith(OUTSIDE)}
