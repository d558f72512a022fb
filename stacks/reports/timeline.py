"""When each tenant of a run was worked on: bars in lanes, as many as there were tenants at once, and waves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from stacks.reports.model import Row

WIDTH = 1000
_LANE, _GAP = 12, 2


class Bar(NamedTuple):
    """One tenant's time, in units of the chart."""

    row: Row
    x: float
    y: int
    width: float
    height: int


class Band(NamedTuple):
    """Every second wave is shaded."""

    x: float
    width: float


class Timeline(NamedTuple):
    """What is drawn, on `WIDTH` times `height`."""

    bars: list[Bar]
    bands: list[Band]
    height: int


class Wave(NamedTuple):
    """One wave: how many tenants, and its seconds after the run's start."""

    number: int
    tenants: int
    begun: float
    ended: float


def draw_timeline(rows: Sequence[Row]) -> Timeline:
    """Put each tenant into the first lane that is free when it begins."""
    worked = sorted((row for row in rows if row.seconds), key=lambda row: row.begun)
    scale = WIDTH / max((row.begun + row.seconds for row in worked), default=1.0)
    free_from: list[float] = []
    bars = []
    for row in worked:
        lane = next((lane for lane, end in enumerate(free_from) if end <= row.begun), len(free_from))
        free_from[lane : lane + 1] = [row.begun + row.seconds]
        bars.append(
            Bar(
                row,
                round(row.begun * scale, 2),
                _GAP + lane * (_LANE + _GAP),
                round(max(row.seconds * scale, 0.8), 2),
                _LANE,
            )
        )
    shaded = [wave for wave in list_waves(rows) if wave.number % 2 == 0]
    bands = [Band(round(wave.begun * scale, 2), round((wave.ended - wave.begun) * scale, 2)) for wave in shaded]
    return Timeline(bars, bands, _GAP + len(free_from) * (_LANE + _GAP))


def list_waves(rows: Sequence[Row]) -> list[Wave]:
    """List a run's waves, empty for one without."""
    numbers = sorted({row.wave for row in rows if row.wave})
    by_number = {number: [row for row in rows if row.wave == number] for number in numbers}
    return [
        Wave(number, len(those), min(row.begun for row in those), max(row.begun + row.seconds for row in those))
        for number, those in by_number.items()
    ]
