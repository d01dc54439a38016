"""EMOVO: Italian, six actors, fourteen sentences, seven emotional states."""

from ingest.corpus import Corpus

CORPUS = Corpus(
    name="EMOVO",
    language="Italian",
    pattern=r"(?P<emotion>[a-z]{3})-(?P<speaker>(?P<gender>[fm])\d)-(?P<text>[blnd]\d)\.wav",
    example="gio-f1-b2.wav",
    genders={"f": "female", "m": "male"},
    transcriptions={
        "b1": "Gli operai si alzano presto.",
        "b2": "I vigili sono muniti di pistola.",
        "b3": "La cascata fa molto rumore.",
        "l1": "L'autunno prossimo Tony partirà per la Spagna nella prima metà di ottobre.",
        "l2": "Ora prendo la felpa di là ed esco per fare una passeggiata.",
        "l3": "Un attimo dopo s'è incamminato ... ed è inciampato.",
        "l4": "Vorrei il numero telefonico del Signor Piatti.",
        "n1": "La casa forte vuole col pane.",
        "n2": "La forza trova il passo e l'aglio rosso.",
        "n3": "Il gatto sta scorrendo nella pera.",
        "n4": "Insalata pastasciutta coscia d'agnello limoncello.",
        "n5": "Uno quarantatré dieci mille cinquantasette venti.",
        "d1": "Sabato sera cosa farà?",
        "d2": "Porti con te quella cosa?",
    },
    # True stereo: the microphones differ by 15-45 samples, so the mean would comb-filter.
    downmix="channel_1",
    published_clips=588,
    published_speakers=6,
    published_hours=0.51,  # EmoBox's metadata, summed
    published_classes=dict.fromkeys(
        ("anger", "disgust", "fear", "happiness", "neutral", "sadness", "surprise"), 84
    ),
    published_rates_hz=(48_000,),
    license="unstated",
    license_source="catalogues say CC BY-NC-SA 4.0 or research use (conflict)",
    access_note="archive on the page of the authors",
    url="http://voice.fub.it/activities/corpora/emovo/index.html",
    citation="Costantini et al. (2014), EMOVO Corpus: an Italian Emotional Speech Database, LREC",
)
