"""Batches to learn from: conversations of about one length together, so that little is filled up."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import torch
from tokenizers import Tokenizer
from torch import Tensor

from training.conversations import Writer
from training.vocabulary import NOTHING, encode


@dataclass(frozen=True, slots=True)
class Batch:
    """`tokens` and `targets`, shape (batch, length); where `targets` is -100 nothing is learned."""

    tokens: Tensor
    targets: Tensor


def batches(
    tokenizer: Tokenizer,
    *,
    seed: int,
    excluded: frozenset[str],
    tokens_each: int,
    window: int,
    beginning_with: int = 0,
    heap: int = 8_000,
) -> Iterator[Batch]:
    """Batches without an end. Text comes in heaps, each from a seed of its own, so that one can begin in the middle.

    `beginning_with` leaves out as many batches.
    """
    number, passed = 0, 0
    while True:
        made = _heap(
            tokenizer,
            seed=seed * 1_000_003 + number,
            excluded=excluded,
            tokens_each=tokens_each,
            window=window,
            size=heap,
        )
        for batch in made:
            if passed >= beginning_with:
                yield batch
            passed += 1
        number += 1


def _heap(
    tokenizer: Tokenizer,
    *,
    seed: int,
    excluded: frozenset[str],
    tokens_each: int,
    window: int,
    size: int,
) -> list[Batch]:
    writer = Writer(seed, excluded=excluded)
    encoded = [encode(tokenizer, each) for each in islice(writer.conversations(), size)]
    encoded = sorted(((t[:window], m[:window]) for t, m in encoded), key=lambda each: len(each[0]))
    filler = tokenizer.token_to_id(NOTHING)
    made: list[Batch] = []
    rows: list[tuple[list[int], list[bool]]] = []
    for each in encoded:
        if rows and (len(rows) + 1) * len(each[0]) > tokens_each:
            made.append(_batch(rows, filler))
            rows = []
        rows.append(each)
    made.append(_batch(rows, filler))
    random.Random(seed).shuffle(made)
    return made


def _batch(rows: list[tuple[list[int], list[bool]]], filler: int) -> Batch:
    length = max(len(tokens) for tokens, _ in rows)
    tokens = torch.full((len(rows), length), filler)
    targets = torch.full((len(rows), length), -100)
    for at, (row, learned) in enumerate(rows):
        tokens[at, : len(row)] = torch.tensor(row)
        wanted = [
            token if learn else -100 for token, learn in zip(row[1:], learned[1:], strict=True)
        ]
        targets[at, : len(wanted)] = torch.tensor(wanted)
    return Batch(tokens, targets)
