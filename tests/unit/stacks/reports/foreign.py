"""Words of a site that would steer a terminal, and what is left of them."""

HOSTILE = "Rome\x1b[2J\u202e Office\x07 ##vso[task.complete]"
HARMLESS = "Rome [2J  Office  # #vso[task.complete]"
