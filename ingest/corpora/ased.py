"""ASED: Amharic, 65 speakers of four dialects, 27 sentences, five emotions."""

from ingest.corpus import Corpus

CORPUS = Corpus(
    name="ASED",
    language="Amharic",
    # Emotion and folder, sentence, repetition, gender, speaker. One published name begins with an
    # upper-case S (S4-04-02-01-29): sadness like its folder, and no class of its own.
    pattern=r"(?i:(?P<emotion>[a-z])\d-\d+-\d+-(?P<gender>\d+)-(?P<speaker>\d+)\.wav)",
    example="a5-03-01-02-50.wav",
    genders={"01": "female", "02": "male"},
    published_clips=2474,
    published_speakers=65,
    published_hours=2.1,  # EmoBox
    published_classes=5,
    license="unstated",
    license_source="README of the authors: freely available for download, under no named licence",
    access_note="git clone of the repository; the audio is in it",
    url="https://github.com/Ethio2021/ASED_V1",
    citation="Retta et al. (2023), A New Amharic Speech Emotion Dataset, ACM TALLIP 22(1)",
)
