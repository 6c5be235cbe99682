"""Rebuilds what a disk may hold after a power cut, from a record of writes and syncs.

What was synced before the cut is there.  Of what was written since, anything may be:
all, none, some of the writes, and of a write some of its sectors.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from uuid import UUID

SECTOR = 512
RECORDED_CALLS = "pwrite64,fsync,fdatasync,ftruncate,unlink,sendto,sendmsg"

_LINE = re.compile(r"(?P<thread>\d+) +(?P<rest>.*)")
_UNFINISHED = " <unfinished ...>"
_RESUMED = re.compile(r"<\.\.\. \w+ resumed>(?P<rest>.*)")
_CALL = re.compile(r"(?P<name>\w+)\((?P<arguments>.*)\) += (?P<result>-?\d+)")
_FILE = re.compile(r"\d+<(?P<name>[^>]*)>")
_TEXT = re.compile(r'"(?P<text>[^"]*)"')
_NUMBER_AT_THE_END = re.compile(r"(?P<number>\d+)$")
_DONE = re.compile(rb"HTTP/1\.1 20[01] .*\"id\":\"(?P<id>[0-9a-f-]{36})\"", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Write:
    file: str
    offset: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Truncate:
    file: str
    size: int


@dataclass(frozen=True, slots=True)
class Unlink:
    file: str


@dataclass(frozen=True, slots=True)
class Sync:
    file: str


@dataclass(frozen=True, slots=True)
class Answer:
    """Somebody was told that this trade is recorded."""

    trade: UUID


Change = Write | Truncate | Unlink
Event = Change | Sync | Answer
Files = dict[str, bytearray]


@dataclass(frozen=True, slots=True)
class Crash:
    """One state a disk may be in after the cut, and who had been answered by then."""

    files: Files
    answered: Sequence[UUID]
    told: str


@dataclass(slots=True)
class Cut:
    """How things stand at one moment: what is safe, and what is still on its way."""

    safe: Files
    pending: list[Change] = field(default_factory=list)
    answered: list[UUID] = field(default_factory=list)

    def pass_by(self, event: Event) -> None:
        if isinstance(event, Answer):
            self.answered.append(event.trade)
        elif isinstance(event, Sync):
            for change in self.pending:
                if change.file == event.file:
                    apply(change, self.safe)
            self.pending = [each for each in self.pending if each.file != event.file]
        else:
            self.pending.append(event)

    def crash(self, kept: Sequence[Change], told: str) -> Crash:
        files = {name: bytearray(content) for name, content in self.safe.items()}
        for change in kept:
            apply(change, files)
        return Crash(files, tuple(self.answered), told)


def crashes(
    before: Files, events: Sequence[Event], *, count: int, random: Random
) -> Iterator[Crash]:
    """Go through the record and make so many crashes at random moments of it."""
    moments = sorted(random.randrange(len(events) + 1) for _ in range(count))
    cut, passed = Cut({name: bytearray(held) for name, held in before.items()}), 0
    for moment in moments:
        for event in events[passed:moment]:
            cut.pass_by(event)
        passed = moment
        fate = random.choice(FATES)
        kept = [piece for change in cut.pending for piece in fate(change, random)]
        yield cut.crash(kept, f"at event {moment}, pending {fate.__name__}")


def kept(change: Change, _random: Random) -> list[Change]:
    return [change]


def dropped(_change: Change, _random: Random) -> list[Change]:
    return []


def kept_in_part(change: Change, random: Random) -> list[Change]:
    return [change] if random.random() < 0.5 else []


def torn(change: Change, random: Random) -> list[Change]:
    """Keep a write whole, not at all, or only some of its sectors."""
    if not isinstance(change, Write) or random.random() < 0.5:
        return kept_in_part(change, random)
    return [sector for sector in _sectors(change) if random.random() < 0.5]


FATES = (kept, dropped, kept_in_part, torn)


def _sectors(write: Write) -> Iterator[Write]:
    start = 0
    while start < len(write.data):
        offset = write.offset + start
        end = start + SECTOR - offset % SECTOR
        yield Write(write.file, offset, write.data[start:end])
        start = end


def apply(change: Change, files: Files) -> None:
    """Change a file as the disk would: a hole in it reads as zeros."""
    if isinstance(change, Unlink):
        files.pop(change.file, None)
        return
    content = files.setdefault(change.file, bytearray())
    if isinstance(change, Truncate):
        content.extend(bytes(max(0, change.size - len(content))))
        del content[change.size :]
        return
    content.extend(bytes(max(0, change.offset - len(content))))
    content[change.offset : change.offset + len(change.data)] = change.data


def read_record(trace: Path, folder: Path) -> list[Event]:
    """Read what strace wrote of a node's files and of its answers."""
    calls = (_CALL.fullmatch(line) for line in _whole_lines(trace))
    events = (_event(call, folder) for call in calls if call and call["result"] != "-1")
    return [event for event in events if event is not None]


def _whole_lines(trace: Path) -> Iterator[str]:
    """Join the halves of calls during which another thread made one."""
    begun: dict[str, str] = {}
    with trace.open() as lines:
        for line in lines:
            found = _LINE.fullmatch(line.rstrip("\n"))
            assert found is not None, line
            thread, rest = found["thread"], found["rest"]
            if rest.endswith(_UNFINISHED):
                begun[thread] = rest.removesuffix(_UNFINISHED)
            elif resumed := _RESUMED.fullmatch(rest):
                yield begun.pop(thread) + resumed["rest"]
            else:
                yield rest


def _event(call: re.Match[str], folder: Path) -> Event | None:
    name, arguments = call["name"], call["arguments"]
    if name in {"sendto", "sendmsg"}:
        done = _DONE.search(b"".join(_texts(arguments)))
        return Answer(UUID(done["id"].decode())) if done else None
    if name == "unlink":
        (path,) = _texts(arguments)
        return Unlink(Path(path.decode()).name) if _is_ours(path, folder) else None
    file = _FILE.match(arguments)
    path = _bytes(file["name"]) if file else b""
    if not _is_ours(path, folder):
        return None
    return _change(name, Path(path.decode()).name, arguments)


def _change(name: str, file: str, arguments: str) -> Event:
    if name in {"fsync", "fdatasync"}:
        return Sync(file)
    number = _NUMBER_AT_THE_END.search(arguments)
    assert number is not None, arguments[-100:]
    if name == "ftruncate":
        return Truncate(file, int(number["number"]))
    (data,) = _texts(arguments)
    return Write(file, int(number["number"]), data)


def _is_ours(path: bytes, folder: Path) -> bool:
    """The index beside the log is rebuilt after a crash: it need not survive."""
    inside = Path(path.decode(errors="replace"))
    return inside.parent == folder and not inside.name.endswith("-shm")


def _texts(arguments: str) -> list[bytes]:
    return [_bytes(found["text"]) for found in _TEXT.finditer(arguments)]


def _bytes(escaped: str) -> bytes:
    return bytes.fromhex(escaped.replace("\\x", ""))
