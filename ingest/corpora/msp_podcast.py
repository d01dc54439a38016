"""MSP-Podcast: English, natural speech from podcasts, eight emotions and ratings by listeners."""

from ingest.corpus import Corpus, Scale
from ingest.tables import Table, whole_text

_SCALE = Scale(1, 7, "mean of the raters' manikins")

CORPUS = Corpus(
    name="MSP-Podcast",
    language="English",
    # Podcast and segment. Everything else is in the table, whose name is misspelt in some releases.
    pattern=r"MSP-PODCAST_\d{4}_\d{4}(?:_\d{4})?\.wav",
    example="Audios/MSP-PODCAST_0001_0008.wav",
    table=(
        Table(
            path="**/labels_con?ensus.csv",
            key="FileName",
            columns={"emotion": "EmoClass", "speaker": "SpkrID", "gender": "Gender"},
            ratings={"activation": "EmoAct", "valence": "EmoVal", "dominance": "EmoDom"},
            delimiter=",",
            nulls=frozenset({"Unknown"}),
        ),
        Table(
            path="**/Transcripts/*.txt",
            key="{table_file}",
            match="{stem}",
            columns={"text": "text"},
            required=False,
            reader=whole_text,
        ),
    ),
    scales={"activation": _SCALE, "valence": _SCALE, "dominance": _SCALE},
    # EmoBox's Table 1, of an earlier release; release 2.0 has 267,905. Segments without agreement
    # (X) or of another emotion (O) are among them.
    published_clips=73_042,
    published_speakers=1273,
    published_hours=113.6,
    published_classes=8,
    published_rates_hz=(16_000,),
    access="application",
    access_note="an academic licence, signed by the institution",
    license="academic licence of the University of Texas at Dallas",
    license_source="the authors' page",
    url="https://www.lab-msp.com/MSP/MSP-Podcast.html",
    citation="Lotfian & Busso (2019), Building Naturalistic Emotionally Balanced Speech Corpus by "
    "Retrieving Emotional Speech from Existing Podcast Recordings, IEEE TAC 10(4)",
)
