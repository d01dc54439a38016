"""MEAD: English, actors filmed from seven sides, eight emotions in three intensities."""

from ingest.corpus import Corpus

CORPUS = Corpus(
    name="MEAD",
    language="English",
    # Actor (M or W and a number), then sound or film and its side, emotion, intensity, take. Sound
    # and seven films are one clip: the sound is taken.
    pattern=r"(?P<speaker>(?P<gender>[MW])\d{3})/(?:audio|video/[a-z]+(?:_\d+)?)/"
    r"(?P<emotion>[a-z]+)/level_(?P<level>\d)/(?P<take>\d{3})\.(?:m4a|wav|mp4)",
    example="M003/audio/angry/level_1/001.m4a",
    genders={"M": "male", "W": "female"},
    formats=(".wav", ".m4a", ".mp4"),
    same_clip="{speaker}/{emotion}/{level}/{take}",
    published_clips=31_729,  # the public part, as EmoBox counts it; the paper has 60 actors
    published_speakers=48,
    published_hours=37.3,
    published_classes=8,
    published_rates_hz=(44_100, 48_000),
    access_note="a folder per actor with audio.tar and video.tar, on Google Drive",
    license="research use only",
    license_source="the authors' repository",
    url="https://github.com/uniBruce/Mead",
    citation="Wang et al. (2020), MEAD: A Large-scale Audio-visual Dataset for Emotional "
    "Talking-face Generation, ECCV",
)
