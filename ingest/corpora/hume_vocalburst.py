"""HUME-VOCALBURST: laughs, cries, sighs from four countries; ten emotions with intensities."""

from ingest.corpus import Corpus, Scale
from ingest.manifest import AUDIO_PATTERN, manifest

EMOTIONS = (
    *("Amusement", "Awe", "Awkwardness", "Distress", "Excitement"),
    *("Fear", "Horror", "Sadness", "Surprise", "Triumph"),
)

CORPUS = Corpus(
    name="HUME-VOCALBURST",
    language="wordless",  # people from China, South Africa, the USA and Venezuela
    pattern=AUDIO_PATTERN,
    example="wav/00001.wav",
    # The distribution gives intensities; the label of the manifest is the strongest of the ten.
    table=manifest(),
    scales={name: Scale(0, 1, "mean intensity over the raters") for name in EMOTIONS},
    published_clips=59_201,
    published_speakers=1702,
    published_hours=36.8,
    published_classes=10,
    access="application",
    access_note="ask the organisers (competitions@hume.ai), then write manifest.csv",
    license="research use only",
    license_source="end user agreement of the workshop",
    url="https://arxiv.org/abs/2403.14048",
    citation="Baird et al. (2024), The NeurIPS 2023 Machine Learning for Audio Workshop: Affective "
    "Audio Benchmarks and Novel Data",
)
