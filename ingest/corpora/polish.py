"""Polish (Gdańsk): Polish, five young men, six words, three emotions."""

from ingest.corpus import Corpus, Speaker

CORPUS = Corpus(
    name="Polish",
    language="Polish",
    # Speaker, emotion, word, repetition.
    pattern=r"(?i:(?P<speaker>m\d+)\.(?P<emotion>[a-z])_(?P<text>[^/_]+)_\d+\.wav)",
    example="m1.a_nie_2.wav",
    speakers={f"m{number}": Speaker("male", "21-23") for number in range(1, 6)},
    published_clips=450,
    published_speakers=5,
    published_hours=0.1,  # EmoBox
    published_classes=dict.fromkeys(("anger", "fear", "neutral"), 150),
    license="unstated",
    license_source="not read on the record (MOST Wiedzy)",
    access_note="Speech_emotions.zip on MOST Wiedzy",
    url="https://doi.org/10.34808/h46c-hb44",
    citation="Mięsikowska & Świsulski (2020), Emotions in Polish speech recordings, Gdańsk "
    "University of Technology",
)
