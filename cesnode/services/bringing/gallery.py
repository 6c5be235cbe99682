"""Makes our own pictures of those beside the tables, before anything is booked.

A picture that is not there, or is none, is told, and its listing goes without.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from cesnode.community import words
from cesnode.community.market import MOST_PICTURES
from cesnode.errors import NodeError
from cesnode.formats.brought import Advert, PictureFile
from cesnode.formats.told import Profile
from cesnode.services import pictures
from cesnode.services.bringing.gathering import Gathered
from cesnode.services.market import publishing
from cesnode.store import media
from cesnode.store.pictures import Picture


@dataclass(frozen=True, slots=True)
class Gallery:
    """The pictures of one run, by the names that the files have for them."""

    found: Gathered
    made: Mapping[str, Picture]
    photos: Mapping[str, Picture]

    def of(self, advert: Advert) -> tuple[Picture, ...]:
        """Return the pictures of an advert with what is to be seen on them."""
        return tuple(
            dataclasses.replace(self.made[file.name], words=self._seen(advert, file))
            for file in _shown(advert)
            if file.name in self.made
        )

    def _seen(self, advert: Advert, file: PictureFile) -> str:
        if not file.words.strip():
            return ""
        try:
            return words.name(file.words, field="picture_words")
        except NodeError as error:
            self.found.problems.add(advert.file, advert.row, "", f"{file.name}: {error}")
            return ""


def made_of(found: Gathered, folder: Path, known: Collection[tuple[str, str]]) -> Gallery:
    """Put the pictures of every advert that is not `known` on disk in a node's folder."""
    made: dict[str, Picture] = {}
    tried: set[str] = set()
    for advert in found.format.adverts():
        if (advert.kind, advert.key) in known:
            continue
        spare = len(advert.pictures) - MOST_PICTURES
        if spare > 0:
            reason = f"it has {spare} pictures more than the {MOST_PICTURES} there can be"
            found.problems.add(advert.file, advert.row, "", f"{reason}; left out")
        for file in _shown(advert):
            if file.name not in tried:
                tried.add(file.name)
                made.update(_made(found, folder, advert, file.name))
    photos: dict[str, Picture] = {}
    for told in found.format.profiles():
        if told.photo:
            photos.update(_made(found, folder, told, told.photo, small=pictures.FACE))
    return Gallery(found, made, photos)


def _shown(advert: Advert) -> tuple[PictureFile, ...]:
    return advert.pictures[:MOST_PICTURES]


def _made(
    found: Gathered,
    folder: Path,
    of: Advert | Profile,
    name: str,
    small: tuple[int, int] = pictures.SMALL,
) -> Iterator[tuple[str, Picture]]:
    try:
        content = found.tables.picture(name, most=pictures.MOST_BYTES + 1)
        if content is None:
            reason = f"the picture “{name[:100]}” is not beside the tables; left out"
            found.problems.add(of.file, of.row, "", reason)
            return
        prepared = pictures.prepare(content, small=small)
    except NodeError as error:
        reason = f"the picture “{name[:100]}”: {error}"
        found.problems.add(of.file, of.row, "", reason)
        return
    less, more = media.save(folder, prepared.small), media.save(folder, prepared.large)
    yield name, publishing.filed(prepared, less, more, "")
