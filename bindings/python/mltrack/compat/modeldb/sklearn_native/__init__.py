"""ModelDB's client for scikit-learn."""

__all__ = ["ModelDbSyncer", "SyncableMetrics", "SyncableRandomSplit"]
