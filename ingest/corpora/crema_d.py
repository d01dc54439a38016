"""CREMA-D: English, 91 actors, twelve sentences, six emotions; as WAV, as MP3 and as film."""

from ingest.corpus import Corpus
from ingest.tables import Table

CORPUS = Corpus(
    name="CREMA-D",
    language="English",
    # Actor, sentence, emotion, intensity (low, medium, high, unspecified; one is called X).
    pattern=r"(?P<speaker>\d{4})_(?P<text>[A-Z]{3})_(?P<emotion>[A-Z]{3})_[A-Z]{1,2}"
    r"\.(?:wav|mp3|flv)",
    example="AudioWAV/1001_DFA_ANG_XX.wav",
    formats=(".wav", ".mp3", ".flv"),
    transcriptions={
        "DFA": "Don't forget a jacket.",
        "IEO": "It's eleven o'clock.",
        "IOM": "I'm on my way to the meeting.",
        "ITH": "I think I have a doctor's appointment.",
        "ITS": "I think I've seen this before.",
        "IWL": "I would like a new alarm clock.",
        "IWW": "I wonder what this is about.",
        "MTI": "Maybe tomorrow it will be cold.",
        "TAI": "The airplane is almost full.",
        "TIE": "That is exactly what happened.",
        "TSI": "The surface is slick.",
        "WSI": "We'll stop in a couple of minutes.",
    },
    table=Table(
        path="**/VideoDemographics.csv",
        key="ActorID",
        match="{speaker}",
        columns={"gender": "Sex", "age": "Age"},
        delimiter=",",
        required=False,
    ),
    published_clips=7442,
    published_speakers=91,
    published_hours=5.3,
    published_classes={
        "anger": 1271,
        "disgust": 1271,
        "fear": 1271,
        "happiness": 1271,
        "neutral": 1087,
        "sadness": 1271,
    },
    published_rates_hz=(16_000, 44_100),  # WAV; MP3 and film
    access_note="a git repository with git-lfs: without `git lfs pull` it holds pointers only",
    license="ODbL 1.0 and Database Content License",
    license_source="LICENSE.txt in the authors' repository",
    url="https://github.com/CheyneyComputerScience/CREMA-D",
    citation="Cao et al. (2014), CREMA-D: Crowd-sourced Emotional Multimodal Actors Dataset, "
    "IEEE TAC 5(4)",
)
