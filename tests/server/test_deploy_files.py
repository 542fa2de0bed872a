"""Dashboard and alerts of `deploy/`: they load, their queries are PromQL, and they ask for figures that there are."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import promql_parser
import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families
from tests.support import promtool
from tests.support.house import a_house
from tests.support.upstream import Upstream

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
ALERTS = DEPLOY / "prometheus" / "alerts.yaml"
DASHBOARD = DEPLOY / "grafana" / "arcano.json"
OF_THE_SCRAPER = {"up"}
"""What Prometheus says itself."""


def rules() -> list[dict[str, Any]]:
    return [
        rule for group in yaml.safe_load(ALERTS.read_text())["groups"] for rule in group["rules"]
    ]


def panels() -> list[dict[str, Any]]:
    return [
        panel for panel in json.loads(DASHBOARD.read_text())["panels"] if panel["type"] != "row"
    ]


def queries() -> list[tuple[str, str]]:
    """Each query by where it stands, with what Grafana fills in."""
    shown = [
        (
            panel["title"],
            target["expr"].replace("$__rate_interval", "5m").replace("$instance", ".*"),
        )
        for panel in panels()
        for target in panel["targets"]
    ]
    return [*((rule["alert"], rule["expr"]) for rule in rules()), *shown]


QUERIES = queries()


def selected(query: str) -> Iterator[tuple[str, dict[str, str]]]:
    """The series that a query asks for: each name, with the labels that must have one value."""
    for name, labels in re.findall(r"\b([a-z][a-z0-9_]*)\{([^}]*)\}", query):
        yield name, dict(re.findall(r'(\w+)="([^"]*)"', labels))
    words = re.sub(
        r'"[^"]*"|\{[^}]*\}|\[[^\]]*\]|\b(?:by|without|ignoring|on) \([^)]*\)', " ", query
    )
    for name in re.findall(r"\b((?:arcano|gen_ai|process)_\w+|up)\b", words):
        yield name, {}


async def figures_of(upstream: Upstream, folder: Path) -> set[str]:
    """The names of all series and families after a day's work, buckets and sums among them."""
    settings = {"ARCANO_METRICS__FROM_THIS_MACHINE": "true"}
    async with a_house(upstream, folder, settings=settings) as (server, visitor):
        turn = await visitor.ask("for the dashboard")
        await visitor.hear_out(turn)
        async with visitor.http.get(server.url + "/metrics") as answer:
            page = await answer.text()
    families = list(text_string_to_metric_families(page))
    # A figure that has not happened yet (nothing was refused) is there as a family without a series.
    named = {f"{one.name}_total" if one.type == "counter" else one.name for one in families}
    return named | {sample.name for one in families for sample in one.samples}


async def test_every_figure_that_is_shown_or_watched_is_on_the_page(
    upstream: Upstream, tmp_path: Path
) -> None:
    there = await figures_of(upstream, tmp_path / "data") | OF_THE_SCRAPER
    asked = {name for _, query in QUERIES for name, _ in selected(query)}

    assert len(asked) > 20
    assert asked - there == set()


@pytest.mark.parametrize(("place", "query"), QUERIES, ids=[place for place, _ in QUERIES])
async def test_a_query_is_promql(place: str, query: str) -> None:
    assert promql_parser.parse(query) is not None, place


async def test_a_query_that_is_none_is_found() -> None:
    with pytest.raises(ValueError, match="parenthesis"):
        promql_parser.parse("sum by (door) (rate(arcano_calls_total[5m])")


async def test_promtool_takes_the_alert_rules() -> None:
    assert promtool.check("check", "rules", str(ALERTS)) == ""


async def test_every_alert_says_how_bad_it_is_and_what_it_means_and_the_how_to_knows_it() -> None:
    how_to = (DEPLOY.parent / "docs" / "how-to" / "watch-a-server.md").read_text()

    for rule in rules():
        assert rule["labels"]["severity"] in ("info", "warning", "critical"), rule
        assert rule["annotations"]["summary"], rule
        assert f"`{rule['alert']}`" in how_to, rule["alert"]


async def test_the_dashboard_has_one_place_for_each_panel_and_names_no_data_source() -> None:
    board = json.loads(DASHBOARD.read_text())
    ids = [panel["id"] for panel in board["panels"]]
    taken = [
        (x, y)
        for panel in panels()
        for x in range(panel["gridPos"]["x"], panel["gridPos"]["x"] + panel["gridPos"]["w"])
        for y in range(panel["gridPos"]["y"], panel["gridPos"]["y"] + panel["gridPos"]["h"])
    ]

    assert len(ids) == len(set(ids))
    assert len(taken) == len(set(taken))
    assert max(x for x, _ in taken) < 24
    assert {panel["datasource"]["uid"] for panel in panels()} == {"${source}"}
    assert {one["name"] for one in board["templating"]["list"]} == {"source", "instance"}
