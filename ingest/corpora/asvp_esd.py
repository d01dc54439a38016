"""ASVP-ESD: speech and other voices from the web and from films, twelve emotions."""

from ingest.corpus import Corpus

CORPUS = Corpus(
    name="ASVP-ESD",
    language="several",
    # Modality (03, audio), channel (01 speech, 02 other voices), emotion, intensity, statement,
    # actor, age, source, language, likeness to other sounds; -66 is several voices, -77 loud noise.
    # Some names end after the source. Actors with an even number are men, with an odd number women.
    pattern=r"\d+-\d+-(?P<emotion>\d+)-\d+-\d+-(?P<speaker>\d*(?P<gender>\d))-(?P<age>\d+)-\d+"
    r"(?:-(?P<language>\d\d))?(?:[-_ (][^/]*)?\.wav",
    example="03-01-06-01-02-12-02-01-01-16.wav",
    # The authors name three languages, and "Russian and others" for every other number.
    languages={
        **{f"{number:02d}": "other" for number in range(100)},
        **{"": "other", "01": "Chinese", "02": "English", "04": "French"},
    },
    genders={digit: "male" if int(digit) % 2 == 0 else "female" for digit in "0123456789"},
    ages={"01": "over 65", "02": "20-64", "03": "under 20", "04": "baby"},
    published_clips=13_964,  # as EmoBox counts; the authors say 13,285 of an earlier version
    published_speakers=131,
    published_hours=18.0,  # EmoBox
    published_classes=12,
    license="CC BY 4.0",
    license_source="Zenodo record, recalled; not read again",
    access_note="ASVP-ESD-Update.zip on Zenodo",
    url="https://zenodo.org/records/7132783",
    citation="Landry et al. (2020), ASVP-ESD: A dataset and its benchmark for emotion recognition "
    "using both speech and non-speech utterances, Global Scientific Journals 8(5)",
)
