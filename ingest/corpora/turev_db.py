"""TurEV-DB: Turkish, six amateur actors, single words, four emotions."""

from ingest.corpus import Corpus

CORPUS = Corpus(
    name="TurEV-DB",
    language="Turkish",
    # One of the 1,735 words ends in a digit (ogul1).
    pattern=r"(?P<speaker>\d{4})_(?P<emotion>[a-z]{2})_(?P<text>[a-z]+)\d?\.wav",
    example="1157_kz_nicin.wav",
    # The transcription is the word as in the file name: Turkish letters folded to ASCII.
    # Which speaker is a man or a woman is not published.
    published_clips=1735,
    published_speakers=6,
    published_hours=0.463,  # EmoBox's metadata, summed
    published_classes={"anger": 487, "calm": 408, "happiness": 357, "sadness": 483},
    published_rates_hz=(44_100,),
    license="CC BY-NC-ND 4.0",
    license_source="README in the authors' repository",
    access_note="git clone of the repository; the audio is in it",
    url="https://github.com/Xeonen/TurEV-DB",
    citation="Canpolat, Ormanoğlu & Zeyrek (2020), Turkish Emotion Voice Database, SLTU-CCURL",
)
