"""Letting people in: one owner, equal answers for the wrong, patience with nobody who guesses."""

import asyncio

import pytest
from argon2 import PasswordHasher
from tests.identity.conftest import Door
from tests.support.acts import acts_in, recorded

from arcano.identity.errors import (
    SetupAlreadyDoneError,
    TooManyAttemptsError,
    WrongCredentialsError,
)
from arcano.identity.passwords import NOBODYS_HASH, Passwords
from arcano.identity.repository import IdentityRepository


async def test_the_first_person_becomes_the_owner(door: Door) -> None:
    person = await door.set_up()

    assert person.role == "owner"
    assert await door.sign_in() == person


async def test_of_many_who_race_exactly_one_becomes_the_owner(door: Door) -> None:
    tries = await asyncio.gather(
        *(door.set_up(f"racer-{n}@arcano.example") for n in range(8)), return_exceptions=True
    )

    refused = [error for error in tries if isinstance(error, SetupAlreadyDoneError)]
    assert len(refused) == 7


async def test_a_wrong_password_and_an_unknown_person_get_the_same_answer(door: Door) -> None:
    await door.set_up()

    with pytest.raises(WrongCredentialsError) as wrong:
        await door.sign_in("wrong password")
    with pytest.raises(WrongCredentialsError) as unknown:
        await door.sign_in(email="nobody@arcano.example")

    assert str(wrong.value) == str(unknown.value)


async def test_the_hash_for_nobody_costs_what_a_real_one_costs() -> None:
    passwords = Passwords()
    real = await passwords.hash("some password")

    assert real.split("$")[1:4] == NOBODYS_HASH.split("$")[1:4]
    assert not passwords.outdated(NOBODYS_HASH)
    assert not await passwords.matches("", stored="not a hash at all")
    passwords.close()


async def test_guessing_at_one_account_is_slowed_down_from_anywhere(door: Door) -> None:
    await door.set_up()
    for n in range(3):
        with pytest.raises(WrongCredentialsError):
            await door.sign_in("wrong password", address=f"192.0.2.{n}")

    with pytest.raises(TooManyAttemptsError) as refused:
        await door.sign_in(address="192.0.2.99")

    assert refused.value.retry_after is not None


async def test_guessing_from_one_address_is_slowed_down_for_all_accounts(door: Door) -> None:
    await door.set_up()
    for n in range(6):
        with pytest.raises(WrongCredentialsError):
            await door.sign_in("wrong password", email=f"guess-{n}@arcano.example")

    with pytest.raises(TooManyAttemptsError):
        await door.sign_in()
    assert (await door.sign_in(address="192.0.2.99")).role == "owner"


async def test_a_line_of_ipv6_is_one_address_however_many_it_has(door: Door) -> None:
    await door.set_up()
    tries = [f"2001:db8:0:7:{n:x}::{n:x}" for n in range(6)]
    for n, address in enumerate(tries):
        with pytest.raises(WrongCredentialsError):
            await door.sign_in("wrong password", email=f"p{n}@arcano.example", address=address)

    with pytest.raises(TooManyAttemptsError):
        await door.sign_in(email="p9@arcano.example", address="2001:db8:0:7:ffff::1")
    await door.sign_in(address="2001:db8:0:8::1")


async def test_a_right_password_does_not_count_as_an_attempt(door: Door) -> None:
    await door.set_up()

    for _ in range(8):
        await door.sign_in()


async def test_a_hash_made_with_weaker_parameters_is_replaced_at_sign_in(door: Door) -> None:
    person = await door.set_up()
    weak = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash("correct horse")
    await door.database.write(
        lambda c: IdentityRepository(c).replace_password_hash(person.id, weak)
    )

    await door.sign_in()

    found = await door.database.read(
        lambda c: IdentityRepository(c).person_to_sign_in(person.email)
    )
    assert found is not None
    assert found[1] is not None
    assert not door.passwords.outdated(found[1])


async def test_an_attempt_in_vain_is_kept_without_what_was_typed(door: Door) -> None:
    person = await door.set_up()
    for email, password in ((person.email, "my-old-password"), ("pass@word", "my-old-password")):
        with pytest.raises(WrongCredentialsError):
            await door.sign_in(password, email=email)

    rows = (await recorded(door.database))[1:]
    assert [(row.action, row.outcome, row.actor_kind) for row in rows] == [
        ("session.opened", "failed", "anonymous")
    ] * 2
    assert [row.subject_id for row in rows] == [person.id, None]
    assert "my-old-password" not in str(rows)
    assert "pass@word" not in str(rows)


async def test_who_has_to_wait_is_kept_as_refused(door: Door) -> None:
    await door.set_up()
    for _ in range(3):
        with pytest.raises(WrongCredentialsError):
            await door.sign_in("wrong password")
    with pytest.raises(TooManyAttemptsError):
        await door.sign_in()

    last = (await recorded(door.database))[-1]
    assert (last.action, last.outcome) == ("session.opened", "refused")
    assert last.details == '{"code":"too-many-attempts"}'


async def test_of_many_who_race_to_be_the_owner_one_act_is_kept(door: Door) -> None:
    await asyncio.gather(
        *(door.set_up(f"racer-{n}@arcano.example") for n in range(8)), return_exceptions=True
    )

    assert await acts_in(door.database) == [("workspace.set-up", "done")]
