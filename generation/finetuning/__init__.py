"""Fine-tuning for any autoregressive backend: on-policy distillation of guidance, a diversity reward, merging.

After Cideron et al., "Diversity-Rewarded CFG Distillation" (arXiv 2410.06084). A backend plugs in by offering
``seam.Model``; nothing here knows what a token means.
"""
