"""URDU: spontaneous speech from talk shows, four emotions."""

from ingest.corpus import Corpus

CORPUS = Corpus(
    name="URDU",
    language="Urdu",
    # A speaker's number is unique only together with the gender: SF6 and SM6 are two people.
    pattern=r"(?P<speaker>S(?P<gender>[FM])\d+)_F\d+_(?P<emotion>[A-Z])\d+\.wav",
    example="SM1_F01_A012.wav",
    genders={"F": "female", "M": "male"},
    published_clips=400,
    published_speakers=38,  # 29 occur in the file names
    published_hours=0.277,  # EmoBox's metadata, summed
    published_classes=dict.fromkeys(("anger", "happiness", "neutral", "sadness"), 100),
    published_rates_hz=(44_100,),
    license="research use only",
    license_source="README in the authors' repository; no formal licence",
    access_note="git clone of the repository; the audio is in it",
    url="https://github.com/siddiquelatif/URDU-Dataset",
    citation="Latif et al. (2018), Cross Lingual Speech Emotion Recognition, FIT",
)
