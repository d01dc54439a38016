"""MODULATE-STREAM: English, sessions of people who stream games; hours long, cut by a manifest."""

from ingest.corpus import Corpus
from ingest.manifest import AUDIO_PATTERN, manifest

CORPUS = Corpus(
    name="MODULATE-STREAM",
    language="English",
    pattern=AUDIO_PATTERN,
    example="session_0001.opus",
    # The distribution has no emotions, only transcripts: labels and ratings are those of whoever
    # writes the manifest, and so are start and end of the clips.
    canonical_labels=True,
    table=manifest(),
    published_clips=None,
    published_speakers=940,
    published_hours=7000,
    access="application",
    access_note="ask the organisers of the workshop, then write manifest.csv",
    license="research use only",
    license_source="agreement of the workshop",
    url="https://arxiv.org/abs/2403.14048",
    citation="Baird et al. (2024), The NeurIPS 2023 Machine Learning for Audio Workshop: Affective "
    "Audio Benchmarks and Novel Data",
)
