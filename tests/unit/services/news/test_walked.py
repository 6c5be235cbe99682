"""Every service of this room is walked as everybody (see test_permissions)."""

from __future__ import annotations

import inspect
from types import ModuleType

import pytest

from cesnode.services.news import (
    announcing,
    archive,
    following,
    planning,
    thanking,
    writing,
)
from tests.support.wishes_news import NEWS

ROOMS = (announcing, archive, following, planning, thanking, writing)
FOR_OTHERS = {"kept", "unsent"}
"""Functions that services of this room call after they have been asked themselves."""


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.__name__)
def test_no_service_is_missing_from_the_walk(room: ModuleType) -> None:
    walked = {act.service for act in NEWS.values()}

    missing = {
        name
        for name, function in inspect.getmembers(room, inspect.isfunction)
        if function.__module__ == room.__name__
        and not name.startswith("_")
        and "actor" in inspect.signature(function).parameters
        and function not in walked
    }

    assert missing <= FOR_OTHERS
