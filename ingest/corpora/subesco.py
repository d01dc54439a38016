"""SUBESCO: Bengali, ten actresses and ten actors, ten sentences, seven emotions, five takes."""

from ingest.corpus import Corpus

CORPUS = Corpus(
    name="SUBESCO",
    language="Bengali",
    # Gender, number and name of the speaker, sentence, emotion, take. Women and men are numbered
    # apart: a speaker's number is unique only together with the gender.
    pattern=r"(?i:(?P<speaker>(?P<gender>[FM])_\d+)_[^/_]+_S_(?P<text>\d+)_(?P<emotion>[a-z]+)_\d+\.wav)",
    example="F_02_MONIKA_S_1_NEUTRAL_5.wav",
    genders={"F": "female", "M": "male"},
    transcriptions={
        "1": "মৌমাছির চাক দেখে কুকুরটি ঘেউ ঘেউ করছে",
        "2": "তুমি সব উলটপালট করে দিয়েছ",
        "3": "সে কোনকিছু না বলেই চলে গেছে",
        "4": "তোমাকে এখনি আমার সাথে যেতে হবে",
        "5": "তোমার কাজটা করা ঠিক হয়নি",
        "6": "ইঁদুর ছানাটা হারিয়ে গেল",
        "7": "এখন প্রশ্ন করা যাবে না",
        "8": "দরজার বাইরে কুকুরটি দাঁড়িয়ে আছে",
        "9": "একদিন পরেই তার বিয়ে",
        "10": "ডাকাতেরা ঢাল তলোয়ার নিয়ে এল",
    },
    published_clips=7000,
    published_speakers=20,
    published_hours=7.678,  # 7 h 40 min 40 s, the paper
    published_classes=dict.fromkeys(
        ("anger", "disgust", "fear", "happiness", "neutral", "sadness", "surprise"), 1000
    ),
    license="CC BY 4.0",
    license_source="Zenodo record",
    access_note="SUBESCO.zip on Zenodo",
    url="https://zenodo.org/records/4526477",
    citation="Sultana et al. (2021), SUST Bangla Emotional Speech Corpus, PLOS ONE 16(4):e0250173",
)
