"""The standard criteria in Japanese, translated by the project (see docs/translating.md)."""

from __future__ import annotations

from studies.spec.wordings.form import Wording

CRITERIA = {
    "acoustic_quality": Wording(
        label="音質",
        question="音楽の内容は別として、どちらのクリップのほうが音がよいですか？",
        absolute="音楽の内容は別として、それぞれのクリップの音はどのくらいよいですか？",
        help="録音としてのクリップを判断してください。音がどれだけきれいで、はっきりしているかです。",
        listen_for=(
            "雑音、シューという音、パチパチ音、ハム音",
            "ひずみ、きつい音、金属的な音",
            "壁越しに聞くような、こもった音",
            "混ざり合って区別できない楽器",
            "音の途切れ、クリック音、突然の切れ目",
        ),
        ignore=("その音楽が好きかどうか", "説明文に合っているかどうか"),
    ),
    "text_adherence": Wording(
        label="説明文との一致",
        question="どちらのクリップのほうが説明文に合っていますか？",
        absolute="それぞれのクリップは説明文にどのくらい合っていますか？",
        help="説明文をもう一度読み、その内容がどれだけ聞こえるかを判断してください。",
        listen_for=(
            "様式と雰囲気",
            "書かれている楽器や声",
            "速さと勢い",
            "使わないように書かれているもの",
        ),
        ignore=("音がきれいかどうか", "よい音楽かどうか"),
    ),
    "musicality": Wording(
        label="音楽性",
        question="音楽としてはどちらのクリップのほうがよいですか？",
        absolute="それぞれのクリップは音楽としてどのくらいよいですか？",
        help="どちらも同じようによい録音だと考えて、演奏されている音楽を判断してください。",
        listen_for=(
            "どこかへ向かう旋律",
            "まとまりのある和声",
            "崩れないリズムと、そろった演奏",
            "最初から最後までまとまっているか",
        ),
        ignore=("雑音と音質", "説明文に合っているかどうか"),
    ),
    "diversity": Wording(
        label="多様性",
        question="どちらの組のほうが変化に富んでいますか？",
        absolute="それぞれの組の中の変化はどのくらいよいですか？",
        help="一つの組の中のクリップが互いにどれだけ違うかを判断してください。",
        listen_for=(
            "同じ旋律の繰り返しではない、違う旋律",
            "違うリズムと速さ",
            "違う楽器と編曲",
        ),
        ignore=("どちらの組が好きか", "クリップの音がきれいかどうか"),
    ),
}
