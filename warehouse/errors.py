"""The one exception that means "the user can fix this"."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable


class SerError(Exception):
    """Bad input or a bad environment: one line that names the thing, the cause and the remedy."""


def one_line(text: object) -> str:
    """Return `text` fit for a message: characters that would break the line are escaped."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in str(text))


def run_command(main: Callable[[], int]) -> None:
    """Run a command line and exit as a shell expects: 0 done, 1 failed, 2 usage, 130 interrupted.

    A `SerError` becomes one line on standard error; anything else is a bug of ours and keeps
    its traceback. A polite `kill` ends the job as Ctrl-C does: what is finished is written.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    for stream in (sys.stdout, sys.stderr):
        # A terminal or log that knows ASCII only is no reason to fail.
        stream.reconfigure(errors="backslashreplace")
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
