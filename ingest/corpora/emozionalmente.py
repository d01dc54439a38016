"""Emozionalmente: Italian, 431 amateurs at home, 18 sentences, seven emotions; labels in tables."""

from ingest.corpus import Corpus
from ingest.tables import Table

CORPUS = Corpus(
    name="Emozionalmente",
    language="Italian",
    pattern=r"\d{13}\.wav",  # when it was recorded, in milliseconds: it says nothing else
    example="audio/1612871026347.wav",
    table=(
        Table(
            path="**/metadata/samples.csv",
            key="{file_name:file}",
            columns={"emotion": "emotion_expressed", "speaker": "actor", "text": "sentence"},
            delimiter=",",
        ),
        Table(
            path="**/metadata/users.csv",
            key="username",
            match="{speaker}",
            columns={"gender": "gender", "age": "age"},
            delimiter=",",
            required=False,
        ),
    ),
    published_clips=6902,
    published_speakers=431,
    published_hours=6.3,
    published_classes={
        name: 986
        for name in ("anger", "disgust", "fear", "happiness", "neutral", "sadness", "surprise")
    },
    published_rates_hz=(16_000, 44_100),  # EmoBox's metadata: 150 of the 6,902 are at 44,100 Hz
    license="CC BY 4.0",
    license_source="Zenodo record",
    url="https://zenodo.org/records/6569824",
    citation="Catania, Wilke & Garzotto (2025), Emozionalmente: A Crowdsourced Corpus of Simulated "
    "Emotional Speech in Italian, IEEE/ACM TASLP 33",
)
