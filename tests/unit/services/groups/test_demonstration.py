"""The groups of the made-up communities: people in them, words, and something to see."""

from __future__ import annotations

from pathlib import Path

import pytest

from cesnode.community.market import Audience
from cesnode.services.demonstration import circles
from cesnode.services.demonstration.cast import CAST
from cesnode.services.demonstration.entering import voice
from cesnode.services.groups import showing
from tests.support.exchanges import NOW
from tests.unit.services.test_demonstration_market import filled


@pytest.mark.parametrize("code", CAST)
def test_whoever_tries_the_demo_out_is_in_a_group_with_some_life(
    tmp_path: Path, code: str
) -> None:
    with filled(tmp_path / code, code) as scene:
        circles.gather(scene)
        visitor = next(one for one in scene.character.people if one.sign_in)
        actor = voice(scene.writer, scene.character, visitor)
        (first, *_) = showing.every(scene.writer, actor).own
        inside = showing.one(scene.writer, actor, first.group.id, now=NOW).inside

    assert first.members >= 7
    assert inside is not None
    (notice,) = inside.told.notices
    assert notice.replies
    assert Audience.GROUP in {one.audience for one in inside.board}
