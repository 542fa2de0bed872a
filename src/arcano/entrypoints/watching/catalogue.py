"""Every figure of `/metrics`: its name, its labels, and what it means. docs/reference/metrics.md is made from this.

Names that begin with `gen_ai` are those of OpenTelemetry's conventions for generative AI, written as Prometheus writes
them. No label names a person, a key, a conversation or an address, and each has few values: a model is named only once it
was found, and one at a person's own connection is called `own`.
"""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["counter", "gauge", "histogram"]

OPERATION, PROVIDER, MODEL = "gen_ai_operation_name", "gen_ai_provider_name", "gen_ai_request_model"
_OF_MODEL = (OPERATION, PROVIDER, MODEL)

SECONDS = (0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92)
FIRST_TOKEN_SECONDS = (
    *(0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0),
)
PER_TOKEN_SECONDS = (0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1.0, 2.5)
TOKENS = tuple(float(4**power) for power in range(14))
"""The conventions' own borders, all four."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure. `buckets` are the borders of a histogram."""

    name: str
    kind: Kind
    help: str
    labels: tuple[str, ...] = ()
    buckets: tuple[float, ...] = ()


DURATION = Figure(
    "gen_ai_client_operation_duration_seconds",
    "histogram",
    "How long calls took, from when they were taken to their end: waiting in line, other attempts and fallback included.",
    (*_OF_MODEL, "outcome", "error_type"),
    SECONDS,
)
FIRST_TOKEN = Figure(
    "gen_ai_server_time_to_first_token_seconds",
    "histogram",
    "How long calls that finished waited for the first word of their answer, from when they were taken.",
    _OF_MODEL,
    FIRST_TOKEN_SECONDS,
)
PER_TOKEN = Figure(
    "gen_ai_server_time_per_output_token_seconds",
    "histogram",
    "How long each token took after the first, in calls that finished.",
    _OF_MODEL,
    PER_TOKEN_SECONDS,
)
TOKEN_USAGE = Figure(
    "gen_ai_client_token_usage",
    "histogram",
    "Tokens that calls read and wrote, as the provider counted them, or as we did where it did not.",
    (*_OF_MODEL, "gen_ai_token_type"),
    TOKENS,
)
CALLS = Figure(
    "arcano_calls_total",
    "counter",
    "Calls that ended, by the door through which they came; answers from the cache among them.",
    ("door", "outcome", "from_cache"),
)
REFUSED = Figure(
    "arcano_calls_refused_total",
    "counter",
    "Calls that a budget did not let begin.",
    ("door", "error_type"),
)
COST = Figure(
    "arcano_call_cost_total",
    "counter",
    "What calls cost, in units of the currency, where the price is known.",
    ("currency", PROVIDER, MODEL),
)
PER_CALL = (DURATION, FIRST_TOKEN, PER_TOKEN, TOKEN_USAGE, CALLS, REFUSED, COST)
"""Counted when a call ends."""

BUILD = Figure("arcano_build_info", "gauge", "Which version runs; always 1.", ("version",))
RUNNING = Figure("arcano_calls_running", "gauge", "Calls that are open now, waiting ones too.")
QUEUE_UP = Figure(
    "arcano_queue_up", "gauge", "Whether what keeps the lines can be reached: 1, or 0.", ("kind",)
)
QUEUE_RUNNING = Figure(
    "arcano_queue_running_calls", "gauge", "Calls that run at a target.", ("target",)
)
QUEUE_WAITING = Figure(
    "arcano_queue_waiting_calls", "gauge", "Calls that wait for a target.", ("target",)
)
BREAKER = Figure(
    "arcano_breaker_state",
    "gauge",
    "Whether a target's breaker is in this state: 1, or 0. An open one lets nobody through.",
    ("target", "state"),
)
BUDGETS = Figure(
    "arcano_budgets",
    "gauge",
    "Budgets by how much of them is used: below 50 percent, from 50, from 80, or all.",
    ("scope", "used"),
)
BUDGET_USED = Figure(
    "arcano_budget_used_ratio",
    "gauge",
    "How much is used of the budget of which most is used, 1 being all of it.",
    ("scope",),
)
CACHE_CALLS = Figure(
    "arcano_answer_cache_calls_total",
    "counter",
    "Calls that might have been answered from the cache: by a kept answer (hit), one to a similar question, one that was "
    "under way (together), or not (miss).",
    ("result",),
)
CACHE_ANSWERS = Figure("arcano_answer_cache_answers", "gauge", "Answers that are kept.")
CACHE_BYTES = Figure("arcano_answer_cache_bytes", "gauge", "How much room they take.")
TURNS = Figure("arcano_turns_running", "gauge", "Turns of conversations that are being written.")
UNSTORED = Figure(
    "arcano_event_log_unstored_events",
    "gauge",
    "Events of running turns that were heard and are not in the database yet.",
)
STORED = Figure(
    "arcano_event_log_stored_events_total", "counter", "Events that were stored while turns ran."
)
STORE_WRITES = Figure(
    "arcano_event_log_writes_total", "counter", "Transactions in which they were stored."
)
STORE_SECONDS = Figure(
    "arcano_event_log_write_seconds_total", "counter", "How long those transactions took in all."
)
STORE_FAILURES = Figure(
    "arcano_event_log_write_failures_total",
    "counter",
    "How often the database refused; what could not be stored is tried again.",
)
DATABASE_WAITING = Figure(
    "arcano_database_waiting_units",
    "gauge",
    "Units of work that wait for the database.",
    ("line",),
)
JOBS = Figure("arcano_batch_jobs", "gauge", "Batch jobs by state.", ("state",))
JOB_ROWS = Figure(
    "arcano_batch_rows", "gauge", "Rows of the jobs that run, by how far they are.", ("status",)
)
AT_SCRAPE = (
    *(BUILD, RUNNING, QUEUE_UP, QUEUE_RUNNING, QUEUE_WAITING, BREAKER, BUDGETS, BUDGET_USED),
    *(CACHE_CALLS, CACHE_ANSWERS, CACHE_BYTES, TURNS, UNSTORED, STORED, STORE_WRITES),
    *(STORE_SECONDS, STORE_FAILURES, DATABASE_WAITING, JOBS, JOB_ROWS),
)
"""Looked up when somebody asks."""

ALL = (*PER_CALL, *AT_SCRAPE)
