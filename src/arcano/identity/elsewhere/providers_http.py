"""The doors of setting up providers: for whoever says how people sign in, and changes only with a fresh proof of who it is."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, status
from sqlalchemy import Connection
from starlette.requests import HTTPConnection

from arcano.identity.access import may
from arcano.identity.domain import Viewer
from arcano.identity.elsewhere.edit_providers import ProviderEditor
from arcano.identity.elsewhere.elsewhere import Elsewhere
from arcano.identity.elsewhere.provider_repository import ProviderRepository
from arcano.identity.elsewhere.provider_schemas import (
    SignInProviderChange,
    SignInProviderDraft,
    SignInProviderSwitch,
    SignInSettingsList,
    SignInSettingsView,
)
from arcano.identity.elsewhere.redirect import redirect_address
from arcano.identity.elsewhere.repository import LinkedAccountRepository
from arcano.identity.elsewhere.schemas import FindingList, FindingView
from arcano.identity.elsewhere.ways import Way
from arcano.identity.http import Identity
from arcano.identity.permissions import Permission
from arcano.platform.act_log import Acts
from arcano.platform.acts import Act, Subject
from arcano.platform.errors import NotFoundError
from arcano.platform.json_route import JsonRoute

router = APIRouter(prefix="/api", tags=["sign-in"], route_class=JsonRoute)


async def _elsewhere(connection: HTTPConnection) -> Elsewhere:
    return connection.app.state.elsewhere


async def _identity(connection: HTTPConnection) -> Identity:
    return connection.app.state.identity


_Elsewhere = Annotated[Elsewhere, Depends(_elsewhere)]
_Identity = Annotated[Identity, Depends(_identity)]
_Manager = Annotated[Viewer, may(Permission.SIGN_IN_MANAGE)]
_ProvedManager = Annotated[Viewer, may(Permission.SIGN_IN_MANAGE, proof=True)]


@router.get("/sign-in/settings")
async def list_settings(
    _viewer: _Manager, elsewhere: _Elsewhere, request: Request
) -> SignInSettingsList:
    return SignInSettingsList(
        items=await _views(elsewhere, request),
        redirect_pattern=redirect_address(request, "{name}"),
    )


@router.post("/sign-in/{provider}/test")
async def ask_provider_for_test(
    provider: str, _viewer: _Manager, elsewhere: _Elsewhere
) -> FindingList:
    return await _findings(_way(elsewhere, provider))


@router.post("/sign-in-providers/test")
async def ask_draft_for_test(
    draft: SignInProviderDraft, viewer: _Manager, elsewhere: _Elsewhere, acts: Acts
) -> FindingList:
    """What a provider would answer, before anything is kept."""
    if draft.private_addresses:
        viewer.expect(Permission.CONNECTION_MANAGE)
    settings = draft.settings
    act = Act("provider.tested", viewer.actor, Subject("sign-in-provider", draft.name))
    way = elsewhere.book.way(draft.name, settings, private_addresses=draft.private_addresses)
    async with acts.around(act.noting(issuer=settings.at)):
        return await _findings(way)


@router.post("/sign-in-providers", status_code=status.HTTP_201_CREATED)
async def add_provider(
    draft: SignInProviderDraft,
    viewer: _ProvedManager,
    elsewhere: _Elsewhere,
    identity: _Identity,
    request: Request,
) -> SignInSettingsView:
    await _editor(viewer, elsewhere).add(
        draft.name,
        draft.settings,
        private_addresses=draft.private_addresses,
        is_enabled=draft.is_enabled,
    )
    await identity.sessions.hear()
    return await _view(draft.name, elsewhere, request)


@router.put("/sign-in-providers/{provider}")
async def change_provider(
    provider: str,
    change: SignInProviderChange,
    viewer: _ProvedManager,
    elsewhere: _Elsewhere,
    identity: _Identity,
    request: Request,
) -> SignInSettingsView:
    editor = _editor(viewer, elsewhere)
    editor.expect_made_here(provider)
    await editor.change(
        provider,
        change.settings,
        version=change.version,
        private_addresses=change.private_addresses,
    )
    await identity.sessions.hear()
    return await _view(provider, elsewhere, request)


@router.patch("/sign-in-providers/{provider}")
async def switch_provider(
    provider: str,
    change: SignInProviderSwitch,
    viewer: _ProvedManager,
    elsewhere: _Elsewhere,
    identity: _Identity,
    request: Request,
) -> SignInSettingsView:
    editor = _editor(viewer, elsewhere)
    editor.expect_made_here(provider)
    await editor.switch(provider, is_enabled=change.is_enabled, version=change.version)
    await identity.sessions.hear()
    return await _view(provider, elsewhere, request)


@router.delete("/sign-in-providers/{provider}", status_code=status.HTTP_204_NO_CONTENT)
async def delete_provider(
    provider: str,
    version: int,
    viewer: _ProvedManager,
    elsewhere: _Elsewhere,
    identity: _Identity,
) -> None:
    editor = _editor(viewer, elsewhere)
    editor.expect_made_here(provider)
    await editor.delete(provider, version=version)
    await identity.sessions.hear()


@router.post("/sign-in-providers/{provider}/restore")
async def restore_provider(
    provider: str,
    viewer: _ProvedManager,
    elsewhere: _Elsewhere,
    identity: _Identity,
    request: Request,
) -> SignInSettingsView:
    await _editor(viewer, elsewhere).restore(provider)
    await identity.sessions.hear()
    return await _view(provider, elsewhere, request)


def _editor(viewer: Viewer, elsewhere: Elsewhere) -> ProviderEditor:
    threshold = elsewhere.threshold
    return ProviderEditor(
        viewer, elsewhere.book, threshold.database, threshold.clock, threshold.box
    )


def _way(elsewhere: Elsewhere, name: str) -> Way:
    book = elsewhere.book
    if name in book.ways:
        return book.ways[name]
    for provider in book.kept:
        if provider.name == name:
            return book.way_of(provider)
    raise NotFoundError("No such sign-in is configured.")


async def _findings(way: Way) -> FindingList:
    return FindingList(items=[FindingView.of(finding) for finding in await way.test()])


async def _view(name: str, elsewhere: Elsewhere, request: Request) -> SignInSettingsView:
    for view in await _views(elsewhere, request):
        if view.name == name and view.source == "person":
            return view
    raise NotFoundError("There is no such provider.")


async def _views(elsewhere: Elsewhere, request: Request) -> list[SignInSettingsView]:
    """Those of the settings first."""
    book = elsewhere.book

    def unit(connection: Connection) -> list[SignInSettingsView]:
        counts = LinkedAccountRepository(connection).counts()
        providers = ProviderRepository(connection, elsewhere.threshold.box)

        def more(name: str, issuer: str) -> dict[str, object]:
            only = providers.only_by(issuer, besides=book.issuers_besides(name))
            return {
                "redirect": redirect_address(request, name),
                "accounts": counts.get(name, 0),
                "only_way_of": len(only),
            }

        configured = [
            SignInSettingsView.configured(name, settings, **more(name, settings.at))
            for name, settings in book.configured.items()
        ]
        kept = [
            SignInSettingsView.kept(
                provider,
                problem=book.problem_of(provider),
                **more(provider.name, provider.settings.at),
            )
            for provider in providers.all()
        ]
        return [*configured, *kept]

    return await elsewhere.threshold.database.read(unit)
