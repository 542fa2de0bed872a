"""What can go wrong with budgets.

BudgetSpentError        429  what was asked would go beyond a budget
BudgetNotFoundError     404  there is no such budget, or it is none of one's business
"""

from typing import ClassVar

from arcano.platform.errors import ArcanoError, NotFoundError


class BudgetSpentError(ArcanoError):
    """It would go beyond a budget. The message names it, what is left of it, and when it begins anew."""

    code: ClassVar[str] = "budget-spent"
    status: ClassVar[int] = 429
    retryable: ClassVar[bool] = True


class BudgetNotFoundError(NotFoundError):
    """There is no such budget, or it is none of one's business."""

    code: ClassVar[str] = "budget-not-found"
    status: ClassVar[int] = 404
    retryable: ClassVar[bool] = False
