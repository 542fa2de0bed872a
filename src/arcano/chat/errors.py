"""What can go wrong in a conversation.

ConversationNotFoundError     404  no such conversation, or not yours
MessageNotFoundError          404  no such message in it
TurnNotFoundError             404  no such turn, or not yours
SummaryNotFoundError          404  no such summary, or not yours
ClientMessageIdReusedError    409  the same id with another body
NothingToContinueError        409  the reply ended by itself, or is still being written
AnswerBeingWrittenError       409  an answer is rated once it has ended
NotAnAnswerError              422  only an answer can be regenerated, continued or rated
NotAParentError               422  a question follows an answer, or begins a conversation
AnswerTooLongError            422  a model went on without end; what came is kept
SummaryFailedError            502  no model summarised what no longer fits; it is left out instead
TurnEndedElsewhereError       409  another process gave the turn its ending
"""

from typing import ClassVar

from arcano.platform.errors import ArcanoError, ConflictError, InvalidInputError, NotFoundError


class ConversationNotFoundError(NotFoundError):
    """No such conversation, or not yours."""

    code: ClassVar[str] = "conversation-not-found"
    status: ClassVar[int] = 404
    retryable: ClassVar[bool] = False

    def __init__(self) -> None:
        super().__init__("There is no such conversation, or it is not yours.")


class MessageNotFoundError(NotFoundError):
    """No such message, or not yours."""

    code: ClassVar[str] = "message-not-found"
    status: ClassVar[int] = 404
    retryable: ClassVar[bool] = False

    def __init__(self) -> None:
        super().__init__("There is no such message here, or it is not yours.")


class TurnNotFoundError(NotFoundError):
    """No such turn, or not yours."""

    code: ClassVar[str] = "turn-not-found"
    status: ClassVar[int] = 404
    retryable: ClassVar[bool] = False

    def __init__(self) -> None:
        super().__init__("There is no such turn, or it is not yours.")


class SummaryNotFoundError(NotFoundError):
    """No such summary, or not yours."""

    code: ClassVar[str] = "summary-not-found"
    status: ClassVar[int] = 404
    retryable: ClassVar[bool] = False

    def __init__(self) -> None:
        super().__init__("There is no such summary here, or it is not yours.")


class SummaryFailedError(ArcanoError):
    """The earlier part of a conversation could not be summarised. It is left out instead, and that is said."""

    code: ClassVar[str] = "summary-failed"
    status: ClassVar[int] = 502
    retryable: ClassVar[bool] = True

    def __init__(self) -> None:
        super().__init__("The earlier messages could not be summarised. They are left out instead.")


class ClientMessageIdReusedError(ConflictError):
    """This `client_message_id` was used for something else. Send with a new one."""

    code: ClassVar[str] = "client-message-id-reused"
    status: ClassVar[int] = 409
    retryable: ClassVar[bool] = False

    def __init__(self) -> None:
        super().__init__("This client_message_id was used for another message. Choose a new one.")


class NothingToContinueError(ConflictError):
    """The reply ended by itself, or is still being written."""

    code: ClassVar[str] = "nothing-to-continue"
    status: ClassVar[int] = 409
    retryable: ClassVar[bool] = False

    def __init__(self) -> None:
        super().__init__("This reply is complete or still being written: nothing to continue.")


class AnswerBeingWrittenError(ConflictError):
    """The answer is still being written. Rate it once it has ended."""

    code: ClassVar[str] = "answer-being-written"
    status: ClassVar[int] = 409
    retryable: ClassVar[bool] = True

    def __init__(self) -> None:
        super().__init__("This answer is still being written. Rate it once it has ended.")


class NotAnAnswerError(InvalidInputError):
    """Only an answer can be regenerated, continued or rated."""

    code: ClassVar[str] = "not-an-answer"
    status: ClassVar[int] = 422
    retryable: ClassVar[bool] = False

    def __init__(self) -> None:
        super().__init__(
            "This is a question. Only an answer can be regenerated, continued or rated."
        )


class NotAParentError(InvalidInputError):
    """A question follows an answer or begins a conversation; it cannot follow a question."""

    code: ClassVar[str] = "not-a-parent"
    status: ClassVar[int] = 422
    retryable: ClassVar[bool] = False

    def __init__(self) -> None:
        super().__init__("A question follows an answer: parent_id must name an answer, or be null.")


class AnswerTooLongError(ArcanoError):
    """The model went on without end, so it was cut off. What came is kept; ask for less at a time."""

    code: ClassVar[str] = "answer-too-long"
    status: ClassVar[int] = 422
    retryable: ClassVar[bool] = False


class TurnEndedElsewhereError(ArcanoError):
    """This process lost its hold on a turn, and another gave it its ending."""

    code: ClassVar[str] = "turn-ended-elsewhere"
    status: ClassVar[int] = 409
    retryable: ClassVar[bool] = False
