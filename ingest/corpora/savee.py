"""SAVEE (Surrey): British English, four men, TIMIT sentences, seven emotions."""

from ingest.corpus import Corpus, Speaker

_AGED = Speaker("male", "27-31")  # the ages of the four; whose is whose is not published

CORPUS = Corpus(
    name="SAVEE",
    language="English",
    # A folder per speaker (AudioData/DC/a01.wav), or the speaker in the name (DC_a01.wav) in a copy
    # that circulates. Most sentences differ between the emotions; what they are is not read.
    pattern=r"(?P<speaker>DC|JE|JK|KL)[/_](?P<emotion>[a-z]{1,2})\d\d\.wav",
    example="DC/sa03.wav",
    speakers={name: _AGED for name in ("DC", "JE", "JK", "KL")},
    published_clips=480,
    published_speakers=4,
    published_hours=0.5,  # EmoBox
    published_classes={
        "anger": 60,
        "disgust": 60,
        "fear": 60,
        "happiness": 60,
        "neutral": 120,
        "sadness": 60,
        "surprise": 60,
    },
    published_rates_hz=(44_100,),
    license="research use only, after registration",
    license_source="the authors' page",
    access="application",
    access_note="registration on the page of the authors",
    url="http://kahlan.eps.surrey.ac.uk/savee/",
    citation="Haq & Jackson (2010), Multimodal Emotion Recognition, in: Machine Audition",
)
