"""EmoDB (Berlin): German, ten actors, ten sentences, seven emotions."""

from ingest.corpus import Corpus, Speaker

CORPUS = Corpus(
    name="EmoDB",
    language="German",
    pattern=r"(?P<speaker>\d\d)(?P<text>[ab]\d\d)(?P<emotion>[A-Z])[a-z]\.wav",
    example="03a01Fa.wav",
    # One widely copied table alternates the genders and is wrong; this is the authors'.
    speakers={
        "03": Speaker("male", "31"),
        "08": Speaker("female", "34"),
        "09": Speaker("female", "21"),
        "10": Speaker("male", "32"),
        "11": Speaker("male", "26"),
        "12": Speaker("male", "30"),
        "13": Speaker("female", "32"),
        "14": Speaker("female", "35"),
        "15": Speaker("male", "25"),
        "16": Speaker("female", "31"),
    },
    transcriptions={
        "a01": "Der Lappen liegt auf dem Eisschrank.",
        "a02": "Das will sie am Mittwoch abgeben.",
        "a04": "Heute abend könnte ich es ihm sagen.",
        "a05": "Das schwarze Stück Papier befindet sich da oben neben dem Holzstück.",
        "a07": "In sieben Stunden wird es soweit sein.",
        "b01": "Was sind denn das für Tüten, die da unter dem Tisch stehen?",
        "b02": "Sie haben es gerade hochgetragen und jetzt gehen sie wieder runter.",
        "b03": "An den Wochenenden bin ich jetzt immer nach Hause gefahren und habe Agnes besucht.",
        "b09": "Ich will das eben wegbringen und dann mit Karl was trinken gehen.",
        "b10": "Die wird auf dem Platz sein, wo wir sie immer hinlegen.",
    },
    published_clips=535,
    published_speakers=10,
    published_hours=0.413,  # EmoBox's metadata, summed
    published_classes={
        "anger": 127,
        "boredom": 81,
        "disgust": 46,
        "fear": 69,
        "happiness": 71,
        "neutral": 79,
        "sadness": 62,
    },
    published_rates_hz=(16_000,),
    license="unstated",
    license_source="none on the authors' pages; catalogues say CC0-1.0 or CC BY 4.0 (conflict)",
    access_note="download.zip on the page of the authors",
    url="http://emodb.bilderbar.info",
    citation="Burkhardt et al. (2005), A Database of German Emotional Speech, Interspeech",
)
