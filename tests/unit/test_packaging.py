"""What is shipped is whole, pinned, and under names that are ours alone."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from importlib.metadata import packages_distributions
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = ("run.txt", "dev.txt")
_REQUIREMENT = re.compile(r"(?P<name>[a-z0-9-]+)==(?P<version>[\w.]+)(?: ; [^\\]+)?")
_HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")


def requirements(lock: str) -> list[str]:
    """One string for each requirement: its continued lines joined, comments left out."""
    lines = (ROOT / "requirements" / lock).read_text().splitlines()
    text = "\n".join(line for line in lines if not line.lstrip().startswith("#"))
    return text.replace("\\\n", "").splitlines()


def versions(lock: str) -> Mapping[str, str]:
    return dict(
        re.split("==| ", requirement, maxsplit=2)[:2] for requirement in requirements(lock)
    )


@pytest.mark.parametrize("name", ["cesnode", "federation", "cli"])
def test_no_other_distribution_brings_a_package_of_our_name(name: str) -> None:
    # An editable install lists no packages: there the default stands for "nobody".
    owners = packages_distributions().get(name, ["cesnode"])

    assert set(owners) == {"cesnode"}


@pytest.mark.parametrize("name", ["cesnode", "federation", "cli"])
def test_what_is_tested_is_this_checkout(name: str) -> None:
    spec = find_spec(name)

    assert spec is not None
    assert spec.origin is not None
    assert Path(spec.origin).is_relative_to(ROOT)


@pytest.mark.parametrize("lock", LOCKS)
def test_every_requirement_is_pinned_and_hashed(lock: str) -> None:
    for requirement in requirements(lock):
        pinned, *hashes = re.split(r" +(?=--hash)", requirement)

        assert _REQUIREMENT.fullmatch(pinned.strip()), requirement
        assert hashes, f"{pinned} has no hash"
        assert all(_HASH.fullmatch(digest.strip()) for digest in hashes), pinned


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_address(lock: str) -> None:
    text = (ROOT / "requirements" / lock).read_text()

    assert "://" not in text
    assert not re.search(r"^-|\s@\s", text, re.MULTILINE)


def test_the_tests_run_on_what_is_shipped() -> None:
    shipped, tested = versions("run.txt"), versions("dev.txt")

    assert shipped.items() <= tested.items()


def test_the_wheel_takes_code_templates_and_the_example() -> None:
    targets = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"][
        "build"
    ]["targets"]

    assert set(targets["wheel"]["only-include"]) == {
        "cesnode",
        "federation",
        "cli.py",
        "templates",
    }
    assert targets["wheel"]["sources"] == {"templates": "cesnode/templates"}
    assert targets["wheel"]["force-include"] == {
        "config.example.toml": "cesnode/config.example.toml"
    }
    assert {*targets["wheel"]["only-include"], "config.example.toml"} <= set(
        targets["sdist"]["only-include"]
    )
