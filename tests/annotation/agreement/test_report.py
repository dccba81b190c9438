"""The agreement report: what it counts, what it leaves undefined, and what never changes it."""

import gc
import json
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from studies import LABELS, ONE, TWO, article, by_id, layer

from musnad.annotation.agreement.alpha import krippendorff_alpha
from musnad.annotation.agreement.bootstrap import NO_ARTICLES
from musnad.annotation.agreement.registry import measures, measures_as_markdown
from musnad.annotation.agreement.report import report
from musnad.annotation.agreement.study import labels_of
from musnad.annotation.agreement.unitized_alpha import Continuum, unitized_alpha
from musnad.schema.agreement_report import AgreementReport
from musnad.schema.records import Article, Attribution, Layer, Quantity, sha256_of


class TestWhoCounts:
    def test_an_article_with_one_annotator_counts_for_nothing(self) -> None:
        layers = [layer(ONE, "hala", (0, 5, "PER")), layer(ONE, "omar", (0, 5, "PER")), layer(TWO, "hala")]
        found = report(by_id(ONE, TWO), layers, draws=5)
        assert (found.n_articles, found.annotators) == (1, ["hala", "omar"])
        assert found.layers["entities"].n_units == 2

    def test_pre_annotations_and_gold_are_no_annotators(self) -> None:
        machine = layer(ONE, "rules-1.0", (0, 5, "PER"), meta={"model_version": "rules-1.0"})
        gold = layer(ONE, "gold", (0, 5, "PER"))
        assert report(by_id(ONE), [layer(ONE, "hala"), machine, gold], draws=5).n_articles == 0
        asked = report(by_id(ONE), [machine, gold], draws=5, annotators=["rules-1.0", "gold"])
        assert asked.annotators == ["gold", "rules-1.0"]

    def test_gold_among_the_layers_measures_each_annotator(self) -> None:
        layers = [
            layer(ONE, "hala", (0, 5, "PER")),
            layer(ONE, "omar", (0, 4, "PER")),
            layer(ONE, "gold", (0, 5, "PER")),
        ]
        quality = {one.annotator: one for one in report(by_id(ONE), layers, draws=5).by_annotator}
        assert quality["hala"].gold["entities"]["f1_exact"].value == 1
        assert quality["omar"].gold["entities"]["f1_exact"].value == 0
        assert quality["omar"].gold["entities"]["f1_overlap"].value == 1

    def test_a_layer_of_another_text_is_refused_with_both_hashes(self) -> None:
        stale = Layer(article_id=ONE.id, sha256="0" * 64, annotator="hala")
        with pytest.raises(ValueError, match=r"qamh-1.*hala.*000000000000"):
            report(by_id(ONE), [stale])

    def test_a_layer_without_its_article_is_refused(self) -> None:
        with pytest.raises(ValueError, match=r"qamh-2.*not given"):
            report(by_id(ONE), [layer(TWO, "hala")])

    def test_two_layers_of_one_annotator_are_refused(self) -> None:
        with pytest.raises(ValueError, match="two layers of annotator 'hala'"):
            report(by_id(ONE), [layer(ONE, "hala"), layer(ONE, "hala")])


@pytest.mark.long
class TestStreams:
    def test_layers_are_let_go_as_soon_as_they_are_read(self) -> None:
        articles = [article(f"stream-{n}") for n in range(30)]
        alive: list[int] = []

        def held() -> int:
            return sum(type(thing) is Layer and thing.article_id.startswith("stream-") for thing in gc.get_objects())

        def stream() -> Iterator[Layer]:
            for name in ("hala", "omar"):
                for one in articles:
                    yield layer(one, name, (0, 5, "PER"))
                    alive.append(held())

        assert report(by_id(*articles), stream(), draws=5).n_articles == 30
        kept = [layer(one, "hala", (0, 5, "PER")) for one in articles]
        assert held() == len(kept), "or nothing was counted"
        assert max(alive) <= 2

    def test_a_text_is_asked_for_only_when_its_article_counts(self) -> None:
        class Asked(dict[str, Article]):
            def __getitem__(self, key: str) -> Article:
                asked.append(key)
                return super().__getitem__(key)

        asked: list[str] = []
        layers = [layer(ONE, "hala"), layer(ONE, "omar"), layer(TWO, "hala")]
        report(Asked(by_id(ONE, TWO)), layers, draws=5)
        assert asked == [ONE.id]


class TestUndefined:
    def test_without_articles_every_figure_is_null_with_a_reason(self) -> None:
        found = report({}, [])
        for figures in (one.measures for one in found.layers.values()):
            for figure in figures.values():
                assert figure.value is None
                assert figure.reason == NO_ARTICLES

    def test_nothing_marked_is_undefined_and_not_perfect(self) -> None:
        found = report(by_id(ONE, TWO), [layer(a, name) for a in (ONE, TWO) for name in ("hala", "omar")], draws=10)
        for figure in found.layers["entities"].measures.values():
            assert (figure.value, figure.low, figure.undefined_draws) == (None, None, 10)
            assert figure.reason

    def test_a_number_that_nobody_gave_and_one_that_never_varies_are_told_apart(self) -> None:
        counted = (Quantity(id="q1", start=0, end=4, kind="count", bound="exact", value="3"),)
        layers = [msgspec.structs.replace(layer(ONE, name), quantities=counted) for name in ("hala", "omar")]
        attributes = report(by_id(ONE), layers, draws=5).layers["quantities"].attributes
        value, low = attributes["value"]["alpha_ratio"], attributes["low"]["alpha_ratio"]
        assert (value.value, value.n_units, value.reason) == (
            None,
            1,
            "no variation to disagree about: every unit is the same",
        )
        assert (low.value, low.n_units, low.reason) == (None, 0, "no aligned pair has it")

    def test_a_single_article_has_a_value_but_no_interval(self) -> None:
        found = report(by_id(ONE), [layer(ONE, "hala", (0, 5, "PER")), layer(ONE, "omar", (0, 5, "PER"))])
        figure = found.layers["entities"].measures["f1_exact"]
        assert (figure.value, figure.low, figure.high) == (1.0, None, None)
        assert "one article" in (figure.reason or "")

    def test_draws_without_the_only_article_that_has_units_are_counted(self) -> None:
        layers = [layer(ONE, "hala", (0, 5, "PER")), layer(ONE, "omar", (0, 4, "PER"))]
        layers += [layer(TWO, name) for name in ("hala", "omar")]
        figure = report(by_id(ONE, TWO), layers, draws=200).layers["entities"].measures["f1_exact"]
        assert 20 < figure.undefined_draws < 80, "about a quarter of the draws take the empty article twice"


class TestFigures:
    def test_unitized_figures_are_those_of_the_continua_laid_end_to_end(self) -> None:
        marks = {
            ONE: [[(0, 6, "ORG"), (10, 22, "GPE")], [(0, 6, "ORG"), (12, 22, "ORG")]],
            TWO: [[(5, 9, "PER")], [(5, 11, "PER"), (20, 30, "GPE")], [(5, 9, "GPE")]],
        }
        names = ("hala", "omar", "sami")
        layers = [layer(a, names[n], *units) for a, coders in marks.items() for n, units in enumerate(coders)]
        found = report(by_id(ONE, TWO), layers, draws=5).layers["entities"]
        family = unitized_alpha(*(Continuum(len(a.text), coders) for a, coders in marks.items()))
        assert found.measures["u_alpha"].value == pytest.approx(family.u)
        assert found.measures["u_alpha_binary"].value == pytest.approx(family.binary)
        assert found.measures["cu_alpha"].value == pytest.approx(family.cu)
        for label, alpha in family.ku.items():
            assert found.labels[str(label)].measures["ku_alpha"].value == pytest.approx(alpha, nan_ok=True)
        alone = [[[unit for unit in units if unit[2] == "GPE"] for units in coders] for coders in marks.values()]
        gpe = unitized_alpha(*(Continuum(len(a.text), coders) for a, coders in zip(marks, alone, strict=True)))
        assert found.labels["GPE"].measures["u_alpha"].value == pytest.approx(gpe.u)

    def test_nested_units_are_dropped_for_the_unitized_family_only(self) -> None:
        ministry, adjective = (0, 22, "ORG"), (13, 22, "NORP")
        layers = [layer(ONE, name, ministry, adjective) for name in ("hala", "omar")]
        found = report(by_id(ONE), layers, draws=5).layers["entities"]
        assert found.units_dropped == 2
        assert found.measures["f1_exact"].n_units == 4
        assert found.labels["NORP"].measures["u_alpha"].value == 1.0, "alone it is a continuum of its own"

    def test_token_alpha_is_alpha_of_the_words(self) -> None:
        text = "زار الوزير سامر الحداد مدينة الساحل أمس"
        one = Article(id="ziyara", text=text, sha256=sha256_of(text))
        person, city = text.index("سامر"), text.index("الساحل")
        layers = [
            layer(one, "hala", (person, person + 11, "PER"), (city, city + 6, "GPE")),
            layer(one, "omar", (person, person + 4, "PER"), (city, city + 6, "LOC")),
        ]
        found = report(by_id(one), layers, draws=5).layers["entities"].measures
        table = [["O", "O", "PER", "PER", "O", "GPE", "O"], ["O", "O", "PER", "O", "O", "LOC", "O"]]
        assert found["token_alpha"].value == pytest.approx(krippendorff_alpha(table))
        assert found["token_alpha"].n_units == 14

    def test_attributes_of_three_annotators_are_the_alpha_of_their_table(self) -> None:
        kinds = [["count", "money", "count", "percent"], ["count", "count", "count", "percent"], ["other"] * 4]
        values_ = [["3", "20", None, "5"], ["3", "25", "7", "5"], ["30", "20", "7", None]]
        layers = []
        for n, name in enumerate(("hala", "omar", "sami")):
            quantities = tuple(
                Quantity(
                    id=f"q{k}",
                    start=10 * k,
                    end=10 * k + 4 + (n == 1),
                    kind=kinds[n][k],
                    bound="exact" if values_[n][k] else "vague",
                    value=values_[n][k],
                )
                for k in range(4)
            )
            layers.append(Layer(article_id=ONE.id, sha256=ONE.sha256, annotator=name, quantities=quantities))
        found = report(by_id(ONE), layers, draws=5).layers["quantities"]
        numbers = [[None if cell is None else float(cell) for cell in row] for row in values_]
        assert found.attributes["kind"]["alpha_nominal"].value == pytest.approx(krippendorff_alpha(kinds))
        assert found.attributes["value"]["alpha_ratio"].value == pytest.approx(krippendorff_alpha(numbers, "ratio"))
        assert found.coverage == 1.0
        assert found.attributes["kind"]["exact"].n_units == 12

    def test_a_chain_is_compared_whole(self) -> None:
        cue, other_cue = (0, 6), (60, 64)
        outer = Attribution(id="a1", kind="indirect", cues=(cue,), source=(7, 12), content=((30, 50),))
        inner = Attribution(id="a2", kind="indirect", cues=(other_cue,), source=(66, 70), parent="a1")
        moved = Attribution(id="b2", kind="indirect", cues=(other_cue,), source=(66, 70))
        layers = [
            Layer(article_id=ONE.id, sha256=ONE.sha256, annotator="hala", attributions=(outer, inner)),
            Layer(article_id=ONE.id, sha256=ONE.sha256, annotator="omar", attributions=(outer, moved)),
        ]
        parts = report(by_id(ONE), layers, draws=5).layers["attributions"].parts
        assert parts["source"]["exact"].value == 1.0
        assert parts["parent"]["exact"].value == 0.5
        assert parts["parent"]["exact_expressed"].value == 0.0
        assert parts["chain"]["exact"].value == 0.5


class TestSlices:
    def test_outlets_and_batches(self) -> None:
        first, second = article("a", publisher="النبأ"), article("b", publisher="الضفاف")
        layers = [
            layer(first, "hala", (0, 5, "PER"), meta={"batch": "2026-10"}),
            layer(first, "omar", (0, 5, "PER"), meta={"batch": "2026-10"}),
            layer(second, "hala", (0, 5, "PER"), meta={"batch": "2026-11"}),
            layer(second, "omar", (0, 5, "GPE"), meta={"batch": "2026-11"}),
        ]
        slices = report(by_id(first, second), layers, draws=5).slices
        assert {name: one.layers["entities"]["f1_exact"].value for name, one in slices.outlet.items()} == {
            "النبأ": 1.0,
            "الضفاف": 0.0,
        }
        assert list(slices.batch) == ["2026-10", "2026-11"]
        assert slices.control is None

    def test_the_pull_of_pre_annotation(self) -> None:
        articles = [article(f"n{n}") for n in range(6)]
        layers = []
        for n, one in enumerate(articles):
            control = n % 2 == 0
            layers.append(layer(one, "rules", (0, 9, "PER"), meta={"model_version": "rules"}))
            end = 5 if control else 9  # without the machine before their eyes people mark the shorter span
            layers += [layer(one, name, (0, end, "PER"), meta={"control": control}) for name in ("hala", "omar")]
        found = report(by_id(*articles), layers, draws=100).slices.control
        assert found is not None
        assert (found.control.n_articles, found.pre_annotated.n_articles, found.n_mixed) == (3, 3, 0)
        assert found.pre_annotated.layers["entities"]["f1_machine_exact"].value == 1
        assert found.control.layers["entities"]["f1_machine_exact"].value == 0
        assert found.difference["entities"]["f1_machine_exact"].value == 1
        assert found.difference["entities"]["f1_exact"].value == 0

    def test_a_control_task_of_one_annotator_makes_the_article_a_control(self) -> None:
        articles = [article(f"n{n}") for n in range(4)]
        layers = []
        for n, one in enumerate(articles):
            layers.append(layer(one, "rules", (0, 9, "PER"), meta={"model_version": "rules"}))
            layers.append(layer(one, "hala", (0, 9, "PER"), meta={"control": False}))
            bare = n < 2
            layers.append(layer(one, "omar", (0, 5 if bare else 9, "PER"), meta={"control": True} if bare else {}))
        found = report(by_id(*articles), layers, draws=50).slices.control
        assert found is not None
        assert (found.control.n_articles, found.n_mixed) == (2, 2)
        assert found.difference["entities"]["f1_exact"].value == 1, "two who saw the same marks agree"
        assert found.pre_annotated.layers["entities"]["f1_machine_exact"].value == 1
        assert found.control.layers["entities"]["f1_machine_exact"].value == 0, "of omar alone: hala had the marks"

    def test_without_the_pre_annotations_their_pull_is_unknown(self) -> None:
        layers = [layer(ONE, name, (0, 5, "PER"), meta={"control": True}) for name in ("hala", "omar")]
        found = report(by_id(ONE), layers, draws=5).slices.control
        assert found is not None
        assert found.control.layers["entities"]["f1_machine_exact"].value is None
        assert found.difference["entities"]["f1_exact"].value is None


class TestPasses:
    """Annotators mark entities and quantities in one pass, attributions in another."""

    def test_a_pass_that_was_not_done_is_no_empty_layer(self) -> None:
        said = (Attribution(id="a1", kind="indirect", cues=((0, 6),)),)
        fields = {"article_id": ONE.id, "sha256": ONE.sha256}
        both = {"passes": ["entities", "attributions"]}
        layers = [
            Layer(**fields, annotator="hala", attributions=said, meta=both),
            Layer(**fields, annotator="omar", attributions=said, meta=both),
            Layer(**fields, annotator="sami", meta={"passes": ["entities"]}),
        ]
        found = report(by_id(ONE), layers, draws=5)
        assert found.layers["attributions"].measures["f1_exact"].value == 1
        assert {(pair.a, pair.b, pair.layers["attributions"]["f1_exact"].n_articles) for pair in found.pairs} == {
            ("hala", "omar", 1),
            ("hala", "sami", 0),
            ("omar", "sami", 0),
        }

    def test_a_layer_that_only_one_annotator_marked_is_undefined(self) -> None:
        layers = [
            layer(ONE, "hala", (0, 5, "PER"), meta={"passes": ["entities", "attributions"]}),
            layer(ONE, "omar", (0, 5, "PER"), meta={"passes": ["entities"]}),
        ]
        found = report(by_id(ONE), layers, draws=5)
        assert found.layers["entities"].measures["f1_exact"].value == 1
        assert found.layers["attributions"].measures["f1_exact"].reason == NO_ARTICLES


class TestTheReportAsJson:
    def test_it_has_the_fields_that_programs_read(self) -> None:
        layers = [layer(a, n, (0, 5, "PER"), (7, 12, "ORG")) for a in (ONE, TWO) for n in ("hala", "omar")]
        found = json.loads(msgspec.json.encode(report(by_id(ONE, TWO), layers, draws=5)))
        assert found["schema_version"]
        assert (found["n_articles"], found["annotators"]) == (2, ["hala", "omar"])
        assert {"layers", "pairs", "slices"} <= set(found)
        figure = found["layers"]["entities"]["measures"]["f1_exact"]
        assert {"value", "low", "high", "n_units", "undefined_draws"} <= set(figure)
        assert found["layers"]["entities"]["labels"]["PER"]["measures"]["ku_alpha"]["value"] == 1.0
        assert set(found["layers"]["quantities"]["attributes"]["value"]) == {"alpha_ratio", "exact"}

    def test_it_reads_back(self) -> None:
        found = report(by_id(ONE), [layer(ONE, "hala"), layer(ONE, "omar")], draws=5)
        assert msgspec.json.decode(msgspec.json.encode(found), type=AgreementReport) == found


class TestRegistry:
    def test_every_measure_of_the_registry_is_in_the_report_and_the_other_way_round(self) -> None:
        kinds = {"quantities": labels_of("quantities"), "attributions": labels_of("attributions"), "entities": LABELS}
        layers = []
        for name in ("hala", "omar"):
            marked = layer(ONE, name, (0, 5, LABELS[0]))
            layers.append(
                msgspec.structs.replace(
                    marked,
                    quantities=(Quantity(id="q1", start=0, end=4, kind=kinds["quantities"][0], bound="vague"),),
                    attributions=(Attribution(id="a1", kind=kinds["attributions"][0], cues=((0, 4),)),),
                )
            )
        found = report(by_id(ONE), layers, draws=2)
        printed = set()
        for agreement in found.layers.values():
            printed |= {("layer", name) for name in agreement.measures}
            printed |= {("label", name) for one in agreement.labels.values() for name in one.measures}
            printed |= {("attribute", name) for one in agreement.attributes.values() for name in one}
            printed |= {("part", name) for one in agreement.parts.values() for name in one}
        assert printed == {(measure.scope, measure.name) for measure in measures(extras=())}

    def test_every_measure_names_its_source_in_one_line(self) -> None:
        for measure in measures():
            assert measure.title
            assert measure.source
            assert "\n" not in measure.title


def test_the_benchmark_makes_valid_layers(monkeypatch: pytest.MonkeyPatch) -> None:
    from musnad.schema.validate import layer_problems

    monkeypatch.syspath_prepend(str(Path(__file__).parents[3] / "benchmarks"))
    from agreement import corpus

    articles, layers = corpus(3)
    assert [problem for one in layers for problem in layer_problems(one, articles[one.article_id])] == []
    assert report(articles, layers, draws=5).n_articles == 3


def test_the_documentation_prints_the_registry() -> None:
    page = (Path(__file__).parents[3] / "docs" / "agreement.md").read_text("utf-8")
    assert measures_as_markdown() in page
