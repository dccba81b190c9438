"""What pyproject.toml can't say: `MUSNAD_COMPILE=1 pip install .` (or `pip wheel .`) compiles the quantity grammar.

mypyc makes C of the same typed sources, which takes a C compiler and half a minute; without the setting a build is
pure Python. Only a wheel is compiled: an editable install would go on running what was compiled after its source has
changed. mypyc leaves out a class's keywords: the grammar's own records aren't frozen at run time then, but the type
check that is part of the compilation refuses what changes one.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from setuptools import Extension, setup

COMPILED = Path("annotation/preannotate/quantities")
# The compiler (an earlier one leaves `__package__` unset), and the types of what the sources import.
NEEDED = ["mypy>=2.4", "msgspec>=0.22", "types-PyYAML"]


def extensions() -> list[Extension]:
    """Return the extensions that the compiled modules are; their C is made under build/."""
    from mypyc.build import mypycify

    # The root folder is the package, whatever it is called: the type checker meets it under its name.
    house = Path("build", "typing")
    house.mkdir(parents=True, exist_ok=True)
    if not (house / "musnad").is_symlink():
        (house / "musnad").symlink_to(Path("..", ".."), target_is_directory=True)
    os.environ["MYPYPATH"] = str(house)
    modules = [str(house / "musnad" / path) for path in sorted(COMPILED.glob("*.py")) if path.name != "__init__.py"]
    return mypycify(["--explicit-package-bases", *modules], debug_level="0")


asked = os.environ.get("MUSNAD_COMPILE") == "1"
if asked and "editable_wheel" in sys.argv:
    sys.exit("MUSNAD_COMPILE=1 is for wheels: an editable install always runs the sources; install it without")
setup(
    script_name="setup.py",  # so that this file isn't taken for a module of the package
    setup_requires=NEEDED if asked else [],
    ext_modules=extensions() if asked and "bdist_wheel" in sys.argv else [],
)
