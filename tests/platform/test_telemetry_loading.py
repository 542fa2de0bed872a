"""What operators do not ask for costs nothing: its libraries are not even loaded."""

import subprocess
import sys


def test_without_the_settings_none_of_the_libraries_is_loaded() -> None:
    """In a process of its own: this one has loaded them all."""
    program = (
        "import sys, arcano.entrypoints.serve\n"
        "from arcano.entrypoints.settings import Settings\n"
        # Not `opentelemetry` alone: where its interface is installed, FastAPI looks at it.
        "libraries = {'opentelemetry.sdk', 'opentelemetry.exporter', 'sentry_sdk', 'prometheus_client', 'requests'}\n"
        "print(sorted(libraries & sys.modules.keys()))"
    )

    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )

    assert done.stdout.strip() == "[]"
