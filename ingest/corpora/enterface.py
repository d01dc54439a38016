"""eNTERFACE'05: English, 44 people, five sentences for each of six emotions; films."""

from ingest.corpus import Corpus

CORPUS = Corpus(
    name="eNTERFACE",
    language="English",
    # Subject, emotion, sentence. Subject 6 has one film per emotion, of all its sentences; some of
    # subject 3's are called s_3_…, of which EmoBox makes a subject `s`; one ends in `avi.avi`.
    pattern=r"(?i:s_?(?P<subject>\d+)_(?P<emotion>[a-z]{2})(?:_\d(?:avi)?)?\.(?:avi|wav))",
    example="subject 1/anger/sentence 1/s1_an_1.avi",
    facts={"speaker": "s{subject}"},
    formats=(".wav", ".avi"),
    # EmoBox's. CAMEO counts 1,257, which is without the six films of subject 6.
    published_clips=1263,
    published_speakers=44,
    published_hours=1.1,
    published_classes={
        "anger": 211,
        "disgust": 211,
        "fear": 211,
        "happiness": 208,
        "sadness": 211,
        "surprise": 211,
    },
    published_rates_hz=(48_000,),
    license="unstated",
    license_source="a catalogue says free of charge for research; the authors' page names none",
    url="https://enterface.net/enterface05/main.php?frame=emotion",
    citation="Martin, Kotsia, Macq & Pitas (2006), The eNTERFACE'05 Audio-Visual Emotion Database, "
    "ICDE Workshops",
)
