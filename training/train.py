"""Trains Starter from nothing, and goes on where it was interrupted: `python -m training.train --help`."""

import argparse
import json
import math
import time
from dataclasses import asdict
from itertools import islice
from pathlib import Path

import torch
from torch.nn import functional

from training.batches import Batch, batches
from training.conversations import Writer
from training.examination import all_questions
from training.network import Network, Shape
from training.vocabulary import learn_vocabulary, read_vocabulary

Optimizers = tuple[torch.optim.Optimizer, ...]

SHAPES = {
    "full": Shape(),
    "half": Shape(vocabulary=2048, width=128, layers=4, heads=2, kept_heads=2, inner=352),
    "smoke": Shape(vocabulary=1024, width=64, layers=2, heads=2, kept_heads=2, inner=128),
}


def main() -> None:
    """Train, as the command line says."""
    arguments = _parser().parse_args()
    torch.manual_seed(arguments.seed)
    if arguments.threads:
        torch.set_num_threads(arguments.threads)
    train(
        arguments.out,
        shape=SHAPES[arguments.shape],
        seed=arguments.seed,
        steps=arguments.steps,
        tokens_each=arguments.tokens,
        peak=arguments.rate,
        save_every=arguments.save_every,
        text=arguments.text,
    )


def train(
    out: Path,
    *,
    shape: Shape,
    seed: int,
    steps: int,
    tokens_each: int,
    peak: float,
    save_every: int,
    text: int,
) -> Network:
    """Train for so many steps and keep `vocabulary.json`, `shape.json` and `weights.pt` in `out`."""
    out.mkdir(parents=True, exist_ok=True)
    excluded = all_questions()
    place = out / "vocabulary.json"
    if not place.exists():
        writer = Writer(seed, excluded=excluded)
        learn_vocabulary(islice(writer.conversations(), text), shape.vocabulary).save(str(place))
    tokenizer = read_vocabulary(place)
    (out / "shape.json").write_text(json.dumps(asdict(shape)), encoding="utf-8")
    device = "cuda" if torch.cuda.is_available() else "cpu"
    network = Network(shape).to(device)
    optimizers = _optimizers(network, peak)
    done = _taken_up(out, network, optimizers)
    made = batches(
        tokenizer,
        seed=seed,
        excluded=excluded,
        tokens_each=tokens_each,
        window=shape.window,
        beginning_with=done,
        heap=min(8_000, text),
    )
    began, seen, lost = time.monotonic(), 0, 0.0
    for step, batch in enumerate(islice(made, steps - done), start=done + 1):
        for optimizer in optimizers:
            for group in optimizer.param_groups:
                group["lr"] = _rate(step, steps=steps, peak=peak)
        lost += _step(network, optimizers, batch, device)
        seen += batch.tokens.numel()
        if step % 50 == 0:
            print(
                f"step {step}/{steps} loss {lost / 50:.4f} {seen / (time.monotonic() - began):.0f} tokens/s",
                flush=True,
            )
            lost = 0.0
        if step % save_every == 0 or step == steps:
            _save(out, network, optimizers, step)
    return network


def _step(network: Network, optimizers: Optimizers, batch: Batch, device: str) -> float:
    tokens, targets = batch.tokens.to(device), batch.targets.to(device)
    # On processors, 32 bits were measured to be a third faster than 16, also where those are built in.
    with torch.autocast(device, dtype=torch.bfloat16, enabled=device != "cpu"):
        state = network(tokens)
        wanted = targets >= 0
        # Only what is learned is compared with all tokens: that saves a sixth of the work.
        logits = network.logits(state[wanted])
    loss = functional.cross_entropy(logits.float(), targets[wanted])
    network.zero_grad(set_to_none=True)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
    for optimizer in optimizers:
        optimizer.step()
    return loss.item()


def _optimizers(network: Network, peak: float) -> Optimizers:
    """Muon for the matrices of the layers, which it teaches with fewer tokens; AdamW for the rest."""
    matrices = [each for each in network.blocks.parameters() if each.dim() > 1]
    others = [each for each in network.parameters() if each.dim() == 1]
    muon = torch.optim.Muon(matrices, lr=peak, weight_decay=0.05, adjust_lr_fn="match_rms_adamw")
    adam = torch.optim.AdamW(
        [network.embedding.weight, *others], lr=peak, betas=(0.9, 0.98), weight_decay=0.0
    )
    return (muon, adam)


def _rate(step: int, *, steps: int, peak: float) -> float:
    warm = min(200, steps // 10 + 1)
    if step < warm:
        return peak * step / warm
    return peak * (
        0.03 + 0.97 * 0.5 * (1 + math.cos(math.pi * (step - warm) / max(1, steps - warm)))
    )


def _save(out: Path, network: Network, optimizers: Optimizers, step: int) -> None:
    beside = out / "weights.pt.new"
    states = [each.state_dict() for each in optimizers]
    torch.save({"step": step, "network": network.state_dict(), "optimizers": states}, beside)
    beside.replace(out / "weights.pt")


def _taken_up(out: Path, network: Network, optimizers: Optimizers) -> int:
    place = out / "weights.pt"
    if not place.exists():
        return 0
    kept = torch.load(place, weights_only=True)
    network.load_state_dict(kept["network"])
    for optimizer, state in zip(optimizers, kept["optimizers"], strict=True):
        optimizer.load_state_dict(state)
    return kept["step"]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m training.train", description="Train Starter from nothing."
    )
    parser.add_argument(
        "--out", type=Path, default=Path("build/starter"), help="where the weights are kept"
    )
    parser.add_argument("--shape", choices=sorted(SHAPES), default="full")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--steps", type=int, default=6000)
    parser.add_argument("--tokens", type=int, default=4096, help="tokens in a step, at most")
    parser.add_argument("--rate", type=float, default=2.5e-3, help="the highest learning rate")
    parser.add_argument("--save-every", type=int, default=250)
    parser.add_argument(
        "--text",
        type=int,
        default=20_000,
        help="conversations to learn the vocabulary from, and in a heap of text",
    )
    parser.add_argument(
        "--threads", type=int, default=0, help="threads of the processor; 0: as many as there are"
    )
    return parser


if __name__ == "__main__":
    main()
