"""Every disagreement has a place, two readings and a price."""

from musnad.annotation.agreement.disagreements import disagreements
from musnad.annotation.agreement.report import report
from musnad.schema.records import Article, Attribution, Entity, Layer, Quantity, sha256_of

TEXT = "أعلن وزير الزراعة سامر الحداد في مدينة الساحل وصول 40 طنا من القمح، بحسب وكالة النبأ."
ARTICLE = Article(id="qamh", text=TEXT, sha256=sha256_of(TEXT))


def span(part: str) -> tuple[int, int]:
    start = TEXT.index(part)
    return start, start + len(part)


def entity(part: str, label: str, subtype: str | None = None) -> Entity:
    start, end = span(part)
    return Entity(id=f"e{start}-{label}", start=start, end=end, label=label, subtype=subtype)


def tons(**changes) -> Quantity:
    start, end = span("40 طنا")
    fields = {"id": "q1", "start": start, "end": end, "kind": "mass", "bound": "exact", "value": "40", "unit": "t"}
    return Quantity(**(fields | changes))


def layer(annotator: str, **parts) -> Layer:
    return Layer(article_id=ARTICLE.id, sha256=ARTICLE.sha256, annotator=annotator, **parts)


def found(a: dict, b: dict, **options):
    return list(disagreements({ARTICLE.id: ARTICLE}, [layer("hala", **a), layer("omar", **b)], **options))


class TestEntities:
    def test_a_missed_name_shows_what_the_other_marked(self) -> None:
        (one,) = found({"entities": (entity("سامر الحداد", "PER"),)}, {})
        assert (one.about, one.label, one.b) == ("missing", "PER", None)
        assert one.a is not None
        assert one.a.text == one.text == "سامر الحداد"
        assert one.before.endswith("الزراعة ")
        assert one.after.startswith(" في مدينة")

    def test_boundary_and_label_are_told_apart_and_share_the_cost(self) -> None:
        a, b = entity("مدينة الساحل", "LOC"), entity("الساحل", "GPE")
        records = found({"entities": (a,)}, {"entities": (b,)})
        assert {one.about for one in records} == {"boundary", "label"}
        assert sum(one.cost for one in records) == 1.0

    def test_agreement_leaves_nothing_to_list(self) -> None:
        same = {"entities": (entity("سامر الحداد", "PER"),), "quantities": (tons(),)}
        assert found(same, same) == []


class TestPrices:
    def test_resolving_the_dearest_raises_the_figure_by_its_price(self) -> None:
        shared = entity("سامر الحداد", "PER")
        a, b = (shared, entity("مدينة الساحل", "GPE")), (shared, entity("الساحل", "GPE"))
        before = report({ARTICLE.id: ARTICLE}, [layer("hala", entities=a), layer("omar", entities=b)], draws=0)
        after = report({ARTICLE.id: ARTICLE}, [layer("hala", entities=a), layer("omar", entities=a)], draws=0)
        (one,) = found({"entities": a}, {"entities": b})
        gain = (after.layers["entities"].measures["f1_exact"].value or 0) - (
            before.layers["entities"].measures["f1_exact"].value or 0
        )
        assert one.measure == "entities.f1_exact"
        assert one.cost == gain == 0.5

    def test_the_dearest_come_first(self) -> None:
        a = {"entities": (entity("سامر الحداد", "PER"), entity("النبأ", "ORG", "media")), "quantities": (tons(),)}
        b = {"entities": (entity("سامر الحداد", "PER"), entity("النبأ", "ORG", "company")), "quantities": ()}
        costs = [one.cost for one in found(a, b)]
        assert costs == sorted(costs, reverse=True)
        assert len(costs) == 2


class TestQuantities:
    def test_a_value_that_differs_shows_both_readings(self) -> None:
        (one,) = found({"quantities": (tons(),)}, {"quantities": (tons(value="400"),)})
        assert one.about == "value"
        assert (one.a.says["value"], one.b.says["value"]) == ("40", "400")


class TestAttributions:
    def test_parts_are_listed_given_the_cue(self) -> None:
        whole = Attribution(
            id="a1", kind="indirect", cues=(span("أعلن"),), source=span("وزير الزراعة سامر الحداد"), content=()
        )
        short = Attribution(id="b1", kind="indirect", cues=(span("أعلن"),), source=span("سامر الحداد"), content=())
        records = found({"attributions": (whole,)}, {"attributions": (short,)})
        source, chain = sorted(records, key=lambda one: one.about, reverse=True)
        assert (source.about, source.b.text) == ("source", "سامر الحداد")
        assert (chain.about, chain.a.says) == ("chain", {"chain": "source وزير الزراعة سامر الحداد"})

    def test_a_part_that_one_left_out_has_an_empty_reading(self) -> None:
        with_relay = Attribution(id="a1", kind="nominal", cues=(span("بحسب"),), relays=(span("وكالة النبأ"),))
        without = Attribution(id="a1", kind="nominal", cues=(span("بحسب"),))
        records = found({"attributions": (with_relay,)}, {"attributions": (without,)}, about=["relay"])
        assert [(one.a.text, one.b.text) for one in records] == [("وكالة النبأ", "")]


def test_one_layer_can_be_chosen() -> None:
    a = {"entities": (entity("سامر الحداد", "PER"),), "quantities": (tons(),)}
    assert {one.layer for one in found(a, {}, layer="quantities")} == {"quantities"}
