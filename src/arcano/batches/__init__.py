"""Batch jobs: a file of rows and a prompt template; each row becomes one call, at the lowest priority."""

from arcano.batches.batch_runner import BatchRunner
from arcano.batches.http import Batches, router
from arcano.batches.job_counts import JobCounts, count_jobs
from arcano.batches.run_batch import JobSurroundings
from arcano.batches.settings import BatchSettings

__all__ = [
    "BatchRunner",
    "BatchSettings",
    "Batches",
    "JobCounts",
    "JobSurroundings",
    "count_jobs",
    "router",
]
