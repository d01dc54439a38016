"""CASIA: Mandarin, two men and two women, six emotions."""

from ingest.corpus import Corpus, Speaker

CORPUS = Corpus(
    name="CASIA",
    language="Mandarin",
    # A folder per speaker, in it one per emotion. Copies with both parts (texts that are the same
    # for all emotions, and texts that are not) write the speakers' names in two ways.
    pattern=r"(?i:(?P<speaker>[^/]+)/(?P<emotion>[a-z]+)/[^/]+\.wav)",
    example="liuchanhg/angry/201.wav",
    speakers={
        "liuchanhg": Speaker("female"),
        "wangzhe": Speaker("male"),
        "zhaoquanyin": Speaker("female"),
        "ZhaoZuoxiang": Speaker("male"),
        "Chang.Liu": Speaker("female", name="liuchanhg"),
        "Zhe.Wang": Speaker("male", name="wangzhe"),
        "Quanyin.Zhao": Speaker("female", name="zhaoquanyin"),
        "Zuoxiang.Zhao": Speaker("male", name="ZhaoZuoxiang"),
    },
    # What is said is in no table that comes with the free part.
    published_clips=1200,  # the free part, 50 texts; the whole corpus has 9,600
    published_speakers=4,
    published_hours=0.6,  # EmoBox
    published_classes=dict.fromkeys(
        ("anger", "fear", "happiness", "neutral", "sadness", "surprise"), 200
    ),
    license="research use, by licence of the institute",
    license_source="catalogue of ChineseLDC, recalled; the part of 1,200 circulates without one",
    access="paid",
    access_note="ChineseLDC sells the whole corpus",
    url="http://shachi.org/resources/27",
    citation="Tao et al. (2008), Design of Speech Corpus for Mandarin Text to Speech, Blizzard "
    "Challenge workshop",
)
