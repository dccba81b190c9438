"""Counting many articles at once comes to what the plain functions say of each article and pair."""

import random
from itertools import combinations

import numpy as np
import pytest

from musnad.annotation.agreement.given_cue import aligned_by_cue, compare
from musnad.annotation.agreement.matching import matches, overlap_pairs
from musnad.annotation.agreement.overlaps import flat
from musnad.annotation.agreement.records import LAYERS, labels_of
from musnad.annotation.agreement.report import count
from musnad.annotation.agreement.sheet import Reading, Sheet, sheets
from musnad.annotation.agreement.study import study
from musnad.annotation.agreement.tally import Table, Totals
from musnad.annotation.agreement.unitized_alpha import Continuum, unitized_alpha
from musnad.schema.records import Article, Attribution, Entity, Layer, Quantity, sha256_of

SENTENCE = "أعلنت وزارة الزراعة أن القمح وصل إلى ميناء الساحل وقال مديره إن الكمية تكفي"
WORDS = SENTENCE.split()
PEOPLE = ("hala", "nour", "omar", "sami")


def layer(article: Article, annotator: str, seed: str) -> Layer:
    """Marks that often meet those of others: nested, twice over, touching, in pieces."""
    chance, common = random.Random(f"{seed} {annotator}"), random.Random(f"{seed} {article.id}")
    size = len(article.text)

    def spot(of: random.Random) -> tuple[int, int]:
        start = of.randint(0, size - 2)
        return start, min(size, start + of.randint(1, 20))

    truth = [spot(common) for _ in range(9)]

    def span() -> tuple[int, int]:
        return chance.choice(truth) if chance.random() < 0.7 else spot(chance)

    def pieces(number: int) -> tuple[tuple[int, int], ...]:
        ends = sorted(chance.sample(range(size), 2 * number))
        return tuple((ends[2 * n], ends[2 * n + 1]) for n in range(number))

    cues = [truth[:1], sorted(((0, 4), (9, 12))), [(14, 17)], [(2, 11)]]
    said = tuple(
        Attribution(
            id=f"a{n}",
            kind=chance.choice(("direct", "indirect")),
            cues=tuple(chance.choice(cues)) if chance.random() < 0.8 else pieces(2),
            source=chance.choice((None, truth[1], truth[2])),
            relays=chance.choice(((), (truth[3],))),
            content=chance.choice(((), (truth[4],), pieces(2))),
            parent=f"a{chance.randrange(n)}" if n and chance.random() < 0.5 else None,
        )
        for n in range(chance.randint(0, 5))
    )
    named = [(*span(), chance.choice(("PER", "ORG", "NORP"))) for _ in range(chance.randint(0, 9))]
    counted = [(*span(), chance.choice(("count", "mass"))) for _ in range(chance.randint(0, 5))]
    return Layer(
        article_id=article.id,
        sha256=article.sha256,
        annotator=annotator,
        entities=tuple(Entity(id=f"e{n}", start=s, end=e, label=label) for n, (s, e, label) in enumerate(named)),
        quantities=tuple(
            Quantity(id=f"q{n}", start=s, end=e, kind=kind, bound="exact", value="3")
            for n, (s, e, kind) in enumerate(counted)
        ),
        attributions=said,
    )


def corpus(seed: int) -> tuple[dict[str, Article], list[Layer]]:
    chance = random.Random(seed)
    articles, layers = {}, []
    for n in range(6):
        text = " ".join(chance.choices(WORDS, k=25))
        article = Article(id=f"n{n}", text=text, sha256=sha256_of(text))
        articles[article.id] = article
        layers += [layer(article, name, str(seed)) for name in PEOPLE[: chance.randint(2, 4)]]
    return articles, layers


def readings(sheet: Sheet) -> list[Reading]:
    return [Reading(layer) for layer in sheet.layers]


@pytest.fixture(params=range(12))
def marked(request) -> tuple[list[Sheet], Totals]:
    articles, layers = corpus(request.param)
    table = Table(map(count, study(articles, layers).parts()))
    return list(sheets(articles, layers)), Totals(table, np.ones((1, table.n_articles)))


def test_matches_of_every_pair(marked: tuple[list[Sheet], Totals]) -> None:
    found, totals = marked
    for name in LAYERS:
        expected: dict[tuple[str, ...], int] = {}
        for sheet in found:
            for one, other in combinations(readings(sheet), 2):
                by_label = matches(one.units[name], other.units[name], labelled=name == "entities")
                for label, numbers in by_label.items():
                    for stat, number in zip(("size", "exact", "overlap"), numbers, strict=True):
                        key = ("f1", name, label, one.annotator, other.annotator, stat)
                        expected[key] = expected.get(key, 0) + number
        assert {key: totals[key][0] for key in expected} == expected
        assert len(expected) >= 12


def test_units_aligned(marked: tuple[list[Sheet], Totals]) -> None:
    found, totals = marked
    for name in LAYERS:
        pairs = [
            pair
            for sheet in found
            for one, other in combinations(readings(sheet), 2)
            for pair in overlap_pairs(one.units[name], other.units[name], most="overlap")
        ]
        assert totals["aligned", name, "pairs"][0] == len(pairs)


def test_parts_of_attributions(marked: tuple[list[Sheet], Totals]) -> None:
    found, totals = marked
    expected: dict[tuple[str, str], int] = {}
    for sheet in found:
        for one, other in combinations(readings(sheet), 2):
            a, b = one.attributions, other.attributions
            for key, number in compare(a, b, aligned_by_cue(a, b), sheet.text).items():
                expected[key] = expected.get(key, 0) + number
    assert {key: totals["part", *key][0] for key in expected} == expected


def test_unitized_coefficients_of_all_articles_end_to_end(marked: tuple[list[Sheet], Totals]) -> None:
    from musnad.annotation.agreement.unitized_alpha import layer_lengths, u_alpha, u_alpha_binary

    found, totals = marked
    for name in LAYERS:
        continua = []
        for sheet in found:
            coders = []
            for one in readings(sheet):
                if name == "attributions":
                    coded = [(start, end, a.kind) for a in one.attributions for start, end in a.content]
                else:
                    coded = [(*unit.pieces[0], unit.label or "") for unit in one.units[name]]
                # Of units as long as each other the label's number decides which one stays, not its name.
                numbers = {label: n for n, label in enumerate(labels_of(name))}
                kept, _ = flat((start, end, numbers[label]) for start, end, label in coded)
                coders.append(kept)
            continua.append(Continuum(len(sheet.text), coders))
        family = unitized_alpha(*continua)
        lengths = layer_lengths(totals, name, len(labels_of(name)))
        assert u_alpha(lengths)[0] == pytest.approx(family.u)
        assert u_alpha_binary(lengths)[0] == pytest.approx(family.binary)
