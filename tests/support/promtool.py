"""Prometheus' own checker, where it is installed (the package `prometheus` of Debian); its absence is printed, not hidden."""

import shutil
import subprocess

import pytest

PROMTOOL = shutil.which("promtool")


def check(*words: str, stdin: bytes = b"") -> str:
    """What it complains of; nothing where all is well.

    Where it is not installed the calling test is skipped, and says so.
    """
    if PROMTOOL is None:
        pytest.skip("promtool is not installed; install Debian's package prometheus to run this.")
    done = subprocess.run(
        [PROMTOOL, *words], input=stdin, capture_output=True, check=False, timeout=60
    )
    complaint = (done.stdout + done.stderr).decode()
    return complaint if done.returncode else ""
