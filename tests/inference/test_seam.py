"""The seam between two models' texts: what was said already is not said again, and nothing else is lost."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arcano.inference.seam import SHORTEST_REPEAT, SHORTEST_RESTART, TAIL_CHARACTERS, Seam

FEW_LETTERS = st.text(alphabet="ab \n", max_size=60)
"""So that accidental repetitions abound."""

SENTENCE = "The quick brown fox jumps over the lazy dog"


def joined(said: str, *pieces: str) -> str:
    """What a reader has in the end."""
    seam = Seam(said)
    return said + "".join(seam.hear(piece) for piece in pieces) + seam.settle()


def cut_up(text: str, places: list[int]) -> list[str]:
    cuts = sorted({min(place, len(text)) for place in places} | {0, len(text)})
    return [text[start:end] for start, end in pairwise(cuts)]


def test_a_continuation_that_repeats_nothing_is_kept_whole() -> None:
    assert joined("One, two,", " three", ", four.") == "One, two, three, four."


def test_the_repeated_end_is_left_out() -> None:
    assert joined(SENTENCE, "over the lazy dog", " and runs.") == f"{SENTENCE} and runs."


def test_an_answer_begun_anew_is_left_out_up_to_where_it_was() -> None:
    assert joined(SENTENCE, *f"{SENTENCE} and runs.") == f"{SENTENCE} and runs."


@pytest.mark.parametrize("said", ["Once", "Once upon ", "**A lightho"])
def test_a_short_answer_begun_anew_is_left_out_too(said: str) -> None:
    assert joined(said, f"{said}... and", " so on") == f"{said}... and so on"


@pytest.mark.parametrize("said", ["1", "haha", "----", "\n\n\n\n\n", "No."])
def test_a_very_short_answer_that_may_be_meant_twice_is_kept(said: str) -> None:
    assert joined(said, f"{said} and") == f"{said}{said} and"


def test_a_beginning_that_only_looks_like_the_answer_begun_anew_is_kept() -> None:
    assert joined(SENTENCE, "The quick brown ", "cat sleeps.") == (
        f"{SENTENCE}The quick brown cat sleeps."
    )


@pytest.mark.parametrize("said", ["It is very", "00000000000000", "-" * 40, "ha ha ha ha ha ha ha"])
def test_what_may_be_meant_twice_is_kept(said: str) -> None:
    more = said[-4:] if len(said) < SHORTEST_REPEAT else said

    assert joined(said, more, " ...") == f"{said}{more} ..."


def test_an_indentation_that_comes_again_is_kept() -> None:
    indentation = "\n" + " " * 16

    assert joined(f"if a:{indentation}", f"{indentation}b()") == f"if a:{indentation * 2}b()"


def test_the_words_of_a_sentence_said_twice_are_left_out_once() -> None:
    said = "To be, or not to be, that is the question. " * 2

    assert (
        joined(said, "To be, or not to be, that is the question. ", "Whether") == f"{said}Whether"
    )


def test_text_is_held_no_longer_than_it_could_be_a_repetition() -> None:
    seam = Seam(SENTENCE)

    held = seam.hear("The quick brown ")
    passed = seam.hear("cat")

    assert held == ""
    assert passed == "The quick brown cat"
    assert seam.settled
    assert seam.hear("The quick brown fox") == "The quick brown fox"


def test_a_seam_without_anything_before_it_holds_nothing() -> None:
    assert Seam("").hear("word") == "word"


@given(st.text(max_size=200), st.text(max_size=200), st.lists(st.integers(0, 200), max_size=8))
def test_nothing_is_lost_but_an_exact_repetition_of_the_end(
    said: str, more: str, places: list[int]
) -> None:
    _check_only_a_repetition_is_dropped(said, more, places)


@given(FEW_LETTERS, FEW_LETTERS, st.lists(st.integers(0, 60), max_size=8))
def test_nothing_is_lost_where_everything_looks_alike(
    said: str, more: str, places: list[int]
) -> None:
    _check_only_a_repetition_is_dropped(said, more, places)


def _check_only_a_repetition_is_dropped(said: str, more: str, places: list[int]) -> None:
    new = joined(said, *cut_up(more, places))[len(said) :]

    assert more.endswith(new)
    dropped = more[: len(more) - len(new)]
    assert said.endswith(dropped)
    if len(dropped) < SHORTEST_REPEAT:
        assert dropped in ("", said)
        assert len(dropped) >= SHORTEST_RESTART or not dropped


@given(FEW_LETTERS, FEW_LETTERS, st.lists(st.integers(0, 120), max_size=8))
def test_in_how_many_pieces_a_continuation_comes_changes_nothing(
    said: str, more: str, places: list[int]
) -> None:
    more = said[len(said) // 2 :] + more

    assert joined(said, *cut_up(more, places)) == joined(said, more)


@given(
    st.lists(
        st.sampled_from(["sun", "moon", "star", "river", "stone", "cloud"]), min_size=3, max_size=40
    ),
    st.integers(0, 200),
    st.text(alphabet="xyz ", max_size=40),
    st.lists(st.integers(0, 300), max_size=10),
)
def test_a_repetition_is_dropped_wherever_it_begins_and_however_it_is_cut(
    words: list[str], back: int, new: str, places: list[int]
) -> None:
    """Every word is numbered, so that no end is a pattern and none stands there twice."""
    said = " ".join(f"{word}-{number}" for number, word in enumerate(words))
    repeated = said[-max(SHORTEST_REPEAT + 1, min(back, len(said))) :]

    assert joined(said, *cut_up(repeated + "|" + new, places)) == said + "|" + new


def test_only_the_tail_is_looked_at() -> None:
    said = "".join(f"{number:07} " for number in range(TAIL_CHARACTERS // 4))

    assert joined(said, said[-TAIL_CHARACTERS:], "!") == said + "!"
    assert joined(said, said, "!") == said + said + "!"
