"""Language models on this machine: llama.cpp in a child process, behind the port of all providers.

Importing this loads nothing of llama.cpp; the child does, when the first turn asks.
"""

from arcano.providers.local.engine import LocalEngine
from arcano.providers.local.files import LocalModelFile, LocalModelFiles
from arcano.providers.local.host import Host, engine_problem, look_at_host, transformers_problem
from arcano.providers.local.http import LocalModelDoors
from arcano.providers.local.http import router as local_router
from arcano.providers.local.load_watch import LoadWatch
from arcano.providers.local.model import LocalModel
from arcano.providers.local.pulse import Pulse
from arcano.providers.local.quantisation import Quantisation, QuantisationStatus, QuantisedType
from arcano.providers.local.quantise import Quantiser
from arcano.providers.local.safetensors_folders import SafetensorsFolders
from arcano.providers.local.settings import LocalSettings
from arcano.providers.local.state import EngineMemory, LocalModelState, LocalModelStatus

__all__ = [
    "EngineMemory",
    "Host",
    "LoadWatch",
    "LocalEngine",
    "LocalModel",
    "LocalModelDoors",
    "LocalModelFile",
    "LocalModelFiles",
    "LocalModelState",
    "LocalModelStatus",
    "LocalSettings",
    "Pulse",
    "Quantisation",
    "QuantisationStatus",
    "QuantisedType",
    "Quantiser",
    "SafetensorsFolders",
    "engine_problem",
    "local_router",
    "look_at_host",
    "transformers_problem",
]
