"""The doors of the cache of answers: for who runs the server, and one that says the rule to all who ask."""

from typing import Annotated

from fastapi import APIRouter, Depends, status
from starlette.requests import HTTPConnection

from arcano.identity import Permission, Viewer, may
from arcano.inference.cache.answer_cache import AnswerCache
from arcano.inference.cache.schemas import CacheRuleView, CacheView
from arcano.platform.act_log import Acts
from arcano.platform.acts import Act
from arcano.platform.json_route import JsonRoute

router = APIRouter(prefix="/api/cache", tags=["inference"], route_class=JsonRoute)


async def _cache(connection: HTTPConnection) -> AnswerCache:
    """Put at `app.state.answer_cache` by the wiring."""
    return connection.app.state.answer_cache


_Cache = Annotated[AnswerCache, Depends(_cache)]


_Manager = Annotated[Viewer, may(Permission.CACHE_MANAGE)]


@router.get("")
async def get_cache(_viewer: _Manager, cache: _Cache) -> CacheView:
    return await CacheView.of(cache)


@router.get("/rule")
async def get_cache_rule(
    _viewer: Annotated[Viewer, may(Permission.MODEL_USE)], cache: _Cache
) -> CacheRuleView:
    return CacheRuleView(answers=cache.settings.answers)


@router.delete("", status_code=status.HTTP_204_NO_CONTENT)
async def clear_cache(viewer: _Manager, cache: _Cache, acts: Acts) -> None:
    async with acts.around(Act("cache.cleared", viewer.actor)):
        await cache.clear()
