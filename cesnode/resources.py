"""Finds the files that are not code.

In a checkout templates/ and config.example.toml lie at the top, beside
cesnode/.  A wheel carries them inside cesnode/.  Only this module knows.
"""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def resource(name: str) -> Path:
    """Return the path of a shipped file or folder, wherever this install put it."""
    for home in (_PACKAGE, _PACKAGE.parent):
        candidate = home / name
        if candidate.exists():
            return candidate
    raise FileNotFoundError(f"{name} is missing from this installation of cesnode")
