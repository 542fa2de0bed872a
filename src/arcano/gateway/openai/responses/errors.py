"""What can go wrong with stored responses.

ArcanoError
├── ResponseNotFoundError           404  there is none of this id for this person
├── PreviousResponseNotFoundError   400  the one to go on from is not there
├── ResponseNotInBackgroundError    400  it was not asked for in the background
└── TooManyResponsesError           429  too many are being written in the background
"""

from typing import ClassVar

from arcano.platform.errors import ArcanoError, InvalidInputError, NotFoundError


class ResponseNotFoundError(NotFoundError):
    """No such response. It was not stored, is another's, or its time is over."""

    code: ClassVar[str] = "response-not-found"
    status: ClassVar[int] = 404
    retryable: ClassVar[bool] = False


class PreviousResponseNotFoundError(InvalidInputError):
    """The response to go on from is not there. Send the conversation itself instead."""

    code: ClassVar[str] = "previous-response-not-found"
    status: ClassVar[int] = 400
    retryable: ClassVar[bool] = False


class ResponseNotInBackgroundError(InvalidInputError):
    """Only a response that was asked for in the background can be cancelled or heard again."""

    code: ClassVar[str] = "response-not-in-background"
    status: ClassVar[int] = 400
    retryable: ClassVar[bool] = False


class TooManyResponsesError(ArcanoError):
    """So many responses are being written in the background already. Wait for one of them."""

    code: ClassVar[str] = "too-many-responses"
    status: ClassVar[int] = 429
    retryable: ClassVar[bool] = True
