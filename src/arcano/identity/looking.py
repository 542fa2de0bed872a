"""Whether somebody may look into another person's conversations: the permission and the workspace's policy, both, now.

Asked in the unit of work of the look itself: a policy that another process has turned off holds at once.
"""

from sqlalchemy import Connection

from arcano.identity.domain import UserId, Viewer
from arcano.identity.errors import PersonNotFoundError
from arcano.identity.permissions import Permission
from arcano.identity.policies import Policies
from arcano.identity.repository import IdentityRepository
from arcano.platform.errors import InvalidInputError


def expect_may_look(connection: Connection, viewer: Viewer, whom: UserId) -> None:
    """Go on only if the viewer may look into what `whom` has asked.

    Raises:
        NotAllowedError: They do not have the permission.
        PersonNotFoundError: The policy does not allow it to anybody, or there is no such person.
        InvalidInputError: It is themselves.
    """
    repository = IdentityRepository(connection)
    repository.as_of_now(viewer).expect(Permission.CONVERSATION_READ_ALL)
    if not Policies.read(connection).read_all_allowed or repository.person(whom) is None:
        raise PersonNotFoundError("There is no such person whose conversations could be read.")
    if whom == viewer.user_id:
        raise InvalidInputError("Your own conversations are in the sidebar.")
