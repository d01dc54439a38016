"""EMNS: British English, one woman, sentences of stories, eight emotions."""

from ingest.corpus import Corpus, Scale
from ingest.tables import Table

CORPUS = Corpus(
    name="EMNS",
    language="English",
    # As published, Opus in WebM; copies as WAV go about. Of a clip in both `cleaned_webm` and
    # `raw_webm`, the first is taken. Everything else is in the table.
    pattern=r"recorded_audio\w*\.(?:webm|wav|flac)",
    example="cleaned_webm/recorded_audio_hfuMv1Y.webm",
    formats=(".wav", ".flac", ".webm"),
    table=Table(
        path="**/metadata.csv",
        key="{audio_recording:stem}",
        match="{stem}",
        columns={
            "emotion": "emotion",
            "speaker": "user_id",
            "gender": "gender",
            "age": "age",
            "text": "utterance",
        },
        ratings={"level": "level"},
        delimiter="|",
    ),
    scales={"level": Scale(unit="how expressive, as the speaker was asked to be")},
    published_clips=1205,  # rows of the table, and CAMEO's; 24 have no recording (EmoBox: 1,181)
    published_speakers=1,
    published_hours=1.9,
    published_classes=8,
    published_rates_hz=(48_000,),
    access_note="OpenSLR 136: cleaned_webm.tar.xz and metadata.csv",
    license="Apache-2.0",
    license_source="LICENSE in the authors' repository; OpenSLR",
    url="https://www.openslr.org/136",
    citation="Noriy, Yang & Zhang (2023), EMNS /Imz/ Corpus: An emotive single-speaker dataset for "
    "narrative storytelling in games, television and graphic novels",
)
