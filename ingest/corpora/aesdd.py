"""AESDD: Greek, actors, nineteen sentences and an improvised one, five emotions."""

from ingest.corpus import Corpus

CORPUS = Corpus(
    name="AESDD",
    language="Greek",
    # Emotion, utterance, speaker in brackets, which some names write as (01), and a letter for a
    # further take. Which speaker is a man or a woman, and what is said, is not published.
    pattern=r"(?i:(?P<emotion>[a-z])\d{1,2} ?\(0*(?P<speaker>\d+)\)[a-z]?\.wav)",
    example="a03 (4).wav",
    published_clips=604,  # as EmoBox counts; the paper's first version has about 500
    published_speakers=6,  # in the names; the paper has 5, and says that the corpus grows
    published_hours=0.69,  # of EmoBox's copy, as the number of clips
    published_classes={"anger": 121, "disgust": 122, "fear": 120, "happiness": 119, "sadness": 122},
    published_rates_hz=(44_100,),
    license="unstated",
    license_source="none on the authors' page; copies on hubs say CC BY 4.0 (conflict)",
    access_note="Files on the page of the group (Aristotle University of Thessaloniki)",
    url="http://m3c.web.auth.gr/research/aesdd-speech-emotion-recognition/",
    citation="Vryzas et al. (2018), Speech Emotion Recognition for Performance Interaction, "
    "Journal of the Audio Engineering Society 66(6)",
)
