"""Whether an exported file says the same as the network it was made from: `python -m training.agree FOLDER FILE`.

Prints the greatest difference between their logarithms of the likeliest next tokens, over some conversations.
"""

import json
import sys
from collections.abc import Sequence
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import Any

import torch

from training.conversations import Conversation, Writer
from training.export import load
from training.vocabulary import BEGIN, END

_LIKELIEST = 8
_ASKED = 8


def main() -> None:
    """Compare, as the command line says."""
    folder, file = map(Path, sys.argv[1:])
    conversations = [
        each for each in islice(Writer(99).conversations(), 200) if each.system is None
    ][:_ASKED]
    print(json.dumps({"greatest_difference": greatest_difference(folder, file, conversations)}))


def greatest_difference(folder: Path, file: Path, conversations: Sequence[Conversation]) -> float:
    """How far apart they are at most, in natural logarithms."""
    network, tokenizer = load(folder)
    xllamacpp: Any = import_module("xllamacpp")
    params: Any = xllamacpp.CommonParams()
    params.model.path = str(file)
    params.n_ctx = network.shape.window
    params.n_parallel = 1
    params.verbosity = 1
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    server: Any = xllamacpp.Server(params)
    differences: list[float] = []
    for conversation in conversations:
        text = _prompt(conversation)
        tokens = torch.tensor([tokenizer.encode(text).ids])[:, : network.shape.window]
        with torch.no_grad():
            ours = network.logits(network(tokens))[0, -1].log_softmax(-1)
        told: Any = server.handle_completions(
            {"prompt": text, "n_predict": 1, "n_probs": _LIKELIEST, "temperature": 0}
        )
        likeliest: Any = told["choices"][0]["logprobs"]["content"][0]["top_logprobs"]
        differences += [abs(each["logprob"] - ours[each["id"]].item()) for each in likeliest]
    return max(differences)


def _prompt(conversation: Conversation) -> str:
    said = [
        f"{BEGIN}user\n{question}{END}\n{BEGIN}assistant\n{answer}{END}\n"
        for question, answer in conversation.turns[:-1]
    ]
    return "".join([*said, f"{BEGIN}user\n{conversation.turns[-1][0]}{END}\n{BEGIN}assistant\n"])


if __name__ == "__main__":
    main()
