"""Models behind any OpenAI-compatible server: vLLM, `transformers serve`, or a hosted one.

One request per clip and temperature, with every sampling parameter in it, for servers differ in
what they take from a model's own generation_config where a request is silent. Audio goes out as
16 kHz PCM16 WAV, sample for sample what is stored.

Options: `base_url` (up to and with /v1) and `model` (as the server calls it) are required.
`extra` holds further fields of the request, as a server may know more than the standard
(`{"top_k": -1, "repetition_penalty": 1.0}` for vLLM). `api_key_env` is the NAME of an environment
variable with the key; the key itself is stored nowhere. The rest says how to reach the server and
decides no answer: `concurrency` (requests at once), `request_s` (longest time for one request with
all its retries), `patience_s` (how long a server that is gone may take to come back).
"""

from __future__ import annotations

import base64
import io
import json
import os
import random
import threading
import time
from collections.abc import Mapping, Sequence
from multiprocessing.pool import ThreadPool
from urllib.parse import urlsplit

import numpy as np
import soundfile as sf
import urllib3

from inference.backend import SAMPLE_RATE, Answer, Clip, Sampling, hashed_uniform
from warehouse.errors import SerError, one_line

REQUIRED = ("base_url", "model")
DEFAULTS: Mapping[str, object] = {
    "api_key_env": None,
    "extra": {},
    "concurrency": 8,
    "request_s": 300.0,
    "patience_s": 120.0,
}
RETRIED = frozenset({408, 409, 425, 429, 500, 502, 503, 504})
"""Statuses that may be gone next time; any other says that the request itself is at fault."""
SHORTEST_WAIT_S, LONGEST_WAIT_S = 0.5, 30.0


class OpenAIBackend:
    """Asks a server; see the module's docstring."""

    notes = (
        "the server draws: equal requests have equal seeds, equal answers only if it keeps to them",
        "no log-probabilities of labels over HTTP",
    )

    def __init__(
        self,
        base_url: str,
        model: str,
        api_key_env: str | None,
        extra: Mapping[str, object],
        concurrency: int,
        request_s: float,
        patience_s: float,
    ) -> None:
        """Find out whether the server is there.

        Raises:
            SerError: it is not, or it does not let us in, or the key is missing.
        """
        self._url = base_url.rstrip("/")
        self._model, self._extra = model, dict(extra)
        self._request_s, self._patience_s = request_s, patience_s
        self._headers = {"Content-Type": "application/json", **_authorization(api_key_env)}
        self._http = urllib3.PoolManager(maxsize=concurrency, block=True, retries=False)
        self._threads = ThreadPool(concurrency)
        self._greet(api_key_env)

    def _greet(self, api_key_env: str | None) -> None:
        try:
            found = self._http.request(
                "GET", f"{self._url}/models", headers=self._headers, timeout=10.0
            )
        except urllib3.exceptions.HTTPError as error:
            raise SerError(
                f"{self._url}: no server answers ({_cause(error)}); start it, or name another with "
                "`--server URL` (make infer SERVER=URL)"
            ) from None
        if found.status in (401, 403):
            raise SerError(
                f"{self._url}: the server refuses us (HTTP {found.status}); put a valid key into "
                f"the environment variable {api_key_env or 'that the option api_key_env names'}"
            )

    def answer(
        self, clips: Sequence[Clip], samplings: Sequence[Sampling]
    ) -> list[list[Answer] | Exception]:
        """Return one answer per clip (outer) and sampling (inner), or why a clip has none."""
        stopped = threading.Event()
        pairs = [(clip, sampling, stopped) for clip in clips for sampling in samplings]
        try:
            given = self._threads.map_async(self._answer_or_error, pairs, chunksize=1).get()
        except BaseException:  # Ctrl-C, or the time is up: no thread may go on asking
            stopped.set()
            raise
        answers = [given[i : i + len(samplings)] for i in range(0, len(pairs), len(samplings))]
        return [
            next((one for one in row if isinstance(one, Exception)), None) or row for row in answers
        ]

    def _answer_or_error(self, asked: tuple[Clip, Sampling, threading.Event]) -> Answer | Exception:
        try:
            return Answer(self._text(self._send(*asked)))
        except Exception as error:
            return error

    def _send(
        self, clip: Clip, sampling: Sampling, stopped: threading.Event
    ) -> urllib3.BaseHTTPResponse:
        """Return a response with status 200, after as many retries as time and `stopped` allow."""
        body = json.dumps(request(self._model, clip, sampling, self._extra)).encode()
        started, attempt, gone_since = time.monotonic(), 0, None
        while True:
            left = self._request_s - (time.monotonic() - started)
            try:
                found = self._http.request(
                    "POST",
                    f"{self._url}/chat/completions",
                    body=body,
                    headers=self._headers,
                    timeout=urllib3.Timeout(connect=10.0, read=max(left, 0.1)),
                )
                if found.status == 200:
                    return found
                trouble: Exception = ValueError(_refusal(found))
                if found.status not in RETRIED:
                    raise trouble
                asked_for, gone_since = found.headers.get("Retry-After"), None
                since, limit = started, self._request_s
            except urllib3.exceptions.ReadTimeoutError:
                raise TimeoutError(f"no answer within {self._request_s:g} s") from None
            except urllib3.exceptions.HTTPError as error:
                trouble = SerError(
                    f"{self._url}: the server is gone ({_cause(error)}) and did not come back "
                    f"within {self._patience_s:g} s; start it and run again to go on"
                )
                # From when it went: it may have worked on this request for long before.
                gone_since = gone_since or time.monotonic()
                since, limit, asked_for = gone_since, self._patience_s, None
            wait = _wait(attempt, asked_for)
            if time.monotonic() - since + wait > limit or stopped.wait(wait):
                raise trouble
            attempt += 1

    def _text(self, response: urllib3.BaseHTTPResponse) -> str:
        try:
            choice = response.json()["choices"][0]
            text = choice["message"]["content"]
        except (ValueError, LookupError, TypeError):
            raise ValueError(f"no chat completion: {_beginning(response)}") from None
        if not isinstance(text, str):
            raise ValueError(f"no text (finish_reason: {choice.get('finish_reason')})")
        return text


def load(options: Mapping[str, object]) -> OpenAIBackend:
    """Make the backend of a run configuration.

    Raises:
        SerError: an option is missing or unknown, or the server is not there.
    """
    unknown = sorted(set(options) - set(REQUIRED) - set(DEFAULTS))
    missing = [name for name in REQUIRED if not options.get(name)]
    if unknown or missing:
        raise SerError(
            f"backend openai: options missing: {', '.join(missing) or 'none'}; unknown: "
            f"{', '.join(unknown) or 'none'}; known: {', '.join((*REQUIRED, *DEFAULTS))}"
        )
    url = urlsplit(str(options["base_url"]))
    if url.scheme not in ("http", "https") or not url.hostname or url.username or url.password:
        raise SerError(
            "backend openai: base_url must look like http://host:8000/v1, without a name or a key "
            "in it; keys go through the environment (option api_key_env)"
        )
    return OpenAIBackend(**{**DEFAULTS, **options})


def request(
    model: str, clip: Clip, sampling: Sampling, extra: Mapping[str, object]
) -> dict[str, object]:
    """Return the body of the request about a clip.

    Every clip and temperature has a seed of its own, or one lucky draw would be that of all clips.
    """
    content: list[dict[str, object]] = [{"type": "text", "text": clip.prompt}]
    if clip.samples is not None:
        data = base64.b64encode(wav(clip.samples)).decode()
        audio = {"type": "input_audio", "input_audio": {"data": data, "format": "wav"}}
        content.insert(0, audio)
    return {
        "model": model,
        "messages": [{"role": "user", "content": content}],
        "temperature": sampling.temperature,
        "top_p": 1.0,
        "frequency_penalty": 0.0,
        "presence_penalty": 0.0,
        "seed": int(hashed_uniform(clip.file_id, sampling, 0) * 2**31),
        "max_tokens": sampling.max_new_tokens,
        "stream": False,
        **extra,
    }


def wav(samples: np.ndarray) -> bytes:
    """Return float samples, (frames,), full scale = ±1, as a 16 kHz PCM16 WAV file.

    Multiplied by 32,768 as decoding divides by it, so that stored samples come out as they are;
    libsndfile's own conversion multiplies by 32,767.
    """
    pcm = np.clip(np.rint(samples.astype(float) * 32768), -32768, 32767).astype(np.int16)
    file = io.BytesIO()
    sf.write(file, pcm, SAMPLE_RATE, format="WAV", subtype="PCM_16")
    return file.getvalue()


def _authorization(variable: str | None) -> dict[str, str]:
    if variable is None:
        return {}
    key = os.environ.get(variable)
    if not key:
        raise SerError(f"the environment variable {variable} is not set; put the API key into it")
    return {"Authorization": f"Bearer {key}"}


def _wait(attempt: int, asked_for: str | None) -> float:
    """Return the seconds to wait: what the server asks for, else twice as long each time, with
    chance in it, so that many requests do not all come back at once."""
    if asked_for:
        try:
            return max(urllib3.Retry().parse_retry_after(asked_for), 0.0)
        except urllib3.exceptions.InvalidHeader:
            pass
    longest = min(SHORTEST_WAIT_S * 2**attempt, LONGEST_WAIT_S)
    return random.uniform(longest / 2, longest)


def _cause(error: Exception) -> str:
    # "<object at 0x…>: Failed to establish a new connection: [Errno 111] Connection refused"
    return one_line(str(error).rsplit(": ", 1)[-1] or type(error).__name__)[:120]


def _refusal(response: urllib3.BaseHTTPResponse) -> str:
    return f"HTTP {response.status}: {_beginning(response)}"


def _beginning(response: urllib3.BaseHTTPResponse) -> str:
    return one_line(response.data.decode(errors="replace"))[:150]
