"""CaFE: Canadian French, twelve actors, six sentences, seven emotions in two intensities."""

from ingest.corpus import Corpus, Speaker

CORPUS = Corpus(
    name="CaFE",
    language="French",
    # Actor, emotion, intensity, sentence. Unpacked in the wrong code page, folders are called
    # ColŠre and D‚go–t: only the name of the file counts. The parts at 192 kHz are AIFF.
    pattern=r"(?i:(?P<speaker>\d\d)-(?P<emotion>[a-z])-\d-(?P<text>\d)\.(?:wav|aiff?))",
    example="03-C-1-6.wav",
    speakers={
        "01": Speaker("male", "46"),
        "02": Speaker("female", "64"),
        "03": Speaker("male", "18"),
        "04": Speaker("female", "50"),
        "05": Speaker("male", "22"),
        "06": Speaker("female", "34"),
        "07": Speaker("male", "15"),
        "08": Speaker("female", "25"),
        "09": Speaker("male", "42"),
        "10": Speaker("female", "20"),
        "11": Speaker("male", "35"),
        "12": Speaker("female", "37"),
    },
    transcriptions={
        "1": "Un cheval fou dans mon jardin",
        "2": "Deux ânes aigris au pelage brun",
        "3": "Trois cygnes aveugles au bord du lac",
        "4": "Quatre vieilles truies éléphantesques",
        "5": "Cinq pumas fiers et passionnés",
        "6": "Six ours aimants domestiqués",
    },
    published_clips=936,
    published_speakers=12,
    published_hours=1.155,  # EmoBox's metadata, summed
    published_classes={
        "anger": 144,
        "disgust": 144,
        "fear": 144,
        "happiness": 144,
        "neutral": 72,
        "sadness": 144,
        "surprise": 144,
    },
    published_rates_hz=(48_000, 192_000),
    license="CC BY-NC-SA 4.0",
    license_source="Readme.txt of the distribution",
    access_note="CaFE_48k.zip on Zenodo; the parts at 192 kHz are the same clips",
    url="https://zenodo.org/records/1478765",
    citation="Gournay, Lahaie & Lefebvre (2018), A Canadian French Emotional Speech Dataset, MMSys",
)
