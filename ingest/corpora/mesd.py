"""MESD: Mexican Spanish, single words of women, men and children, six emotions."""

from ingest.corpus import Corpus

CORPUS = Corpus(
    name="MESD",
    language="Spanish",
    # Emotion, voice (woman, man, child), set of words, word. The voice is no speaker: three women,
    # two men and six children were recorded, and who of them is heard is not published.
    pattern=r"(?i:(?P<emotion>[a-z]+)_(?P<age>(?P<gender>[FM])|C)_[AB]_(?P<text>[^/]+)\.wav)",
    example="Anger_F_B_ofensa.wav",
    genders={"F": "female", "M": "male"},
    ages={"F": "adult", "M": "adult", "C": "child"},
    # The transcription is the word as in the file name, without its accents.
    published_clips=862,
    published_speakers=11,
    published_hours=0.173,  # EmoBox's metadata, summed
    published_classes={
        "anger": 143,
        "disgust": 144,
        "fear": 144,
        "happiness": 144,
        "neutral": 143,
        "sadness": 144,
    },
    published_rates_hz=(48_000,),
    license="CC BY 4.0",
    license_source="Mendeley Data record",
    access_note="zip on Mendeley Data",
    url="https://data.mendeley.com/datasets/cy34mh68j9/5",
    citation="Duville, Alonso-Valerdi & Ibarra-Zarate (2021), Mexican Emotional Speech Database, "
    "Data 6(12):130",
)
