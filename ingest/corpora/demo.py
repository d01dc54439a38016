"""The embedded corpus: SYNTHESISED speech in CAMEO's eight languages. Its scores mean nothing."""

from ingest.corpus import Corpus, Table

CORPUS = Corpus(
    name="demo",
    language="several",
    pattern=r"(?P<language>[a-z]+)/(?P<speaker>[a-z]{2}-(?P<gender>[fm])\d)"
    r"_(?P<emotion>[a-z]+)_(?P<text>\d\d)\.flac",
    example="polish/pl-f1_anger_01.flac",
    languages={
        name.lower(): name
        for name in (
            "Bengali",
            "English",
            "French",
            "German",
            "Italian",
            "Polish",
            "Russian",
            "Spanish",
        )
    },
    genders={"f": "female", "m": "male"},
    text_table=Table(
        path="sentences.tsv",
        key="sentence_id",
        columns={"language": "language", "text": "text"},
    ),
    published_clips=224,
    published_speakers=16,
    published_rates_hz=(16_000,),
    synthetic=True,
    license="CC0-1.0",
    license_source="made for this project with espeak-ng",
    url="ingest/embedded/demo/README.md in this repository",
    citation="SER Warehouse, embedded synthetic corpus",
)
