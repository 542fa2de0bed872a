"""Whether a model can be told what a program asks of it: what it does not take is refused by name before it is asked."""

from dataclasses import replace

from arcano.gateway.ask import Gateway
from arcano.identity import Viewer
from arcano.inference import Chosen
from arcano.providers import ModelRequest


async def taken(request: ModelRequest, *, viewer: Viewer, gateway: Gateway) -> ModelRequest:
    """The request, as the model that it names can be told it.

    Raises:
        KeyScopeError: A key that was made for other models.
        ModelNotFoundError: Nobody knows the model.
        ParameterNotTakenError: It cannot.
    """
    viewer.expect_model(request.model)
    return as_taken(request, await gateway.inference.look_up(request.model, viewer.user_id))


def as_taken(request: ModelRequest, chosen: Chosen) -> ModelRequest:
    """The same, where it is known already what the name means.

    Raises:
        ParameterNotTakenError: The model cannot be told it.
    """
    wire = request.wire
    if wire is not None and wire.dialect == chosen.dialect:
        # It is told in the vendor's own words, and the vendor says what it does not take.
        return request
    parameters = request.parameters
    if parameters.reasoning_effort == "none" and "none" not in chosen.takes.efforts:
        # A model that cannot think does not, whether it is told so or not.
        parameters = replace(parameters, reasoning_effort=None)
        request = replace(request, parameters=parameters)
    chosen.takes.check(parameters, request.answer_schema, model=chosen.name)
    return request
