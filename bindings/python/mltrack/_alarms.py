"""The answer to which signs of leakage there are."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, overload

if TYPE_CHECKING:

    class AlarmNode:
        """A call or dataset that shows an alarm, and as what: `role` is fit, split, score, validation, test, ..."""

        role: str
        ref: str
        op: str | None
        type: str | None
        source: str | None

    class Alarm:
        """A sign of leakage in a run: `grade` is alarm, mild or note, `counted` of `total` is what shows it, where that
        can be counted. docs/alarms.md explains the kinds."""

        kind: str
        grade: str
        run: str
        subject: str
        counted: int | None
        total: int | None
        advice: str
        at: datetime.datetime
        nodes: list[AlarmNode]
        calls: list[AlarmNode]
        sources: list[str]

        def to_json(self) -> str:
            """The alarm as a JSON object."""

else:
    from mltrack._core import Alarm, AlarmNode

__all__ = ["Alarm", "AlarmNode", "AlarmTable"]

_FIELDS = ("grade", "kind", "run", "subject", "counted", "total", "at", "advice")
NO_CERTIFICATE = "that nothing else is listed is no certificate that nothing else leaked"


class AlarmTable(Sequence[Alarm]):
    """Signs of leakage, the gravest first. A notebook shows a table; `.to_pandas()` makes a frame of it."""

    __slots__ = ("_alarms", "next")

    next: str | None  # of a list that its limit cut: what `after` takes to go on

    def __init__(self, alarms: Sequence[Alarm], next: str | None = None) -> None:
        self._alarms = tuple(alarms)
        self.next = next

    def __len__(self) -> int:
        return len(self._alarms)

    @overload
    def __getitem__(self, index: int) -> Alarm: ...

    @overload
    def __getitem__(self, index: slice) -> AlarmTable: ...

    def __getitem__(self, index: int | slice) -> Alarm | AlarmTable:
        return AlarmTable(self._alarms[index]) if isinstance(index, slice) else self._alarms[index]

    def to_pandas(self) -> Any:
        """A frame with a row for each; `sources` are the lines of the program that show it."""
        import pandas

        rows = [{name: getattr(alarm, name) for name in _FIELDS} | {"sources": alarm.sources} for alarm in self]
        return pandas.DataFrame(rows, columns=[*_FIELDS, "sources"])

    def __repr__(self) -> str:
        return "\n".join([f"<{_counts(self)}; {NO_CERTIFICATE}>", *(_line(alarm) for alarm in self)])

    def _repr_html_(self) -> str:
        from mltrack import _html

        return _html.alarms(self, f"{_counts(self)}; {NO_CERTIFICATE}.")


def _counts(alarms: AlarmTable) -> str:
    grades = [alarm.grade for alarm in alarms]
    words = (("alarm", "alarms"), ("mild", "mild"), ("note", "notes"))
    return ", ".join(f"{grades.count(one)} {one if grades.count(one) == 1 else many}" for one, many in words)


def _counted(alarm: Alarm) -> str:
    if alarm.counted is None:
        return ""
    return str(alarm.counted) if alarm.total is None else f"{alarm.counted} of {alarm.total}"


def _line(alarm: Alarm) -> str:
    counted = f" ({_counted(alarm)})" if alarm.counted is not None else ""
    where = f" [{', '.join(alarm.sources)}]" if alarm.sources else ""
    return f"{alarm.grade} {alarm.kind} {alarm.subject}{counted}: {alarm.advice}{where}"
