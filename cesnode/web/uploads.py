"""Takes in the pictures that forms bring along: two files of each, put on disk."""

from __future__ import annotations

import asyncio

from cesnode.errors import FieldMissing
from cesnode.services import pictures
from cesnode.services.pictures import SMALL, Prepared
from cesnode.store import media
from cesnode.web.asking import Asking
from cesnode.web.keys import STORE

FIELD = "picture"
AT_ONCE = asyncio.Semaphore(2)
"""So many pictures are unpacked at one time: each may take 150 MB for a moment."""


async def received(
    asking: Asking, *, small: tuple[int, int] = SMALL
) -> tuple[Prepared, str, str]:
    """Make the two files of what was sent; return them and their names, the small first.

    Raises:
        FieldMissing: nothing was sent.
        PictureUnreadable, PictureTooLarge

    """
    content = asking.form.files.get(FIELD, b"")
    if not content:
        raise FieldMissing(field=FIELD)
    folder = asking.request.app[STORE].folder

    def prepare() -> tuple[Prepared, str, str]:
        prepared = pictures.prepare(content, small=small)
        return (
            prepared,
            media.save(folder, prepared.small),
            media.save(folder, prepared.large),
        )

    async with AT_ONCE:
        return await asyncio.to_thread(prepare)
