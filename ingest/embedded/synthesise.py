"""Make the embedded ``demo`` corpus: synthetic emotional speech spoken by espeak-ng.

Every sentence of ``demo/sentences.tsv`` is spoken by every voice of its language with
every emotion. Only the delivery changes with the emotion (tempo, pitch, pitch range,
level, spectral tilt, final glide), never the words. The cue directions come from the
literature that ``demo/README.md`` names; nothing here is fitted to any classifier.

Run ``python -m ingest.embedded.synthesise``; the same espeak-ng, numpy, scipy, soxr and
libsndfile give the same bytes every time.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

import numpy as np
import soundfile as sf
import soxr
from numpy.typing import NDArray
from scipy.interpolate import CubicSpline

Samples = NDArray[np.float64]

DEMO_DIR = Path(__file__).resolve().parent / "demo"
SAMPLE_RATE = 16_000
WORK_RATE = 48_000  # pitch curves are applied here, well above the audio's bandwidth
MADE_WITH = "1.51"  # the espeak-ng version behind the committed files

NEUTRAL_RATE = 185  # espeak-ng -s, words per minute
NEUTRAL_PITCH = 45  # espeak-ng -p, 0 to 99
GLIDE_SECONDS = 0.35  # length of the final rise or fall
TREMOR_HZ = 11.0  # speed of fear's irregular pitch
EDGE_SECONDS = 0.03  # quiet kept before and after the speech
QUIET_DB = -40.0  # below the peak by this much counts as silence


@dataclass(frozen=True)
class Voice:
    """One synthetic speaker: its name in the corpus and the espeak-ng voice behind it."""

    name: str
    espeak: str


@dataclass(frozen=True)
class Delivery:
    """How an emotion is spoken, relative to the same voice's neutral delivery."""

    rate: float = 1.0  # times the neutral speaking rate
    pitch: int = 0  # added to espeak-ng's -p
    pitch_range: int = 75  # SSML prosody range, per cent
    peak_db: float = -10.5  # peak level, dBFS
    tilt_db: float = 0.0  # gain at 4 kHz and above relative to 500 Hz
    glide: float = 0.0  # final pitch movement, semitones
    tremor: float = 0.0  # depth of irregular pitch, semitones
    attack: float = 0.01  # fade-in, seconds
    mark: str = ""  # punctuation that picks espeak-ng's tune; empty: the sentence's own


DELIVERIES: dict[str, Delivery] = {
    "anger": Delivery(1.14, 18, 175, -3.5, 8.0, 2.0, 0.0, 0.004),
    "disgust": Delivery(0.82, -10, 50, -12.5, 3.0, -1.0, 0.0, 0.03),
    "fear": Delivery(1.20, 32, 45, -14.0, -3.0, 1.0, 0.5, 0.04),
    "happiness": Delivery(1.08, 24, 190, -6.0, 3.5, 2.5, 0.0, 0.006),
    "neutral": Delivery(),
    "sadness": Delivery(0.76, -18, 35, -18.5, -8.0, -2.0, 0.0, 0.06),
    "surprise": Delivery(1.04, 32, 180, -7.0, 2.0, 4.0, 0.0, 0.006, "?"),
}

VOICES: dict[str, tuple[Voice, Voice]] = {
    "Bengali": (Voice("bn-f1", "bn+f1"), Voice("bn-m1", "bn+m3")),
    "English": (Voice("en-f1", "en+f2"), Voice("en-m1", "en+m6")),
    "French": (Voice("fr-f1", "fr+f5"), Voice("fr-m1", "fr+m2")),
    "German": (Voice("de-f1", "de+f3"), Voice("de-m1", "de+m7")),
    "Italian": (Voice("it-f1", "it+f4"), Voice("it-m1", "it+m4")),
    "Polish": (Voice("pl-f1", "pl+f2"), Voice("pl-m1", "pl+m3")),
    "Russian": (Voice("ru-f1", "ru+f5"), Voice("ru-m1", "ru+m2")),
    "Spanish": (Voice("es-f1", "es+f1"), Voice("es-m1", "es+m7")),
}


@dataclass(frozen=True)
class Clip:
    """One file to make: who says which sentence with which emotion."""

    language: str
    voice: Voice
    emotion: str
    sentence_id: str
    text: str

    @property
    def stem(self) -> str:
        """The file name without its ending, which also seeds the clip's variation."""
        return f"{self.voice.name}_{self.emotion}_{self.sentence_id}"

    @property
    def path(self) -> Path:
        """Where the clip lies inside the corpus."""
        return Path("audio") / self.language.lower() / f"{self.stem}.flac"


def read_sentences(path: Path) -> list[dict[str, str]]:
    """Rows of the sentence table: ``language``, ``sentence_id`` and ``text``."""
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle, delimiter="\t", quoting=csv.QUOTE_NONE))


def plan(sentences: Sequence[dict[str, str]]) -> Iterator[Clip]:
    """Every clip of the corpus, in the order of the sentence table."""
    for row in sentences:
        for voice in VOICES[row["language"]]:
            for emotion in DELIVERIES:
                yield Clip(row["language"], voice, emotion, row["sentence_id"], row["text"])


def wobble(*key: object) -> float:
    """A number in [-1, 1) that depends on nothing but the key."""
    digest = hashlib.sha256("|".join(map(str, key)).encode()).digest()
    return int.from_bytes(digest[:6], "big") / 2**47 - 1.0


def vary(base: Delivery, seed: str) -> Delivery:
    """The delivery moved a little, always the same way for the same seed."""
    return Delivery(
        rate=base.rate * (1 + 0.04 * wobble(seed, "rate")),
        pitch=base.pitch + round(2.5 * wobble(seed, "pitch")),
        pitch_range=base.pitch_range + round(8 * wobble(seed, "range")),
        peak_db=min(-1.0, max(-20.0, base.peak_db + wobble(seed, "peak"))),
        tilt_db=base.tilt_db + wobble(seed, "tilt"),
        glide=base.glide + 0.4 * wobble(seed, "glide"),
        tremor=base.tremor * (1 + 0.2 * wobble(seed, "tremor")),
        attack=base.attack,
        mark=base.mark,
    )


def punctuate(text: str, mark: str) -> str:
    """The sentence with its final punctuation replaced, or left alone for an empty mark."""
    return text.rstrip(".।!? ") + mark if mark else text


def speak(program: str, clip: Clip, delivery: Delivery, wav: Path) -> Samples:
    """espeak-ng's rendering of a clip at ``WORK_RATE``, before any processing."""
    text = escape(punctuate(clip.text, delivery.mark))
    ssml = f'<speak><prosody range="{delivery.pitch_range}%">{text}</prosody></speak>'
    command = [program, "-v", clip.voice.espeak, "-m", "-b", "1", "-a", "80", "-w", str(wav)]
    command += ["-s", str(round(NEUTRAL_RATE * delivery.rate))]
    command += ["-p", str(NEUTRAL_PITCH + delivery.pitch)]
    subprocess.run(command, input=ssml.encode(), check=True, capture_output=True)
    samples, rate = sf.read(wav, dtype="float64")
    if not np.any(samples):
        raise ValueError(f"espeak-ng returned silence for {clip.stem}")
    return soxr.resample(samples, rate, WORK_RATE, quality="VHQ")


def trim(samples: Samples, rate: int) -> Samples:
    """The samples without leading and trailing silence, keeping ``EDGE_SECONDS``."""
    loud = np.flatnonzero(np.abs(samples) > np.max(np.abs(samples)) * 10 ** (QUIET_DB / 20))
    edge = round(EDGE_SECONDS * rate)
    return samples[max(0, loud[0] - edge) : loud[-1] + edge]


def pitch_curve(size: int, rate: int, delivery: Delivery, seed: str) -> Samples:
    """Pitch change in semitones for each sample: the final glide plus the tremor."""
    seconds = np.arange(size) / rate
    tail = np.clip((seconds - (seconds[-1] - GLIDE_SECONDS)) / GLIDE_SECONDS, 0.0, 1.0)
    curve = delivery.glide * tail
    if delivery.tremor:
        knots = np.arange(int(seconds[-1] * TREMOR_HZ) + 2)
        depths = np.array([wobble(seed, "tremor", knot) for knot in knots])
        curve = curve + delivery.tremor * np.interp(seconds * TREMOR_HZ, knots, depths)
    return curve


def bend(samples: Samples, semitones: Samples) -> Samples:
    """The samples played faster or slower from moment to moment, which bends the pitch."""
    arrival = np.cumsum(2.0 ** (-semitones / 12))
    source = np.interp(np.arange(int(arrival[-1])), arrival, np.arange(samples.size))
    return CubicSpline(np.arange(samples.size), samples)(source)


def tilt(samples: Samples, rate: int, gain_db: float) -> Samples:
    """The samples with ``gain_db`` more energy at 4 kHz and above, sloping from 500 Hz."""
    spectrum = np.fft.rfft(samples)
    hertz = np.maximum(np.fft.rfftfreq(samples.size, 1 / rate), 1.0)
    slope = np.clip(np.log2(hertz / 500) / 3, 0.0, 1.0)
    return np.fft.irfft(spectrum * 10 ** (gain_db * slope / 20), samples.size)


def fade(samples: Samples, rate: int, attack: float) -> Samples:
    """The samples with a fade-in over the edge and the attack, and a short fade-out."""
    rise = min(round((EDGE_SECONDS + attack) * rate), samples.size)
    fall = min(round(EDGE_SECONDS * rate), samples.size)
    gain = np.ones(samples.size)
    gain[:rise] = np.linspace(0.0, 1.0, rise)
    gain[-fall:] *= np.linspace(1.0, 0.0, fall)
    return samples * gain


def render(program: str, clip: Clip, wav: Path) -> NDArray[np.int16]:
    """The finished clip: 16-bit samples at ``SAMPLE_RATE``."""
    delivery = vary(DELIVERIES[clip.emotion], clip.stem)
    samples = trim(speak(program, clip, delivery, wav), WORK_RATE)
    samples = bend(samples, pitch_curve(samples.size, WORK_RATE, delivery, clip.stem))
    samples = soxr.resample(samples, WORK_RATE, SAMPLE_RATE, quality="VHQ")
    samples = trim(tilt(samples, SAMPLE_RATE, delivery.tilt_db), SAMPLE_RATE)
    samples = fade(samples, SAMPLE_RATE, delivery.attack)
    samples *= 10 ** (delivery.peak_db / 20) / np.max(np.abs(samples))
    return np.round(samples * 32767).astype(np.int16)


def synthesise(program: str, out: Path) -> tuple[int, int, float]:
    """Write the whole corpus below ``out``; returns clips, bytes and seconds of speech."""
    clips = list(plan(read_sentences(DEMO_DIR / "sentences.tsv")))
    size, seconds = 0, 0.0
    with tempfile.TemporaryDirectory() as scratch:
        for count, clip in enumerate(clips, start=1):
            samples = render(program, clip, Path(scratch) / "speech.wav")
            target = out / clip.path
            target.parent.mkdir(parents=True, exist_ok=True)
            sf.write(target, samples, SAMPLE_RATE, subtype="PCM_16", compression_level=1.0)
            size += target.stat().st_size
            seconds += samples.size / SAMPLE_RATE
            show_progress(count, len(clips), clip)
    return len(clips), size, seconds


def show_progress(count: int, total: int, clip: Clip) -> None:
    """One line on standard error that is rewritten while the corpus grows."""
    end = "\n" if count == total else ""
    print(f"\r{count}/{total} {clip.stem:<28}", end=end, file=sys.stderr, flush=True)


def espeak_version(program: str) -> str:
    """The version that espeak-ng reports, such as ``1.51``."""
    shown = subprocess.run([program, "--version"], check=True, capture_output=True, text=True)
    return shown.stdout.partition(":")[2].split()[0]


def parse_args(argv: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m ingest.embedded.synthesise",
        description="Make the synthetic demo corpus with espeak-ng: every sentence of "
        "sentences.tsv with every emotion and voice, as 16 kHz mono FLAC.",
    )
    parser.add_argument(
        "--out",
        type=Path,
        default=DEMO_DIR,
        metavar="DIR",
        help="folder that gets audio/<language>/*.flac (default: the demo corpus itself)",
    )
    return parser.parse_args(argv)


def main(argv: Sequence[str] | None = None) -> int:
    """Make the corpus and say what came out; returns the exit status."""
    args = parse_args(argv)
    program = shutil.which("espeak-ng")
    if program is None:
        print("error: espeak-ng is not installed: apt install espeak-ng", file=sys.stderr)
        return 1
    try:
        version = espeak_version(program)
        if version != MADE_WITH:
            print(f"note: espeak-ng {version}; the committed files come from {MADE_WITH}, "
                  "so bytes will differ", file=sys.stderr)  # fmt: skip
        clips, size, seconds = synthesise(program, args.out)
    except subprocess.CalledProcessError as error:
        detail = error.stderr.decode(errors="replace") if error.stderr else ""
        print(f"error: espeak-ng failed: {detail.strip() or error}", file=sys.stderr)
        return 1
    except (OSError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(f"{clips} clips, {size / 1e6:.2f} MB, {seconds:.1f} s of speech, espeak-ng {version}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
