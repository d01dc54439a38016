"""One look for every progress bar."""

from __future__ import annotations

import sys

from tqdm import tqdm


def bar(total: int | None, description: str, unit: str = "clip") -> tqdm:
    """Return a progress bar on standard error: count, share, rate, time left.

    Of what is not counted beforehand (`total` is None) it shows count and rate.

    In a log file, where a bar cannot be redrawn, a line every ten seconds is enough.
    """
    return tqdm(
        total=total,
        desc=description,
        unit=unit,
        disable=total == 0,
        mininterval=0.2 if sys.stderr.isatty() else 10.0,
        dynamic_ncols=True,
    )
