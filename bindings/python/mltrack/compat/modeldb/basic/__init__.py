"""ModelDB's light API."""

from mltrack.compat.modeldb.basic import ModelDbSyncerBase
from mltrack.compat.modeldb.basic.ModelDbSyncerBase import *  # noqa: F403
from mltrack.compat.modeldb.basic.ModelDbSyncerBase import __all__ as _names

__all__ = ["ModelDbSyncerBase", *_names]
