"""`musnad doctor`: what is installed here, and whether the Label Studio that the environment names answers."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as version_of
from importlib.util import find_spec

from . import __version__

_CORE = ("datasets", "pyarrow", "pandas", "httpx", "python-crfsuite", "Babel")
_EXTRAS = {
    "studio": ("label_studio", "label-studio"),
    "camel": ("camel_tools", "camel-tools"),
    "gamma": ("pygamma_agreement", "pygamma-agreement"),
}


def checkup() -> dict[str, str]:
    """Return one line for each thing that a report of trouble should name; no line carries a secret."""
    from .annotation.preannotate.pipeline import Pipeline

    found = {"musnad": __version__, "Python": platform.python_version(), "system": platform.platform()}
    found |= {name: _version(name) or "not installed" for name in _CORE}
    for extra, (module, distribution) in _EXTRAS.items():
        there = find_spec(module) is not None
        found[f"extra {extra}"] = (
            _version(distribution) or "installed" if there else f"not installed: pip install 'musnad[{extra}]'"
        )
    found["pre-annotation"] = Pipeline().version
    found["Label Studio"] = _server()
    return found


def _version(distribution: str) -> str | None:
    try:
        return version_of(distribution)
    except PackageNotFoundError:
        return None


def _server() -> str:
    from .annotation.label_studio.client import Studio, token_kind
    from .annotation.label_studio.errors import StudioError

    url, token = os.environ.get("LABEL_STUDIO_URL"), os.environ.get("LABEL_STUDIO_API_KEY")
    if not url or not token:
        return "LABEL_STUDIO_URL or LABEL_STUDIO_API_KEY is not set"
    try:
        with Studio(url, token, attempts=1, timeout=10) as studio:
            user = studio.whoami()
        return f"{url} answers, {token_kind(token)} token of {user['email']}"
    except StudioError as error:
        return str(error)
