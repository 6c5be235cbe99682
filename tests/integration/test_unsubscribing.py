"""Ending letters by the address at their foot: by hand, or by one click of a program."""

from __future__ import annotations

import pytest

from cesnode.community.notices import Pace, Topic
from cesnode.store import mails, preferences
from cesnode.store.store import reading, writing
from tests.integration.conftest import Api, Village

TOKEN = "0" * 32


@pytest.fixture
def link(village: Village) -> str:
    with writing(village.folder) as writer:
        mails.link(writer, village.ann.member, Topic.TRADES, token=TOKEN)
    return f"/unsubscribe/{TOKEN}"


def pace(village: Village, topic: Topic) -> Pace:
    with reading(village.folder) as reader:
        return preferences.of_member(reader, village.ann.member).of(topic).mail


async def test_looking_at_the_page_ends_nothing(
    api: Api, village: Village, link: str
) -> None:
    answer = await api.client.get(link)

    page = await answer.text()
    assert answer.status == 200
    assert "Do you want no more letters about: your trades?" in page
    assert '<form class="stack" method="post"' in page
    assert pace(village, Topic.TRADES) is Pace.AT_ONCE


async def test_a_mail_program_ends_letters_by_one_click(
    api: Api, village: Village, link: str
) -> None:
    answer = await api.client.post(
        link,
        data={"List-Unsubscribe": "One-Click"},
        headers={"Origin": "https://mail.example", "Sec-Fetch-Site": "cross-site"},
        allow_redirects=False,
    )

    assert answer.status == 200
    assert "You get no more letters about: your trades." in await answer.text()
    assert pace(village, Topic.TRADES) is Pace.NEVER
    assert pace(village, Topic.WAITING) is Pace.AT_ONCE


@pytest.mark.parametrize("token", ["1" * 32, "x", "%00"])
async def test_an_address_of_no_letter_is_not_found(
    api: Api, link: str, token: str
) -> None:
    assert link

    for method in ("GET", "POST"):
        answer = await api.client.request(
            method, f"/unsubscribe/{token}", data={"List-Unsubscribe": "One-Click"}
        )

        assert answer.status == 404
