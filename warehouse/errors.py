"""The one exception that means "the user can fix this"."""

from __future__ import annotations

import sys
from collections.abc import Callable


class SerError(Exception):
    """Bad input or a bad environment: one line that names the thing, the cause and the remedy."""


def run_command(main: Callable[[], int]) -> None:
    """Run a command line and exit as a shell expects: 0 done, 1 failed, 2 usage, 130 interrupted.

    A `SerError` becomes one line on standard error; anything else is a bug of ours and keeps
    its traceback.
    """
    try:
        code = main()
    except SerError as error:
        print(f"error: {error}", file=sys.stderr)
        code = 1
    except KeyboardInterrupt:
        print("interrupted: what was written is kept; run again to go on", file=sys.stderr)
        code = 130
    except BrokenPipeError:
        # `… | head` closed the pipe: not an error, but Python would complain again at exit.
        sys.stderr.close()
        code = 141
    sys.exit(code)
