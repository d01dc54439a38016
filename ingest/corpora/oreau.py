"""Oréau: French, 32 speakers, 79 sentences written for one emotion each, seven emotions."""

from ingest.corpus import Corpus

CORPUS = Corpus(
    name="Oréau",
    language="French",
    # Folders OréauFR_01 (all 502) and OréauFR_02 (the 434 that listeners recognised; of a file that
    # is in both, one is a clip and the other a copy of it), in them m and f, in these sessions.
    # In the name speaker, sentence, emotion, in some with blanks between them. What the sentences
    # are is not read.
    pattern=r"(?i:(?:(?P<gender>[mf])/[^/]+/)?"
    r"(?P<speaker>\d\d) ?[^/ ]{3} ?(?P<emotion>[a-z])[^/]*\.wav)",
    example="OréauFR_01/m/sessc/12abcN.wav",
    genders={"f": "female", "m": "male"},
    published_clips=502,
    published_speakers=32,
    # CAMEO's counts; of disgust, which its lists at hand leave out, what is left of 502.
    published_classes={
        "anger": 73,
        "disgust": 71,
        "fear": 71,
        "happiness": 72,
        "neutral": 71,
        "sadness": 72,
        "surprise": 72,
    },
    license="CC BY 4.0",
    license_source="Zenodo record, as the SER-datasets table gives it",
    access_note="OréauFR_01.zip and OréauFR_02.zip on Zenodo",
    url="https://zenodo.org/records/4405783",
    citation="Kerkeni et al. (2020), French Emotional Speech Database - Oréau, Zenodo",
)
