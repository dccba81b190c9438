"""Stories on the packaged samples, on made-up copies and retellings, and on the five real articles where they are."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import tried

from musnad.corpus import samples
from musnad.corpus.ingest import Found, articles
from musnad.corpus.rehydrate import packaged, rehydrate
from musnad.corpus.stories import Story, join_stories, stories
from musnad.schema.jsonl import read_layers
from musnad.schema.records import Article, Layer, Quantity, sha256_of

SEEDS = Path(__file__).parents[3] / "shared" / "data" / "seeds"

REPORT = """\
أعلنت مصلحة الأرصاد في سهلان أن عاصفة رملية كثيفة ستضرب سواحل البلاد مساء الجمعة، وطلبت من الصيادين
البقاء في مرافئهم حتى ظهر الأحد. وقال مدير المصلحة عدنان الفارسي إن سرعة الرياح قد تبلغ 95 كيلومترا
في الساعة عند رأس المها، وإن الرؤية ستنخفض إلى أقل من 200 متر على الطريق الساحلي. وأغلقت وزارة
التعليم 140 مدرسة في ثلاث محافظات، بينما أجلت شركة الطيران الوطنية رحلاتها المسائية إلى إشعار آخر،
ودعت بلدية الصنوبر السكان إلى تثبيت خزانات المياه على السطوح."""

RETOLD = """\
ألغيت 22 رحلة مسائية في مطار الصنوبر بعدما حذر عدنان الفارسي، مدير مصلحة الأرصاد، من عاصفة رملية
كثيفة تقترب من سواحل سهلان. ولن يخرج الصيادون إلى البحر قبل ظهر الأحد، فيما بقيت 140 مدرسة مغلقة
بقرار من وزارة التعليم. وتوقع الفارسي رياحا سرعتها نحو 100 كيلومتر في الساعة عند رأس المها، ورؤية
شبه معدومة على الطريق الساحلي طوال الليل."""

OTHER = """\
وافق مجلس بلدية الصنوبر على ترميم السوق المسقوف بعد حريق أتى على تسعة متاجر قبل شهرين. وسيدفع صندوق
التراث نصف الكلفة، على أن تبدأ الورشة مطلع الربيع بإشراف مهندسين محليين. وطالب التجار بتعويض عن كل
يوم من الإغلاق، وقال أمين نقابتهم إن كثيرين منهم باعوا بضائعهم بخسارة كي يسددوا إيجاراتهم المتأخرة."""


def article(name: str, text: str, published: str | None = None) -> Article:
    return Article(id=name, text=text, sha256=sha256_of(text), published=published)


def grouped(found: list[Story]) -> list[tuple[str, ...]]:
    return [story.article_ids for story in found]


def money(name: str, text: str, amount: str, value: str) -> Layer:
    start = text.index(amount)
    quantity = Quantity(
        id="q1", start=start, end=start + len(amount), kind="money", bound="exact", value=value, unit="USD"
    )
    return Layer(article_id=name, sha256=sha256_of(text), annotator="gold", quantities=(quantity,))


class TestNearDuplicates:
    def test_a_lightly_edited_copy_is_joined_whatever_its_date(self) -> None:
        copy = REPORT.replace("مساء الجمعة", "ليل الجمعة").replace("أقل من 200 متر", "نحو 200 متر")
        (story,) = stories([article("a", REPORT, "2024-01-01"), article("b", copy, "2025-01-01")])
        assert story.article_ids == ("a", "b")
        assert story.reasons[0].startswith("a and b are near-duplicates: ")

    def test_spelling_diacritics_and_boilerplate_do_not_hide_a_copy(self) -> None:
        copy = "الجمعة 3 مايو 2024\n" + REPORT.replace("أعلنت", "اعلنت").replace("كثيفة", "كثيفةً") + "\nاقرأ أيضا\nحريق"
        (story,) = stories(found.article for found in _as_added([("a", REPORT), ("b", copy)]))
        assert "100%" in story.reasons[0]

    def test_a_hundred_copies_are_one_story_with_ninety_nine_reasons(self) -> None:
        (story,) = stories([article(f"copy-{n}", REPORT) for n in range(100)])
        assert len(story.article_ids) == 100
        assert len(story.reasons) == 99


class TestRetellings:
    def test_a_story_in_other_words_is_joined_and_the_reason_says_why(self) -> None:
        found = stories([article("a", REPORT, "2024-05-03"), article("b", RETOLD, "2024-05-04"), article("c", OTHER)])
        assert grouped(found) == [("a", "b"), ("c",)]
        assert "rare word pairs in common" in found[0].reasons[0]
        assert found[0].reasons[0].endswith("a day apart")
        assert found[1].reasons == ()

    def test_what_was_told_a_month_later_is_another_story(self) -> None:
        found = stories([article("a", REPORT, "2024-05-03"), article("b", RETOLD, "2024-06-04")])
        assert grouped(found) == [("a",), ("b",)]

    def test_the_days_between_are_the_callers_to_choose(self) -> None:
        texts = [article("a", REPORT, "2024-05-03"), article("b", RETOLD, "2024-06-04")]
        assert grouped(stories(texts, days=40)) == [("a", "b")]

    def test_a_text_that_stands_within_a_longer_one_is_joined_whatever_its_date(self) -> None:
        texts = [("a", REPORT, "2024-05-03"), ("b", f"{OTHER}\n{REPORT}\n{OTHER[::-1]}", "2024-09-04")]
        found = stories([article(*one) for one in texts])
        assert grouped(found) == [("a", "b")]
        assert "rare word pairs in common" in found[0].reasons[0]

    def test_the_same_figures_alone_join_nothing(self) -> None:
        one, other = REPORT + " وخصصت الحكومة 3 ملايين دولار.", OTHER + " وتبلغ الكلفة 3 ملايين دولار."
        layers = [money("a", one, "3 ملايين دولار", "3000000"), money("b", other, "3 ملايين دولار", "3000000")]
        assert grouped(stories([article("a", one), article("b", other)], layers)) == [("a",), ("b",)]

    def test_figures_in_common_are_named_even_when_one_is_rounded(self) -> None:
        one, other = REPORT + " وخصصت الحكومة 3 ملايين دولار.", RETOLD + " ورصدت الحكومة 3,2 مليون دولار."
        layers = [money("a", one, "3 ملايين دولار", "3000000"), money("b", other, "3,2 مليون دولار", "3200000")]
        (story,) = stories([article("a", one), article("b", other)], layers)
        assert "figures in common: 3000000 USD" in story.reasons[0]

    def test_a_bound_is_read_as_one(self) -> None:
        amount = "ما لا يقل عن 3 ملايين دولار"
        texts = [f"{text} ورصدت الحكومة {amount}." for text in (REPORT, RETOLD)]
        layers = []
        for name, text in zip("ab", texts, strict=True):
            start = text.index(amount)
            least = Quantity(
                id="q1",
                start=start,
                end=start + len(amount),
                kind="money",
                bound="at_least",
                low="3000000",
                unit="USD",
            )
            layers.append(Layer(article_id=name, sha256=sha256_of(text), annotator="gold", quantities=(least,)))
        (story,) = stories([article("a", texts[0]), article("b", texts[1])], layers)
        assert "figures in common: ≥ 3000000 USD" in story.reasons[0]

    def test_no_word_of_a_text_stands_in_a_reason(self) -> None:
        (story, _) = stories([article("a", REPORT), article("b", RETOLD), article("c", OTHER)])
        assert not any("\u0600" <= character <= "\u06ff" for character in story.reasons[0])


class TestKnownStories:
    def test_the_samples_are_four_stories_of_two_outlets_each(self) -> None:
        by_story: dict[str, list[str]] = {}
        for sample in samples.manifest().articles:
            by_story.setdefault(sample.story, []).append(sample.id)
        assert grouped(stories(samples.articles())) == [tuple(ids) for ids in by_story.values()]

    def test_the_samples_are_four_stories_with_their_layers_too(self) -> None:
        layers = [layer for name in samples.layer_names() for layer in samples.layers(name)]
        assert len(stories(samples.articles(), layers)) == 4

    @pytest.mark.skipif(not SEEDS.is_dir(), reason="needs the five real articles, which belong to their publishers")
    def test_the_five_real_articles_are_three_stories(self, tmp_path: Path) -> None:
        real = [found.article for found in articles([SEEDS]) if isinstance(found, Found)]
        expected = [("000", "001"), ("002", "003"), ("004",)]
        assert [tuple(name[:3] for name in ids) for ids in grouped(stories(real))] == expected
        folder = packaged()
        if folder is not None:
            rehydrate(folder, SEEDS, tmp_path)
            layers = [layer for path in folder.glob("*.jsonl") for layer in read_layers(tmp_path / path.name, [])]
            assert [tuple(name[:3] for name in ids) for ids in grouped(stories(real, layers))] == expected

    @pytest.mark.skipif(not SEEDS.is_dir(), reason="needs the five real articles, which belong to their publishers")
    def test_samples_and_real_articles_do_not_mix(self) -> None:
        real = [found.article for found in articles([SEEDS]) if isinstance(found, Found)]
        assert len(stories(real + samples.articles())) == 7


def test_articles_that_stand_in_different_splits_are_not_joined_but_told() -> None:
    told = [(article(name, text), ()) for name, text in (("a", REPORT), ("b", OTHER), ("c", REPORT + OTHER))]
    assert grouped(join_stories(told).stories) == [("a", "b", "c")]
    joined = join_stories(told, splits={"a": "train", "b": "test"})
    assert all(not {"a", "b"} <= set(story.article_ids) for story in joined.stories)
    assert {frozenset((tie.first, tie.second)) for tie in joined.ties} in ({frozenset("ac")}, {frozenset("bc")})
    assert {standing for tie in joined.ties for standing in tie.standing} == {("a", "train"), ("b", "test")}


def test_a_corpus_of_none_or_one_article_has_as_many_stories() -> None:
    assert stories([]) == []
    assert grouped(stories([article("a", "عاجل.")])) == [("a",)]


def test_short_texts_with_a_phrase_in_common_stay_apart() -> None:
    texts = ["انتهت المباراة بفوز الوميض.", "بدأت المباراة بفوز الأمواج.", "!", "1"]
    assert len(stories([article(f"n{n}", text) for n, text in enumerate(texts)])) == 4


def test_retellings_are_found_among_thousands_of_other_articles() -> None:
    draw = random.Random(7)
    letters = "ابتجدرسعفقلمنهي"
    vocabulary = ["".join(draw.choices(letters, k=draw.randint(3, 7))) for _ in range(5000)]
    noise = [article(f"n{n}", " ".join(draw.choices(vocabulary, k=120))) for n in range(3000)]
    corpus = [article("a", REPORT), *noise, article("b", RETOLD)]
    assert [ids for ids in grouped(stories(corpus)) if len(ids) > 1] == [("a", "b")]


@tried(30)
@given(st.lists(st.sampled_from([REPORT, RETOLD, OTHER, "عاجل", "..."]), max_size=8), st.randoms())
def test_every_article_is_in_exactly_one_story_and_order_does_not_matter(texts: list[str], draw: random.Random) -> None:
    corpus = [article(f"n{n}", text) for n, text in enumerate(texts)]
    found = stories(corpus)
    assert sorted(name for ids in grouped(found) for name in ids) == sorted(a.id for a in corpus)
    draw.shuffle(corpus)
    assert {frozenset(ids) for ids in grouped(stories(corpus))} == {frozenset(ids) for ids in grouped(found)}


def _as_added(texts: list[tuple[str, str]]) -> list[Found]:
    from musnad.corpus.boilerplate import boilerplate

    marked = [
        Article(id=name, text=text, sha256=sha256_of(text), boilerplate=boilerplate(text)) for name, text in texts
    ]
    return [Found(one, f"{one.id}.txt", 1) for one in marked]
