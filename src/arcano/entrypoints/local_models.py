"""Joins the files of the model store with the engine that answers from them; neither knows the other."""

from typing_extensions import override

from arcano.modelstore import FoundModel, ModelStore
from arcano.providers import (
    ChatModel,
    ListedModel,
    ListProblem,
    LocalEngine,
    LocalModel,
    LocalModels,
    ModelFileError,
)


class LocalModelFilesOnThisMachine(LocalModels):
    """The models on this disk, as the list of models wants them."""

    def __init__(self, *, store: ModelStore, engine: LocalEngine) -> None:
        self._store = store
        self._engine = engine
        self._model = LocalModel(engine=engine, files=store)

    @override
    async def listed(self) -> tuple[list[ListedModel], list[ListProblem]]:
        if self._engine.problem is not None:
            return [], []
        files = await self._store.found()
        usable = [self._listed(file) for file in files if file.problem is None]
        problems = [
            ListProblem(None, file.path.name, ModelFileError(file.problem))
            for file in files
            if file.problem is not None
        ]
        return usable, problems

    @override
    async def find(self, model_id: str) -> ListedModel | None:
        file = None if self._engine.problem else await self._store.find(model_id)
        return None if file is None else self._listed(file)

    @override
    def chat_model(self) -> ChatModel:
        return self._model

    def _listed(self, file: FoundModel) -> ListedModel:
        return ListedModel(
            id=file.id,
            name=file.name,
            kind="local",
            connection_id=None,
            connection_name="This machine",
            where="this-machine",
            context_tokens=self._engine.context_tokens(file),
            capabilities=tuple(sorted(file.capabilities)),
            loaded=self._engine.is_loaded(file.id),
            size_bytes=file.size_bytes,
        )
