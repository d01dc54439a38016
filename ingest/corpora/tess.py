"""TESS (Toronto): English, an older and a younger woman, 200 words, seven emotions."""

from ingest.corpus import Corpus, Speaker

CORPUS = Corpus(
    name="TESS",
    language="English",
    # One published file is called OA_bite_neutral.wav: an F is missing, the speaker is clear.
    pattern=r"(?P<speaker>[OY]A)F?_(?P<text>[A-Za-z]+)_(?P<emotion>[A-Za-z]+)\.wav",
    example="OAF_back_angry.wav",
    speakers={"OA": Speaker("female", "64", "OAF"), "YA": Speaker("female", "26", "YAF")},
    carrier="Say the word {text}.",
    published_clips=2800,
    published_speakers=2,
    published_hours=1.598,  # EmoBox's metadata, summed
    published_classes=dict.fromkeys(
        ("anger", "disgust", "fear", "happiness", "neutral", "sadness", "surprise"), 400
    ),
    published_rates_hz=(24_414, 96_000),  # one of the 2,800 is at 96 kHz
    license="CC BY-NC-ND 4.0",
    license_source="catalogues; others say CC BY-NC 4.0 (conflict)",
    access_note="zip on Borealis (Scholars Portal Dataverse)",
    url="https://doi.org/10.5683/SP2/E8H2MF",
    citation="Pichora-Fuller & Dupuis (2020), Toronto emotional speech set, Scholars Portal",
)
