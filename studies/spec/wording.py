"""The standard criteria in the words a rater reads, in every language a study can have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from studies.spec.languages import Language


@dataclass(frozen=True, slots=True)
class Wording:
    """``question`` compares two sides, ``absolute`` asks about each; the lists are examples for the ear."""

    label: str
    question: str
    absolute: str
    help: str
    listen_for: tuple[str, ...]
    ignore: tuple[str, ...]


_ENGLISH = {
    "acoustic_quality": Wording(
        label="Acoustic quality",
        question="Which clip sounds better, leaving aside the music itself?",
        absolute="How good does each clip sound, leaving aside the music itself?",
        help="Judge the clip as a recording: how clean and clear it sounds.",
        listen_for=(
            "noise, hiss, crackle or hum",
            "distortion, or a harsh or metallic sound",
            "a muffled sound, as if through a wall",
            "instruments that blur into each other",
            "drop-outs, clicks and sudden cuts",
        ),
        ignore=("whether you like the music", "whether it fits the description"),
    ),
    "text_adherence": Wording(
        label="Text adherence",
        question="Which clip fits the description better?",
        absolute="How well does each clip fit the description?",
        help="Read the description once more and judge how much of it you can hear.",
        listen_for=(
            "the style, and the mood",
            "the instruments and voices that are named",
            "the tempo and the energy",
            "anything it asks to leave out",
        ),
        ignore=("how clean it sounds", "whether it is good music"),
    ),
    "musicality": Wording(
        label="Musicality",
        question="Which clip is better as music?",
        absolute="How good is each clip as music?",
        help="Judge the music that is played, as if both were recorded equally well.",
        listen_for=(
            "a melody that leads somewhere",
            "harmonies that belong together",
            "a rhythm that holds, and players who are together",
            "whether it holds together from beginning to end",
        ),
        ignore=("noise and sound quality", "whether it fits the description"),
    ),
    "diversity": Wording(
        label="Diversity",
        question="Which set is more varied?",
        absolute="How good is the variety within each set?",
        help="Judge how much the clips within one set differ from each other.",
        listen_for=(
            "different melodies, not one melody again",
            "different rhythms and tempos",
            "different instruments and arrangements",
        ),
        ignore=("which set you like better", "how clean the clips sound"),
    ),
}
_GERMAN = {
    "acoustic_quality": Wording(
        label="Klangqualität",
        question="Welcher Clip klingt besser, unabhängig von der Musik selbst?",
        absolute="Wie gut klingt jeder Clip, unabhängig von der Musik selbst?",
        help="Beurteilen Sie den Clip als Aufnahme: wie sauber und klar er klingt.",
        listen_for=(
            "Rauschen, Zischen, Knistern oder Brummen",
            "Verzerrungen oder ein harter, blecherner Klang",
            "ein dumpfer Klang, wie durch eine Wand",
            "Instrumente, die ineinander verschwimmen",
            "Aussetzer, Knackser und plötzliche Schnitte",
        ),
        ignore=("ob Ihnen die Musik gefällt", "ob sie zur Beschreibung passt"),
    ),
    "text_adherence": Wording(
        label="Übereinstimmung mit dem Text",
        question="Welcher Clip passt besser zur Beschreibung?",
        absolute="Wie gut passt jeder Clip zur Beschreibung?",
        help="Lesen Sie die Beschreibung noch einmal und beurteilen Sie, wie viel davon zu hören ist.",
        listen_for=(
            "der Stil und die Stimmung",
            "die genannten Instrumente und Stimmen",
            "das Tempo und die Energie",
            "alles, was nicht vorkommen soll",
        ),
        ignore=("wie sauber es klingt", "ob es gute Musik ist"),
    ),
    "musicality": Wording(
        label="Musikalität",
        question="Welcher Clip ist als Musik besser?",
        absolute="Wie gut ist jeder Clip als Musik?",
        help="Beurteilen Sie die Musik, die gespielt wird, als wären beide gleich gut aufgenommen.",
        listen_for=(
            "eine Melodie, die irgendwohin führt",
            "Harmonien, die zusammengehören",
            "ein Rhythmus, der trägt, und Spieler, die zusammen sind",
            "ob das Stück von Anfang bis Ende zusammenhält",
        ),
        ignore=("Rauschen und Klangqualität", "ob es zur Beschreibung passt"),
    ),
    "diversity": Wording(
        label="Vielfalt",
        question="Welche Gruppe ist abwechslungsreicher?",
        absolute="Wie gut ist die Vielfalt innerhalb jeder Gruppe?",
        help="Beurteilen Sie, wie stark sich die Clips innerhalb einer Gruppe unterscheiden.",
        listen_for=(
            "verschiedene Melodien statt immer derselben",
            "verschiedene Rhythmen und Tempi",
            "verschiedene Instrumente und Arrangements",
        ),
        ignore=("welche Gruppe Ihnen besser gefällt", "wie sauber die Clips klingen"),
    ),
}
WORDINGS: Mapping[Language, Mapping[str, Wording]] = {"en": _ENGLISH, "de": _GERMAN}
