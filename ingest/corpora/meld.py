"""MELD: English, dialogues from the series Friends, seven emotions; films and a table per split."""

from ingest.corpus import Corpus
from ingest.tables import Table

CORPUS = Corpus(
    name="MELD",
    language="English",
    # Dialogues are counted anew in every split, so the folder says which is meant
    # (train_splits, dev_splits_complete, output_repeated_splits_test).
    pattern=r"(?:output_repeated_splits_)?(?P<split>train|dev|test)(?:_splits(?:_complete)?)?/"
    r"dia\d+_utt\d+\.(?:mp4|wav|flac)",
    example="train_splits/dia0_utt0.mp4",
    leave_out=r"final_videos_test[^/]*",  # an earlier cut of the test set, beside it
    formats=(".wav", ".flac", ".mp4"),
    same_clip="{split}/{stem}",
    downmix="centre",  # 12,109 of 13,706 films have six channels, the dialogue in the third
    table=Table(
        path="**/*_sent_emo.csv",
        key="{table_file}/dia{Dialogue_ID}_utt{Utterance_ID}",
        match="{split}_sent_emo/{stem}",
        columns={"emotion": "Emotion", "speaker": "Speaker", "text": "Utterance"},
        delimiter=",",
    ),
    # Rows of the three tables; one film is damaged and one missing (EmoBox: 13,706).
    published_clips=13_708,
    published_speakers=304,
    published_hours=12.1,
    published_classes={
        "anger": 1607,
        "disgust": 361,
        "fear": 358,
        "happiness": 2308,
        "neutral": 6436,
        "sadness": 1002,
        "surprise": 1636,
    },
    access_note="MELD.Raw.tar.gz, some 10 GB",
    license="GPL-3.0",
    license_source="the authors' repository; the films are of a commercial series",
    url="https://github.com/declare-lab/MELD",
    citation="Poria et al. (2019), MELD: A Multimodal Multi-Party Dataset for Emotion Recognition "
    "in Conversations, ACL",
)
