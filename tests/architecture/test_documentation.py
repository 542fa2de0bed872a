"""What the pages promise is there: links lead somewhere, named files exist, generated pages are in step."""

import json
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from tools.generate_reference import pages

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted(
    path
    for pattern in ("*.md", "docs/**/*.md", "changes/*.md", "tools/**/*.md")
    for path in ROOT.glob(pattern)
)
DECISIONS = sorted((DOCS / "explanation" / "decisions").glob("[0-9]*.md"))
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
NAMED_FILE = re.compile(
    r"`((?:src|web|tests|tools|docs|deploy)/[\w./-]+|[\w-]+(?:/[\w-]+)+\.(?:py|ts|tsx))`"
)
MADE_LATER = {"src/arcano/web_dist"}
NAMED_CALL = re.compile(r"`((?:GET|POST|PUT|PATCH|DELETE)(?:, [A-Z]+)*) (/[^?`]*)(?:\?[^`]*)?`")
"""As the page of the HTTP interface names one: `POST /api/turns/{id}/stop`; or two, `GET, DELETE /v1/responses/{id}`."""
NOT_IN_THE_CONTRACT = {("GET", "/api/openapi.json")}
SECTIONS = ("## Context", "## Decision", "## Consequences", "## Alternatives", "## References")


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def described_calls() -> set[tuple[str, str]]:
    """Method and address of every call, as `web/openapi.json` has them; what differs from call to call is `{}`."""
    paths = json.loads((ROOT / "web" / "openapi.json").read_text())["paths"]
    return {
        (method.upper(), without_names(address))
        for address, calls in paths.items()
        for method in calls
    }


def named_calls() -> set[tuple[str, str]]:
    """The same, as docs/reference/http.md has them."""
    text = (DOCS / "reference" / "http.md").read_text()
    return {
        (method, without_names(address))
        for methods, address in NAMED_CALL.findall(text)
        for method in methods.split(", ")
    }


def without_names(address: str) -> str:
    return re.sub(r"\{[^}]*\}", "{}", address)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_a_page_links_to_what_exists(page: Path) -> None:
    targets = [
        link
        for link in LINK.findall(page.read_text())
        if "://" not in link and not link.startswith("mailto:")
    ]

    assert [link for link in targets if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_a_page_names_files_that_exist(page: Path) -> None:
    """A path is given from the root, from `src/arcano` or from `web/src`."""
    roots = (ROOT, ROOT / "src" / "arcano", ROOT / "web" / "src")
    named = {name.rstrip("/") for name in NAMED_FILE.findall(page.read_text())} - MADE_LATER

    missing = {name for name in named if not any((root / name).exists() for root in roots)}

    assert missing == set()


def test_every_threat_has_a_measure_and_a_test_that_exist() -> None:
    """A row of the threat model without a file is a hope."""
    rows = [
        line
        for line in (DOCS / "explanation" / "threat-model.md").read_text().splitlines()
        if re.match(r"\| [STRIDE](, [STRIDE])* \|", line)
    ]
    without: list[str] = []
    for row in rows:
        _, _, threat, measure, shown, _ = (cell.strip() for cell in row.split("|"))
        paths = [path for path in re.findall(r"`([^`]+)`", shown) if (ROOT / path).exists()]
        if not measure or not paths:
            without.append(threat)

    assert len(rows) >= 30
    assert without == []


def test_the_generated_pages_are_in_step_with_the_code() -> None:
    stale = {
        name for name, text in pages().items() if (DOCS / "reference" / name).read_text() != text
    }

    assert stale == set(), "run `make reference`"


def test_every_address_of_the_http_interface_stands_on_its_page() -> None:
    assert sorted(described_calls() - named_calls()) == []


def test_the_page_of_the_http_interface_names_no_address_that_is_not_there() -> None:
    assert sorted(named_calls() - described_calls() - NOT_IN_THE_CONTRACT) == []


def test_what_may_stand_in_the_settings_several_times_is_given_no_variable_that_would_not_work() -> (
    None
):
    page = pages()["settings.md"]

    assert "`ARCANO_INFERENCE__ROUTES`, as JSON" in page
    assert "ARCANO_INFERENCE__ROUTES__" not in page


@pytest.mark.parametrize("decision", DECISIONS, ids=name_of)
def test_a_decision_has_every_section(decision: Path) -> None:
    text = decision.read_text()
    places = [text.find(f"\n{section}\n") for section in SECTIONS]

    assert -1 not in places
    assert places == sorted(places)


def test_decisions_are_numbered_without_gaps() -> None:
    numbers = [int(path.name[:4]) for path in DECISIONS]

    assert numbers == list(range(1, len(numbers) + 1))


def test_every_make_target_says_what_it_does() -> None:
    makefile = (ROOT / "Makefile").read_text()
    phony = {
        name
        for line in re.findall(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
        for name in line.split()
    }
    told = set(re.findall(r"^([a-z-]+):.*## \S", makefile, re.MULTILINE))

    assert phony == told


def test_the_locks_name_no_index_and_hash_everything() -> None:
    for lock in ROOT.glob("requirements*.lock"):
        text = lock.read_text()
        pinned = re.findall(r"^[a-z0-9.-]+(?:\[[\w,]+\])?==", text, re.MULTILINE)
        hashed = re.findall(
            r"^[a-z0-9.-]+(?:\[[\w,]+\])?==.*\\\n    --hash=sha256:", text, re.MULTILINE
        )

        assert pinned, f"{lock.name} is empty"
        assert len(pinned) == len(hashed), lock.name
        assert "://" not in text, lock.name
        assert "--index-url" not in text, lock.name


def test_locks_of_npm_name_no_registry() -> None:
    for folder in ("web", "tests/aimock", "tests/oidc"):
        assert '"resolved"' not in (ROOT / folder / "package-lock.json").read_text()


def test_the_base_installation_stays_small() -> None:
    """At most 60 distributions: what every user downloads, and what we must follow for security."""
    pinned = re.findall(r"^([a-z0-9.-]+)==", (ROOT / "requirements.lock").read_text(), re.MULTILINE)

    assert len(set(pinned)) <= 60


def test_nothing_that_is_installed_by_itself_brings_pytorch() -> None:
    """It takes gigabytes. Who wants it asks for the extra `transformers`.

    What trains Starter has it, without CUDA, in an environment that neither serving nor setting up makes.
    """
    training = ROOT / "requirements-training.lock"
    for lock in ROOT.glob("requirements*.lock"):
        heavy = r"^(nvidia-|cuda-|triton)" if lock == training else r"^(torch|transformers|nvidia-)"
        assert not re.search(heavy, lock.read_text(), re.MULTILINE), lock
    makefile = (ROOT / "Makefile").read_text()
    for target in ("serve", "setup", "check", "dev"):
        (needs,) = re.findall(rf"^{target}:(.*?)##", makefile, re.MULTILINE)
        assert ".venv-training" not in needs, target


def test_every_dependency_says_why_it_is_there() -> None:
    text = (ROOT / "pyproject.toml").read_text()
    for wish in tomllib.loads(text)["project"]["dependencies"]:
        line = next(line for line in text.splitlines() if f'"{wish}"' in line)

        assert "#" in line, f"{wish}: say in a comment which job it does"


def test_the_changelog_fragments_say_their_kind() -> None:
    fragments = [path for path in (ROOT / "changes").iterdir() if path.name != "README.md"]

    assert [
        path.name
        for path in fragments
        if path.suffixes[-2:-1] not in ([f".{kind}"] for kind in KINDS)
    ] == []


def test_nothing_that_is_made_is_tracked() -> None:
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    made = ("src/arcano/web_dist/", ".venv", "web/node_modules/", ".make/", "dist/", "build/")

    assert [name for name in tracked if name.startswith(made)] == []


KINDS = ("added", "changed", "deprecated", "removed", "fixed", "security")
