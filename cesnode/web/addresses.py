"""Reads what stands in the addresses of pages."""

from __future__ import annotations

from cesnode.community.words import number

__all__ = ["number"]
