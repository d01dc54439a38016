"""MODULATE-SONATA: English, voice actors in roles of games and films, 25 classes."""

from ingest.corpus import Corpus
from ingest.manifest import AUDIO_PATTERN, manifest

CORPUS = Corpus(
    name="MODULATE-SONATA",
    language="English",
    pattern=AUDIO_PATTERN,
    example="wav/00001.wav",
    # The names of the 25 classes are not in the published tables that we have: the manifest uses
    # the canonical ones.
    canonical_labels=True,
    table=manifest(),
    published_clips=None,
    published_speakers=23,
    published_hours=6,
    published_classes=25,
    access="application",
    access_note="ask the organisers of the workshop, then write manifest.csv",
    license="research use only",
    license_source="agreement of the workshop",
    url="https://arxiv.org/abs/2403.14048",
    citation="Baird et al. (2024), The NeurIPS 2023 Machine Learning for Audio Workshop: Affective "
    "Audio Benchmarks and Novel Data",
)
