"""Scrolling a conversation of 2,000 messages in headless Chromium, beside a page of plain paragraphs.

The scroll position is moved in every frame, as a wheel does; older messages are fetched on the way. Without
a graphics card the browser draws on the same cores that it computes on.
"""

import subprocess
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from itertools import cycle, islice

from playwright.async_api import BrowserContext, Page, async_playwright
from tests.load.figure import Figure, beside, middle, percentile
from tests.load.long_conversation import filled
from tests.load.running import ROOT, arcano, scratch_folder

MESSAGES = 2000
ROUNDS = 3
SECONDS = 5
TARGET_FRAMES = 60
SHOWN_AFTER_MS = 1500
ARGUMENTS = ["--no-sandbox", "--disable-background-networking", "--disable-component-update"]

PASSAGES = (
    "A paragraph as people write them, with **strong words**, a [link](https://example.org) and `code`. "
    * 3,
    "A list:\n\n- first\n- second, a little longer than the first\n- third\n\nand what follows from it.",
    "```python\ndef fibonacci(n: int) -> int:\n    a, b = 0, 1\n    for _ in range(n):\n"
    "        a, b = b, a + b\n    return a\n```\n\nThat is all there is to it.",
    "| name | value |\n|---|---|\n| first | 1 |\n| second | 2 |\n| third | 3 |",
    "And what does that mean?",
)

PLAIN = (
    "<div id=box style='height:800px;overflow:auto'>"
    + "".join(f"<p>{passage}</p>" for passage in islice(cycle(PASSAGES), MESSAGES))
    + "</div>"
)

SCROLL = """
async (seconds) => {
  let box = document.querySelector('[role=log]') ?? document.querySelector('#box');
  while (box && !(box.scrollHeight > box.clientHeight + 10 &&
                  /auto|scroll/.test(getComputedStyle(box).overflowY))) {
    box = box.parentElement;
  }
  box ??= document.scrollingElement;
  box.scrollTop = box.scrollHeight;
  const frame = () => new Promise(requestAnimationFrame);
  let last = await frame();
  const began = last, intervals = [];
  let moved = 0, step = -40;
  while (last - began < seconds * 1000) {
    const before = box.scrollTop;
    box.scrollTop += step;
    moved += Math.abs(box.scrollTop - before);
    if (box.scrollTop <= 0) step = 40;
    const now = await frame();
    intervals.push(now - last);
    last = now;
  }
  return { intervals, moved };
}
"""


async def measure(*, quick: bool) -> AsyncGenerator[Figure]:
    """Frames a second while scrolling, the plain page and ours in turns."""
    name = f"page: scrolling {MESSAGES:,} messages"
    chromium = _chromium()
    if not chromium:
        yield Figure(name, 0, "frames/s", note="skipped: no Chromium")
        return
    with scratch_folder() as folder:
        async with arcano(folder, upstream_port=None) as server, _browser(chromium) as context:
            asker = await server.asker()
            conversation = await filled(
                asker,
                server.data_dir / "arcano.db",
                100 if quick else MESSAGES,
                texts=PASSAGES,
            )
            asker.close()
            cookie, _, token = server.cookie.partition("=")
            url = f"http://127.0.0.1:{server.port}"
            await context.add_cookies([{"name": cookie, "value": token, "url": url}])
            ours = await context.new_page()
            await ours.goto(f"{url}/c/{conversation}")
            await ours.get_by_role("log").wait_for()
            await ours.wait_for_timeout(SHOWN_AFTER_MS)
            plain = await context.new_page()
            await plain.set_content(PLAIN)
            yield await _compared(name, ours, plain, rounds=1 if quick else ROUNDS)


async def _compared(name: str, ours: Page, plain: Page, *, rounds: int) -> Figure:
    frames: tuple[list[float], list[float]] = ([], [])
    slow: list[float] = []
    moved = 0.0
    for _ in range(rounds):
        for place, page in enumerate((ours, plain)):
            await page.bring_to_front()
            result = await page.evaluate(SCROLL, SECONDS)
            intervals: list[float] = result["intervals"]
            frames[place].append(1000 * len(intervals) / sum(intervals))
            if page is ours:
                slow.append(percentile(intervals, 0.99))
                moved += result["moved"]
    figure = beside(
        name,
        "frames/s",
        TARGET_FRAMES,
        "more",
        ours=frames[0],
        direct=frames[1],
        note=f"slowest of 100 frames {middle(slow):.0f} ms; {moved:,.0f} px scrolled",
    )
    return replace(figure, value=round(figure.value))


@asynccontextmanager
async def _browser(chromium: str) -> AsyncGenerator[BrowserContext]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield await browser.new_context(viewport={"width": 1280, "height": 800})
        await browser.close()


def _chromium() -> str:
    """The one that the tests use. Empty where there is none."""
    found = subprocess.run(
        [sys.executable, "tools/find_chromium.py"],
        cwd=ROOT,
        capture_output=True,
        check=False,
        text=True,
    )
    return found.stdout.strip()
