"""The entity layer, on sentences as newspapers print them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import tried

from musnad.annotation.preannotate.document import analyse
from musnad.annotation.preannotate.entities.recogniser import EntityRecogniser
from musnad.annotation.preannotate.pipeline import Pipeline
from musnad.schema.records import Article, Entity, Layer, sha256_of
from musnad.schema.validate import layer_problems


@pytest.fixture(scope="module")
def recogniser() -> EntityRecogniser:
    return EntityRecogniser()


def entities(recogniser: EntityRecogniser, text: str) -> list[tuple[str, str]]:
    """The surface and label of each mention, in order."""
    found = []
    for mention in recogniser.annotate(analyse(text)):
        record = mention.record
        assert isinstance(record, Entity)
        found.append((text[record.start : record.end], record.label))
    return found


def subtypes(recogniser: EntityRecogniser, text: str) -> dict[str, str | None]:
    return {
        text[mention.record.start : mention.record.end]: mention.record.subtype
        for mention in recogniser.annotate(analyse(text))
        if isinstance(mention.record, Entity)
    }


PIECES = [
    *("قال", "الوزير", "محمد", "العلي", "و", "بدمشق،", "للأمم", "المتحدة", "«داعش»", "سورياوالعراق", "ـ", "\u200f"),
    *("وزارة", "الدفاع", "الأميركية", ".", "\n", "صحيفة", '"', "قرية", "نادي", "12", "النهر", "(", ")", "فى"),
    *("مدينة", "وقسد", "بن", "لل", "ب", "ال", ""),
]


class TestProclitics:
    def test_prepositions_and_conjunctions_stay_outside(self, recogniser: EntityRecogniser) -> None:
        found = entities(recogniser, "انسحب المسلحون من حمص وبغداد ووصلوا إلى دمشق لينضموا لداعش.")
        assert {("حمص", "GPE"), ("بغداد", "GPE"), ("دمشق", "GPE"), ("داعش", "ORG")} <= set(found)

    def test_after_li_the_name_starts_at_its_own_lam(self, recogniser: EntityRecogniser) -> None:
        text = "ووفقا للأمم المتحدة وصلت القافلة أمس."
        assert ("لأمم المتحدة", "ORG") in entities(recogniser, text)

    @pytest.mark.parametrize("name", ["كركوك", "باريس", "لندن", "فرنسا", "كابول", "لبنان", "واشنطن", "بيروت"])
    def test_a_first_letter_that_only_looks_like_a_proclitic_stays(
        self, recogniser: EntityRecogniser, name: str
    ) -> None:
        assert (name, "GPE") in entities(recogniser, f"وصل الوفد إلى {name} مساء أمس.")

    def test_wilaya_and_wali_are_no_names(self, recogniser: EntityRecogniser) -> None:
        assert entities(recogniser, "قال الوالي إن الولاية ستبني ثلاث مدارس.") == []


class TestPrintedForms:
    def test_glued_names_are_two_mentions(self, recogniser: EntityRecogniser) -> None:
        found = entities(recogniser, "عبروا الحدود بين سورياولبنان ثم زاروا اليابانوكوريا الجنوبية.")
        assert found == [("سوريا", "GPE"), ("لبنان", "GPE"), ("اليابان", "GPE"), ("كوريا الجنوبية", "GPE")]

    @pytest.mark.parametrize("quoted", ['"داعش"', "“داعش”", "«داعش»", '“داعش"'])
    def test_quotation_marks_stay_outside(self, recogniser: EntityRecogniser, quoted: str) -> None:
        assert ("داعش", "ORG") in entities(recogniser, f"أعلن تنظيم {quoted} مسؤوليته.")

    def test_tatweel_marks_and_invisible_characters_do_not_hide_a_name(self, recogniser: EntityRecogniser) -> None:
        assert ("لـبنان", "GPE") in entities(recogniser, "سافر إلى لـبنان أمس.")
        assert ("العِراق", "GPE") in entities(recogniser, "سافر إلى العِراق أمس.")
        assert ("الأمم\u00a0المتحدة", "ORG") in entities(recogniser, "دعت \u200fالأمم\u00a0المتحدة\u200f إلى هدنة.")

    def test_final_yeh_without_dots_is_the_same_name(self, recogniser: EntityRecogniser) -> None:
        assert ("دبى", "GPE") in entities(recogniser, "افتتح المعرض فى دبى أمس.")


class TestNames:
    def test_a_title_of_office_stays_outside(self, recogniser: EntityRecogniser) -> None:
        assert ("محمود الحلبي", "PER") in entities(recogniser, "قال الجنرال محمود الحلبي إن الهدنة صامدة.")

    def test_a_family_name_alone_is_a_mention_once_the_person_was_named(self, recogniser: EntityRecogniser) -> None:
        text = "قال الوزير سليم الطرزي إن الميناء سيفتح. وأضاف الطرزي أن العمل بدأ."
        assert [surface for surface, label in entities(recogniser, text) if label == "PER"] == [
            "سليم الطرزي",
            "الطرزي",
        ]

    @pytest.mark.parametrize(
        ("text", "name", "subtype"),
        [
            ("نقلت صحيفة «المرسى» عن مصدر قوله ذلك.", "المرسى", "media"),
            ("تبنت حركة طالبان الهجوم.", "طالبان", "armed_group"),
            ("انعقد مجلس الأمن أمس.", "مجلس الأمن", "intergovernmental"),
            ("وصلت تعزيزات إلى قرية الزيتونة.", "الزيتونة", "village"),
            ("شهدت محافظة دير الزور هدوءا.", "دير الزور", "province"),
        ],
    )
    def test_a_noun_of_kind_gives_the_subtype_and_stays_outside(
        self, recogniser: EntityRecogniser, text: str, name: str, subtype: str
    ) -> None:
        assert subtypes(recogniser, text)[name] == subtype

    def test_a_river_is_a_location_without_the_word_river(self, recogniser: EntityRecogniser) -> None:
        assert ("الفرات", "LOC") in entities(recogniser, "على ضفاف نهر الفرات قرى كثيرة.")

    def test_an_alias_in_brackets_is_a_mention_of_its_own(self, recogniser: EntityRecogniser) -> None:
        found = entities(recogniser, "أعلنت قوات سوريا الديمقراطية (قسد) وقف النار.")
        assert {("قوات سوريا الديمقراطية", "ORG"), ("قسد", "ORG")} <= set(found)

    def test_demonyms_are_marked_alone_and_inside_organisations(self, recogniser: EntityRecogniser) -> None:
        found = entities(recogniser, "قال مسؤول أميركي في وزارة الدفاع الأميركية إن الأكراد انسحبوا.")
        assert found == [
            ("أميركي", "NORP"),
            ("وزارة الدفاع الأميركية", "ORG"),
            ("الأميركية", "NORP"),
            ("الأكراد", "NORP"),
        ]

    def test_a_university_holds_its_city(self, recogniser: EntityRecogniser) -> None:
        found = entities(recogniser, "يعمل باحثا في جامعة ريجنت كوليج بلندن منذ سنين.")
        assert ("جامعة ريجنت كوليج بلندن", "ORG") in found
        assert ("لندن", "GPE") in found

    def test_tournaments_are_events(self, recogniser: EntityRecogniser) -> None:
        assert ("كأس آسيا", "EVENT") in entities(recogniser, "تأهل الفريق إلى نهائي كأس آسيا.")

    def test_common_words_that_are_also_names_are_not_marked(self, recogniser: EntityRecogniser) -> None:
        assert entities(recogniser, "كان ذلك في آب الماضي، بعد خمسة عشر سنة من استنزاف مالي.") == []

    def test_a_person_after_a_known_organisation_is_no_part_of_it(self, recogniser: EntityRecogniser) -> None:
        found = entities(recogniser, "حذر مدير عام منظمة الصحة العالمية تيدروس أدهانوم غيبريسوس من الوباء.")
        assert ("منظمة الصحة العالمية", "ORG") in found
        assert ("تيدروس أدهانوم غيبريسوس", "PER") in found

    def test_two_persons_that_waw_joins_are_two_mentions(self, recogniser: EntityRecogniser) -> None:
        found = entities(recogniser, "بمشاركة أورسولا فون دير لاين وجون كيري في اللقاء.")
        assert {("أورسولا فون دير لاين", "PER"), ("جون كيري", "PER")} <= set(found)

    @pytest.mark.parametrize("name", ["مطار بن غوريون", "مركب محمد الخامس"])
    def test_a_building_named_after_a_person_is_a_facility(self, recogniser: EntityRecogniser, name: str) -> None:
        assert (name, "FAC") in entities(recogniser, f"وصلت الحافلات إلى {name} أمس.")

    def test_the_preposition_ala_is_not_the_name_ali(self, recogniser: EntityRecogniser) -> None:
        text = "قال علي إن السيول أتت على الحقول. ورد الوزير على علي في بيان وزع على الصحف."
        assert not any(surface == "على" for surface, _ in entities(recogniser, text))


class TestRecords:
    @tried(60)
    @given(
        st.lists(
            st.sampled_from(PIECES),
            max_size=30,
        )
    )
    def test_any_text_gives_a_valid_layer(self, recogniser: EntityRecogniser, words: list[str]) -> None:
        text = " ".join(words) + "."
        mentions = recogniser.annotate(analyse(text))
        article = Article(id="a", text=text, sha256=sha256_of(text))
        records = tuple(mention.record for mention in mentions if isinstance(mention.record, Entity))
        layer = Layer(article_id="a", sha256=article.sha256, annotator=recogniser.version, entities=records)
        assert layer_problems(layer, article) == []
        assert [record.id for record in records] == [f"e{number}" for number in range(1, len(records) + 1)]
        assert all(0 <= mention.score <= 1 for mention in mentions)

    def test_the_same_text_gives_the_same_mentions_whatever_came_before(self) -> None:
        text = "التقى الرئيس الفرنسي نظيره المصري في مدينة مرسيليا."
        first = EntityRecogniser()
        alone = first.annotate(analyse(text))
        first.annotate(analyse("أعلن نادي الوميض فوزه. وقال مدرب الوميض إن الفريق جاهز."))
        assert first.annotate(analyse(text)) == alone

    def test_an_empty_text_has_no_mentions(self, recogniser: EntityRecogniser) -> None:
        assert recogniser.annotate(analyse("")) == []


class TestContext:
    def test_a_name_after_a_title_is_a_person_even_if_its_words_are_common(self, recogniser: EntityRecogniser) -> None:
        found = entities(recogniser, "وقدّر وزير الصحة سامر البيطار الكلفة، وقالت د. هدى العمري إنها أقل.")
        assert found == [("سامر البيطار", "PER"), ("هدى العمري", "PER")]

    def test_the_official_name_of_a_country_is_one_name(self, recogniser: EntityRecogniser) -> None:
        assert ("المملكة المغربية", "GPE") in entities(recogniser, "سجلت المملكة المغربية نموا هذا العام.")

    def test_a_club_with_an_unknown_name_is_an_organisation(self, recogniser: EntityRecogniser) -> None:
        assert ("لوتارا", "ORG") in entities(recogniser, "وأكد وكيل اللاعب أن نادي لوتارا عرض مبلغا أكبر.")

    def test_a_currency_is_no_town_inside_a_quantity(self) -> None:
        text = "تبلغ قيمة العقد 2,4 مليار درهم إماراتي في السنة."
        layer = Pipeline().annotate(Article(id="a", text=text, sha256=sha256_of(text)))
        assert [(text[entity.start : entity.end], entity.label) for entity in layer.entities] == [("إماراتي", "NORP")]


class TestNamesBesideVerbs:
    """A tagger may join a verb or a preposition to the name beside it, or leave a part of the name out."""

    @pytest.mark.parametrize(
        ("text", "name"),
        [
            ("ونصحت هيلاري من تجاوزوا الأربعين بالمشي. وقالت هيلاري كلينتون ذلك.", "هيلاري"),
            ("وقال إن وزير الدفاع لويد أوستن سيغادر بغداد غدا.", "لويد أوستن"),
            ("وكتب محمد على صفحته في فيسبوك ما كتب.", "محمد"),
            ("وقال المتحدث باسم الحكومة ذبيح الله مجاهد إن القرى معزولة.", "ذبيح الله مجاهد"),
            ("وقال رئيس الجمعية الوطنية جواكيم تسونغو إن الموسم بدأ.", "جواكيم تسونغو"),
            ("وقالت الأستاذة في الجامعة مينغ شو لين إن التجربة نجحت.", "مينغ شو لين"),
            ("قال الرئيس التنفيذي للشركة أمين الراجحي إن الأرباح ارتفعت.", "أمين الراجحي"),
        ],
    )
    def test_the_name_is_marked_alone(self, recogniser: EntityRecogniser, text: str, name: str) -> None:
        persons = [surface for surface, label in entities(recogniser, text) if label == "PER"]
        assert persons[0] == name

    def test_a_description_of_people_is_no_name(self, recogniser: EntityRecogniser) -> None:
        found = entities(recogniser, "وقال دبلوماسيان أفريقيان إن القمة ستعقد في موعدها.")
        assert found == [("أفريقيان", "NORP")]

    def test_who_speaks_for_a_club_is_no_name(self, recogniser: EntityRecogniser) -> None:
        assert entities(recogniser, "ونفى متحدث باسم النادي هذه الأنباء.") == []

    def test_the_secretary_of_a_body_is_no_name(self, recogniser: EntityRecogniser) -> None:
        assert entities(recogniser, "قال رئيس النقابة وأمين الصندوق إن الحساب مفتوح.") == []


class TestNounsOfKind:
    @pytest.mark.parametrize(
        ("text", "marked"),
        [
            ("وقالت وكالة الأونروا إن المخيم مكتظ.", ("الأونروا", "ORG")),
            ("وزار الوفد جمهورية مصر العربية.", ("جمهورية مصر العربية", "GPE")),
            ("واندلع القتال في ولاية الجزيرة وسط البلاد.", ("الجزيرة", "GPE")),
            ("وفاز الفريق على ملعب أنفيلد بهدفين.", ("ملعب أنفيلد", "FAC")),
            ("وكشف مصدر وزاري لـ«الرصيف» أن المشروع جاهز.", ("الرصيف", "ORG")),
            ("وقالت الناقدة لـ«الشرق الأوسط» إن الفيلم جميل.", ("الشرق الأوسط", "ORG")),
            ("وقال مصدر أمني لـ«البلاد» إن الطريق مفتوح.", ("البلاد", "ORG")),  # known as a town alone
            ("ووفقا لمراسل الأناضول خرج الآلاف.", ("الأناضول", "ORG")),
            ("أنقرة (الأناضول) - أعلن الوزير الموازنة.", ("الأناضول", "ORG")),
        ],
    )
    def test_the_noun_before_a_name_is_read(
        self, recogniser: EntityRecogniser, text: str, marked: tuple[str, str]
    ) -> None:
        assert marked in entities(recogniser, text)
