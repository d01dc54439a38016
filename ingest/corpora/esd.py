"""ESD: ten speakers of Mandarin and ten of English, 350 sentences each, five emotions."""

from ingest.corpus import Corpus, Speaker
from ingest.tables import Table
from ingest.transcripts import sentences_of_speaker

_WOMEN = {*(1, 2, 3, 7, 9), *(15, 16, 17, 18, 19)}

CORPUS = Corpus(
    name="ESD",
    language="several",
    # A folder per speaker, in it one per emotion, in some releases one per split below it. Beside
    # the emotions lies a table of what is said, 0011/0011.txt.
    pattern=r"(?i:(?P<speaker>(?P<language>\d{4}))/(?P<emotion>[a-z]+)/"
    r"(?:(?:train|test|evaluation)/)?(?P=speaker)_\d{6}\.wav)",
    example="0011/Angry/train/0011_000371.wav",
    languages={f"{n:04d}": "Mandarin" if n <= 10 else "English" for n in range(1, 21)},
    speakers={f"{n:04d}": Speaker("female" if n in _WOMEN else "male") for n in range(1, 21)},
    table=Table(
        path="**/[0-9][0-9][0-9][0-9].txt",
        key="name",
        match="{stem}",
        columns={"text": "text"},
        reader=sentences_of_speaker,
        required=False,
    ),
    published_clips=35_000,
    published_speakers=20,
    published_hours=29.07,  # EmoBox's metadata, summed; the authors say 29
    published_classes=dict.fromkeys(("anger", "happiness", "neutral", "sadness", "surprise"), 7000),
    published_rates_hz=(16_000,),
    license="research use only",
    license_source="README of the distribution; access after a signed form",
    access="application",
    access_note="a signed licence, to the address in the README of the repository",
    url="https://github.com/HLTSingapore/Emotional-Speech-Data",
    citation="Zhou et al. (2022), Emotional voice conversion: Theory, databases and ESD, Speech "
    "Communication 137",
)
