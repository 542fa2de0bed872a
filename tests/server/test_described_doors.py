"""A slice of what `make attack` does for minutes: each door is asked a little, and no answer is one that is not described."""

from pathlib import Path

import pytest
from tests.attack.described_doors import attack

# Some doors for each, so that all together are asked by somebody and none takes long.
SLICES = {
    "nobody": r"^/(api/(session|setup|tokens|registration|sign-in|password-resets|invitations)|health|livez|readyz)",
    "member": r"^/api/(conversations|messages|turns|shared-conversations|batches|context|embeddings|models)",
    "owner": r"^/api/(people|groups|roles|policies|permissions|connections|routes|cache|status|audit|me|machine|service)",
}


@pytest.mark.long
@pytest.mark.parametrize("who", sorted(SLICES))
async def test_a_door_answers_as_it_is_described(who: str, tmp_path: Path) -> None:
    told = await attack(who, tmp_path, seed=1, examples=2, phases=["fuzzing"], doors=SLICES[who])

    assert not told.findings, told.output
    assert told.cases > told.doors > 5
