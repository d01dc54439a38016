"""RAVDESS, the audio-only speech part: English, 24 actors, two sentences, eight emotions."""

from ingest.corpus import Corpus

CORPUS = Corpus(
    name="RAVDESS",
    language="English",
    # modality 03 (audio only), channel 01 (speech), emotion, intensity, statement, repetition,
    # actor. Actors with an odd number are men, with an even number women.
    pattern=r"03-01-(?P<emotion>\d\d)-\d\d-(?P<text>\d\d)-\d\d-(?P<speaker>\d(?P<gender>\d))\.wav",
    example="03-01-05-01-02-01-12.wav",
    # The five stereo files have two equal channels: their mean is either of them.
    genders={digit: "female" if int(digit) % 2 == 0 else "male" for digit in "0123456789"},
    transcriptions={
        "01": "Kids are talking by the door",
        "02": "Dogs are sitting by the door",
    },
    published_clips=1440,
    published_speakers=24,
    published_hours=1.48,  # EmoBox's metadata, summed
    published_classes={
        "anger": 192,
        "calm": 192,
        "disgust": 192,
        "fear": 192,
        "happiness": 192,
        "neutral": 96,
        "sadness": 192,
        "surprise": 192,
    },
    published_rates_hz=(48_000,),
    license="CC BY-NC-SA 4.0",
    license_source="Zenodo record; other catalogues say CC BY 4.0 or CC BY-NC-SA 3.0 (conflict)",
    access_note="Audio_Speech_Actors_01-24.zip on Zenodo",
    url="https://zenodo.org/records/1188976",
    citation="Livingstone & Russo (2018), PLOS ONE 13(5):e0196391",
)
