"""Small disks of our own, which can be filled, cut off or refuse to be written.

Each is a file, mounted as ext4 through a loop device; only root can do that.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.faults.node import run

_SHUTDOWN = 0x8004587D  # FS_IOC_SHUTDOWN
_WITHOUT_FLUSHING_THE_LOG = struct.pack("I", 2)
_MEBIBYTE = 2**20
_NOT_RESERVED_FOR_ROOT = ("-m", "0")


class Disk:
    """An ext4 file system, mounted at `place`."""

    def __init__(self, image: Path, place: Path, *, instead: str = "") -> None:
        self._image = image
        self._instead = instead
        self.place = place

    def mount(self, options: str = "loop") -> None:
        done = run("mount", "-o", options, str(self._image), str(self.place))
        if done.returncode:
            pytest.skip(f"needs a loop device: {done.stderr.strip()} {self._instead}")

    def unmount(self) -> None:
        done = run("umount", str(self.place))
        assert done.returncode == 0, done.stderr

    def cut_power(self) -> None:
        """Shut the file system down: what was not synced never reaches the disk."""
        descriptor = os.open(self.place, os.O_RDONLY)
        try:
            fcntl.ioctl(descriptor, _SHUTDOWN, _WITHOUT_FLUSHING_THE_LOG)
        except OSError as error:
            reason = f"needs a file system that can be shut down: {error}"
            pytest.skip(f"{reason} {self._instead}")
        finally:
            os.close(descriptor)

    def restore_power(self) -> None:
        self.unmount()
        self.mount()

    def fill(self, name: str = "filler") -> Path:
        """Leave no room; return the file to delete to make some."""
        filler = self.place / name
        with filler.open("wb", buffering=0) as file:
            for size in (_MEBIBYTE, 4096):
                with suppress(OSError):
                    while True:
                        file.write(bytes(size))
        return filler


@contextmanager
def small_disk(folder: Path, *, mebibytes: int, instead: str = "") -> Iterator[Disk]:
    """Make a disk in a folder; whatever happens, it is unmounted in the end.

    `instead` tells what is tried all the same where no disk can be made.
    """
    if os.geteuid() != 0:
        pytest.skip(f"needs root, to mount a file system {instead}")
    if (make := shutil.which("mkfs.ext4")) is None:
        pytest.skip(f"needs e2fsprogs {instead}")
    image, place = folder / "disk.img", folder / "disk"
    with image.open("wb") as file:
        file.truncate(mebibytes * _MEBIBYTE)
    made = run(make, "-q", *_NOT_RESERVED_FOR_ROOT, str(image))
    assert made.returncode == 0, made.stderr
    place.mkdir()
    disk = Disk(image, place, instead=instead)
    disk.mount()
    try:
        yield disk
    finally:
        run("umount", "--lazy", str(place))
