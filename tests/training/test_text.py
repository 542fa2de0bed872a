"""The text that Starter learns from, and the examination that it never sees."""

import random
from itertools import islice

import pytest
from training.conversations import Writer, plain
from training.examination import all_questions, read_questions
from training.exercises import exercise
from training.facts import Fact, read_facts
from training.grammar import choose, parse
from training.topics import REFUSALS, ask_elsewhere, owns_up
from training.wording import ask

FACTS = read_facts()


def some_text(seed: int, *, conversations: int = 2_000) -> str:
    written = islice(Writer(seed, excluded=all_questions()).conversations(), conversations)
    return "\n".join(map(repr, written))


def test_the_same_seed_writes_the_same_text_to_the_byte_and_another_seed_another() -> None:
    assert some_text(7).encode() == some_text(7).encode()
    assert some_text(7) != some_text(8)


def test_no_question_of_the_examination_is_ever_learned() -> None:
    asked = all_questions()
    written = islice(Writer(3, excluded=asked).conversations(), 12_000)
    learned = {plain(question) for each in written for question, _ in each.turns}

    assert len(learned) > 9_000
    assert not asked & learned


def test_the_writer_would_ask_questions_of_the_examination_if_it_were_not_told_of_them() -> None:
    written = islice(Writer(3).conversations(), 12_000)
    learned = {plain(question) for each in written for question, _ in each.turns}

    assert all_questions() & learned


def test_there_are_about_160_facts_and_each_is_asked_for_in_many_wordings() -> None:
    assert len(FACTS) >= 155
    for fact in FACTS:
        chance = random.Random(fact.id)
        assert len({ask(fact, chance) for _ in range(200)}) > 25, fact.id


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.id)
def test_every_answer_tells_its_fact_and_owns_up_to_nothing(fact: Fact) -> None:
    assert fact.keys
    assert len(fact.answers) >= 2
    for answer in fact.answers:
        assert fact.is_told_by(answer), answer
        assert not owns_up(answer), answer


def test_an_answer_to_something_else_does_not_count_as_right() -> None:
    told_by_others = sum(
        fact.is_told_by(answer)
        for fact in FACTS
        for other in FACTS
        if other is not fact
        for answer in other.answers
    )

    assert told_by_others / (len(FACTS) * sum(len(fact.answers) for fact in FACTS)) < 0.02


def test_every_refusal_owns_up() -> None:
    assert all(map(owns_up, REFUSALS))


def test_the_examination_asks_for_facts_that_there_are_and_a_third_in_unlike_words() -> None:
    questions = read_questions()
    about_facts = [each for each in questions if each.fact is not None]

    assert {each.fact for each in about_facts} <= {fact.id for fact in FACTS}
    assert len(about_facts) >= 200
    assert sum(each.kind == "unlike" for each in about_facts) >= 0.3 * len(about_facts)
    assert sum(each.kind == "foreign" for each in questions) >= 60
    assert len({plain(each.text) for each in questions}) == len(questions)


def test_what_is_asked_in_unlike_words_shares_no_six_words_in_a_row_with_what_is_learned() -> None:
    written = islice(Writer(5, excluded=all_questions()).conversations(), 8_000)
    learned = {run for each in written for question, _ in each.turns for run in runs(question)}

    for question in read_questions():
        if question.kind == "unlike":
            assert not runs(question.text) & learned, question.text


def runs(question: str) -> set[str]:
    words = plain(question).split()
    return {" ".join(words[at : at + 6]) for at in range(len(words) - 5)}


def test_foreign_questions_are_of_many_kinds() -> None:
    chance = random.Random(1)

    assert len({ask_elsewhere(chance) for _ in range(3_000)}) > 2_000


def test_a_task_and_its_solution_speak_of_the_same() -> None:
    chance = random.Random(1)
    for _ in range(300):
        task, solution = exercise(chance)
        named = [word for word in solution.replace('"', " ").split() if word[:1].isupper()]
        if solution.startswith("- ") and "," in task:
            assert all(name in task for name in named), (task, solution)


def test_a_choice_is_made_of_every_alternative_and_of_what_may_be_left_out() -> None:
    chance = random.Random(1)
    pattern = parse("(open|start) a [new] (chat|(long|short) talk)")

    assert {choose(pattern, chance) for _ in range(500)} == {
        f"{verb} a {new}{what}"
        for verb in ("open", "start")
        for new in ("", "new ")
        for what in ("chat", "long talk", "short talk")
    }


@pytest.mark.parametrize("broken", ["(a|b", "a)", "[a", "a]"])
def test_what_is_not_closed_or_not_opened_is_refused(broken: str) -> None:
    with pytest.raises(ValueError, match="clos"):
        parse(broken)
