"""Which file systems and which SQLite can be trusted with a ledger."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from cesnode.errors import Code
from cesnode.store.folder import refuse_network_file_system
from cesnode.store.sqlite import wal_reset_is_sound
from tests.support.exchanges import refused

MOUNTS = """\
/dev/vda / ext4 rw 0 0
proc /proc proc rw 0 0
server:/x /net/share nfs4 rw 0 0
//server/x /net/with\\040space cifs rw 0 0
server:/y /net/caf\u00e9 nfs rw 0 0
/dev/vdb /net/share/local ext4 rw 0 0
user@host: /net/home fuse.sshfs rw 0 0
"""
SHARED = (
    "9p", "afs", "ceph", "cifs", "fuse.glusterfs", "fuse.sshfs", "gfs2", "lustre", "nfs",
    "nfs4", "ocfs2", "smb3", "virtiofs",
)  # fmt: skip


@pytest.mark.parametrize(
    "place",
    ["/net/share", "/net/share/a/b", "/net/with space/x", "/net/café/x", "/net/home"],
)
def test_a_network_file_system_is_refused(place: str) -> None:
    with refused(Code.DATA_UNSUITABLE):
        refuse_network_file_system(Path(place), lambda: MOUNTS)


@pytest.mark.parametrize("kind", SHARED)
def test_what_other_machines_can_have_at_the_same_time_is_refused(kind: str) -> None:
    with refused(Code.DATA_UNSUITABLE):
        refuse_network_file_system(Path("/srv/data"), lambda: f"x /srv {kind} rw 0 0\n")


@pytest.mark.parametrize(
    "place", ["/", "/srv/data", "/net", "/net/share/local/x", "/network"]
)
def test_a_local_file_system_is_welcome(place: str) -> None:
    refuse_network_file_system(Path(place), lambda: MOUNTS)


def no_table() -> str:
    raise FileNotFoundError


@pytest.mark.parametrize("mounts", [no_table, str])
def test_where_there_is_no_table_of_mounts_nothing_is_refused(
    mounts: Callable[[], str],
) -> None:
    refuse_network_file_system(Path("/srv"), mounts)


@pytest.mark.parametrize(
    ("version", "sound"),
    [
        ((3, 7, 0), False),
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 44, 7), True),
        ((3, 45, 6), False),
        ((3, 49, 2), False),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 0), False),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 52, 0), True),
        ((3, 53, 4), True),
        ((4, 0, 0), True),
    ],
)
def test_which_sqlite_can_be_trusted_with_two_writers(
    version: tuple[int, int, int],
    *,
    sound: bool,
) -> None:
    assert wal_reset_is_sound(version) is sound
