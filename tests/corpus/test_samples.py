from musnad.corpus import samples
from musnad.schema.validate import article_problems, layer_problems


def test_there_are_eight_articles_in_four_stories_of_two_outlets_each() -> None:
    listed = samples.manifest().articles
    assert len(listed) == 8
    for story in ("conflict", "economy", "health", "sport"):
        assert len({sample.publisher for sample in listed if sample.story == story}) == 2


def test_every_article_is_sound_dated_and_in_the_public_domain() -> None:
    for article in samples.articles():
        assert article_problems(article) == []
        assert article.published is not None
        assert article.license == "CC0-1.0"


def test_every_packaged_layer_fits_its_text() -> None:
    texts = {article.id: article for article in samples.articles()}
    for name in samples.layer_names():
        for layer in samples.layers(name):
            assert layer_problems(layer, texts[layer.article_id]) == []
