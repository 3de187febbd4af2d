"""The standard criteria in simplified Chinese, translated by the project (see docs/translating.md)."""

from __future__ import annotations

from studies.spec.wordings.form import Wording

CRITERIA = {
    "acoustic_quality": Wording(
        label="音质",
        question="不考虑音乐本身，哪个片段的声音更好？",
        absolute="不考虑音乐本身，每个片段的声音有多好？",
        help="请把片段当作录音来评判：声音有多干净、多清晰。",
        listen_for=(
            "噪声、嘶声、噼啪声或嗡嗡声",
            "失真，或刺耳、金属般的声音",
            "沉闷的声音，好像隔着墙",
            "混在一起分不清的乐器",
            "中断、咔嗒声和突然的剪切",
        ),
        ignore=("您是否喜欢这段音乐", "是否符合描述"),
    ),
    "text_adherence": Wording(
        label="与文字的符合度",
        question="哪个片段更符合描述？",
        absolute="每个片段有多符合描述？",
        help="请再读一遍描述，评判其中有多少能听出来。",
        listen_for=(
            "风格和情绪",
            "提到的乐器和人声",
            "速度和力度",
            "要求不出现的内容",
        ),
        ignore=("声音有多干净", "是否是好音乐"),
    ),
    "musicality": Wording(
        label="音乐性",
        question="作为音乐，哪个片段更好？",
        absolute="作为音乐，每个片段有多好？",
        help="请评判所演奏的音乐，就像两者录得一样好。",
        listen_for=(
            "有走向的旋律",
            "协调的和声",
            "稳定的节奏和整齐的演奏",
            "从头到尾是否连贯",
        ),
        ignore=("噪声和音质", "是否符合描述"),
    ),
    "diversity": Wording(
        label="多样性",
        question="哪一组更富于变化？",
        absolute="每组内部的变化有多好？",
        help="请评判同一组中的片段彼此有多不同。",
        listen_for=(
            "不同的旋律，而不是同一旋律反复出现",
            "不同的节奏和速度",
            "不同的乐器和编曲",
        ),
        ignore=("您更喜欢哪一组", "片段的声音有多干净"),
    ),
}
