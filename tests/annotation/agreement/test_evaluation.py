"""Predictions against gold: spans, readings, and the parts of attributions given the cue."""

from collections import Counter
from collections.abc import Iterator

import pytest

from musnad.annotation.agreement.evaluation import Pairing, evaluate, figures, fractions, scored, scores
from musnad.schema.records import Article, Attribution, Entity, Layer, Quantity, sha256_of

TEXT = 'نقلت وكالة الساحل عن مسؤول محلي قوله إن 43 عاملا على الأقل غادروا الميناء، وأضاف أن "الأعمال مستمرة".'
ARTICLE = Article(id="sahil-1", text=TEXT, sha256=sha256_of(TEXT))


def span(part: str) -> tuple[int, int]:
    start = TEXT.index(part)
    return start, start + len(part)


def layer(annotator: str, **parts) -> Layer:
    return Layer(article_id=ARTICLE.id, sha256=ARTICLE.sha256, annotator=annotator, **parts)


def entity(part: str, label: str, subtype: str | None = None) -> Entity:
    start, end = span(part)
    return Entity(id=f"e{start}", start=start, end=end, label=label, subtype=subtype)


def workers(**changes) -> Quantity:
    start, end = span("43")
    fields = {"id": "q1", "start": start, "end": end, "kind": "count", "bound": "exact", "value": "43"}
    return Quantity(**(fields | changes))


def said(**changes) -> Attribution:
    fields = {
        "id": "a1",
        "kind": "indirect",
        "cues": (span("نقلت"), span("عن"), span("قوله إن")),
        "source": span("مسؤول محلي"),
        "relays": (span("وكالة الساحل"),),
        "content": (span("43 عاملا على الأقل غادروا الميناء"),),
    }
    return Attribution(**(fields | changes))


class TestEntities:
    def test_a_wrong_label_is_neither_an_exact_nor_an_overlap_match(self) -> None:
        report = evaluate(
            [layer("p", entities=(entity("وكالة الساحل", "ORG"), entity("الميناء", "LOC")))],
            [layer("gold", entities=(entity("الساحل", "ORG"), entity("الميناء", "FAC")))],
        )
        scores = report.layers["entities"]
        assert (scores.exact.matched, scores.overlap.matched, scores.overlap.n_gold) == (0, 1, 2)
        assert scores.overlap.f1 == 0.5
        assert scores.labels["FAC"].overlap.recall == 0
        assert scores.labels["FAC"].overlap.precision is None, "nothing was predicted: undefined, not 0"
        assert set(scores.labels) == {"ORG", "LOC", "FAC"}

    def test_subtypes_are_compared_where_the_label_has_any(self) -> None:
        predicted = layer("p", entities=(entity("وكالة الساحل", "ORG", "company"), entity("مسؤول", "PER")))
        gold = layer("gold", entities=(entity("وكالة الساحل", "ORG", "media"), entity("مسؤول", "PER")))
        subtype = evaluate([predicted], [gold]).layers["entities"].attributes["subtype"]
        assert (subtype.right, subtype.n) == (0, 1)


class TestQuantities:
    def test_a_reading_is_compared_as_a_number(self) -> None:
        attributes = (
            evaluate([layer("p", quantities=(workers(value="43.0"),))], [layer("gold", quantities=(workers(),))])
            .layers["quantities"]
            .attributes
        )
        assert {name: share.share for name, share in attributes.items()} == dict.fromkeys(attributes, 1.0)

    def test_a_span_without_its_bound_is_an_overlap_match_and_its_reading_is_not_counted(self) -> None:
        end = TEXT.index(" غادروا")
        gold = workers(end=end, bound="at_least", value=None, low="43", counted=span("عاملا"))
        scores = evaluate([layer("p", quantities=(workers(),))], [layer("gold", quantities=(gold,))])
        quantities = scores.layers["quantities"]
        assert (quantities.exact.f1, quantities.overlap.f1) == (0.0, 1.0)
        assert quantities.attributes["bound"].share is None

    def test_a_wrong_kind_costs_the_label_but_not_the_span(self) -> None:
        predicted = layer("p", quantities=(workers(kind="other", unit="worker"),))
        quantities = evaluate([predicted], [layer("gold", quantities=(workers(),))]).layers["quantities"]
        assert quantities.exact.f1 == 1.0
        assert quantities.labels["count"].exact.recall == 0.0
        assert quantities.attributes["kind"].share == 0.0


class TestAttributions:
    def test_a_perfect_chain(self) -> None:
        inner = said(id="a2", cues=(span("أضاف أن"),), relays=(), content=(), parent="a1", kind="mixed")
        both = (said(), inner)
        scores = evaluate([layer("p", attributions=both)], [layer("gold", attributions=both)], {ARTICLE.id: ARTICLE})
        attributions = scores.layers["attributions"]
        assert attributions.exact.f1 == 1.0
        for part in ("source", "relay", "content", "parent", "chain"):
            assert attributions.parts[part].exact.share == 1.0
        assert attributions.parts["relay"].exact_expressed.n == 1
        assert attributions.parts["parent"].exact_expressed.n == 1

    def test_parts_are_compared_given_the_cue(self) -> None:
        start = TEXT.index("مسؤول محلي")
        predicted = said(
            id="x7",
            cues=(span("نقلت"),),
            source=(start, start + len("مسؤول")),
            relays=(),
            content=(span("عاملا على الأقل غادروا الميناء"),),
        )
        scores = evaluate(
            [layer("p", attributions=(predicted,))],
            [layer("gold", attributions=(said(),))],
            {ARTICLE.id: ARTICLE},
        ).layers["attributions"]
        assert (scores.exact.f1, scores.overlap.f1) == (0.0, 1.0)
        source, relay, content = (scores.parts[name] for name in ("source", "relay", "content"))
        assert (source.exact.right, source.overlap.right, source.head.right) == (0, 1, 1)
        assert (relay.exact.share, relay.overlap.share) == (0.0, 0.0)
        both = len("43 عاملا على الأقل غادروا الميناء")
        assert content.characters_f1 == pytest.approx(2 * (both - 3) / (2 * both - 3))
        assert content.head.right == 0
        assert scores.parts["chain"].exact.share == 0.0

    def test_a_parent_is_compared_through_the_cues_that_answer_each_other(self) -> None:
        outer, inner = said(), said(id="a2", cues=(span("أضاف أن"),), parent="a1")
        renamed = (said(id="k"), said(id="l", cues=(span("أضاف أن"),), parent="k"))
        scores = evaluate([layer("p", attributions=renamed)], [layer("gold", attributions=(outer, inner))])
        assert scores.layers["attributions"].parts["parent"].exact.share == 1.0


class TestArticles:
    def test_only_articles_that_both_have_count(self) -> None:
        other = Layer(article_id="sahil-2", sha256=ARTICLE.sha256, annotator="p", entities=(entity("نقلت", "PER"),))
        report = evaluate([layer("p"), other], [layer("gold")])
        assert (report.n_articles, report.only_predicted, report.only_gold) == (1, ["sahil-2"], [])
        assert report.layers["entities"].exact.n_predicted == 0

    def test_layers_of_different_texts_are_refused(self) -> None:
        stale = Layer(article_id=ARTICLE.id, sha256="0" * 64, annotator="p")
        with pytest.raises(ValueError, match=r"sahil-1.*same text"):
            evaluate([stale], [layer("gold")])

    def test_two_annotators_in_one_file_are_refused(self) -> None:
        with pytest.raises(ValueError, match="two gold layers"):
            evaluate([layer("p")], [layer("hala"), layer("omar")])


def numbered(n: int, annotator: str, **parts) -> Layer:
    return Layer(article_id=f"sahil-{n}", sha256=ARTICLE.sha256, annotator=annotator, **parts)


class TestPairing:
    def test_a_pair_comes_before_the_next_layers_are_read(self) -> None:
        read: list[str] = []

        def side(annotator: str) -> Iterator[Layer]:
            for n in range(3):
                read.append(f"{annotator} {n}")
                yield numbered(n, annotator)

        pairs = iter(Pairing(side("p"), side("gold")))
        next(pairs)
        assert read == ["p 0", "gold 0"]

    def test_any_order_gives_the_same_pairs(self) -> None:
        predicted, gold = [numbered(n, "p") for n in (3, 1, 2, 5)], [numbered(n, "gold") for n in (1, 2, 4, 3)]
        pairing = Pairing(predicted, gold)
        assert {(a.article_id, a.annotator, b.article_id, b.annotator) for a, b in pairing} == {
            (f"sahil-{n}", "p", f"sahil-{n}", "gold") for n in (1, 2, 3)
        }
        assert (pairing.only_predicted, pairing.only_gold) == (["sahil-5"], ["sahil-4"])


class TestCounts:
    def _pairs(self) -> list[tuple[Layer, Layer]]:
        person = entity("مسؤول محلي", "PER")
        agency, agent = entity("وكالة الساحل", "ORG", "media"), entity("وكالة الساحل", "ORG", "company")
        shorter = said(cues=(span("نقلت"),), relays=(), content=(span("عاملا على الأقل غادروا الميناء"),))
        one = {"entities": (person, agency), "quantities": (workers(),), "attributions": (said(),)}
        other = {"entities": (agent,), "quantities": (workers(value="34"),), "attributions": (shorter,)}
        return [(numbered(1, "p", **one), numbered(1, "gold", **other)), (numbered(2, "p"), numbered(2, "gold", **one))]

    def test_scores_are_fractions_of_sums_over_articles(self) -> None:
        articles = {f"sahil-{n}": ARTICLE for n in (1, 2)}
        each = [fractions(one.counts) for one in scored(self._pairs(), articles)]
        summed: dict[str, tuple[int, int]] = {}
        for one in each:
            for name, (part, whole) in one.items():
                before = summed.get(name, (0, 0))
                summed[name] = before[0] + part, before[1] + whole
        layers = evaluate(*zip(*self._pairs(), strict=True), articles).layers
        attributions = layers["attributions"]
        expected = {
            "entities.exact.f1": layers["entities"].exact.f1,
            "entities.exact.precision": layers["entities"].exact.precision,
            "entities.labels.PER.overlap.recall": layers["entities"].labels["PER"].overlap.recall,
            "entities.attributes.subtype": layers["entities"].attributes["subtype"].share,
            "quantities.attributes.value": layers["quantities"].attributes["value"].share,
            "attributions.parts.source.exact": attributions.parts["source"].exact.share,
            "attributions.parts.relay.exact_expressed": attributions.parts["relay"].exact_expressed.share,
            "attributions.parts.content.head": attributions.parts["content"].head.share,
            "attributions.parts.content.characters_f1": attributions.parts["content"].characters_f1,
        }
        assert {name: summed[name][0] / summed[name][1] for name in expected} == expected
        assert expected["entities.exact.f1"] == pytest.approx(2 / 5)

    def test_an_article_without_something_has_no_fraction_of_it(self) -> None:
        found = [fractions(one.counts) for one in scored(self._pairs())]
        assert found[1]["entities.exact.recall"] == (0, 2)
        assert "entities.exact.precision" not in found[1]
        assert "attributions.parts.content.head" not in found[0], "the text is not given"

    def test_counts_of_articles_add_up_to_the_report(self) -> None:
        total = Counter()
        for one in scored(self._pairs()):
            total.update(one.counts)
        assert scores(total) == evaluate(*zip(*self._pairs(), strict=True)).layers


class TestFigures:
    def test_every_score_has_a_row(self) -> None:
        whole = layer("p", entities=(entity("الميناء", "FAC"),), quantities=(workers(),), attributions=(said(),))
        report = evaluate([whole], [whole], {ARTICLE.id: ARTICLE})
        rows = {(name, what): (f1, n) for name, what, _, _, f1, n in figures(report)}
        assert rows["entities", "FAC exact"] == (1.0, 1)
        assert rows["quantities", "value right, of those found"] == (1.0, 1)
        assert rows["attributions", "content characters, given the cue"] == (1.0, 1)
        assert rows["attributions", "chain exact where either has it, given the cue"] == (1.0, 1)
