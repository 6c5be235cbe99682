"""/unsubscribe/TOKEN: ends letters of one kind, for whoever was sent the address.

Nobody has to sign in, and a mail program may do it by one click (RFC 8058): the answer
is the page itself, because such programs follow no redirect.
"""

from __future__ import annotations

from aiohttp import web

from cesnode.services import mailing
from cesnode.store import Reader, Writer
from cesnode.web.asking import Asked, Asking, Sight
from cesnode.web.news import topic_name


def show(reader: Reader, asked: Asked) -> Sight:
    topic = mailing.topic_of(reader, asked.path["token"])
    return _sight(topic, is_done=False)


async def end(asking: Asking) -> web.StreamResponse:
    def work(writer: Writer, asked: Asked) -> tuple[Asked, str]:
        return asked, mailing.unsubscribe(writer, asked.path["token"])

    asked, topic = await asking.do(work)
    return await asking.draw(asked, _sight(topic, is_done=True))


def _sight(topic: str, *, is_done: bool) -> Sight:
    values = {"topic": topic_name(topic), "is_done": is_done}
    return Sight("unsubscribe/page.html", values, secret=True)
