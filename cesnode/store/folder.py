"""The data folder: where it may be, the lock one process can hold, names on the disk."""

from __future__ import annotations

import fcntl
import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from cesnode.errors import DataUnsuitable, StoreReadOnly, StoreUnavailable

LOCKED = "another program writes it"
"""Why a file cannot be written that can be written soon."""

_LOCK_FILE = "node.lock"
_LOOK_AGAIN_SECONDS = 0.01

_NETWORK_FILE_SYSTEMS = frozenset(
    {
        "9p", "afs", "beegfs", "ceph", "cifs", "coda", "davfs", "gfs2", "lustre", "ncpfs",
        "nfs", "nfs4", "ocfs2", "orangefs", "pvfs2", "smb2", "smb3", "smbfs", "vboxsf",
        "virtiofs",
        "fuse.ceph", "fuse.davfs", "fuse.davfs2", "fuse.glusterfs", "fuse.rclone",
        "fuse.s3fs", "fuse.smbnetfs", "fuse.sshfs", "fuse.vmhgfs-fuse",
    }
)  # fmt: skip
"""The log's index is shared memory, and that is shared by one machine's processes alone.

Several machines can have such a file system at once.  That one of them has it alone
cannot be seen from here, nor that a shared folder of a virtual machine keeps locks.
"""


_OCTAL = re.compile(r"\\([0-7]{3})")  # how /proc/mounts writes a space


@contextmanager
def held(folder: Path, *, wait: float) -> Iterator[None]:
    """Hold the folder's lock file, which one process at a time can."""
    try:
        descriptor = os.open(
            folder / _LOCK_FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600
        )
    except OSError as error:
        raise StoreReadOnly(reason=error.strerror) from error
    try:
        _lock(descriptor, until=time.monotonic() + wait)
        yield
    finally:
        os.close(descriptor)


def _lock(descriptor: int, *, until: float) -> None:
    # There is no flock that waits for so long and no longer, so it is asked for again.
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                raise StoreUnavailable(reason=LOCKED) from None
            time.sleep(_LOOK_AGAIN_SECONDS)
        else:
            return


def sync(folder: Path) -> None:
    """Bring the names in a folder to the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def refuse_network_file_system(
    folder: Path, mounts: Callable[[], str] = Path("/proc/self/mounts").read_text
) -> None:
    """Refuse a folder on a network file system, whose locks cannot be relied on."""
    try:
        table = mounts()
    except OSError:  # Not Linux: nothing to look it up in.
        return
    place = folder.resolve()
    kinds = {
        Path(_OCTAL.sub(lambda found: chr(int(found[1], 8)), mount)): kind
        for _, mount, kind, *_ in (line.split() for line in table.splitlines())
    }
    for parent in (place, *place.parents):
        if parent in kinds:
            if kinds[parent] in _NETWORK_FILE_SYSTEMS:
                raise DataUnsuitable(
                    path=folder, reason=f"it is on a network file system ({kinds[parent]})"
                )
            return
