"""The files of the corpus beside articles and layers: project settings, manifests of the samples and of standoff."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

import msgspec
from msgspec import Meta

from .records import ArticleId, Sha256

AnnotationsCreator: TypeAlias = Literal["crowdsourced", "expert-generated", "found", "machine-generated", "other"]
Share: TypeAlias = Annotated[float, Meta(ge=0, le=1)]


class DatasetSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the published dataset is called, under which licence its annotations stand, and who made them.

    `annotations_creators` in the Hub's terms; people's work is claimed only where the maintainer says so.
    """

    name: str = "arabic-news"
    license: str = "CC-BY-4.0"
    annotations_creators: tuple[AnnotationsCreator, ...] = ("machine-generated",)
    text_policy: Literal["full", "offsets-only"] = "full"


class PlanSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How tasks are dealt out: annotators per article, the share sent without predictions, the seed of the dealing."""

    overlap: Annotated[int, Meta(ge=1)] = 2
    control: Share = 0.1
    seed: int = 0


class StorySettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many days may lie between two articles that retell one story."""

    days: Annotated[int, Meta(ge=0)] = 7


class PreannotateSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who finds entities: auto, rules, crf, camel, or a model's file (of `musnad train entities`) in the project."""

    entities: Annotated[str, Meta(min_length=1)] = "auto"


class ProjectSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`musnad.toml`: the settings of a project folder. Secrets never stand here, they come from the environment."""

    dataset: DatasetSettings = DatasetSettings()
    plan: PlanSettings = PlanSettings()
    stories: StorySettings = StorySettings()
    preannotate: PreannotateSettings = PreannotateSettings()


class Sample(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One packaged sample article: its file beside the manifest, and what the text itself doesn't carry."""

    id: ArticleId
    file: str
    sha256: Sha256
    title: str
    publisher: str
    published: str
    story: str


class SamplesManifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`corpus/samples/manifest.json`: the packaged samples with their licence."""

    license: str
    note: str = ""
    articles: list[Sample]


class StandoffText(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A text that standoff layers belong to and that is not here: its id, its hash, its length in code points."""

    id: ArticleId
    sha256: Sha256
    characters: Annotated[int, Meta(ge=1)]


class StandoffManifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`manifest.json` of a standoff folder: the texts that its layers belong to."""

    note: str = ""
    articles: list[StandoffText]
