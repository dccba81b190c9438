"""The dataset card: the same manifest and agreement report that the release's JSON files hold, as Markdown."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import msgspec
import yaml

from ..schema.agreement_report import AgreementReport
from ..schema.release_files import Manifest
from .features import CONFIGS, DEFAULT_CONFIG, features
from .splits import SPLITS

if TYPE_CHECKING:
    from jinja2 import Template

_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))


def card(manifest: Manifest, description: str, report: AgreementReport) -> str:
    """Return the card of a release: front matter as the Hub reads it, then what a trainer should know."""
    return _template().render(
        front_matter=yaml.safe_dump(_front_matter(manifest), allow_unicode=True, sort_keys=False),
        manifest=msgspec.to_builtins(manifest),
        description=description,
        splits=SPLITS,
        agreement=msgspec.to_builtins(report),
        machine_made=set(manifest.annotations_creators) == {"machine-generated"},
        full=manifest.text_policy == "full",
        told=any(sum(who.values()) for who in manifest.decided.values()),
        marks={layer: sum(sum(of.values()) for of in labels.values()) for layer, labels in manifest.labels.items()},
    )


@cache
def _template() -> Template:
    from jinja2 import Environment, StrictUndefined

    # The card is Markdown for people, no HTML page: nothing in it is escaped.
    environment = Environment(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=False)
    return environment.from_string((files(__package__) / "templates" / "card.md.j2").read_text("utf-8"))


def _front_matter(manifest: Manifest) -> dict[str, Any]:
    # A split without rows, or a config without any, has no file and would not load.
    splits = {config: [split for split in SPLITS if manifest.rows[config][split]] for config in CONFIGS}
    filled = {config: own for config, own in splits.items() if own}
    return {
        "pretty_name": manifest.name,
        "language": ["ar"],
        "language_details": "ar: Modern Standard Arabic as news outlets print it",
        "license": manifest.license,
        "annotations_creators": list(manifest.annotations_creators),
        "language_creators": ["found"],
        "multilinguality": ["monolingual"],
        "source_datasets": ["original"],
        "size_categories": [next((name for limit, name in _SIZES if sum(manifest.articles.values()) < limit), "n>1M")],
        "task_categories": ["token-classification"],
        "task_ids": ["named-entity-recognition"],
        "tags": ["attribution", "quantities", "news", "isnad", "croissant"],
        "version": manifest.version,
        "configs": [
            {
                "config_name": config,
                **({"default": True} if config == DEFAULT_CONFIG else {}),
                "data_files": [{"split": split, "path": f"{config}/{split}-*.parquet"} for split in splits],
            }
            for config, splits in filled.items()
        ],
        "dataset_info": [
            {
                "config_name": config,
                "features": features(config)._to_yaml_list(),
                "splits": [
                    {
                        "name": split,
                        "num_bytes": manifest.bytes[config][split],
                        "num_examples": manifest.rows[config][split],
                    }
                    for split in splits
                ],
                "dataset_size": sum(manifest.bytes[config].values()),
            }
            for config, splits in filled.items()
        ],
    }
