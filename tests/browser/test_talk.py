"""Talking: asking, stopping, changing one's mind, choosing between answers."""

import re

from playwright.async_api import Page, expect
from tests.support.reader import answered, answers, ask, composer, questions
from tests.support.upstream import Call, Upstream, says, words


async def test_a_first_question_makes_a_conversation_with_a_title_and_an_address(
    page: Page, upstream: Upstream
) -> None:
    upstream.when_asked("How deep is a fjord?", says("Very ", "deep."))

    await ask(page, "How deep is a fjord?")

    await answered(page, "Very deep.")
    await expect(page).to_have_url(re.compile(r"/c/[0-9a-f-]{36}"))
    await expect(page).to_have_title(re.compile("How deep is a fjord"))
    listed = page.get_by_role("region", name="Conversations")
    await expect(listed.get_by_role("link", name="How deep is a fjord?").first).to_be_visible()


async def test_escape_stops_the_answer_upstream_and_keeps_its_words(
    page: Page, upstream: Upstream
) -> None:
    upstream.when_asked("Stop me.", says(*words(400, seed="s"), every=0.03))
    await ask(page, "Stop me.")
    await expect(answers(page).last).to_contain_text("s3")

    await page.keyboard.press("Escape")

    await expect(page.get_by_role("button", name="Continue")).to_be_visible()
    await (await upstream.call_about("Stop me.")).wait_for_hang_up()
    await expect(answers(page).last).to_contain_text("s3")


async def test_a_stopped_answer_is_continued_in_its_place(page: Page, upstream: Upstream) -> None:
    upstream.when_asked("Go on later.", says(*words(400, seed="g"), every=0.03))
    await ask(page, "Go on later.")
    await expect(answers(page).last).to_contain_text("g3")
    await page.keyboard.press("Escape")
    upstream.when_asked("Go on later.", says("and ", "the end."))

    await page.get_by_role("button", name="Continue").click()

    await answered(page, "and the end.")
    await expect(answers(page)).to_have_count(1)
    await expect(answers(page).last).to_contain_text("g3")


async def test_an_edited_question_becomes_a_second_version(page: Page, upstream: Upstream) -> None:
    upstream.when_asked("Wat is it?", says("A ", "typo."))
    await ask(page, "Wat is it?")
    await answered(page, "A typo.")
    upstream.when_asked("What is it?", says("A ", "question."))

    await questions(page).last.hover()
    await page.get_by_role("button", name="Edit").click()
    await page.get_by_role("textbox", name="Edit your message").fill("What is it?")
    await page.keyboard.press("Enter")

    await answered(page, "A question.")
    pager = page.get_by_role("group", name="Versions of this message")
    await expect(pager).to_contain_text("2/2")
    await pager.get_by_role("button", name="Previous version").click()
    await expect(answers(page).last).to_contain_text("A typo.")
    await page.reload()
    await expect(answers(page).last).to_contain_text("A typo.")


async def test_a_new_answer_stands_beside_the_old_one(page: Page, upstream: Upstream) -> None:
    upstream.when_asked("Again?", says("First ", "try."))
    await ask(page, "Again?")
    await answered(page, "First try.")
    upstream.when_asked("Again?", says("Second ", "try."))

    await answers(page).last.hover()
    await page.get_by_role("button", name="Regenerate").click()

    await answered(page, "Second try.")
    pager = page.get_by_role("group", name="Versions of this answer")
    await expect(pager).to_contain_text("2/2")
    await pager.get_by_role("button", name="Previous version").click()
    await expect(answers(page).last).to_contain_text("First try.")


async def test_an_error_says_what_happened_what_is_kept_and_what_to_do(
    page: Page, upstream: Upstream
) -> None:
    async def breaks(call: Call) -> None:
        await call.say("Half ", "an ", "answer")
        call.cut()

    upstream.when_asked("Break.", breaks)
    await ask(page, "Break.")
    alert = page.get_by_role("alert")
    await expect(alert).to_contain_text("kept")
    await expect(answers(page).last).to_contain_text("Half an answer")
    upstream.when_asked("Break.", says(" and the rest."))

    await alert.get_by_role("button", name="Continue from here").click()

    await answered(page, "Half an answer and the rest.")


async def test_the_next_question_can_be_written_and_sent_while_an_answer_runs(
    page: Page, upstream: Upstream
) -> None:
    upstream.when_asked("Slow one.", says(*words(30, seed="q"), every=0.05))
    upstream.when_asked("Next one.", says("Next ", "answer."))
    await ask(page, "Slow one.")
    await expect(answers(page).last).to_contain_text("q1")

    await composer(page).fill("Next one.")
    await page.keyboard.press("Enter")

    await answered(page, "Next answer.")
    await expect(answers(page)).to_have_count(2)
    await expect(answers(page).first).to_contain_text("q29")


async def test_a_deleted_conversation_comes_back_with_undo(page: Page, upstream: Upstream) -> None:
    upstream.when_asked("Delete this thought?", says("Gone."))
    await ask(page, "Delete this thought?")
    await answered(page, "Gone.")

    await page.get_by_role("main").get_by_role("button", name="More").first.click()
    await page.get_by_role("menuitem", name="Delete").click()
    await page.get_by_role("button", name="Undo").click()

    listed = page.get_by_role("region", name="Conversations")
    await expect(listed.get_by_role("link", name="Delete this thought?").first).to_be_visible()


async def test_code_tables_and_maths_are_shown_and_nothing_a_model_writes_runs(
    page: Page, upstream: Upstream
) -> None:
    upstream.when_asked(
        "Show everything.",
        says(
            "| a | b |\n|---|--:|\n| 1 | 2 |\n\n",
            "```python\nprint('hello')\n```\n\n",
            "$$E = mc^2$$\n\n",
            "<img src=x onerror=\"document.title='hacked'\"> [x](javascript:alert(1)) ",
            "![pixel](https://evil.example/pixel.png) done.",
        ),
    )
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    await ask(page, "Show everything.")

    await answered(page, "done.")
    answer = answers(page).last
    await expect(answer.get_by_role("table")).to_be_visible()
    await expect(answer.get_by_role("button", name="Copy", exact=True).first).to_be_visible()
    await expect(answer.locator(".katex").first).to_be_visible()
    assert "hacked" not in await page.title()
    assert not [url for url in asked if "evil.example" in url]
    assert await answer.locator("a[href^='javascript']").count() == 0


async def test_finished_sentences_are_announced_once_to_those_who_listen(
    page: Page, upstream: Upstream
) -> None:
    upstream.when_asked("Read to me.", says("One sentence. ", "Another ", "one. ", every=0.05))

    await ask(page, "Read to me.")
    await answered(page, "Another one.")

    log = page.get_by_role("log")
    await expect(log).to_contain_text("One sentence.")
    await expect(log).to_contain_text("Another one.")


async def test_a_conversation_is_renamed_by_writing_at_once(page: Page) -> None:
    await ask(page, "What is it called?")
    await answered(page, "An ordinary answer.")
    await page.get_by_role("main").get_by_role("button", name="More", exact=True).click()
    await page.get_by_role("menuitem", name="Rename").click()
    await expect(page.get_by_role("textbox", name="Title")).to_be_focused()

    await page.keyboard.type("Fjords")
    await page.keyboard.press("Enter")

    await expect(page.get_by_role("heading", level=1)).to_have_text("Fjords")
