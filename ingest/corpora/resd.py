"""RESD: Russian, acted dialogues, two emotions in each, seven in all."""

from ingest.corpus import Corpus
from ingest.tables import Table

CORPUS = Corpus(
    name="RESD",
    language="Russian",
    # Dialogue, its two emotions, which of them (by its first letter), utterance. In the first
    # dialogues a space stands before the letter. Who of the 20 actors speaks is not published:
    # EmoBox takes the name of the file for a speaker, and counts 200.
    pattern=r"\d\d_[a-z]+_[a-z]+[ _](?P<emotion>[adefhns])_\d+\.wav",
    example="train/happiness_neutral_38/38_happiness_neutral_h_080.wav",
    table=Table(
        path="**/t[re]*.csv",  # train.csv and test.csv
        key="{path:stem}",
        match="{stem}",
        optional={"text": "text"},
        delimiter=",",
        required=False,
    ),
    published_clips=1396,
    published_speakers=20,
    published_hours=2.3,
    published_classes={
        "anger": 219,
        "disgust": 185,
        "enthusiasm": 198,
        "fear": 223,
        "happiness": 218,
        "neutral": 191,
        "sadness": 162,
    },
    published_rates_hz=(16_000, 44_100),
    license="MIT",
    license_source="catalogue of SER data sets; the authors' page",
    url="https://huggingface.co/datasets/Aniemore/resd_annotated",
    citation="Amentes, Davidchuk & Lubenets (2022), Russian Emotional Speech Dialogs with "
    "annotated text",
)
