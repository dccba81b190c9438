"""The examples in the docstrings run."""

import doctest
import importlib
import pkgutil

import pytest

import musnad.annotation.agreement as package

NAME = package.__name__
MODULES = [NAME, *(f"{NAME}.{module.name}" for module in pkgutil.iter_modules(package.__path__))]


@pytest.mark.parametrize("name", MODULES)
def test_examples(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0


def test_the_package_shows_its_examples() -> None:
    assert doctest.testmod(package).attempted >= 5
