"""`python -m tests.load [figure ...]`: prints the figures of docs/reference/performance.md.

Ends with 0 whatever the figures are, and with 1 when an answer was wrong or something broke: a figure is
no test, because a machine may be busy. Only the loopback is used, and everything ends by itself.
"""

import argparse
import sys
import time
import traceback
from collections.abc import AsyncGenerator, Callable

import uvloop
from tests.load import (
    adapters,
    audit_trail,
    batch_job,
    cached_answers,
    call_queue,
    chaos,
    completions,
    context_window,
    embeddings,
    failover,
    first_token,
    gateway,
    held_open,
    install_size,
    limits,
    local_engine,
    long_conversation,
    metrics,
    overload,
    page_weight,
    passing,
    permission,
    resting_memory,
    rotate_keys,
    scrolling,
    sign_in,
    soak,
    starting_time,
    token_delay,
    turns_a_second,
    usage_queries,
)
from tests.load.figure import HEADING, Figure, line_of
from tests.load.machine import allow_many_open_files, description

Measure = Callable[..., AsyncGenerator[Figure]]

FIGURES: dict[str, Measure] = {
    "turns": turns_a_second.measure,
    "first-token": first_token.measure,
    "token-delay": token_delay.measure,
    "held-open": held_open.measure,
    "idle": resting_memory.measure,
    "sign-in": sign_in.measure,
    "start": starting_time.measure,
    "install": install_size.measure,
    "long-conversation": long_conversation.measure,
    "context": context_window.measure,
    "local-engine": local_engine.measure,
    "queue": call_queue.measure,
    "embeddings": embeddings.measure,
    "completions": completions.measure,
    "batch-job": batch_job.measure,
    "cache": cached_answers.measure,
    "audit": audit_trail.measure,
    "passing": passing.measure,
    "gateway": gateway.measure,
    "metrics": metrics.measure,
    "limits": limits.measure,
    "usage": usage_queries.measure,
    "permission": permission.measure,
    "adapters": adapters.measure,
    "failover": failover.measure,
    "overload": overload.measure,
    "chaos": chaos.measure,
    "rotate": rotate_keys.measure,
    "page": page_weight.measure,
    "scrolling": scrolling.measure,
}
ONLY_NAMED: dict[str, Measure] = {"soak": soak.measure}
"""What takes so long that it is measured only where somebody asks for it."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.load", description=__doc__)
    parser.add_argument(
        "figures", nargs="*", metavar="figure", help=", ".join(FIGURES | ONLY_NAMED)
    )
    parser.add_argument("--quick", action="store_true", help="a minute's look: does it all work?")
    arguments = parser.parse_args()
    every = FIGURES | ONLY_NAMED
    if unknown := set(arguments.figures) - every.keys():
        parser.error(f"no such figure: {', '.join(sorted(unknown))}")
    allow_many_open_files()
    print(f"{description()}\n\n{HEADING}", flush=True)
    started = time.monotonic()
    broken = 0
    for name in arguments.figures or FIGURES:
        broken += _measure(every[name], quick=arguments.quick)
    print(f"\n{time.monotonic() - started:.0f} s")
    return 1 if broken else 0


def _measure(measure: Measure, *, quick: bool) -> int:
    """Print the figures of one kind. Returns how many of them went wrong."""

    async def run() -> int:
        wrong = 0
        async for figure in measure(quick=quick):
            print(line_of(figure), flush=True)
            wrong += bool(figure.errors)
        return wrong

    try:
        return uvloop.run(run())
    except Exception:  # noqa: BLE001 - the other figures are still wanted
        traceback.print_exc()
        return 1


if __name__ == "__main__":
    sys.exit(main())
