"""What `make setup` installs is what was tested: pinned versions, and files known by their SHA-256."""

import re
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def lines(name: str) -> list[str]:
    """The lines of a requirements file, continued ones joined, without comments."""
    text = (ROOT / name).read_text("utf-8").replace("\\\n", " ")
    return [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]


def pinned(requirement: str) -> tuple[str, str]:
    """The name and the version of a line such as `name==1.2 ; marker --hash=…`."""
    one = Requirement(requirement.partition(" --hash")[0])
    [version] = one.specifier
    assert version.operator == "==", requirement
    return canonicalize_name(one.name), version.version


CONSTRAINTS = dict(map(pinned, lines("constraints.txt")))
HASHED = dict(map(pinned, lines("hashes.txt")))


def test_the_files_that_may_be_installed_are_those_of_the_pinned_versions() -> None:
    other = {name: version for name, version in HASHED.items() if CONSTRAINTS.get(name, version) != version}
    assert other == {}, "run `make hashes`"


def test_every_version_has_the_hashes_of_its_files_and_nothing_says_where_they_come_from() -> None:
    for line in lines("hashes.txt"):
        assert re.fullmatch(r"[\w.-]+==[\w.]+( ; [^-]*)?(\s+--hash=sha256:[0-9a-f]{64})+", line), line[:80]
    assert not re.search(r"://|--(extra-)?index|--find-links", (ROOT / "hashes.txt").read_text("utf-8"))


def test_constraints_hold_names_and_versions_alone() -> None:
    for line in lines("constraints.txt"):
        assert re.fullmatch(r"[\w.-]+==[\w.]+", line), line


def test_all_that_setup_asks_for_has_hashes() -> None:
    asked, wanted = set(), [*PROJECT["dependencies"], "musnad[studio,test]"]
    while wanted:
        one = Requirement(wanted.pop())
        if one.name == "musnad":
            wanted += [line for extra in one.extras for line in PROJECT["optional-dependencies"][extra]]
        else:
            asked.add(canonicalize_name(one.name))
    assert asked - HASHED.keys() == set(), "run `make hashes`"


def test_a_lower_bound_is_no_higher_than_what_is_tested() -> None:
    for line in PROJECT["dependencies"]:
        one = Requirement(line)
        assert one.specifier.contains(CONSTRAINTS[canonicalize_name(one.name)]), line
