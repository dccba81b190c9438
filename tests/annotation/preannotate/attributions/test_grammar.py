"""Attributions: cues, sources, relays, content, antecedents and parents, in sentences as newspapers print them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from musnad.annotation.preannotate.attributions.grammar import AttributionGrammar
from musnad.annotation.preannotate.document import analyse
from musnad.annotation.preannotate.pipeline import Pipeline
from musnad.schema.records import Article, Attribution, Entity, Layer, sha256_of
from musnad.schema.validate import layer_problems

GRAMMAR = AttributionGrammar()
OUTLETS = yaml.safe_load(Path(__file__).with_name("attributions_outlets.yaml").read_text("utf-8"))
DEVELOPMENT = yaml.safe_load(Path(__file__).with_name("attributions_dev.yaml").read_text("utf-8"))


def found(text: str) -> list[Attribution]:
    return [mention.record for mention in GRAMMAR.annotate(analyse(text))]  # type: ignore[misc]


def words(text: str, span: tuple[int, int] | None) -> str | None:
    return None if span is None else text[slice(*span)]


def cue(text: str, attribution: Attribution) -> list[str]:
    return [text[slice(*span)] for span in attribution.cues]


def content(text: str, attribution: Attribution) -> list[str]:
    return [text[slice(*span)] for span in attribution.content]


@pytest.fixture(scope="module")
def pipeline() -> Pipeline:
    return Pipeline()


def test_a_relaying_verb_joins_its_particles_to_one_cue() -> None:
    text = "نقلت صحيفة «الميناء» عن مسؤول في وزارة الزراعة قوله إن نحو ٣٠ ألف رأس نفقت، وأضاف أن الخسائر كبيرة."
    first, second = found(text)
    assert cue(text, first) == ["نقلت", "عن", "قوله إن"]
    assert words(text, first.source) == "مسؤول في وزارة الزراعة"
    assert [words(text, relay) for relay in first.relays] == ["صحيفة «الميناء»"]
    assert content(text, first) == ["نحو ٣٠ ألف رأس نفقت"]
    assert second.implicit_source
    assert second.source == first.source


def test_a_tatweel_that_stands_alone_is_read_over() -> None:
    text = "أعلن الوزير ـ عن خطة جديدة."
    (one,) = found(text)
    assert cue(text, one) == ["أعلن", "عن"]


def test_the_pronoun_of_the_complementiser_belongs_to_the_content() -> None:
    text = "وأوضح مسؤولون أنّهم سيعودون غدا."
    (one,) = found(text)
    assert cue(text, one) == ["أوضح", "أنّ"]
    assert content(text, one) == ["هم سيعودون غدا"]


def test_an_estimate_inside_reported_content_has_the_report_as_parent() -> None:
    text = "وقال التقرير إن المحللين يقدرون الخسائر بعشرات الملايين."
    outer, inner = found(text)
    assert outer.parent is None
    assert inner.parent == outer.id
    assert inner.kind == "estimate"
    assert words(text, inner.source) == "المحللين"


def test_a_subject_before_its_verb_is_the_source_without_its_parenthesis() -> None:
    text = "لكن طبيبا في المستشفى، فضل عدم ذكر اسمه، قال إن الأجنحة امتلأت."
    (one,) = found(text)
    assert words(text, one.source) == "طبيبا في المستشفى"


def test_a_quote_before_its_verb_is_its_content() -> None:
    text = "«لا أؤمن بالتواريخ»، علّق مدربه الهولندي."
    (one,) = found(text)
    assert one.kind == "direct"
    assert content(text, one) == ["لا أؤمن بالتواريخ"]
    assert words(text, one.source) == "مدربه الهولندي"


def test_a_medium_told_by_the_source_is_a_relay() -> None:
    text = "وقال مدير المصنع لوكالة برق إن الإنتاج توقف."
    (one,) = found(text)
    assert words(text, one.source) == "مدير المصنع"
    assert [words(text, relay) for relay in one.relays] == ["وكالة برق"]


@pytest.mark.parametrize(("opening", "closing"), ['""', "“”", "”“", "«»", "''"])
def test_every_style_of_quotation_mark_encloses_direct_speech(opening: str, closing: str) -> None:
    text = f"وقال الوزير: {opening}لن نغلق المدارس هذا العام{closing}."
    (one,) = found(text)
    assert one.kind == "direct"
    assert content(text, one) == ["لن نغلق المدارس هذا العام"]


@pytest.mark.parametrize(
    "text",
    [
        "أعلن الحلف الحرب على القراصنة.",
        "أشار الحكم بيده نحو المنتصف.",
        "وضعت البقرة ثلاثة عجول ذكر منها واحد.",
        "استضافت قناة سي إن إن وزير الصحة.",
        "صدر كتاب عن تاريخ المدينة بعد أن جمع مؤلفه الصور.",
        "شارك نادي «الوحدة» في البطولة.",
    ],
)
def test_what_reports_nothing_is_no_attribution(text: str) -> None:
    assert found(text) == []


def test_the_article_of_a_source_after_wifqan_stays_and_the_preposition_is_cue() -> None:
    text = "وفقا للمرصد، عاد ألف نازح إلى القرية."
    (one,) = found(text)
    assert cue(text, one) == ["وفقا ل"]
    assert words(text, one.source) == "لمرصد"
    assert content(text, one) == ["عاد ألف نازح إلى القرية"]


def test_a_parenthesis_between_commas_leaves_content_in_two_pieces() -> None:
    text = "وأكدت النقابة أن أحدهم، على حد قول زملائه، لم يقبض راتبه."
    outer, inner = found(text)
    assert content(text, outer) == ["أحدهم، على حد قول زملائه، لم يقبض راتبه"]
    assert content(text, inner) == ["أحدهم", "لم يقبض راتبه"]
    assert inner.parent == outer.id


def test_naqlan_an_makes_the_first_speaker_a_relay() -> None:
    text = "وقالت وكالة «نور» نقلا عن شهود إن النيران التهمت عشرات المنازل."
    (one,) = found(text)
    assert words(text, one.source) == "شهود"
    assert [words(text, relay) for relay in one.relays] == ["وكالة «نور»"]


def test_a_medium_before_the_verb_is_its_relay() -> None:
    text = "وبحسب وكالة نور، أكد رئيس البلدية أن المياه عادت."
    (one,) = found(text)
    assert cue(text, one) == ["بحسب", "أكد", "أن"]
    assert [words(text, relay) for relay in one.relays] == ["وكالة نور"]
    assert words(text, one.source) == "رئيس البلدية"


@pytest.mark.parametrize(
    ("text", "source", "said"),
    [
        ("وطالب رئيس النقابة وزارة التعليم بصرف المنح.", "رئيس النقابة", ["صرف المنح"]),
        ("وطالب زعيم الكتلة الحكومة بنشر الأرقام.", "زعيم الكتلة", ["نشر الأرقام"]),
        ("واتهم زعيم المعارضة السلطات بتزوير المحاضر.", "زعيم المعارضة", ["السلطات", "تزوير المحاضر"]),
        ("قال النائب إن العجز كبير، وطالب الوزيرة بنشر الأرقام.", "النائب", ["نشر الأرقام"]),
        ("قالت النقابة إن المنح تأخرت، ودعت الطلاب إلى الهدوء.", "النقابة", ["الهدوء"]),
    ],
)
def test_who_is_told_or_accused_is_not_who_speaks(text: str, source: str, said: list[str]) -> None:
    one = found(text)[-1]
    assert words(text, one.source) == source
    assert content(text, one) == said


@pytest.mark.parametrize("text", ["وقيل إن اللاعب رفض السفر.", "وأُفيد بأن الطريق قطعت.", "ويشاع أن الصفقة تمت."])
def test_a_passive_verb_of_saying_has_no_source(text: str) -> None:
    (one,) = found(text)
    assert one.source is None
    assert not one.implicit_source


def test_two_speakers_are_taken_up_by_a_dual() -> None:
    text = "وقال الوزيران إن اللجنة ستجتمع. وقال المدير إن المبنى جاهز. وأكدا أن الحدود مفتوحة."
    assert words(text, found(text)[-1].source) == "الوزيران"


def test_an_outlet_that_quotes_an_outlet_is_a_second_relay() -> None:
    text = "ونقلت وكالة برق عن صحيفة الميناء عن قائد ميداني قوله إن القاعدة أخليت."
    (one,) = found(text)
    assert cue(text, one) == ["نقلت", "عن", "عن", "قوله إن"]
    assert [words(text, relay) for relay in one.relays] == ["وكالة برق", "صحيفة الميناء"]
    assert words(text, one.source) == "قائد ميداني"


@pytest.mark.parametrize(
    ("text", "cues", "source", "said"),
    [
        ("رغم تأكيد الحكومة أن الأسعار مستقرة، ارتفع الخبز.", ["تأكيد", "أن"], "الحكومة", ["الأسعار مستقرة"]),
        ("وسط تحذيرات البنك من ركود وشيك، هبطت الأسهم.", ["تحذيرات", "من"], "البنك", ["ركود وشيك"]),
        ("وتواجه الشركة اتهامات بالتلاعب بالأسعار.", ["اتهامات ب"], None, ["التلاعب بالأسعار"]),
        ("جاء اتهام النواب الوزارة بالتقصير متأخرا.", ["اتهام", "ب"], "النواب", ["الوزارة", "التقصير متأخرا"]),
        ("وسرت أنباء غير مؤكدة عن مقتل القائد.", ["أنباء", "عن"], None, ["مقتل القائد"]),
        ("ولم تلق الرواية القائلة إن السد انهار قبولا.", ["الرواية القائلة إن"], None, ["السد انهار قبولا"]),
    ],
)
def test_a_noun_of_saying_is_a_cue_when_what_was_said_follows(
    text: str, cues: list[str], source: str | None, said: list[str]
) -> None:
    (one,) = found(text)
    assert (one.kind, cue(text, one), words(text, one.source)) == ("nominal", cues, source)
    assert content(text, one) == said


@pytest.mark.parametrize(
    "text",
    [
        "صدر تقرير عن حقوق الأطفال في المنطقة.",
        "وجهت الجمعية دعوات إلى الصحفيين.",
        "سار العمل وفق الجدول المحدد.",
        "تقلع الطائرة عند التاسعة حسب التوقيت المحلي.",
        "وكشفت الرياح عن آثار أقدام قديمة.",
        "ولفت الجناح الشاب الأنظار إلى موهبته.",
        "ونقل المصابون إلى المستشفى الجامعي.",
        "وأضاف المهاجم هدفا ثانيا.",
        "وقد يرد النادي على العرض غدا، ومن شأن ذلك أن يحسم الصفقة.",
        "وأكد المنتخب تفوقه على أرضه.",
        "واحتجز القضاء ثلاثة مشتبه بهم على ذمة التحقيق.",
    ],
)
def test_nouns_and_verbs_that_only_look_like_saying_are_none(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("لكن السلطات تنفي ذلك.", "ذلك"),
        ("ونفى النادي أنباء عن رحيل مدربه.", "أنباء عن رحيل مدربه"),
        ("ونفت الوزارة صحة هذه المزاعم.", "صحة هذه المزاعم"),
        ("وكان الرئيس أعلن، الأسبوع الماضي، تأجيل القمة.", "تأجيل القمة"),
        ("وأنكرت الشركة المصنعة وجود عيب في الفرامل.", "وجود عيب في الفرامل"),
    ],
)
def test_what_is_denied_or_announced_may_be_a_noun(text: str, said: str) -> None:
    assert content(text, found(text)[0]) == [said]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("وقال الناطق إن المعبر أغلق، من دون أن يحدد السبب.", ["المعبر أغلق"]),
        ("وأكدت الوزارة أن الدواء آمن، ويأتي ذلك بعد شكاوى.", ["الدواء آمن"]),
        ("«لن نعود»، قال القائد أمام جنوده، «مهما طال الحصار».", ["لن نعود", "مهما طال الحصار"]),
        ('وقال: "ظننت أن الباب مغلق" ثم مضى إلى بيته.', ["ظننت أن الباب مغلق"]),
        ("وتعهد المصنع بتعويضهم، لكنه أقر بأن المال قليل.", ["تعويضهم"]),
        ("ورغم أن الوزير نفى وجود أزمة، فإن الطوابير تطول.", ["وجود أزمة"]),
        ("وقال المدرب إن فريقه تعب، مشيدا بالحارس.", ["فريقه تعب"]),
        ("وأعلن التلفزيون أن الطائرة سقطت، إلا أن الجيش لم يؤكد ذلك.", ["الطائرة سقطت"]),
        ("وبحسب المتحدث، الذي لم يذكر اسمه، فإن الضخ توقف.", ["الضخ توقف"]),
        ("وقال المدعي: إن المتهمين أحيلوا إلى المحكمة.", ["المتهمين أحيلوا إلى المحكمة"]),
    ],
)
def test_content_ends_where_the_outlet_takes_over(text: str, said: list[str]) -> None:
    assert content(text, found(text)[0]) == said


@pytest.mark.parametrize(
    ("text", "relay"),
    [
        ("وفي حديث لقناة «سما»، قال الوزير إن السد امتلأ.", "قناة «سما»"),
        ("ونقلت عنه صحيفة «الأفق» قوله إنه باق في منصبه.", "صحيفة «الأفق»"),
        ("وعلمت صحيفة «الأفق» من مصادر متطابقة أن القرار جاهز.", "صحيفة «الأفق»"),
    ],
)
def test_an_outlet_is_a_relay_wherever_it_stands(text: str, relay: str) -> None:
    assert [words(text, span) for span in found(text)[0].relays] == [relay]


@pytest.mark.parametrize(
    ("text", "source", "said"),
    [
        ("ووصف البابا الحرب بأنها هزيمة.", "البابا", ["الحرب", "ها هزيمة"]),
        ("وعزا التقرير التراجع إلى ضعف الطلب.", "التقرير", ["التراجع", "ضعف الطلب"]),
        ("واعتبر رئيس الحزب القرار خطوة متأخرة.", "رئيس الحزب", ["القرار خطوة متأخرة"]),
        ("وطلب الدفاع من المحكمة إخلاء سبيله.", "الدفاع", ["إخلاء سبيله"]),
        ("وأكد الوزير للنواب أن العقد سيلغى.", "الوزير", ["العقد سيلغى"]),
        ("ووعد المرشح ناخبيه بخفض الضرائب.", "المرشح", ["خفض الضرائب"]),
        ("وحمّلت الحركة الحكومة مسؤولية الأزمة.", "الحركة", ["الحكومة مسؤولية الأزمة"]),
        ("وسبق للوزير أن أعلن نيته الاستقالة.", "لوزير", ["نيته الاستقالة"]),
        ("وعبر كثيرون منهم عن خوفهم من الترحيل.", "كثيرون منهم", ["خوفهم من الترحيل"]),
        ("وأفاد بلاغ للوزارة بأن الموقوفين نقلوا.", "بلاغ للوزارة", ["الموقوفين نقلوا"]),
        ("وأكد الجانبان حرصهما على الحوار.", "الجانبان", ["حرصهما على الحوار"]),
        ("وقال مسؤول كبير، تحدث شريطة إخفاء اسمه، إن الوفد وصل.", "مسؤول كبير", ["الوفد وصل"]),
        ("وبرر المتحدث التأخير بسوء الأحوال.", "المتحدث", ["التأخير", "سوء الأحوال"]),
        ("وقال أحد السكان ويدعى أبو كريم إن القصف بدأ.", "أحد السكان", ["القصف بدأ"]),
    ],
)
def test_what_is_spoken_of_and_who_is_asked_are_no_part_of_the_source(text: str, source: str, said: list[str]) -> None:
    (one,) = found(text)
    assert (words(text, one.source), content(text, one)) == (source, said)


def test_a_verb_that_repeats_a_noun_of_saying_is_one_cue_with_it() -> None:
    text = "وجدد الوزير تأكيده أن الحدود مغلقة."
    (one,) = found(text)
    assert cue(text, one) == ["جدد", "تأكيده أن"]
    assert content(text, one) == ["الحدود مغلقة"]


@pytest.mark.parametrize("name", ["على حسابها", "بسجن المتهم", "وغردت الفنانة"])
def test_a_name_that_a_recogniser_got_wrong_is_let_go(name: str) -> None:
    text = f"مساء الجمعة {name} وقالت الوزارة إن السوق مفتوحة."
    document = analyse(text)
    start = text.index(name)
    document.entities = (Entity(id="e1", start=start, end=start + len(name), label="PER"),)
    (one,) = [mention.record for mention in GRAMMAR.annotate(document)]
    assert isinstance(one, Attribution)
    assert words(text, one.source) == "الوزارة"


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("وقضت المحكمة بسجن الجاني، وقالت في حكمها إن الأدلة كافية.", "المحكمة"),
        ("ونددت القاهرة بالهجوم، وأكدت تضامنها مع أسر الضحايا.", "القاهرة"),
    ],
)
def test_a_dropped_subject_may_be_that_of_a_verb_that_says_nothing(text: str, source: str) -> None:
    (one,) = found(text)
    assert (one.implicit_source, words(text, one.source)) == (True, source)


def test_a_comment_takes_up_the_content_before_it_and_ends_it() -> None:
    text = "وقال الشهود إن الجسر انهار، وهو ما نفاه المحافظ."
    first, second = found(text)
    assert content(text, first) == content(text, second) == ["الجسر انهار"]
    assert words(text, second.source) == "المحافظ"


def test_a_dropped_subject_points_to_the_source_that_agrees_in_gender() -> None:
    text = "وقالت الوزيرة إن السد امتلأ. وذكر مدير المحطة أن الضخ بدأ. وأضافت أن التوزيع عادل."
    wanted = [words(text, one.source) for one in found(text)]
    assert wanted == ["الوزيرة", "مدير المحطة", "الوزيرة"]


def test_a_participle_after_a_verb_that_says_nothing_points_to_its_subject() -> None:
    text = "واستقبل الملك وزيرة الخارجية، مؤكدا أن الحوار سيستمر."
    (one,) = found(text)
    assert one.implicit_source
    assert words(text, one.source) == "الملك"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ('وقالت الهيئة إن "القوات عادت إلى ثكناتها".', "direct"),
        ('وقالت الهيئة إن العملية "منظمة للغاية" وستستمر.', "mixed"),
        ("وقالت الهيئة إن العملية انتهت.", "indirect"),
        ("انتهت العملية، بحسب الهيئة.", "nominal"),
        ("وتقدر الخسائر بنحو مليون دولار.", "estimate"),
    ],
)
def test_the_kind_tells_how_it_was_said(text: str, kind: str) -> None:
    assert [one.kind for one in found(text)] == [kind]


WORDS = [
    "قال",
    "إن",
    "أن",
    '"',
    "«",
    "»",
    ":",
    "،",
    ".",
    "بحسب",
    "الوزير",
    "وأضاف",
    "نقلت",
    "عن",
    "وكالة",
    "قوله",
    "مضيفا",
    "تقدر",
    "بنحو",
    "20",
    "الذي",
    "ما",
    "نفاه",
    "وهو",
    "كما",
    "على",
    "حد",
    "في",
    "بيان",
    "لـ",
    "أنه",
    "تقارير",
    "؛",
    "(",
    ")",
    "بـ",
    "ـ",
    "عن",
    "المرصد",
    "يعتقد",
    "ألا",
    "وفقا",
    "للمرصد",
    "وعدت",
    "\n",
    "أكدوا",
]


@settings(deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join))
def test_whatever_the_words_the_records_are_valid(text: str) -> None:
    layer = Layer(article_id="x", sha256=sha256_of(text), annotator="rules", attributions=tuple(found(text)))
    article = Article(id="x", text=text, sha256=layer.sha256)
    assert [str(problem) for problem in layer_problems(layer, article)] == []


def test_the_development_set_is_still_found() -> None:
    acts = [act for sentence in DEVELOPMENT for act in sentence["acts"]]
    assert len(acts) >= 60
    missed = []
    for sentence in DEVELOPMENT:
        cues = [piece for one in found(sentence["text"]) for piece in cue(sentence["text"], one)]
        missed += [act["cue"] for act in sentence["acts"] if not any(act["cue"][0] in piece for piece in cues)]
    assert len(missed) <= len(acts) // 20


def as_told(text: str, one: Attribution) -> tuple[str, list[str], str | None, bool, list[str | None], list[str]]:
    relays = [words(text, relay) for relay in one.relays]
    return one.kind, cue(text, one), words(text, one.source), one.implicit_source, relays, content(text, one)


def as_written(act: dict[str, Any], text: str) -> tuple[str, list[str], str | None, bool, list[str | None], list[str]]:
    pieces = " ".join(act["cue"])
    cues = [pieces] if pieces in text else act["cue"]
    dropped = act.get("dropped", False)
    return act.get("kind", "indirect"), cues, act.get("source"), dropped, act.get("relays", []), act["content"]


def test_the_habits_of_outlets_are_read(pipeline: Pipeline) -> None:
    wrong = []
    for sentence in OUTLETS:
        text = sentence["text"]
        layer = pipeline.annotate(Article(id="x", text=text, sha256=sha256_of(text)))
        told = [as_told(text, one) for one in layer.attributions]
        if told != [as_written(act, text) for act in sentence["acts"]]:
            wrong.append((text, told))
    assert len(wrong) <= len(OUTLETS) // 20, wrong
