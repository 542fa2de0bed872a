"""Numbers that a program may say: JSON knows larger ones than can be written out again, such as 1e30 for a whole number."""

from typing import Annotated

from pydantic import Field

MOST_TOKENS = 2**31 - 1
Seed = Annotated[int, Field(ge=-(2**63), le=2**63 - 1)]
