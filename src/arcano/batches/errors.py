"""What can go wrong with a batch job.

ArcanoError
├── BatchNotFoundError        404  no such job, or not yours
├── BatchStateError           409  the job is not in a state for that
├── BatchNotReadyError        409  it has no model and no template yet
├── TooManyBatchesError       409  this person has as many unfinished jobs as the settings allow
├── BadBatchFileError         422  the file cannot be read as rows; says where
├── BadTemplateError          422  the template names a column that the file has not
├── BatchFileTooLargeError    413  more bytes or rows than the settings allow
└── LeaseLostError            409  another process has the job
"""

from typing import ClassVar

from arcano.platform.errors import (
    ArcanoError,
    ConflictError,
    InvalidInputError,
    NotFoundError,
    PayloadTooLargeError,
)


class BatchNotFoundError(NotFoundError):
    """No such batch job, or not yours."""

    code: ClassVar[str] = "batch-not-found"
    status: ClassVar[int] = 404
    retryable: ClassVar[bool] = False

    def __init__(self) -> None:
        super().__init__("There is no such batch job, or it is not yours.")


class BatchStateError(ConflictError):
    """The job is not in a state for that: it runs, or has ended. Look at it again."""

    code: ClassVar[str] = "batch-state"
    status: ClassVar[int] = 409
    retryable: ClassVar[bool] = False


class BatchNotReadyError(ConflictError):
    """The job has no model and no template yet. Give it both, then start it."""

    code: ClassVar[str] = "batch-not-ready"
    status: ClassVar[int] = 409
    retryable: ClassVar[bool] = False

    def __init__(self) -> None:
        super().__init__("Choose a model and write a template first, then start the job.")


class TooManyBatchesError(ConflictError):
    """You have as many unfinished jobs as this server allows. Let one end, cancel or delete one."""

    code: ClassVar[str] = "too-many-batches"
    status: ClassVar[int] = 409
    retryable: ClassVar[bool] = False

    def __init__(self, most: int) -> None:
        super().__init__(
            f"One person may have {most} unfinished batch jobs on this server "
            "(the setting batches.max_unfinished), and you have. Nothing of yours was changed. "
            "Let one end, cancel it or delete it, then try again."
        )


class BadBatchFileError(InvalidInputError):
    """The file cannot be read as rows. It says which line is wrong; correct it and send it again."""

    code: ClassVar[str] = "bad-batch-file"
    status: ClassVar[int] = 422
    retryable: ClassVar[bool] = False


class BadTemplateError(InvalidInputError):
    """The template names a column that the file has not, or none at all. It says which there are."""

    code: ClassVar[str] = "bad-template"
    status: ClassVar[int] = 422
    retryable: ClassVar[bool] = False


class BatchFileTooLargeError(PayloadTooLargeError):
    """The file has more bytes or more rows than this server takes. Send it in parts."""

    code: ClassVar[str] = "batch-file-too-large"
    status: ClassVar[int] = 413
    retryable: ClassVar[bool] = False


class LeaseLostError(ArcanoError):
    """This process lost its hold on a job: another one has it, or it was cancelled."""

    code: ClassVar[str] = "batch-lease-lost"
    status: ClassVar[int] = 409
    retryable: ClassVar[bool] = False
