"""HUME-PROSODY: English sentences, imitated at home; nine emotions, each with its intensity."""

from ingest.corpus import Corpus, Scale
from ingest.manifest import AUDIO_PATTERN, manifest

EMOTIONS = (
    *("Anger", "Boredom", "Calmness", "Concentration", "Determination"),
    *("Excitement", "Interest", "Sadness", "Tiredness"),
)

CORPUS = Corpus(
    name="HUME-PROSODY",
    language="English",
    pattern=AUDIO_PATTERN,
    example="wav/00001.wav",
    # The distribution gives intensities; the label of the manifest is the strongest of the nine.
    table=manifest(),
    scales={name: Scale(0, 1, "mean intensity over the raters") for name in EMOTIONS},
    published_clips=None,
    published_speakers=1004,
    published_hours=41.8,
    published_classes=9,
    access="application",
    access_note="ask the organisers (competitions@hume.ai), then write manifest.csv",
    license="research use only",
    license_source="end user agreement of the workshop",
    url="https://arxiv.org/abs/2403.14048",
    citation="Baird et al. (2024), The NeurIPS 2023 Machine Learning for Audio Workshop: Affective "
    "Audio Benchmarks and Novel Data",
)
