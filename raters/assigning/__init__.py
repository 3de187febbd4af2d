"""Who gets which comparison when: planned rows, claims, known answers, repeats, prefetched pairs, counts."""
