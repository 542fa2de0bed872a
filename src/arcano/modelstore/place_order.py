"""The deed of turning a wish for a model into an order for its files, with what is known of each."""

import re
from collections.abc import Sequence
from dataclasses import replace

from arcano.modelstore.catalogue import CatalogueModel, Variant
from arcano.modelstore.errors import HubRefusedError, ModelStoreError, UnknownVariantError
from arcano.modelstore.hub import Hub
from arcano.modelstore.hub_listing import HubFile, HubModel, list_files, list_repository
from arcano.modelstore.order import Order, OrderedFile

_SAFE_NAME = re.compile(r"[A-Za-z0-9][\w.+ -]{0,180}\.gguf", re.IGNORECASE)


async def order_variant(hub: Hub, model: CatalogueModel, variant: Variant) -> Order:
    """The order for one variant of the catalogue.

    Where the catalogue does not know a file's size and hash, the hub is asked; where it does not answer
    either, what it says on the file itself is checked when it comes.

    Raises:
        HubRefusedError: The repository does not hold the file any more.
    """
    order = Order(
        name=model.name,
        repo=model.repo,
        catalogue_id=model.id,
        variant=variant.quantisation,
        files=tuple(_catalogue_file(hub, model, variant, path) for path in variant.files),
    )
    if variant.sha256 is not None:
        return order
    try:
        listed = await list_files(hub, model.repo, revision=model.revision)
    except ModelStoreError:
        # Mirrors that only hold the files know no API. The file's own headers must do.
        return order
    return replace(order, files=_as_listed(order, variant, listed))


async def order_from_hub(hub: Hub, repository: str, name: str) -> Order:
    """The order for a model of any repository, by its name there.

    Raises:
        UnknownRepositoryError: There is no such repository.
        UnknownVariantError: It holds no such model.
    """
    found = await list_repository(hub, repository)
    model = next((model for model in found.models if model.name == name), None)
    if model is None:
        raise UnknownVariantError(f"{found.name} holds no model {name!r}. Look at it again.")
    folder = found.name.replace("/", "--")
    return Order(
        name=model.name,
        repo=found.name,
        variant=model.quantisation,
        files=tuple(
            OrderedFile(
                url=hub.address(found.name, found.revision, file.path),
                path=f"{folder}/{stored_as(file, found.models)}",
                sha256=file.sha256,
                size_bytes=file.size_bytes,
            )
            for file in model.files
        ),
    )


def stored_as(file: HubFile, models: Sequence[HubModel]) -> str:
    """What `file` of a repository that holds `models` is called on this disk: as no other one of them.

    Raises:
        HubRefusedError: Its name is not harmless.
    """
    name = safe_name(file.path)
    paths = [each.path for model in models for each in model.files]
    alike = sum(path.rpartition("/")[2] == name for path in paths)
    return name if alike == 1 else safe_name(file.path.replace("/", "--"))


def safe_name(path: str) -> str:
    """What a file of the hub is called on this disk: its last name, where that is harmless.

    Raises:
        HubRefusedError: It is not.
    """
    name = path.rpartition("/")[2]
    if not _SAFE_NAME.fullmatch(name):
        raise HubRefusedError(f"The hub calls a file {name!r}, which is no name to store it under.")
    return name


def _catalogue_file(hub: Hub, model: CatalogueModel, variant: Variant, path: str) -> OrderedFile:
    whole = len(variant.files) == 1
    return OrderedFile(
        url=hub.address(model.repo, model.revision, path),
        path=safe_name(path),
        sha256=variant.sha256 if whole else None,
        size_bytes=variant.size_bytes if whole else None,
        estimate_bytes=model.weights_bytes(variant) // len(variant.files),
    )


def _as_listed(
    order: Order, variant: Variant, listed: tuple[HubFile, ...]
) -> tuple[OrderedFile, ...]:
    by_path = {file.path: file for file in listed}
    files: list[OrderedFile] = []
    for path, file in zip(variant.files, order.files, strict=True):
        known = by_path.get(path)
        if known is None:
            raise HubRefusedError(
                f"{order.repo} does not hold {path} any more. Choose another variant."
            )
        # What the catalogue knows stays; where the hub has another file, that shows when it comes.
        size = known.size_bytes if file.size_bytes is None else file.size_bytes
        files.append(replace(file, sha256=file.sha256 or known.sha256, size_bytes=size))
    return tuple(files)
