"""JL-Corpus: New Zealand English, two men, two women, five primary and five secondary emotions."""

from ingest.corpus import Corpus
from ingest.tables import Table
from ingest.transcripts import text_of_clip

CORPUS = Corpus(
    name="JL-Corpus",
    language="English",
    # Speaker, emotion, sentence, session; a letter after the sentence tells its two variants apart.
    pattern=r"(?i:(?P<speaker>(?P<gender>female|male)\d)_(?P<emotion>[a-z]+)_\d+[ab]_\d\.wav)",
    example="female1_angry_10a_1.wav",
    # Beside every clip lies what is said in it, male1_angry_1a_1.txt.
    table=Table(
        path="**/*.txt",
        key="table_file",
        match="{stem}",
        columns={"text": "text"},
        reader=text_of_clip,
        required=False,
    ),
    published_clips=2400,
    published_speakers=4,
    published_hours=1.412,  # EmoBox's metadata, summed
    published_classes=dict.fromkeys(
        (
            "anger",
            "anxiety",
            "apology",
            "assertiveness",
            "concern",
            "encouragement",
            "excitement",
            "happiness",
            "neutral",
            "sadness",
        ),
        240,
    ),
    published_rates_hz=(44_100,),
    license="CC0-1.0",
    license_source="Kaggle page of the authors; another catalogue says ODC-By (conflict)",
    access_note="archive on Kaggle (tli725/jl-corpus), with an account",
    url="https://github.com/tli725/JL-Corpus",
    citation="James, Tian & Watson (2018), An Open Source Emotional Speech Corpus for Human Robot "
    "Interaction Applications, Interspeech",
)
