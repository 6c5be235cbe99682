"""Offerings, wants, and pictures of them."""

from __future__ import annotations

from cesnode.errors.base import N_, NodeError
from cesnode.errors.codes import Code


class UnknownListing(NodeError):
    code = Code.UNKNOWN_LISTING
    sentence = N_("There is no such offering or want, or not any more.")


class UnknownCategory(NodeError):
    code = Code.UNKNOWN_CATEGORY
    sentence = N_("There is no category “{name}” in this exchange.")
    field = "category"


class ListingState(NodeError):
    code = Code.LISTING_STATE
    sentence = N_("This offering or want is {state}; it cannot be changed so ({wish}).")


class PictureUnreadable(NodeError):
    code = Code.PICTURE_UNREADABLE
    sentence = N_("That is not a picture we can read. Send a JPEG, PNG, WebP or GIF.")
    field = "picture"


class PictureTooLarge(NodeError):
    code = Code.PICTURE_TOO_LARGE
    sentence = N_("That picture is too large: {size}, and {most} at most.")
    field = "picture"
