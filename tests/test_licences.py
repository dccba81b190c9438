"""What musnad installs may be used by anybody: no GPL among the core's dependencies or those of `make setup`."""

import re
import tomllib
from collections.abc import Iterable, Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

pytestmark = pytest.mark.long

PROJECT = tomllib.loads((Path(__file__).parent.parent / "pyproject.toml").read_text("utf-8"))["project"]
# Packages whose metadata name no licence, with the one that stands in their repository.
UNSAID = {"label-studio-sdk": "Apache-2.0"}
_STRONG = re.compile(r"\bA?GPL|Affero|GNU General Public|\bSSPL|BUSL|Commons Clause|non-?commercial", re.IGNORECASE)
_LESSER = re.compile(r"\bLGPL|Lesser General Public", re.IGNORECASE)


def name_of(requirement: str) -> str:
    return re.sub(r"[-_.]+", "-", Requirement(requirement).name).lower()


def installed(requirements: Iterable[str], extras: tuple[str, ...] = ()) -> dict[str, Distribution]:
    """The distributions that the requirements bring, and theirs, as far as they hold on this machine."""
    found: dict[str, Distribution] = {}

    def walk(wanted: Iterable[str], extras: tuple[str, ...]) -> None:
        for line in wanted:
            one = Requirement(line)
            if one.marker and not any(one.marker.evaluate({"extra": extra}) for extra in ("", *extras)):
                continue
            if (name := name_of(line)) not in found:
                try:
                    found[name] = distribution(one.name)
                except PackageNotFoundError:
                    pytest.skip(f"{one.name} is not installed here", allow_module_level=True)
                walk(found[name].requires or [], tuple(one.extras))

    walk(requirements, extras)
    return found


def licences(package: Distribution) -> Iterator[str]:
    """The licences one may choose from."""
    said = package.metadata.get("License-Expression")
    if said:
        yield from said.split(" OR ")
        return
    classifiers = [line for line in package.metadata.get_all("Classifier") or [] if line.startswith("License ::")]
    named = [line.split(" :: ")[-1] for line in classifiers if line != "License :: OSI Approved"]
    yield from named or [(package.metadata.get("License") or "").partition("\n")[0]]


CORE = installed(PROJECT["dependencies"])
SETUP = CORE | installed(PROJECT["optional-dependencies"]["studio"])


@pytest.mark.parametrize("name", sorted(SETUP))
def test_no_dependency_is_under_the_gpl(name: str) -> None:
    choices = [choice for choice in licences(SETUP[name]) if choice.strip()] or [UNSAID.get(name, "")]
    assert all(choices), f"{name} names no licence: look it up and enter it in UNSAID"
    fit = [choice for choice in choices if not _STRONG.search(choice)]
    assert fit, f"{name}: {choices}"
    if name in CORE:
        assert any(not _LESSER.search(choice) for choice in fit), f"{name}: {choices}"


def test_the_gpl_is_seen_under_its_names() -> None:
    for text in (
        "GPL-3.0-only",
        "AGPL-3.0",
        "GNU General Public License v3 (GPLv3)",
        "GNU Affero General Public License",
    ):
        assert _STRONG.search(text)
    for text in ("LGPL-3.0-only", "GNU Lesser General Public License v3 (LGPLv3)", "MIT", "BSD-3-Clause"):
        assert not _STRONG.search(text)


def test_the_gpl_package_for_alpha_is_no_dependency() -> None:
    every = [*PROJECT["dependencies"], *(line for some in PROJECT["optional-dependencies"].values() for line in some)]
    assert "krippendorff" not in map(name_of, every)
