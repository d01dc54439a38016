"""A clip that is a part of a file: from when to when, and how its path says so."""

from __future__ import annotations

import re
from dataclasses import dataclass

_CLOCK = re.compile(r"(?:(?:(\d+):)?(\d+):)?(\d+(?:[.,]\d+)?|[.,]\d+)")


@dataclass(frozen=True, order=True)
class Span:
    """A part of a recording, in whole milliseconds, so that its path says exactly what it is."""

    start_ms: int
    end_ms: int

    @property
    def seconds(self) -> float:
        """Its length."""
        return (self.end_ms - self.start_ms) / 1000

    @property
    def fragment(self) -> str:
        """It as a W3C media fragment, which the clip's path ends in: `#t=1.250,3.500`."""
        return f"#t={self.start_ms / 1000:.3f},{self.end_ms / 1000:.3f}"

    def frames(self, rate_hz: int) -> tuple[int, int]:
        """Return its first frame and the one after its last, in a recording at `rate_hz`."""
        return round(self.start_ms * rate_hz / 1000), round(self.end_ms * rate_hz / 1000)


def read_span(start: str, end: str) -> Span | None:
    """Return the span between two times: seconds, `m:s` or `h:m:s`, a comma or point before ms.

    None if one of them is no time, or nothing lies between them.
    """
    times = [_milliseconds(text) for text in (start, end)]
    if None in times or times[0] >= times[1]:
        return None
    return Span(*times)


def _milliseconds(text: str) -> int | None:
    match = _CLOCK.fullmatch(text.strip())
    if match is None:
        return None
    hours, minutes, seconds = match.groups()
    whole = 3600 * int(hours or 0) + 60 * int(minutes or 0)
    return round(1000 * (whole + float(seconds.replace(",", "."))))
