"""The words the model knows: every attribute that text can ask for, and the phrases that mean it.

The first list of phrases is what captions are written with; ``ALSO`` holds more that a reader may use.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from generation.builtin.music.piece import BPMS
from generation.builtin.music.theory import TONICS


def words_of(text: str) -> frozenset[str]:
    """The words of a text, as a set."""
    return frozenset(text.split())


class Concept(NamedTuple):
    """One attribute and its value, as in ``("lead", "piano")``."""

    group: str
    value: str


PHRASES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "genre": {
        "jazz": ("jazz", "jazzy", "swing jazz", "bebop"),
        "rock": ("rock", "indie rock", "rock and roll"),
        "electronic": ("electronic", "techno", "house", "edm"),
        "hiphop": ("hip hop", "hiphop", "boom bap", "lofi"),
        "ambient": ("ambient", "new age", "drone"),
        "classical": ("classical", "baroque", "chamber music"),
        "folk": ("folk", "acoustic folk", "country"),
        "funk": ("funk", "funky", "disco funk"),
        "latin": ("latin", "bossa nova", "salsa", "samba"),
        "pop": ("pop", "synthpop", "radio pop"),
    },
    "mood": {
        "happy": ("happy", "cheerful", "joyful", "bright"),
        "sad": ("sad", "melancholic", "mournful", "sorrowful"),
        "calm": ("calm", "peaceful", "relaxing", "gentle"),
        "energetic": ("energetic", "exciting", "lively", "powerful"),
        "dark": ("dark", "ominous", "brooding", "tense"),
        "dreamy": ("dreamy", "ethereal", "floating", "hazy"),
    },
    "tempo": {
        "slow": ("slow", "slow tempo", "downtempo"),
        "medium": ("medium tempo", "mid tempo", "moderate tempo"),
        "fast": ("fast", "fast tempo", "uptempo", "quick"),
    },
    "lead": {
        "piano": ("piano", "piano melody", "grand piano"),
        "guitar": ("guitar", "guitar melody", "lead guitar"),
        "flute": ("flute", "flute melody"),
        "violin": ("violin", "fiddle", "solo violin line"),
        "saxophone": ("saxophone", "sax", "tenor sax"),
        "trumpet": ("trumpet", "muted trumpet", "trumpet melody"),
        "synth": ("synth", "synth lead", "synthesizer"),
        "bells": ("bells", "glockenspiel", "music box"),
    },
    "chords": {
        "piano": ("piano chords", "piano accompaniment"),
        "electric_piano": ("electric piano", "rhodes"),
        "guitar": ("guitar chords", "strummed guitar", "rhythm guitar"),
        "strings": ("strings", "string section"),
        "organ": ("organ", "hammond organ"),
        "pad": ("pads", "synth pad", "warm pad"),
    },
    "bass": {
        "acoustic_bass": ("upright bass", "double bass", "acoustic bass"),
        "electric_bass": ("electric bass", "bass guitar"),
        "synth_bass": ("synth bass", "analog bass"),
        "sub_bass": ("sub bass", "808 bass"),
    },
    "kit": {
        "none": ("no drums", "without drums", "drumless"),
        "any": ("drums", "a drum beat"),
        "acoustic": ("acoustic drums", "drum kit", "live drums"),
        "electronic": ("electronic drums", "drum machine", "electronic beat"),
        "brushes": ("brushed drums", "drum brushes", "brushes"),
        "percussion": ("percussion", "hand percussion", "congas"),
    },
    "texture": {
        "solo": ("solo", "unaccompanied", "alone"),
        "sparse": ("sparse", "minimal", "duo"),
        "full": ("full band", "rich", "layered"),
    },
    "mode": {
        "major": ("major", "major key"),
        "minor": ("minor", "minor key"),
        "dorian": ("dorian",),
        "mixolydian": ("mixolydian",),
        "lydian": ("lydian",),
        "phrygian": ("phrygian",),
    },
    "tonic": dict.fromkeys(TONICS, ()),
    "bpm": {str(bpm): () for bpm in BPMS},
    "meter": {"3": ("waltz", "three four time"), "4": ("four four time",)},
    "feel": {"swing": ("swung", "swinging", "shuffle"), "straight": ("straight eighths",)},
    "articulation": {
        "staccato": ("staccato", "plucky", "bouncy"),
        "legato": ("legato", "smooth", "flowing"),
    },
    "dynamics": {"soft": ("soft", "quiet", "delicate"), "loud": ("loud", "forceful", "intense")},
}

ALSO: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "genre": {
        "jazz": ("big band", "swing music"),
        "rock": ("hard rock", "punk", "metal", "grunge", "alternative"),
        "electronic": ("dance", "trance", "club", "electro", "electronica", "edm dance", "synthwave"),
        "hiphop": ("hip-hop", "rap", "trap", "lo-fi", "lo fi", "chillhop", "chill hop", "boombap"),
        "ambient": ("atmospheric", "soundscape", "meditation"),
        "classical": ("chamber", "symphonic", "orchestral", "romantic era", "sonata"),
        "folk": ("americana", "celtic", "irish", "bluegrass", "singer songwriter"),
        "funk": ("disco", "groovy", "soul", "rnb"),
        "latin": ("bossa", "tango", "rumba", "cuban", "brazilian", "flamenco", "mambo"),
        "pop": ("poppy", "chart"),
    },
    "mood": {
        "happy": ("joyous", "upbeat", "sunny", "playful", "fun", "merry", "optimistic", "uplifting"),
        "sad": ("melancholy", "sorrow", "gloomy", "depressing", "emotional", "lonely", "heartbroken"),
        "calm": ("relaxed", "chill", "soothing", "tranquil", "serene", "quieting", "mellow", "laid back"),
        "energetic": ("driving", "aggressive", "epic", "hype", "thrilling", "dynamic", "vigorous"),
        "dark": ("mysterious", "scary", "sinister", "menacing", "eerie", "suspenseful", "haunting"),
        "dreamy": ("dreamlike", "dream", "magical", "airy", "nostalgic", "spacey", "celestial"),
    },
    "tempo": {
        "slow": ("slowly", "slower", "low tempo", "ballad", "adagio", "largo", "lento"),
        "medium": ("moderate", "midtempo", "walking pace", "andante", "moderato"),
        "fast": (
            "rapid",
            "high tempo",
            "up tempo",
            "speedy",
            "allegro",
            "presto",
            "brisk",
            "faster",
            "quickly",
        ),
    },
    "lead": {
        "piano": ("pianist", "pianos", "keys", "keyboard", "keyboards"),
        "guitar": ("guitars", "acoustic guitar", "electric guitar", "guitar solo"),
        "violin": ("violins", "cello"),
        "saxophone": ("saxophones", "alto sax", "alto saxophone", "tenor saxophone"),
        "trumpet": ("trumpets", "horn", "brass"),
        "synth": ("synths", "synthesiser", "synth melody"),
        "bells": ("bell", "chimes", "vibraphone", "celesta", "marimba", "xylophone"),
        "flute": ("flutes", "recorder", "whistle", "pan flute"),
    },
    "chords": {
        "electric_piano": ("fender rhodes", "wurlitzer", "electric pianos"),
        "strings": ("string orchestra", "orchestra"),
        "pad": ("pad", "synth pads", "warm pads"),
        "organ": ("church organ", "pipe organ", "organs", "organist"),
    },
    "bass": {"acoustic_bass": ("walking bass", "contrabass"), "sub_bass": ("808", "808s", "deep bass")},
    "kit": {
        "none": (
            "no percussion",
            "no drum",
            "without percussion",
            "without any drums",
            "no beat",
            "beatless",
        ),
        "any": (
            "drum",
            "beat",
            "beats",
            "drummer",
            "drumming",
            "drumbeat",
            "kick",
            "kick drum",
            "kick drums",
            "bass drum",
            "snare",
            "snares",
            "snare drum",
            "snare drums",
            "hi hat",
            "hi hats",
            "hihat",
            "hihats",
            "cymbal",
            "cymbals",
            "toms",
        ),
        "acoustic": ("rock drums", "drum set", "drumset", "drumkit"),
        "electronic": (
            "808 drums",
            "programmed drums",
            "four on the floor",
            "drum machines",
            "electronic percussion",
        ),
        "percussion": ("bongos", "bongo", "conga", "shaker", "shakers", "maracas", "percussive"),
    },
    "texture": {
        "solo": ("a cappella",),
        "sparse": ("minimalist", "simple", "stripped down", "intimate"),
        "full": ("band", "full", "dense", "lush", "ensemble"),
    },
    "mode": {"major": ("in major",), "minor": ("in minor",), "phrygian": ("spanish scale",)},
    "meter": {"3": ("3/4", "waltzing", "triple time"), "4": ("4/4",)},
    "feel": {"swing": ("swing", "swings", "shuffled"), "straight": ("straight feel",)},
    "articulation": {"staccato": ("bouncing", "plucked"), "legato": ("sustained",)},
    "dynamics": {
        "soft": ("softly", "quietly", "pianissimo"),
        "loud": ("loudly", "louder", "fortissimo", "heavy"),
    },
}

_STAND_INS = {
    ("lead", "guitar"): """
        harp, harps, harpist, ukulele, uke, banjo, mandolin, lute, sitar, koto, zither, dulcimer, oud,
        guzheng, pipa, balalaika, bouzouki
    """,
    ("lead", "violin"): """
        viola, violas, erhu
    """,
    ("lead", "flute"): """
        clarinet, clarinets, oboe, oboes, bassoon, english horn, woodwind, woodwinds, piccolo, ocarina,
        shakuhachi, panpipes, bagpipe, bagpipes
    """,
    ("lead", "trumpet"): """
        trombone, trombones, tuba, french horn, french horns, cornet, flugelhorn, bugle
    """,
    ("lead", "synth"): """
        chiptune, 8 bit
    """,
    ("lead", "bells"): """
        kalimba, gamelan, steel drums, steelpan, steel pan, handpan, hang drum
    """,
    ("lead", "piano"): """
        harpsichord, clavichord, celeste
    """,
    ("chords", "organ"): """
        accordion, harmonica, concertina, harmonium, melodica
    """,
    ("chords", "pad"): """
        choir, choirs, choral, chorus
    """,
    ("kit", "percussion"): """
        tabla, djembe, cajon, tambourine, taiko
    """,
    ("bass", "electric_bass"): """
        bass, bassline, bass line, bass guitarist
    """,
    ("genre", "jazz"): """
        blues, bluesy, ragtime, gospel, dixieland
    """,
    ("genre", "electronic"): """
        dubstep, drum and bass, breakbeat, idm
    """,
    ("genre", "latin"): """
        reggae, reggaeton, calypso, afrobeat, ska
    """,
    ("genre", "classical"): """
        cinematic, soundtrack, film score, opera
    """,
}
NEAREST: Mapping[str, Concept] = {
    " ".join(name.split()): Concept(*concept)
    for concept, names in _STAND_INS.items()
    for name in names.split(",")
}
"""What the model does not have, and the nearest of what it has: a stand-in, and said to be one."""

VOICES = words_of("vocal vocals vocalist voice voices singing singer singers lyrics words rapper rapping")
"""The model has no voice: a prompt that wants none always gets none."""

FAMILIES: Mapping[Concept, tuple[Concept, ...]] = {
    Concept("lead", "piano"): (Concept("chords", "piano"), Concept("chords", "electric_piano")),
    Concept("lead", "guitar"): (Concept("chords", "guitar"),),
    Concept("lead", "violin"): (Concept("chords", "strings"),),
    Concept("lead", "synth"): (Concept("chords", "pad"), Concept("bass", "synth_bass")),
    Concept("chords", "strings"): (Concept("lead", "violin"),),
}
"""What goes with an instrument when it is ruled out: a piano is a piano in any part."""

TONIC_NAMES: Mapping[str, str] = {
    **{name: name for name in TONICS},
    "db": "c#", "d#": "eb", "gb": "f#", "g#": "ab", "a#": "bb", "cb": "b", "fb": "e", "e#": "f", "b#": "c",
}  # fmt: skip

CONCEPTS: tuple[Concept, ...] = tuple(
    Concept(group, value) for group, values in PHRASES.items() for value in values
)
FILLERS = words_of("""
    a about accompanied accompaniment add adding all also an and any anything approximately are around as
    at away background based be beat beats bit blend both bpm but by can clip completely contain
    containing contains could create crotchet did do does driven either else entirely equals everything
    feature features featuring feel feeling fills for free from fusion generate give has have having here
    hits i in include includes including instrument instrumental instruments into is it its just key kind
    lead less like line loop loops lot lots make may me meets melody might minute mixed mood more most
    music must my need needed needs no note nothing of on one only or oriented other out over overly part
    parts per piece played player players playing plays please pure purely put quarter quite rather really
    roughly section sections shall should so some something song sort sound sounding sounds style tempo
    than that the their them then there these this those time to too totally track tune two under up us
    use used using very want wanted wants was we whatsoever where which while who whole will with would
    you your
""")
"""Words that ask for nothing the model knows, and are no riddle either."""
