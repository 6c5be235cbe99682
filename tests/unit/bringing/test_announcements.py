"""CES's announcements come along, with their days and who said them."""

from __future__ import annotations

from pathlib import Path

from cesnode.services.bringing.outcome import NOTHING
from cesnode.store import accounts, announcements
from cesnode.store.announcements import Announcement, Sought
from cesnode.store.store import reading
from tests.support.bringing import MOVED, move
from tests.support.foreign import folder, table, village

HEADER = "ID,Owner,Title,Description,DateAdded,DateEvent,DateExpiry,Keep"
ROWS = (
    (1, "CTTE0001", "Fair", "<b>Come</b><script>x()</script>", "2011/05/14 21:34:45",
     "2011/06/01", "2011/05/30", 0),
    (2, "CTTE0099", "Rules", "Read them", "2011/05/14", "", "", -1),
    (3, "CTTE0002", "Thanks", "all", "2011/05/14", "", "", 0),
    (4, "CTTE0002", "", "", "when?", "", "", 0),
)  # fmt: skip


def files(tmp_path: Path) -> Path:
    return folder(
        tmp_path / "files", {**village(3).files(), "announce.csv": table(HEADER, *ROWS)}
    )


def announced(data: Path) -> dict[str, Announcement]:
    with reading(data) as reader:
        sought = Sought(today="2100-01-01", areas=None, past=True)
        return {one.title: one for one in announcements.find(reader, sought)}


def test_announcements_come_with_days_author_and_clean_text(tmp_path: Path) -> None:
    data = tmp_path / "data"

    moved = move(data, files(tmp_path))

    found = announced(data)
    fair = found["2011-06-01 · Fair"]
    assert moved.result.added.announcements == 3
    assert (fair.shown_from, fair.shown_until) == ("2011-05-14", "2011-05-30")
    assert (fair.text, fair.told_at) == ("**Come**", MOVED)
    assert found["Thanks"].shown_until == "2011-06-13"
    assert found["Rules"].shown_until == "2012-05-13"
    with reading(data) as reader:
        one = accounts.by_number(reader, "CTTE0001").id
        assert (fair.author,) == accounts.members_of(reader, one)


def test_an_author_who_is_nobody_and_a_day_that_is_none_are_told(tmp_path: Path) -> None:
    moved = move(tmp_path / "data", files(tmp_path))

    reasons = [reason for reason in moved.reasons if reason.startswith("announce.csv")]
    assert [reason.partition(":")[0] for reason in reasons] == [
        "announce.csv 3 Owner",
        "announce.csv 5 DateAdded",
    ]


def test_announcements_are_brought_once(tmp_path: Path) -> None:
    move(tmp_path / "data", files(tmp_path))

    again = move(tmp_path / "data", files(tmp_path))

    assert again.result.added == NOTHING
    assert len(announced(tmp_path / "data")) == 3
