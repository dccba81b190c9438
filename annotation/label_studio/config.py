"""The labelling configs of the two passes, generated from the label inventory.

An annotator reads Arabic and English names; results carry the stable names of the schema, which stand as `alias`.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Mapping
from typing import Literal, NamedTuple, TypeAlias, get_args

from ...schema.labels import Bound, Inventory, Name, Region, inventory

Pass: TypeAlias = Literal["entities", "attributions"]
PASSES: tuple[Pass, ...] = get_args(Pass)
PASS_NAMES: dict[Pass, str] = {"entities": "كيانات وكميات", "attributions": "الإسناد"}

TEXT = "text"
DIFFERENCES = "differences"
LABEL = "label"
QUANTITY = "QUANTITY"
COUNTED = "COUNTED"
KIND = "kind"
BOUND = "bound"
NUMBERS = ("value", "low", "high")
UNIT = "unit"
CUE_MARKS = "cue"
IMPLICIT = "implicit"
OUTERMOST = "outermost"
ROLES: dict[str, str] = {"cue": "CUE", "source": "SOURCE", "relay": "RELAY", "content": "CONTENT"}
RELATIONS: dict[str, Name] = {
    "part": Name("جزء من الأداة نفسها", "same cue"),
    "source": Name("مصدرها", "source"),
    "relay": Name("ناقلها", "relay"),
    "content": Name("منقولها", "content"),
    "parent": Name("داخل نقل", "inside"),
    "counted": Name("معدودها", "counts"),
}
_RELATIONS_OF: dict[Pass, tuple[str, ...]] = {
    "entities": ("counted",),
    "attributions": ("part", "source", "relay", "content", "parent"),
}

# Overlapping marks need room between the lines. Only the text is enlarged: the region list prints the same rich text.
# Labels and fields stay in sight however long the article is.
_STYLE = (
    '.musnad-text [class*="richtext"]{font-size:19px;line-height:2.3}'
    ".musnad-labels,.musnad-fields{position:sticky;z-index:3;background:var(--color-neutral-background,#fff)}"
    ".musnad-labels{top:0}"
    ".musnad-fields{bottom:-24px;padding-bottom:24px}"
)
_RIGHT = "direction: rtl; text-align: right"


def subtype_control(label: str) -> str:
    """Return the name of the control that holds the subtype of an entity with this label."""
    return f"subtype-{label}"


def labelling_config(which: Pass, *, adjudication: bool = False) -> str:
    """Return the labelling config of a pass as XML; in adjudication the task's list of differences stands below."""
    labels = inventory()
    view = ET.Element("View")
    ET.SubElement(view, "Style").text = _STYLE
    top = ET.SubElement(view, "View", className="musnad-labels")
    text = ET.SubElement(view, "View", className="musnad-text", style=_RIGHT)
    ET.SubElement(text, "Text", name=TEXT, value="$text", granularity="symbol")
    fields = ET.SubElement(view, "View", className="musnad-fields", style=_RIGHT)
    if which == "entities":
        _entity_pass(top, fields, labels)
    else:
        _attribution_pass(top, fields, labels)
    if adjudication:
        notes = ET.SubElement(view, "View", className="musnad-differences", style=_RIGHT)
        ET.SubElement(notes, "Header", value="مواضع الاختلاف · Differences", size="5")
        ET.SubElement(notes, "Text", name=DIFFERENCES, value=f"${DIFFERENCES}")
    relations = ET.SubElement(view, "Relations")
    for relation in _RELATIONS_OF[which]:
        ET.SubElement(relations, "Relation", value=relation)
    ET.indent(view)
    return ET.tostring(view, encoding="unicode")


def region_labels(which: Pass) -> tuple[str, ...]:
    """Return the region labels of a pass, as results carry them."""
    if which == "entities":
        return (*inventory().entities, QUANTITY, COUNTED)
    return tuple(ROLES.values())


def _entity_pass(top: ET.Element, fields: ET.Element, labels: Inventory) -> None:
    entities = labels.entities.items()
    names = {name: _Shown(f"{e.ar} {name}", e.hotkey, e.colour, f"{e.en}: {e.about_en}") for name, e in entities}
    names |= {QUANTITY: _shown(labels.quantity.region), COUNTED: _shown(labels.quantity.counted)}
    _labels(top, names)
    for name, entity in labels.entities.items():
        if entity.subtypes:
            _choices(fields, subtype_control(name), name, entity.subtypes)
    _choices(
        fields, KIND, QUANTITY, labels.quantity.kinds, required="اختر نوع الكمية · choose the kind of the quantity"
    )
    _choices(fields, BOUND, QUANTITY, labels.quantity.bounds, required="اختر حد الكمية · choose the bound")
    row = ET.SubElement(
        fields, "View", visibleWhen="region-selected", whenTagName=LABEL, whenLabelValue=QUANTITY, style=_ROW
    )
    for name, shown in _TYPED.items():
        ET.SubElement(
            row,
            "TextArea",
            name=name,
            toName=TEXT,
            perRegion="true",
            maxSubmissions="1",
            editable="true",
            rows="1",
            placeholder=shown,
            whenTagName=LABEL,
            whenLabelValue=QUANTITY,
            visibleWhen="region-selected",
        )


_ROW = "direction: rtl; display: grid; grid-template-columns: repeat(4, 1fr); gap: 8px"
_TYPED = {
    "value": "القيمة value",
    "low": "الأدنى low",
    "high": "الأعلى high",
    UNIT: "الوحدة unit",
}


def _attribution_pass(top: ET.Element, fields: ET.Element, labels: Inventory) -> None:
    _labels(top, {ROLES[name]: _shown(region) for name, region in labels.attribution.regions.items()})
    cue = ROLES["cue"]
    _choices(fields, KIND, cue, labels.attribution.kinds)
    marks = {
        IMPLICIT: Name("القائل ضمير مستتر", "dropped subject"),
        OUTERMOST: Name("ليست داخل منقول غيرها", "not inside another"),
    }
    _choices(fields, CUE_MARKS, cue, marks, choice="multiple")


class _Shown(NamedTuple):
    """How a label looks to annotators."""

    text: str
    hotkey: str
    colour: str
    hint: str = ""


def _shown(region: Region) -> _Shown:
    return _Shown(f"{region.ar} {region.en}", region.hotkey, region.colour)


def _labels(parent: ET.Element, names: Mapping[str, _Shown]) -> None:
    labels = ET.SubElement(parent, "Labels", name=LABEL, toName=TEXT, choice="single")
    for name, shown in names.items():
        label = ET.SubElement(
            labels, "Label", value=shown.text, alias=name, hotkey=shown.hotkey, background=shown.colour
        )
        if shown.hint:
            label.set("hint", shown.hint)


def _choices(
    parent: ET.Element,
    name: str,
    label: str,
    choices: Mapping[str, Name | Bound],
    *,
    choice: str = "single",
    required: str | None = None,
) -> None:
    control = ET.SubElement(
        parent,
        "Choices",
        name=name,
        toName=TEXT,
        choice=choice,
        showInline="true",
        perRegion="true",
        visibleWhen="region-selected",
        whenTagName=LABEL,
        whenLabelValue=label,
    )
    if required:
        control.attrib |= {"required": "true", "requiredMessage": required}
    for value, shown in choices.items():
        hint = f"{shown.en} · {shown.example}" if shown.example else shown.en
        ET.SubElement(control, "Choice", value=f"{shown.ar} {value}", alias=value, hint=hint)
