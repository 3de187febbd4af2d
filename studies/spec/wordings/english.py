"""The standard criteria in English."""

from __future__ import annotations

from studies.spec.wordings.form import Wording

CRITERIA = {
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
