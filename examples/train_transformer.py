"""Train a transformers token classifier on the entities of a release, and score it on the test split.

    python examples/train_transformer.py releases/1.0.0 [--base aubmindlab/bert-base-arabertv02] [--out entities]

Without `--base` a tiny BERT with a vocabulary of the release's own letters is built on the spot: it shows the way
without a download, and learns little. Needs `datasets`, `torch` and `transformers`, nothing of musnad.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import torch
from datasets import load_dataset
from scoring import Score, of_counts, spans
from torch.nn.utils.rnn import pad_sequence
from transformers import AutoModelForTokenClassification, AutoTokenizer, BertConfig, BertForTokenClassification
from transformers import BertTokenizerFast as Tokenizer

_BATCH = 4
_IGNORED = -100  # the label that the loss leaves out: pieces of a word after its first


def tiny(words: Sequence[str], labels: dict[str, Any], place: Path) -> tuple[Any, Any]:
    """Return a tokenizer of letters and an untrained BERT of two layers for it."""
    letters = sorted({letter for word in words for letter in word})
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters, *(f"##{letter}" for letter in letters)]
    place.mkdir(parents=True, exist_ok=True)
    (place / "vocab.txt").write_text("\n".join(vocabulary) + "\n", "utf-8")
    tokenizer = Tokenizer(
        vocab={piece: number for number, piece in enumerate(vocabulary)}, do_lower_case=False, strip_accents=False
    )
    config = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=128,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
        **labels,
    )
    return tokenizer, BertForTokenClassification(config)


def batches(rows: Any, column: str, tokenizer: Any, size: int) -> Iterator[tuple[dict[str, torch.Tensor], list[Any]]]:
    """Yield model inputs with labels on the first piece of each word, and which piece begins which word."""
    for start in range(0, len(rows), size):
        chunk = rows[start : start + size]
        encoded = tokenizer(
            chunk["tokens"],
            is_split_into_words=True,
            truncation=True,
            max_length=512,
            padding=True,
            return_tensors="pt",
        )
        firsts, labels = [], []
        for number, tags in enumerate(chunk[column]):
            words = encoded.word_ids(number)
            first = [at for at, word in enumerate(words) if word is not None and word != words[at - 1]]
            target = torch.full((len(words),), _IGNORED)
            for at in first:
                target[at] = tags[words[at]]
            firsts.append([(at, words[at]) for at in first])
            labels.append(target)
        encoded["labels"] = pad_sequence(labels, batch_first=True, padding_value=_IGNORED)
        yield dict(encoded), firsts


def train(model: Any, rows: Any, column: str, tokenizer: Any, epochs: int, rate: float) -> float:
    """Train with AdamW and return the mean loss of the last epoch."""
    optimizer = torch.optim.AdamW(model.parameters(), lr=rate)
    model.train()
    mean = float("nan")
    for epoch in range(epochs):
        losses = []
        for inputs, _ in batches(rows.shuffle(seed=epoch), column, tokenizer, _BATCH):
            loss = model(**inputs).loss
            loss.backward()
            optimizer.step()
            optimizer.zero_grad()
            losses.append(loss.item())
        mean = sum(losses) / len(losses)
    return mean


@torch.no_grad()
def score(model: Any, rows: Any, column: str, tokenizer: Any) -> Score:
    """Return precision, recall and F1 of exact spans."""
    model.eval()
    names = rows.features[column].feature.names
    right = said = true = 0
    gold = iter(rows[column])
    for inputs, firsts in batches(rows, column, tokenizer, _BATCH):
        found = model(**{name: one for name, one in inputs.items() if name != "labels"}).logits.argmax(-1)
        for line, pieces in zip(found.tolist(), firsts, strict=True):
            tags = [names[tag] for tag in next(gold)]
            guess = ["O"] * len(tags)
            for at, word in pieces:
                guess[word] = names[line[at]]
            one, other = spans(guess), spans(tags)
            right, said, true = right + len(one & other), said + len(one), true + len(other)
    return of_counts(right, said, true)


def main() -> None:
    """Train on `train`, and print the scores on what was seen and on `test`."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("release", type=Path)
    options.add_argument("--base", help="a model of the Hub or a folder; a tiny one is built when left out")
    options.add_argument("--column", default="entity_tags")
    options.add_argument("--out", type=Path, default=Path("entities"))
    options.add_argument("--epochs", type=int, default=10)
    options.add_argument("--rate", type=float, default=None)
    given = options.parse_args()
    random.seed(0)
    torch.manual_seed(0)
    loaded = load_dataset(str(given.release), "tokens")
    names = loaded["train"].features[given.column].feature.names
    labels = {"id2label": dict(enumerate(names)), "label2id": {name: number for number, name in enumerate(names)}}
    if given.base:
        tokenizer = AutoTokenizer.from_pretrained(given.base)
        model = AutoModelForTokenClassification.from_pretrained(given.base, **labels)
    else:
        words = [word for row in loaded["train"]["tokens"] for word in row]
        tokenizer, model = tiny(words, labels, given.out)
    rate = given.rate or (5e-5 if given.base else 2e-3)
    loss = train(model, loaded["train"], given.column, tokenizer, given.epochs, rate)
    model.save_pretrained(given.out)
    tokenizer.save_pretrained(given.out)
    result: dict[str, Any] = {"loss": loss}
    for split in ("train", "test"):
        if split in loaded:
            result[split] = score(model, loaded[split], given.column, tokenizer)._asdict()
    print(json.dumps(result))


if __name__ == "__main__":
    main()
