"""nEMO: Polish, nine actors, 90 sentences in six emotional states; labels in a table."""

from ingest.corpus import Corpus, Table

CORPUS = Corpus(
    name="nEMO",
    language="Polish",
    pattern=r"[A-Z]{2}\d_[a-z]+_\d+\.wav",
    example="SM0_fear_28.wav",
    table=Table(
        path="data.tsv",
        key="file_id",
        columns={
            "emotion": "emotion",
            "speaker": "speaker_id",
            "gender": "gender",
            "age": "age",
            "text": "raw_text",
        },
    ),
    published_clips=4481,
    published_speakers=9,
    published_classes={
        "anger": 749,
        "fear": 736,
        "happiness": 749,
        "neutral": 809,
        "sadness": 769,
        "surprise": 669,
    },
    published_rates_hz=(24_000,),
    license="CC BY-NC-SA 4.0",
    license_source="LICENSE in the authors' repository; some catalogues say CC BY 4.0, wrongly",
    access_note="git clone of the repository; the audio is in it",
    url="https://github.com/amu-cai/nEMO",
    citation="Christop (2024), nEMO: Dataset of Emotional Speech in Polish, LREC-COLING",
)
