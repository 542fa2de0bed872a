"""Makes what the other commands stand on: virtual environments with exactly the locked packages.

Runs on a bare Python, before anything is installed, and therefore imports the standard library
only. It decides nothing about *when*: the Makefile compares timestamps and calls one step here.

    prepare.py venv .venv                         a virtual environment with pip in it
    prepare.py packages .venv "the server" a.lock b.lock
    prepare.py optional .venv "the local engine" c.lock
    prepare.py alone .venv-training "tools" d.lock exactly these packages, not those that they name besides
    prepare.py arcano                             this checkout, editable, into .venv
    prepare.py run "Building the page" page tools/build_web.py build
"""

import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOGS = ROOT / ".make"
PIP_WHEEL = next((ROOT / "tools" / "bootstrap").glob("pip-*.whl"))
PIP_SHA256 = "f3b60b20ffaadd4415ed7957212a38ac63fa4c5fa375bd0f4a797777940fad13"
LAST_LINES = 25


class StepFailedError(Exception):
    """A step did not work; the message says what to do, the log what happened."""


def say(text: str, *, end: str = "\n") -> None:
    print(text, end=end, flush=True)


def run_step(title: str, *commands: list[str], log: str) -> None:
    """Run commands silently under one line that says what is done and how long it took.

    Raises:
        StepFailedError: With the end of the output.
    """
    LOGS.mkdir(exist_ok=True)
    started = time.monotonic()
    say(f"  {title} ... ", end="")
    with (LOGS / f"{log}.log").open("wb") as output:
        for command in commands:
            done = subprocess.run(
                command,
                cwd=ROOT,
                env=quiet_environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                check=False,
            )
            if done.returncode != 0:
                say("failed")
                lines = (LOGS / f"{log}.log").read_text(errors="replace").splitlines()
                raise StepFailedError("\n".join(lines[-LAST_LINES:]))
    say(f"{time.monotonic() - started:.1f} s")


def quiet_environment() -> dict[str, str]:
    """The caller's environment, less what would send pip elsewhere or make it ask."""
    return os.environ | {
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_NO_INPUT": "1",
        "PIP_PROGRESS_BAR": "off",
    }


def python_of(venv: str) -> str:
    return str(ROOT / venv / "bin" / "python")


def pip_install(venv: str, *arguments: str) -> list[str]:
    return [python_of(venv), "-m", "pip", "install", "--quiet", *arguments]


def make_venv(venv: str) -> None:
    """A virtual environment with the bundled pip. One that exists and works is kept as it is."""
    if hashlib.sha256(PIP_WHEEL.read_bytes()).hexdigest() != PIP_SHA256:
        message = (
            f"{PIP_WHEEL.name} is not the file that it should be. Fetch this repository again."
        )
        raise StepFailedError(message)
    interpreter = [sys.executable, "-m", "venv", "--without-pip"]
    if (ROOT / venv).exists() and not works(python_of(venv)):
        interpreter.append("--clear")  # its Python was removed or replaced
    pip_from_wheel = [
        python_of(venv),
        str(PIP_WHEEL / "pip"),
        "install",
        "--quiet",
        "--no-index",
        str(PIP_WHEEL),
    ]
    run_step(
        f"Making {venv} with Python {sys.version.split()[0]}",
        [*interpreter, venv],
        pip_from_wheel,
        log=f"venv{venv}",
    )


def works(python: str) -> bool:
    try:
        return subprocess.run([python, "-c", ""], check=False, capture_output=True).returncode == 0
    except OSError:
        return False


def install_packages(venv: str, name: str, locks: list[str]) -> None:
    """Install exactly what the lock files say, each file's hash compared."""
    run_step(
        f"Installing {name}",
        pip_install(venv, *locked(locks)),
        log=f"packages-{Path(locks[-1]).stem}",
    )


def install_optional(venv: str, name: str, locks: list[str]) -> None:
    """The same, but what has no ready-made package for this machine is left out, and that is said."""
    try:
        command = pip_install(venv, "--only-binary", ":all:", *locked(locks))
        run_step(f"Installing {name}", command, log=f"packages-{Path(locks[-1]).stem}")
    except StepFailedError:
        say(
            f"  ({name} has no package for this machine, or it could not be fetched: Arcano works without it."
        )
        say(
            f"   The reason is in .make/packages-{Path(locks[-1]).stem}.log; `make local-engine` tries again.)"
        )


def install_alone(venv: str, name: str, locks: list[str]) -> None:
    """Exactly what the lock files say, and nothing that its packages ask for; tests that need it are skipped without it."""
    try:
        command = pip_install(venv, "--no-deps", "--only-binary", ":all:", *locked(locks))
        run_step(f"Installing {name}", command, log=f"packages-{Path(locks[-1]).stem}")
    except StepFailedError:
        say(f"  ({name} could not be fetched: nothing can be trained here, all else works.")
        say(f"   The reason is in .make/packages-{Path(locks[-1]).stem}.log.)")


def locked(locks: list[str]) -> list[str]:
    return ["--require-hashes", *(argument for lock in locks for argument in ("-r", lock))]


def install_arcano() -> None:
    """This checkout, editable: the command `arcano` in .venv runs the code in src/."""
    wheels = LOGS / "wheel"
    shutil.rmtree(wheels, ignore_errors=True)
    wheels.mkdir(parents=True)
    build = f"from hatchling.build import build_editable; build_editable({str(wheels)!r})"
    run_step(
        "Building the command arcano", [python_of(".venv-build"), "-c", build], log="arcano-build"
    )
    wheel = str(next(wheels.glob("*.whl")))
    run_step(
        "Installing the command arcano",
        pip_install(".venv", "--no-deps", "--no-index", "--force-reinstall", wheel),
        log="arcano-install",
    )


def main(arguments: list[str]) -> int:
    try:
        match arguments:
            case ["venv", venv]:
                make_venv(venv)
            case ["packages", venv, name, *locks]:
                install_packages(venv, name, locks)
            case ["optional", venv, name, *locks]:
                install_optional(venv, name, locks)
            case ["alone", venv, name, *locks]:
                install_alone(venv, name, locks)
            case ["run", title, log, *script]:
                run_step(title, [sys.executable, *script], log=log)
            case ["arcano"]:
                install_arcano()
            case _:
                say(str(__doc__))
                return 2
    except StepFailedError as error:
        say(str(error))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
