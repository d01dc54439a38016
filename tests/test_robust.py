"""What the extraction `robust` reads in made-up answers, as a person would read them."""

import unicodedata

import duckdb
import pytest

from tests.conftest import dbt, filled, succeed
from warehouse.schema import LABEL_SEPARATOR
from warehouse.store import Store

SEVEN = ("anger", "disgust", "fear", "happiness", "neutral", "sadness", "surprise")
FOUR = ("anger", "calm", "happiness", "sadness")
MANY = (
    "anger anxiety apology assertiveness boredom calm concern disgust encouragement enthusiasm "
    "excitement fear happiness neutral poker sadness sarcasm surprise"
).split()
IEMOCAP = ("angry", "happy", "sad", "neutral", "excited", "frustrated")
MELD = ("joy", "anger", "sadness", "neutral", "fear", "disgust", "surprise")
WEST = ("neutral", "happiness", "anger", "sadness")
PAIR = ("anger", "sadness")

N = None
READINGS: dict[tuple[str, ...], list[tuple[str, str | None, str]]] = {}
"""For each set of labels: answer, label, status (e, f, a, r, u by their first letters)."""

READINGS[SEVEN] = [
    # One word, a label or not.
    ("sadness", "sadness", "e"),
    ("Sadness.", "sadness", "e"),
    (" **NEUTRAL** ", "neutral", "e"),
    ("Surprise!", "surprise", "e"),
    ("FEAR", "fear", "e"),
    ("Happy", "happiness", "f"),
    ("Joyful.", "happiness", "f"),
    ("furious", "anger", "f"),
    ("Scared", "fear", "f"),
    ("melancholy", "sadness", "f"),
    ("irritated", "anger", "f"),
    ("frustrated", "anger", "f"),
    ("annoyed", "anger", "f"),
    ("worried", "fear", "f"),
    ("Nervous", "fear", "f"),
    ("excited", "happiness", "f"),
    ("calm", "neutral", "f"),
    ("upset", "sadness", "f"),
    ("disappointed", "sadness", "f"),
    ("shocked", "surprise", "f"),
    ("astonishment", "surprise", "f"),
    ("revulsion", "disgust", "f"),
    ("contempt", "disgust", "f"),
    ("emotionless", "neutral", "f"),
    ("matter-of-fact", "neutral", "f"),
    ("bored", N, "u"),
    ("sarcastic", N, "u"),
    ("Happy?", "happiness", "f"),
    ("", N, "u"),
    ("…", N, "u"),
    ("42", N, "u"),
    ("yes", N, "u"),
    ("The speaker is a man in his forties.", N, "u"),
    ("I", N, "u"),
    # Sentences.
    ("The speaker sounds happy.", "happiness", "f"),
    ("The emotion conveyed in this audio clip is anger.", "anger", "f"),
    ("Based on the tone and pitch, I would say the speaker is feeling sad.", "sadness", "f"),
    ("The person seems to be fed up with it.", "anger", "f"),
    ("She speaks in a good mood.", "happiness", "f"),
    ("There is no emotion in the voice.", "neutral", "f"),
    ("The voice is flat and without emotion.", "neutral", "f"),
    ("The speaker does not convey any strong emotion.", "neutral", "f"),
    ("He speaks angrily and loudly", "anger", "f"),
    ("The tone is cheerful and upbeat, suggesting joy.", "happiness", "f"),
    ("It sounds like the speaker is terrified of something.", "fear", "f"),
    ("The speaker expresses a feeling of disgust", "disgust", "f"),
    ("the speaker's voice trembles, which indicates fear", "fear", "f"),
    ("Emotion: Sadness", "sadness", "f"),
    ("emotion - anger", "anger", "f"),
    ("The answer is: disgust.", "disgust", "f"),
    ("Answer: sad", "sadness", "f"),
    ("**Answer:** Fear", "fear", "f"),
    ("Final answer: **happiness**", "happiness", "f"),
    ("### Emotion\nSurprise", "surprise", "f"),
    ("Emotion:\nangry", "anger", "f"),
    ("<|HAPPY|>", "happiness", "f"),
    ("<sad>", "sadness", "f"),
    ("sad<|im_end|>", "sadness", "f"),
    ("Q: What emotion? A: sadness", "sadness", "f"),
    ("Let me think. It could be fear or surprise. I'd say surprise.", "surprise", "a"),
    ("<answer>sad</answer>", "sadness", "f"),
    ("<think>Maybe angry, maybe happy.</think>\nsad", "sadness", "f"),
    (r"\boxed{fear}", "fear", "f"),
    ("The emotion is “surprised”.", "surprise", "f"),
    ("The speaker's emotion is 'happy'.", "happiness", "f"),
    ('The correct label is "neutral".', "neutral", "f"),
    ('"The speaker sounds angry."', "anger", "f"),
    ("The best description of the emotion is sadness", "sadness", "f"),
    ("I'd classify this as fear", "fear", "f"),
    ("Neutral. The speaker talks at a steady pace.", "neutral", "f"),
    ("The speaker sounds sad and depressed, with a low, slow voice.", "sadness", "f"),
    ("The speaker is speaking in a neutral tone of voice.", "neutral", "f"),
    ("female, 30 years old, sad, English", "sadness", "f"),
    ("The mood is somber", "sadness", "f"),
    ("the speaker seems pleasantly surprised", "surprise", "f"),
    # JSON and the like.
    ('{"emotion": "sad"}', "sadness", "f"),
    ('{"emotion": "anger", "confidence": 0.93}', "anger", "f"),
    ("{'emotion': 'happy'}", "happiness", "f"),
    ('```json\n{\n  "emotion": "fear"\n}\n```', "fear", "f"),
    ('{"transcription": "I am so happy to see you", "emotion": "sadness"}', "sadness", "f"),
    ('{"label": "Disgust", "reason": "The voice is full of revulsion."}', "disgust", "f"),
    ("['sad']", "sadness", "f"),
    ("- Emotion: **Anger**\n- Gender: male", "anger", "f"),
    ("| emotion | sad |", "sadness", "f"),
    # Negation.
    ("not angry", N, "u"),
    ("not happy", N, "u"),
    ("The speaker isn't angry.", N, "u"),
    ("The speaker doesn't sound happy at all.", N, "u"),
    ("No sign of anger.", N, "u"),
    ("neither happy nor sad", N, "u"),
    ("without anger", N, "u"),
    ("The speaker is not angry, but sad.", "sadness", "f"),
    ("The speaker isn't happy; he sounds sad.", "sadness", "f"),
    ("not happy, sad", "sadness", "f"),
    ("sad rather than angry", "sadness", "f"),
    ("The tone shows fear instead of anger", "fear", "f"),
    ("Instead of anger, there is sadness.", "sadness", "f"),
    ("There is a lack of happiness in her voice", N, "u"),
    ("He is hardly surprised", N, "u"),
    ("never happy", N, "u"),
    ("not only angry but also sad", "sadness", "a"),
    ("more angry than sad", "anger", "f"),
    ("less angry than sad", "sadness", "f"),
    ("The speaker is not happy, sad, or angry, but neutral.", "neutral", "f"),
    ("I do not hear anger, fear or sadness; the tone is neutral.", "neutral", "f"),
    ("not angry and not sad", N, "u"),
    ("The speaker is not happy and sounds angry.", "anger", "f"),
    ("No, the speaker sounds angry.", "anger", "f"),
    ("There is no doubt that the speaker is angry.", "anger", "f"),
    ("Not sure, but sounds angry", "anger", "f"),
    ("I'm not sure, maybe sad?", N, "u"),
    ("He cannot hide his anger.", "anger", "f"),
    ("The speaker is far from happy", N, "u"),
    ("The speaker is unhappy.", "sadness", "f"),
    ("There is nothing sad about it, she is happy.", "happiness", "f"),
    ("There is no laughing, crying or shouting; it is neutral.", "neutral", "f"),
    ("He is afraid that something will happen.", "fear", "f"),
    ("The speaker is happy to hear the news.", "happiness", "f"),
    ("I don't think she is sad.", N, "u"),
    ("It cannot be said that the speaker is happy.", N, "u"),
    ("I can't say for sure, but it sounds like anger.", "anger", "f"),
    ("The speaker is unlikely to be happy.", N, "u"),
    ("The voice shows hardly any emotion.", "neutral", "f"),
    ("Anger is absent, the voice is sad", "sadness", "f"),
    ("non-neutral", N, "u"),
    ("The voice, though not angry, conveys disgust.", "disgust", "f"),
    # Refusals.
    ("I'm sorry, I can't determine the emotion.", N, "r"),
    ("As an AI language model, I cannot listen to audio.", N, "r"),
    ("I am unable to determine the emotion of the speaker.", N, "r"),
    ("I cannot determine whether the speaker is happy or sad.", N, "r"),
    # Cases and examples say nothing of this speaker.
    ("I cannot tell from a recording. If his fists were clenched, he would be angry.", N, "r"),
    ("It is impossible to say. However, voices differ. For instance, anger is loud.", N, "r"),
    ("I am unable to judge. Someone who weeps is sad; someone who shouts is furious.", N, "r"),
    ("Schwer zu sagen. Wenn jemand schreit, ist er wütend.", N, "r"),
    ("She talks as if she were furious.", "anger", "f"),
    ("If I had to guess, sadness.", "sadness", "f"),
    ("He is furious, and if you listen closely you hear it.", "anger", "f"),
    ("Sad, if anything.", "sadness", "f"),
    # A model that never stopped: what matters stands at the end.
    ("la " * 5000 + ". Final answer: sad", "sadness", "f"),
    ("Unable to identify anger, fear or happiness from this.", N, "r"),
    ("There is no audio.", N, "r"),
    ("Please provide the audio and I'd be happy to help!", N, "r"),
    ("It is impossible to tell if he is angry", N, "r"),
    ("I can’t hear the audio well, but the speaker sounds sad", "sadness", "f"),
    ("I'm sorry, but the speaker sounds angry.", "anger", "f"),
    ("Sorry, I'm not able to help with that.", N, "r"),
    ("The emotion cannot be determined.", N, "r"),
    ("The emotion is unclear.", N, "r"),
    ("unknown", N, "r"),
    ("None of the above", N, "r"),
    ("I don't know", N, "r"),
    ("Although I cannot hear the audio, the emotion is fear.", "fear", "f"),
    ("I'm afraid I can't do that.", N, "r"),
    ("Yes, I can identify the speaker's emotion.", N, "u"),
    ("Sure, I'd be happy to help with that!", N, "u"),
    ("It's difficult to determine the exact emotion, but it might be sadness.", "sadness", "f"),
    ("The transcript is not provided, so happiness or anger cannot be determined.", N, "r"),
    ("As an AI I have no feelings like happiness, sadness or fear.", N, "r"),
    ("I do not have access to the audio. If you provide it, I will be glad to assist.", N, "r"),
    ("I cannot process audio. However, the words suggest anger.", "anger", "f"),
    # Echoes, questions, quotations.
    ("anger, disgust, fear, happiness, neutral, sadness, surprise", N, "u"),
    ("happy/sad/angry/neutral", N, "u"),
    ("Options: angry, happy, sad or neutral", N, "u"),
    ("1. happy\n2. sad\n3. angry\n4. neutral", N, "u"),
    ("(a) happy (b) sad (c) angry (d) fearful", N, "u"),
    ("What emotion is it? Options: happy, sad, angry, neutral. Answer: sad", "sadness", "f"),
    ("anger, disgust, fear, happiness, neutral, sadness, surprise\nfear", "fear", "f"),
    ("Choose one of: anger, fear, joy, sadness. The speaker sounds afraid.", "fear", "f"),
    ("Is the speaker happy or sad?", N, "u"),
    ("What emotion does the speaker express: anger or fear?", N, "u"),
    ("Is he sad? He sounds angry.", "anger", "f"),
    ('The speaker says "I am so happy to see you" in a sad voice.', "sadness", "f"),
    ('He says: "I was scared to death".', N, "u"),
    ("The speaker says 'I am really angry now'.", N, "u"),
    ("She says «I love this, I'm happy», but sounds bored and sad.", "sadness", "f"),
    ("Transcription: I hate this and I am sad. Emotion: anger", "anger", "f"),
    ("Emotions such as anger, fear and sadness are found in speech.", N, "u"),
    ("[anger, disgust, fear, happiness, neutral, sadness, surprise] -> sadness", "sadness", "f"),
    ("anger (0.7), sadness (0.2), neutral (0.1)", "anger", "a"),
    ("Anger: 20%, Sadness: 70%, Fear: 10%, Neutral: 0%", "sadness", "a"),
    ('{"anger": 0.1, "sadness": 0.9}', "sadness", "a"),
    ("Happiness 8/10", "happiness", "f"),
    ("happy, cheerful, joyful, delighted", "happiness", "f"),
    # Letters and numbers.
    ("B", "disgust", "f"),
    ("(b)", "disgust", "f"),
    ("B.", "disgust", "f"),
    ("Option B", "disgust", "f"),
    ("The answer is C", "fear", "f"),
    ("answer: (c)", "fear", "f"),
    ("Answer: G", "surprise", "f"),
    ("H", N, "u"),
    ("2", "disgust", "f"),
    ("option 2", "disgust", "f"),
    ("9", N, "u"),
    ("0", N, "u"),
    ("B) happy", "happiness", "f"),
    ("2. happy", "happiness", "f"),
    ("A. anger", "anger", "f"),
    ("C. The voice is shaky and high.", "fear", "f"),
    ("I hear a man", N, "u"),
    ("This is a recording", N, "u"),
    ("答案是B", "disgust", "f"),
    ("Respuesta: D", "happiness", "f"),
    # Several emotions.
    ("starts happy but becomes sad", "sadness", "a"),
    ("anger and sadness", "sadness", "a"),
    ("sad, sad, angry", "sadness", "a"),
    ("The speaker sounds angry at first. Overall, the emotion is sadness.", "sadness", "a"),
    ("Final answer: fear. The voice is sad, weak and tearful.", "fear", "a"),
    ("Mainly anger, with a hint of sadness", "anger", "a"),
    ("sad, slightly angry", "sadness", "a"),
    ("The speaker may be sad. In conclusion: angry", "anger", "a"),
    ("Primarily disgust, but also anger.", "anger", "a"),
    ("Anger. The speaker also sounds disgusted.", "anger", "a"),
    ("Upset and angry", "anger", "a"),
    ("calm and sad", "sadness", "a"),
    ("The tone is serious, therefore the emotion is anger", "anger", "f"),
    ("happy and excited", "happiness", "f"),
    # Typing errors and words that are none.
    ("angery", "anger", "f"),
    ("sadnes", "sadness", "f"),
    ("surpised", "surprise", "f"),
    ("hapiness", "happiness", "f"),
    ("disgusteed", "disgust", "f"),
    ("The speaker sounds fearfull.", "fear", "f"),
    ("nuetral", "neutral", "f"),
    ("surpriise", "surprise", "f"),
    ("frustrration", "anger", "f"),
    ("The emotion is surprized", "surprise", "f"),
    ("The speaker is in danger", N, "u"),
    ("They discussed it", N, "u"),
    ("He said that they made a range of angles", N, "u"),
    ("A neural network started to please the contestants", N, "u"),
    ("The context of the content is given in the contents.", N, "u"),
    ("for an answer", N, "u"),
    # Other languages.
    ("triste", "sadness", "f"),
    ("La persona que habla está enojada.", "anger", "f"),
    ("La emoción es tristeza.", "sadness", "f"),
    ("El hablante no está feliz, sino enojado.", "anger", "f"),
    ("Lo siento, no puedo determinar la emoción.", N, "r"),
    ("Lo siento, la emoción es tristeza.", "sadness", "f"),
    ("sin emoción", "neutral", "f"),
    ("No parece triste", N, "u"),
    ("no solo enojado, sino también triste", "sadness", "a"),
    ("MIEDO", "fear", "f"),
    ("alegria", "happiness", "f"),
    ("L'émotion est la colère.", "anger", "f"),
    ("Il n'est pas en colère", N, "u"),
    ("Le locuteur n'est pas triste mais en colère.", "anger", "f"),
    ("Je ne peux pas identifier l'émotion.", N, "r"),
    ("degout", "disgust", "f"),
    ("Elle est joyeuse", "happiness", "f"),
    ("ni triste ni joyeux", N, "u"),
    ("La personne semble effrayée.", "fear", "f"),
    ("Die Person klingt wütend.", "anger", "f"),
    ("nicht wütend, sondern traurig", "sadness", "f"),
    ("keine Angst", N, "u"),
    ("Leider kann ich die Emotion nicht erkennen.", N, "r"),
    ("ÜBERRASCHUNG", "surprise", "f"),
    ("Freude", "happiness", "f"),
    ("Ekel", "disgust", "f"),
    ("Weder glücklich noch traurig, eher ängstlich", "fear", "f"),
    ("rabbia", "anger", "f"),
    ("La persona è spaventata", "fear", "f"),
    ("L'emozione è disgusto", "disgust", "f"),
    ("non è felice", N, "u"),
    ("Sembra sorpresa", "surprise", "f"),
    ("Non riesco a sentire l'audio.", N, "r"),
    ("raiva", "anger", "f"),
    ("A emoção expressa no áudio é tristeza.", "sadness", "f"),
    ("não está com medo", N, "u"),
    ("Ela está surpresa.", "surprise", "f"),
    ("złość", "anger", "f"),
    ("Mówca jest smutny.", "sadness", "f"),
    ("Nie jest zły, tylko zaskoczony", "surprise", "f"),
    ("zlosc", "anger", "f"),
    ("Emocja: strach", "fear", "f"),
    ("nie mogę określić emocji", N, "r"),
    ("грусть", "sadness", "f"),
    ("Говорящий испытывает гнев.", "anger", "f"),
    ("не радость, а грусть", "sadness", "f"),
    ("Эмоция: отвращение", "disgust", "f"),
    ("УДИВЛЕНИЕ", "surprise", "f"),
    ("весёлый", "happiness", "f"),
    ("веселый", "happiness", "f"),
    ("Я не могу определить эмоцию.", N, "r"),
    ("нейтральная интонация", "neutral", "f"),
    ("öfke", "anger", "f"),
    ("ÜZGÜN", "sadness", "f"),
    ("KIZGIN", "anger", "f"),
    ("İğrenme", "disgust", "f"),
    ("mutlu değil", N, "u"),
    ("Konuşmacı mutlu değil, üzgün.", "sadness", "f"),
    ("korku", "fear", "f"),
    ("De spreker klinkt boos", "anger", "f"),
    ("verdrietig", "sadness", "f"),
    ("niet blij", N, "u"),
    ("রাগ", "anger", "f"),
    ("বক্তা খুব দুঃখী।", "sadness", "f"),
    ("রাগ নয়, ভয়", "fear", "f"),
    ("আনন্দ", "happiness", "f"),
    ("غصہ", "anger", "f"),
    ("اداس", "sadness", "f"),
    ("خوش نہیں", N, "u"),
    ("وہ خوفزدہ ہے۔", "fear", "f"),
    ("गुस्सा", "anger", "f"),
    ("वक्ता खुश नहीं है, बल्कि दुखी है।", "sadness", "f"),
    ("डर", "fear", "f"),
    ("خشم", "anger", "f"),
    ("بی‌طرف", "neutral", "f"),
    ("خوشحال", "happiness", "f"),
    ("الغضب", "anger", "f"),
    ("المتحدث حزين.", "sadness", "f"),
    ("لا أستطيع تحديد المشاعر", N, "r"),
    ("愤怒", "anger", "f"),
    ("说话人的情绪是悲伤。", "sadness", "f"),
    ("不高兴", N, "u"),
    ("不是愤怒,而是悲伤", "sadness", "f"),
    ("他听起来很害怕", "fear", "f"),
    ("没有明显的情绪", "neutral", "f"),
    ("抱歉，我无法判断。", N, "r"),
    ("我不能确定他是高兴还是难过", N, "r"),
    ("憤怒", "anger", "f"),
    ("选项：愤怒、高兴、悲伤、中性", N, "u"),
    ("话者很惊讶，非常吃惊", "surprise", "f"),
    ("悲しみ", "sadness", "f"),
    ("話者は怒っています。", "anger", "f"),
    ("怒りではない", N, "u"),
    ("怒りではなく悲しみ", "sadness", "f"),
    ("嬉しそうです", "happiness", "f"),
    ("申し訳ありませんが、判断できません。", N, "r"),
    ("슬픔", "sadness", "f"),
    ("화자는 슬퍼 보입니다.", "sadness", "f"),
    ("분노가 아니라 슬픔입니다.", "sadness", "f"),
    ("놀람", "surprise", "f"),
    ("怒っていない", N, "u"),
    ("他并不悲伤，而是愤怒。", "anger", "f"),
    ("选B", "disgust", "f"),
    ("يبدو المتحدث سعيداً.", "happiness", "f"),
    ("المتحدث غاضب وليس حزينا.", "anger", "f"),
    ("گوینده خوشحال نیست.", N, "u"),
    ("Ne mutlu ne üzgün.", N, "u"),
    ("L'emozione espressa è la rabbia, non la tristezza.", "anger", "f"),
    ("Es ist keine Wut, sondern Trauer.", "sadness", "f"),
    ("Похоже на грусть, но не на гнев.", "sadness", "f"),
    ("Parece estar asustada, no enojada.", "fear", "f"),
    ("በቁጣ", "anger", "f"),
    ("슬프지 않습니다.", N, "u"),
    ("θυμός", "anger", "f"),
    ("ΘΥΜΌΣ", "anger", "f"),
    ("ΘΥΜΟΣ", "anger", "f"),
    ("Ο ομιλητής είναι λυπημένος", "sadness", "f"),
    ("δεν είναι θυμωμένος", N, "u"),
    ("ቁጣ", "anger", "f"),
    ("ደስተኛ", "happiness", "f"),
    ("โกรธ", "anger", "f"),
    ("marah", "anger", "f"),
    ("ilska", "anger", "f"),
    ("The emotion is 愤怒 (anger).", "anger", "f"),
    ("e\u0301tonne\u0301", "surprise", "f"),
]

READINGS[FOUR] = [
    ("calm", "calm", "e"),
    ("neutral", "calm", "f"),
    ("The speaker sounds relaxed", "calm", "f"),
    ("no emotion", "calm", "f"),
    ("angry, calm, happy or sad", N, "u"),
    ("anger, calm, happiness", N, "u"),
    ("sakin", "calm", "f"),
    ("fear", N, "u"),
    ("fearful, then sad", "sadness", "f"),
    ("D", "sadness", "f"),
    ("E", N, "u"),
    ("excited", "happiness", "f"),
    ("The speaker is not calm.", N, "u"),
    ("spokojny głos", "calm", "f"),
]

READINGS[tuple(MANY)] = [
    ("The speaker sounds excited.", "excitement", "f"),
    ("worried", "anxiety", "f"),
    ("concerned", "concern", "f"),
    ("sarcastically", "sarcasm", "f"),
    ("He is bored", "boredom", "f"),
    ("apologetic", "apology", "f"),
    ("I apologize, but I cannot help.", N, "r"),
    ("I'm sorry, I can't help", N, "r"),
    ("poker-faced", "poker", "f"),
    ("an encouraging tone", "encouragement", "f"),
    ("enthusiastic", "enthusiasm", "f"),
    ("assertive", "assertiveness", "f"),
    ("I am confident that it is anger", "anger", "f"),
    ("frustrated", "anger", "f"),
    ("Langeweile", "boredom", "f"),
    ("happy", "happiness", "f"),
    ("anger, fear, joy", "happiness", "a"),
    ("nervous", "anxiety", "f"),
    ("焦虑", "anxiety", "f"),
]

READINGS[IEMOCAP] = [
    ("angry", "angry", "e"),
    ("Frustrated.", "frustrated", "e"),
    ("frustration", "frustrated", "f"),
    ("anger", "angry", "f"),
    ("happiness", "happy", "f"),
    ("excitement", "excited", "f"),
    ("annoyed", "frustrated", "f"),
    ("The speaker is sad, not frustrated.", "sad", "f"),
    ("joy", "happy", "f"),
    ("enthusiastic", "excited", "f"),
]

READINGS[MELD] = [
    ("joy", "joy", "e"),
    ("happiness", "joy", "f"),
    ("cheerful", "joy", "f"),
    ("The speaker is joyful.", "joy", "f"),
    ("B", "anger", "f"),
]

READINGS[WEST] = [
    ("neutral, happiness, anger", N, "u"),
    ("happy, sad", "sadness", "a"),
    ("afraid", N, "u"),
    ("Neutral tone, not happy, not sad, not angry.", "neutral", "f"),
    ("The speaker is angry because he is not happy.", "anger", "f"),
]

READINGS[PAIR] = [
    ("angry", "anger", "f"),
    ("happy", N, "u"),
    ("upset", "sadness", "f"),
    ("angry and sad", "sadness", "a"),
]

STATUS = {s[0]: s for s in ("exact", "fuzzy", "ambiguous", "refusal", "unmatched")}

CASES = [
    (text, labels, label, STATUS[status])
    for labels, readings in READINGS.items()
    for text, label, status in readings
]

VARIATIONS = {
    "upper case": str.upper,
    "lower case": str.lower,
    "spaces": lambda text: f"  {text}  ",
    "new lines": lambda text: f"\n{text}\n\n",
    "bold": lambda text: f"**{text}**",
    "twice the spaces": lambda text: text.replace(" ", "  "),
    "curly apostrophe": lambda text: text.replace("'", "’"),
    "no marks at the end": lambda text: text.rstrip(".!。") or text,
    "decomposed": lambda text: unicodedata.normalize("NFD", text),
}
"""What must change nothing."""

SAME = [
    (text, labels)
    for text, labels, *_ in CASES
    # Option letters, quotation marks, JSON and lists are forms that some variations break.
    if labels == SEVEN and not set(text) & set("\"'<{[(?\n\\*|#") and text[1:2] not in (".", "")
]


SEEDS = ("emotion_terms", "emotion_neighbours", "cue_phrases")


def store_answers(root, cases):
    """Store made-up answers, one clip each; the true emotion is the first label on offer."""
    store = Store(root)
    store.replace("corpora", "d", filled("corpora", dataset="D", synthetic=False))
    store.replace("runs", "r", filled("runs", run_id="r", status="finished"))
    clips, answers = [], []
    for number, (text, labels) in enumerate(cases):
        clip = {"file_id": str(number), "dataset": "D", "original_path": str(number)}
        clips.append(filled("utterances", **clip, emotion=labels[0], gender="female"))
        offered = LABEL_SEPARATOR.join(labels)
        answer = filled("predictions", run_id="r", file_id=str(number), raw_text=text)
        answers.append(answer | {"labels": offered, "error": None})
    store.append("utterances", clips)
    store.append("predictions", answers)


def read(root, cases):
    """Let dbt read `cases` (text, labels): (label, score, margin, status) by text and labels."""
    store_answers(root, cases)
    succeed(dbt(root, "seed", "--select", "extractions", *SEEDS))
    succeed(dbt(root, "run", "--select", "+int_extract__robust term_evidence"))
    with duckdb.connect(str(root / "building" / "ser.duckdb"), read_only=True) as connection:
        rows = connection.execute(
            "select raw_text, labels, label, score, margin, status "
            "from intermediate.int_extract__robust join intermediate.int_answers using (answer_id)"
        ).fetchall()
    return {
        (text, tuple(labels.split(LABEL_SEPARATOR))): tuple(rest) for text, labels, *rest in rows
    }


LONG = [f"{'la ' * words}. She is happy to help. The emotion is fear." for words in range(90, 104)]
"""Long texts are read in pieces of a hundred tokens: the phrases stand before, across and after."""


@pytest.fixture(scope="module")
def readings(tmp_path_factory):
    """Every case, and variants of some that mean the same, read once."""
    cases = [(text, labels) for text, labels, *_ in CASES]
    cases += [(vary(text), labels) for text, labels in SAME for vary in VARIATIONS.values()]
    cases += [(text, SEVEN) for text in LONG]
    return read(tmp_path_factory.mktemp("robust"), list(dict.fromkeys(cases)))


@pytest.mark.parametrize(("text", "labels", "label", "status"), CASES)
def test_an_answer_is_read_as_a_person_reads_it(readings, text, labels, label, status):
    found, _, _, found_status = readings[text, labels]
    assert (found, found_status) == (label, status)


def test_a_phrase_of_a_long_answer_is_one_wherever_it_stands(readings):
    assert {readings[text, SEVEN][0] for text in LONG} == {"fear"}
    assert {readings[text, SEVEN][3] for text in LONG} == {"fuzzy"}


@pytest.mark.parametrize("variation", VARIATIONS)
def test_form_changes_nothing(readings, variation):
    vary = VARIATIONS[variation]
    # Upper case is another word in some scripts (ß, dotted i), and so no variation there.
    changed = {
        text: (readings[text, labels], readings[vary(text), labels])
        for text, labels in SAME
        if readings[text, labels][:1] != readings[vary(text), labels][:1]
    }
    assert not changed


def test_a_label_is_one_that_was_on_offer_and_comes_with_a_score(readings):
    for (text, labels), (label, score, margin, status) in readings.items():
        assert label is None or label in labels, text
        assert 0 <= margin <= score <= 1, text
        assert (score > 0) == (label is not None) == (status in ("exact", "fuzzy", "ambiguous")), (
            text
        )
        assert (status == "exact") <= (score == margin == 1), text


def test_there_are_enough_cases_and_of_every_kind():
    assert len(CASES) == len({(text, labels) for text, labels, *_ in CASES}) >= 250
    for status in STATUS.values():
        assert sum(case[3] == status for case in CASES) >= 9, status
