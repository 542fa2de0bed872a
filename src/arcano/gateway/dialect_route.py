"""Routes of the doors for programs: as hot as those of a question, and they answer errors in the caller's dialect."""

from typing import Protocol

from pydantic import ValidationError
from starlette.responses import Response
from typing_extensions import override

from arcano.platform.errors import ArcanoError, InvalidInputError
from arcano.platform.hot_route import HotRoute
from arcano.platform.problems import problem_of_input


class Refuses(Protocol):
    """How a dialect says no."""

    def __call__(self, error: ArcanoError, *, field: str | None = None) -> Response:
        """The error as an HTTP answer; `field` names what is wrong in the request, where that is known."""
        ...


def dialect_route(refuse: Refuses) -> type[HotRoute]:
    """The route class of a dialect: `APIRouter(route_class=dialect_route(refusal))`."""

    class DialectRoute(HotRoute):
        @override
        def refused(self, error: ArcanoError) -> Response:
            return refuse(error)

        @override
        def misread(self, wrong: ValidationError) -> Response:
            problem = problem_of_input(wrong)
            field = problem.errors[0].field if problem.errors else None
            return refuse(InvalidInputError(problem.detail), field=field)

    return DialectRoute
