"""The standard criteria in German."""

from __future__ import annotations

from studies.spec.wordings.form import Wording

CRITERIA = {
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
