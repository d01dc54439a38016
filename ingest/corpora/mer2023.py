"""MER2023: Mandarin, films and series, six emotions; the labelled part of a challenge."""

from ingest.corpus import Corpus, Scale
from ingest.tables import Table

CORPUS = Corpus(
    name="MER2023",
    language="Mandarin",
    pattern=r"sample(?:new)?_\d+\.(?:avi|mp4|wav)",
    example="train/sample_00000000.avi",
    formats=(".wav", ".avi", ".mp4"),
    # train-label.csv, test1-label.csv, test2-label.csv and, without valence, test3-label.csv. Most
    # of test3 is in no table: it is material without labels for semi-supervised learning.
    table=Table(
        path="**/*-label.csv",
        key="name",
        match="{stem}",
        columns={"emotion": "discrete"},
        ratings={"valence": "valence"},
        delimiter=",",
    ),
    scales={"valence": Scale(-5, 5)},
    published_clips=5030,
    published_speakers=None,
    published_hours=5.9,
    published_classes=6,
    access="application",
    access_note="an agreement (EULA) on the challenge's page",
    license="academic research only",
    license_source="the challenge's EULA",
    url="https://github.com/zeroQiaoba/MERTools",
    citation="Lian et al. (2023), MER 2023: Multi-label Learning, Modality Robustness, and "
    "Semi-Supervised Learning, ACM Multimedia",
)
