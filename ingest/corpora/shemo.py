"""ShEMO (Sharif): Persian, 87 speakers in radio plays, six emotions."""

from ingest.corpus import Corpus

CORPUS = Corpus(
    name="ShEMO",
    language="Persian",
    # Speaker, emotion, number. Transcriptions are published apart from the audio: not read.
    pattern=r"(?i:(?P<speaker>(?P<gender>[FM])\d\d)(?P<emotion>[a-z])\d+\.wav)",
    example="F05N57.wav",
    genders={"F": "female", "M": "male"},
    published_clips=3000,  # the paper; 2,838 are in EmoBox's copy
    published_speakers=87,
    published_hours=3.42,  # 3 h 25 min, the paper
    published_classes={
        "anger": 1059,
        "fear": 38,
        "happiness": 201,
        "neutral": 1028,
        "sadness": 449,
        "surprise": 225,
    },
    published_rates_hz=(44_100, 22_050),  # 121 of EmoBox's 2,838 are at 22,050 Hz
    license="unstated",
    license_source="the authors' repository: free of charge for academic purposes, no licence",
    access_note="female.zip and male.zip, by the links in the README of the repository",
    url="https://github.com/mansourehk/ShEMO",
    citation="Mohamad Nezami, Jamshid Lou & Karami (2019), ShEMO: a large-scale validated database "
    "for Persian speech emotion detection, Language Resources and Evaluation 53",
)
