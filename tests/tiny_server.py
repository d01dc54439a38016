"""`transformers serve` in front of a model folder: the real server, without a download."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
import urllib3


def free_port() -> int:
    """Return a port on which nobody listens."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


class Server:
    """`transformers serve` on a model folder; `start` and `kill` as often as wanted."""

    def __init__(self, model: Path, port: int, log: Path) -> None:
        self.model, self.port, self._log = model, port, log
        self.url = f"http://127.0.0.1:{port}/v1"
        self._process: subprocess.Popen | None = None

    def start(self) -> None:
        """Start, and return when it answers."""
        program = Path(sys.executable).with_name("transformers")
        if not program.exists():
            pytest.skip("transformers is not installed with its server")
        command = [str(program), "serve", str(self.model), "--host", "127.0.0.1"]
        command += ["--port", str(self.port), "--device", "cpu", "--dtype", "float32"]
        self._process = subprocess.Popen(
            [*command, "--log-level", "error"],
            env={**os.environ, "HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1"},
            stdout=self._log.open("a"),
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        http = urllib3.PoolManager(retries=False)
        deadline = time.monotonic() + 180
        while time.monotonic() < deadline:
            try:
                if http.request("GET", f"http://127.0.0.1:{self.port}/health").status == 200:
                    return
            except urllib3.exceptions.HTTPError:
                time.sleep(0.1)
            assert self._process.poll() is None, self._log.read_text()
        raise AssertionError(f"the server is not up: {self._log.read_text()}")

    def kill(self) -> None:
        """End it as a power cut would."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None
