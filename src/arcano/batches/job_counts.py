"""How many batch jobs there are and how far they are, of all people together: figures, nobody's work."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import get_args

from sqlalchemy import Connection, func, select

from arcano.batches.domain import BatchState
from arcano.batches.tables import BATCHES


@dataclass(frozen=True, slots=True)
class JobCounts:
    """`jobs` by state, every state among them. `rows` and those `done` and `failed` are of running jobs alone."""

    jobs: Mapping[str, int]
    rows: int
    done: int
    failed: int

    @property
    def waiting(self) -> int:
        """Rows of running jobs that have no result yet."""
        return self.rows - self.done - self.failed


def count_jobs(connection: Connection) -> JobCounts:
    """As they are in the database now."""
    jobs = dict.fromkeys(get_args(BatchState), 0)
    running = JobCounts(jobs, 0, 0, 0)
    by_state = select(
        BATCHES.c.state,
        func.count(),
        func.sum(BATCHES.c.row_count),
        func.sum(BATCHES.c.done_count),
        func.sum(BATCHES.c.failed_count),
    ).group_by(BATCHES.c.state)
    for state, number, rows, done, failed in connection.execute(by_state):
        if state in jobs:
            jobs[state] = number
        if state == "running":
            running = JobCounts(jobs, rows, done, failed)
    return running
