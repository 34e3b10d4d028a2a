"""Words that are looked for."""

COMMON_WORD = "Willkommenskultur"  # in three of five cases
RARE_WORD = "Brieftauben"  # in five cases
